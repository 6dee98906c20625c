"""The fake of Telegram, with the unmodified python-telegram-bot as its client."""

from __future__ import annotations

import asyncio
import html
import io
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
import telegram as library
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import ParseMode, ReactionEmoji
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.ext import Application, ContextTypes, TypeHandler

from tests.fakes.telegram import Chat, Message, Person, Telegram, call, errors
from tests.fakes.telegram.entities import parse_html, units
from tests.fakes.telegram.faults import Trouble
from tests.fakes.telegram.rates import Peaks, Rates
from tests.fakes.telegram.reactions import ALLOWED
from tests.fakes.telegram.updates import SECRET_HEADER
from tests.fakes.telegram.validate import SPECIFICATION, Validator, _specification

needs_description = pytest.mark.skipif(not SPECIFICATION.is_file(), reason="no description beside the repository")

WORD = "secret"
LINK = "https://example.org/playlist/1"
KEYBOARD = InlineKeyboardMarkup(
    [[InlineKeyboardButton("9", callback_data="r:7:9"), InlineKeyboardButton("more", LINK)]]
)
WANTED = [
    "message", "edited_message", "channel_post", "callback_query", "inline_query", "chosen_inline_result",
    "message_reaction", "my_chat_member", "guest_message",
]  # fmt: skip


class Stage:
    """The fake, a Bot that speaks to it, a person who started the bot, and their chat."""

    def __init__(self, server: Telegram, bot: library.Bot, ada: Person) -> None:
        self.server, self.bot, self.ada = server, bot, ada
        self.heard: list[library.Update] = []

    @property
    def chat(self) -> Chat:
        return self.ada.private

    async def says(self, text: str = "hello", chat: Chat | None = None, **options: Any) -> Message:
        """The bot sends a message, and here it is as the server has it."""
        chat = chat or self.chat
        sent = await self.bot.send_message(chat.id, text, **options)
        return chat.messages[sent.message_id]

    async def hears(self, number: int = 1) -> library.Update:
        """The update of that number, counted from 1."""
        async with asyncio.timeout(10):
            while len(self.heard) < number:
                await asyncio.sleep(0)
        return self.heard[number - 1]


@asynccontextmanager
async def staged() -> AsyncIterator[Stage]:
    async with Telegram() as server:
        ada = server.person("Ada")
        await ada.starts()
        server.updates.pending.clear()
        bot = library.Bot(server.token, base_url=server.base_url, base_file_url=server.base_file_url)
        async with bot:
            yield Stage(server, bot, ada)
    assert server.violations == []


@pytest.fixture
async def stage(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # the library warns as long as it is not told how to give times
    async with staged() as made:
        yield made


@asynccontextmanager
async def polling(
    stage: Stage, allowed: list[str] | None = None
) -> AsyncIterator[Application[Any, Any, Any, Any, Any, Any]]:
    """An Application that writes down what it hears."""

    async def note(update: library.Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        stage.heard.append(update)

    server = stage.server
    builder = Application.builder().token(server.token).base_url(server.base_url)
    app = builder.base_file_url(server.base_file_url).build()
    app.add_handler(TypeHandler(library.Update, note))
    assert app.updater is not None
    async with app:
        await app.start()
        await app.updater.start_polling(poll_interval=0, timeout=5, allowed_updates=WANTED)
        await server.listening()
        yield app
        await app.updater.stop()
        await app.stop()


def refused(sentence: str, kind: type[TelegramError] = BadRequest) -> pytest.RaisesExc[TelegramError]:
    """What the server said, whatever the library made of its capital letters."""
    return pytest.raises(kind, match=re.compile(re.escape(sentence), re.IGNORECASE))


def picture(width: int = 8, height: int = 8) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height)).save(buffer, "PNG")
    return buffer.getvalue()


def entity(kind: str, offset: int, length: int, **more: Any) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length, **more}


# Updates


async def test_an_application_hears_messages_at_once_and_answers(stage: Stage) -> None:
    async with polling(stage) as app:
        await stage.ada.says(stage.chat, f"play {LINK}")
        update = await stage.hears()
        assert update.message is not None and update.message.from_user is not None
        assert (update.message.text, update.message.from_user.language_code) == (f"play {LINK}", "en")
        assert update.message.parse_entities(["url"]) == {update.message.entities[0]: LINK}
        await app.bot.send_message(update.message.chat_id, "hi")
        assert (await stage.server.next_message(stage.chat)).text == "hi"
    assert stage.server.updates.pending == []


async def test_what_was_not_confirmed_comes_again(stage: Stage) -> None:
    await stage.ada.says(stage.chat, "one")
    await stage.ada.says(stage.chat, "two")
    [one] = await stage.bot.get_updates(limit=1)
    again = await stage.bot.get_updates()
    assert [update.message.text for update in again if update.message] == ["one", "two"]
    [rest] = await stage.bot.get_updates(offset=one.update_id + 1)
    assert rest == again[1]
    await stage.ada.says(stage.chat, "three")
    [last] = await stage.bot.get_updates(offset=-1)
    assert last.message is not None and last.message.text == "three"
    assert await stage.bot.get_updates(offset=last.update_id + 1) == ()


async def test_a_second_poller_ends_the_first(stage: Stage) -> None:
    async with library.Bot(stage.server.token, base_url=stage.server.base_url) as other:
        first = asyncio.create_task(stage.bot.get_updates(timeout=30))
        await stage.server.listening()
        second = asyncio.create_task(other.get_updates(timeout=30))
        with refused("terminated by other getUpdates request", Conflict):
            await first
        await stage.server.listening()
        await stage.ada.says(stage.chat, "hello")
        assert len(await second) == 1


async def test_only_updates_that_are_wanted_are_kept_and_the_wish_is_remembered(stage: Stage) -> None:
    await stage.bot.get_updates(allowed_updates=["callback_query"])
    await stage.ada.says(stage.chat, "not wanted")
    assert await stage.bot.get_updates() == ()
    card = await stage.says(reply_markup=KEYBOARD)
    await stage.ada.press(card, "r:7:9")
    [update] = await stage.bot.get_updates()
    assert update.callback_query is not None and update.callback_query.data == "r:7:9"


class Hook:
    """The bot's side of a webhook; ``statuses`` are answered first."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.got: list[tuple[str | None, str]] = []
        self.url = ""

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Hook]:
        app = web.Application()
        app.router.add_post("/hook", self._take)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
        yield self
        await runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        update = await request.json()
        self.got.append((request.headers.get(SECRET_HEADER), update["message"]["text"]))
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)


async def test_a_webhook_gets_updates_in_order_and_again_when_it_failed(stage: Stage) -> None:
    async with Hook(500).running() as hook:
        await stage.ada.says(stage.chat, "one")
        await stage.bot.set_webhook(hook.url, secret_token=WORD, allowed_updates=["message"])
        await stage.ada.says(stage.chat, "two")
        await stage.server.until(lambda: stage.server.updates.webhook and stage.server.updates.webhook.trouble)
        info = await stage.bot.get_webhook_info()
        assert (info.url, info.pending_update_count, info.allowed_updates) == (hook.url, 2, ("message",))
        assert info.last_error_message == "Wrong response from the webhook: 500 Internal Server Error"
        with refused("while webhook is active", Conflict):
            await stage.bot.get_updates()
        stage.server.clock.advance(1)
        await stage.server.until(lambda: not stage.server.updates.pending)
        assert hook.got == [(WORD, "one"), (WORD, "one"), (WORD, "two")]
        await stage.bot.delete_webhook()
    assert await stage.bot.get_updates() == ()


async def test_a_webhook_outside_needs_https_and_a_plain_secret(stage: Stage) -> None:
    with refused("An HTTPS URL must be provided"):
        await stage.bot.set_webhook("http://example.org/hook")
    with refused("unallowed characters"):
        await stage.bot.set_webhook("https://example.org/hook", secret_token=f"{WORD} {WORD}")


# Texts


@pytest.mark.parametrize(
    ("source", "plain", "entities"),
    [
        ("a <b>bold <i>both</i></b>", "a bold both", [entity("bold", 2, 9), entity("italic", 7, 4)]),
        ("🎻 <u>u</u><ins>v</ins>", "🎻 uv", [entity("underline", 3, 1), entity("underline", 4, 1)]),
        ("<s>a</s><strike>b</strike><del>🎻</del>", "ab🎻", [
            entity("strikethrough", 0, 1), entity("strikethrough", 1, 1), entity("strikethrough", 2, 2),
        ]),
        ("<span class='tg-spoiler'>a</span><tg-spoiler>b</tg-spoiler>", "ab", [
            entity("spoiler", 0, 1), entity("spoiler", 1, 1),
        ]),
        ('<a href="https://e.org?a=1&amp;b">x</a>', "x", [entity("text_link", 0, 1, url="https://e.org/?a=1&b")]),
        ('<a href="http://localhost">x</a>', "x", []),
        ('<pre><code class="language-py">x</code></pre>', "x", [entity("pre", 0, 1, language="py")]),
        ("<blockquote expandable>x</blockquote>", "x", [entity("expandable_blockquote", 0, 1)]),
        ('<tg-emoji emoji-id="5">👍</tg-emoji>', "👍", [entity("custom_emoji", 0, 2, custom_emoji_id="5")]),
        ("&lt;&gt;&amp;&quot;&#39;&#x27;&nbsp;&lt", "<>&\"''&nbsp;<", []),
        ("<b></b>x", "x", []),
    ],
)  # fmt: skip
def test_html_is_read_as_telegram_reads_it(source: str, plain: str, entities: list[dict[str, Any]]) -> None:
    assert parse_html(source) == (plain, entities)


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("é <br>", 'Unsupported start tag "br" at byte offset 3'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("x <b", "Unclosed start tag at byte offset 2"),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<a href>x</a", "Unclosed end tag at byte offset 9"),
        ("<a href=x/>y</a>", "Unexpected end of name token at byte offset 8"),
        ("&#xD800;", "Text contains invalid Unicode characters after decoding HTML entities"),
    ],
)
def test_broken_html_is_refused_in_telegrams_words(source: str, sentence: str) -> None:
    with pytest.raises(errors.Refused) as refused:
        parse_html(source)
    assert refused.value.body["description"] == f"Bad Request: can't parse entities: {sentence}"


@given(st.text())
def test_what_was_escaped_is_only_text(text: str) -> None:
    assert parse_html(html.escape(text)) == (text, [])


@given(st.text(min_size=1))
def test_what_is_marked_is_measured_in_utf16(text: str) -> None:
    marked = f"🎻<b>{html.escape(text)}</b>"
    assert parse_html(marked) == (f"🎻{text}", [entity("bold", 2, len(text.encode("utf-16-le")) // 2)])


async def test_a_message_keeps_its_text_and_what_is_marked_in_it(stage: Stage) -> None:
    text = f"<b>New</b> for @ada_lovelace: {LINK} #folk /help"
    sent = await stage.bot.send_message(
        stage.chat.id, text, ParseMode.HTML, link_preview_options=library.LinkPreviewOptions(is_disabled=True),
        disable_notification=True, protect_content=True,
    )  # fmt: skip
    assert [(one.type, sent.parse_entity(one)) for one in sent.entities] == [
        ("bold", "New"), ("mention", "@ada_lovelace"), ("url", LINK), ("hashtag", "#folk"), ("bot_command", "/help"),
    ]  # fmt: skip
    kept = stage.chat.messages[sent.message_id]
    assert (kept.preview, kept.silent, kept.protected) == ({"is_disabled": True}, True, True)
    mention = await stage.says(f'<a href="tg://user?id={stage.ada.id}">you</a>', parse_mode="HTML")
    assert [(one["type"], one["user"]["first_name"]) for one in mention.entities] == [("text_mention", "Ada")]


async def test_lengths_are_counted_in_utf16_after_the_tags_are_gone(stage: Stage) -> None:
    fits = await stage.says("<b>" + "🎻" * 2048 + "</b>", parse_mode="HTML")
    assert units(fits.text) == 4096
    with refused("message is too long"):
        await stage.says("🎻" * 2048 + "x")
    for nothing in ("", " \n", "<b> </b>"):
        with refused("message text is empty"):
            await stage.says(nothing, parse_mode="HTML")
    many = await stage.says("<b>x</b> " * 101, parse_mode="HTML")
    assert len(many.entities) == 100


async def test_other_ways_to_mark_text_are_not_modelled(stage: Stage) -> None:
    with refused("not modelled"):
        await stage.says("*bold*", parse_mode="MarkdownV2")


async def test_a_reply_needs_what_it_replies_to(stage: Stage) -> None:
    asked = await stage.ada.says(stage.chat, "hello")
    answer = await stage.says("hi", reply_parameters=library.ReplyParameters(asked.id))
    assert answer.reply_to is asked
    await stage.ada.deletes(asked)
    with refused("message to be replied not found"):
        await stage.says("hi", reply_parameters=library.ReplyParameters(asked.id))
    free = await stage.says("hi", reply_parameters=library.ReplyParameters(asked.id, allow_sending_without_reply=True))
    assert free.reply_to is None


# Keyboards and edits


@pytest.mark.parametrize(
    ("buttons", "sentence"),
    [
        ([[InlineKeyboardButton("x", callback_data="é" * 32)]], None),
        ([[InlineKeyboardButton("x", callback_data="é" * 32 + "x")]], "Button_data_invalid"),
        ([[InlineKeyboardButton("x", "http://localhost:8080")]], "Wrong HTTP URL"),
        ([[InlineKeyboardButton("x")]], "Text buttons are unallowed"),
        ([[InlineKeyboardButton("x", LINK)] * 8] * 12, None),
        ([[InlineKeyboardButton("x", LINK)] * 9], "reply markup is too long"),
        ([[InlineKeyboardButton("x", LINK)] * 8] * 13, "reply markup is too long"),
    ],
)
async def test_what_fits_under_a_message(
    stage: Stage, buttons: list[list[InlineKeyboardButton]], sentence: str | None
) -> None:
    if sentence is None:
        assert len((await stage.says(reply_markup=InlineKeyboardMarkup(buttons))).keyboard) == len(buttons)
        return
    with refused(sentence):
        await stage.says(reply_markup=InlineKeyboardMarkup(buttons))


async def test_an_edit_changes_something_and_takes_the_keyboard_away(stage: Stage) -> None:
    card = await stage.says("a card", reply_markup=KEYBOARD)
    assert card.buttons == {"9": "r:7:9", "more": LINK}
    with refused("message is not modified"):
        await stage.bot.edit_message_text("a card", stage.chat.id, card.id, reply_markup=KEYBOARD)
    edited = await stage.bot.edit_message_text("<i>new</i>", stage.chat.id, card.id, parse_mode="HTML")
    assert isinstance(edited, library.Message) and edited.edit_date is not None
    assert (card.text, card.entities, card.buttons) == ("new", [entity("italic", 0, 3)], {})
    await stage.bot.edit_message_reply_markup(stage.chat.id, card.id, reply_markup=KEYBOARD)
    assert (card.text, list(card.buttons)) == ("new", ["9", "more"])
    with refused("there is no caption"):
        await stage.bot.edit_message_caption(stage.chat.id, card.id, caption="x")


async def test_what_is_gone_can_be_neither_edited_nor_deleted(stage: Stage) -> None:
    card = await stage.says("a card")
    assert await stage.bot.delete_message(stage.chat.id, card.id)
    with refused("message to delete not found"):
        await stage.bot.delete_message(stage.chat.id, card.id)
    with refused("message to edit not found"):
        await stage.bot.edit_message_text("new", stage.chat.id, card.id)
    hers = await stage.ada.says(stage.chat, "mine")
    with refused("message can't be edited"):
        await stage.bot.edit_message_text("new", stage.chat.id, hers.id)
    old = await stage.says("old")
    stage.server.clock.advance(minutes=48 * 60 + 1)
    with refused("can't be deleted for everyone"):
        await stage.bot.delete_message(stage.chat.id, old.id)
    assert stage.ada.sees(stage.chat)[-1] is old


async def test_a_pressed_button_is_answered_once_and_in_time(stage: Stage) -> None:
    async with polling(stage):
        card = await stage.says("a card", reply_markup=KEYBOARD)
        press = await stage.ada.press(card, "r:7:9")
        query = (await stage.hears()).callback_query
        assert query is not None and isinstance(query.message, library.Message)
        assert (query.data, query.message.message_id) == ("r:7:9", card.id)
        await query.answer("9/10 saved", show_alert=True)
        toast = await press.answered()
        assert (toast.text, toast.alert) == ("9/10 saved", True)
        with refused("query is too old"):
            await query.answer()
        late = await stage.ada.press(card, "r:7:9")
        stage.server.clock.advance(15.5)
        with refused("query is too old and response timeout expired or query id is invalid"):
            await stage.bot.answer_callback_query(late.id)
        assert late.answer is None
        await stage.bot.delete_message(stage.chat.id, card.id)
        await stage.ada.press(card, "r:7:9")
        gone = (await stage.hears(3)).callback_query
        assert gone is not None and gone.message is not None and not gone.message.is_accessible


# Files


async def test_a_picture_is_fetched_once_and_then_sent_again_by_its_id(stage: Stage) -> None:
    stage.server.serves("https://example.org/cover.png", "image/png", picture(30, 20))
    first = await stage.bot.send_photo(
        stage.chat.id, "https://example.org/cover.png", caption="<b>A song</b>", parse_mode="HTML"
    )
    assert [(size.width, size.height) for size in first.photo] == [(30, 20)]
    assert (first.caption, first.caption_entities[0].type) == ("A song", "bold")
    again = await stage.bot.send_photo(stage.chat.id, first.photo[-1].file_id)
    assert again.photo == first.photo
    with refused("can't use file of type photo as audio"):
        await stage.bot.send_audio(stage.chat.id, first.photo[-1].file_id)
    with refused("wrong file identifier"):
        await stage.bot.send_photo(stage.chat.id, "photo-of-another-bot")


@pytest.mark.parametrize(
    ("kind", "content_type", "size", "sentence"),
    [
        ("photo", "image/jpeg", 5 * 2**20, None),
        ("photo", "image/jpeg", 5 * 2**20 + 1, "wrong file identifier/http url specified"),
        ("photo", "text/html", 10, "wrong file identifier/http url specified"),
        ("audio", "audio/mpeg", 20 * 2**20, None),
        ("audio", "audio/mpeg", 20 * 2**20 + 1, "wrong file identifier/http url specified"),
        ("voice", "audio/ogg", 10, None),
        ("document", "text/plain", 10, "wrong file identifier/http url specified"),
    ],
)
async def test_what_telegram_fetches(
    stage: Stage, kind: str, content_type: str, size: int, sentence: str | None
) -> None:
    stage.server.serves("https://example.org/file", content_type, size=size)
    send = getattr(stage.bot, f"send_{kind}")
    if sentence is None:
        await send(stage.chat.id, "https://example.org/file")
        media = (await stage.server.next_message(stage.chat)).media
        assert media is not None and (media.kind, media.looks["file_size"]) == (kind, size)
        return
    with refused(sentence):
        await send(stage.chat.id, "https://example.org/file")


async def test_bytes_are_uploaded_and_can_be_downloaded(stage: Stage) -> None:
    sent = await stage.bot.send_audio(
        stage.chat.id, b"sound", filename="a.mp3", title="A song", performer="B", duration=30
    )
    assert sent.audio is not None
    assert (sent.audio.title, sent.audio.performer, sent.audio.file_size) == ("A song", "B", 5)
    file = await stage.bot.get_file(sent.audio.file_id)
    assert await file.download_as_bytearray() == b"sound"
    with refused("image_process_failed"):
        await stage.bot.send_photo(stage.chat.id, b"no picture")
    with refused("failed to get http url content"):
        await stage.bot.send_photo(stage.chat.id, "https://example.org/nothing")
    hers = await stage.ada.sends(stage.chat, "document", b"a,b", name="list.csv", mime="text/csv", caption="mine")
    [update] = await stage.bot.get_updates()
    assert update.message is not None and update.message.document is not None and hers.media is not None
    assert (update.message.document.file_name, update.message.caption) == ("list.csv", "mine")
    assert await (await update.message.document.get_file()).download_as_bytearray() == b"a,b"


async def test_albums(stage: Stage) -> None:
    songs = [library.InputMediaAudio(b"x", filename=f"{number}.mp3", caption=str(number)) for number in range(3)]
    sent = await stage.bot.send_media_group(stage.chat.id, songs)
    assert [one.caption for one in sent] == ["0", "1", "2"] and len({one.media_group_id for one in sent}) == 1
    with refused("audio can't be mixed"):
        await stage.bot.send_media_group(stage.chat.id, [*songs, library.InputMediaPhoto(picture())])
    for wrong in (songs[:1], songs * 4):
        with refused("messages to send as an album"):
            await stage.bot.send_media_group(stage.chat.id, wrong)


async def test_a_photo_is_replaced_and_its_caption_edited(stage: Stage) -> None:
    sent = await stage.bot.send_photo(stage.chat.id, picture(), caption="one")
    card = stage.chat.messages[sent.message_id]
    with refused("there is no text in the message to edit"):
        await stage.bot.edit_message_text("x", stage.chat.id, card.id)
    await stage.bot.edit_message_caption(stage.chat.id, card.id, caption="two")
    assert card.text == "two"
    await stage.bot.edit_message_media(library.InputMediaPhoto(picture(9, 9), "three"), stage.chat.id, card.id)
    assert card.media is not None and (card.text, card.media.looks["width"]) == ("three", 9)
    with refused("message caption is too long"):
        await stage.bot.edit_message_caption(stage.chat.id, card.id, caption="x" * 1025)


# Reactions


async def test_a_bot_sets_one_of_the_reactions_there_are(stage: Stage) -> None:
    assert len(ALLOWED) == 73
    assert {one.replace("\ufe0f", "") for one in ALLOWED} == {one.replace("\ufe0f", "") for one in ReactionEmoji}
    hers = await stage.ada.says(stage.chat, "hello")
    await stage.bot.set_message_reaction(stage.chat.id, hers.id, "🔥")
    assert hers.reactions == {stage.server.bot.id: ["🔥"]}
    with refused("reaction_invalid"):
        await stage.bot.set_message_reaction(stage.chat.id, hers.id, "7️⃣")
    with refused("reactions_too_many"):
        await stage.bot.set_message_reaction(stage.chat.id, hers.id, ["🔥", "👍"])
    await stage.bot.set_message_reaction(stage.chat.id, hers.id, [])
    assert hers.reactions == {}


async def test_reactions_are_told_in_private_and_to_administrators_who_asked_for_them(stage: Stage) -> None:
    eve = stage.server.person("Eve", premium=True)
    group = stage.server.supergroup("Listeners", stage.ada, eve)
    async with polling(stage):
        await stage.ada.react(await stage.says(), "❤️")
        await stage.ada.react(await stage.says("in the group", group), "👎")
        await stage.ada.promotes_bot(group)
        card = await stage.says("again", group)
        await eve.react(card, "👍", "🔥", "💯")
        stage.server.promote(group, stage.ada)
        await stage.ada.react(card, "👎", anonymous=True)
        await eve.react(card)
        await stage.hears(5)
    private, _, three, anonymous, none = (update.message_reaction for update in stage.heard)
    assert private is not None and three is not None and anonymous is not None and none is not None
    assert [one.to_dict() for one in private.new_reaction] == [{"type": "emoji", "emoji": "❤"}]
    assert len(three.new_reaction) == 3 and three.user is not None and three.user.first_name == "Eve"
    assert (anonymous.user, anonymous.actor_chat and anonymous.actor_chat.id) == (None, group.id)
    assert (len(none.old_reaction), none.new_reaction) == (3, ())


async def test_without_being_asked_for_reactions_are_not_told(stage: Stage) -> None:
    await stage.bot.get_updates(allowed_updates=[])
    await stage.ada.react(await stage.says(), "👍")
    assert stage.server.updates.pending == []


async def test_reactions_may_be_restricted(stage: Stage) -> None:
    group = stage.server.supergroup("Listeners", stage.ada)
    group.reactions = ["👍", "👎"]
    chat = await stage.bot.get_chat(group.id)
    assert [one.to_dict()["emoji"] for one in chat.available_reactions or ()] == ["👍", "👎"]
    card = await stage.says(chat=group)
    with refused("reaction_invalid"):
        await stage.bot.set_message_reaction(group.id, card.id, "🔥")
    with pytest.raises(AssertionError, match="not all offered"):
        await stage.ada.react(card, "🔥")


# Chats


async def test_the_bot_cannot_write_first_nor_to_somebody_who_blocked_it(stage: Stage) -> None:
    eve = stage.server.person("Eve", None)
    with refused("bot can't initiate conversation with a user", Forbidden):
        await stage.says(chat=eve.private)
    await eve.starts("token-1")
    await eve.blocks()
    with refused("bot was blocked by the user", Forbidden):
        await stage.says(chat=eve.private)
    await eve.starts()
    assert (await stage.says(chat=eve.private)).text == "hello"
    started, blocked, unblocked, again = await stage.bot.get_updates()
    assert started.message is not None and started.message.text == "/start token-1"
    assert started.message.from_user is not None and started.message.from_user.language_code is None
    changes = [one.my_chat_member for one in (blocked, unblocked) if one.my_chat_member]
    assert [(one.old_chat_member.status, one.new_chat_member.status) for one in changes] == [
        ("member", "kicked"), ("kicked", "member"),
    ]  # fmt: skip
    assert again.message is not None and again.message.text == "/start"
    with refused("chat not found"):
        await stage.bot.send_message(404, "hello")


async def test_privacy_mode_hides_what_is_not_for_the_bot(stage: Stage) -> None:
    group = stage.server.group("Listeners", stage.ada)
    card = await stage.says("a card", group)
    for text in ("chat", "/help", "/help@yasr_bot", "/help@other_bot", "psst @yasr_bot", "@other_bot"):
        await stage.ada.says(group, text)
    await stage.ada.says(group, "nice", reply_to=card)
    await stage.ada.promotes_bot(group)
    await stage.ada.says(group, "now you hear me")
    updates = await stage.bot.get_updates()
    assert [one.message.text for one in updates if one.message] == [
        "/help", "/help@yasr_bot", "psst @yasr_bot", "nice", "now you hear me",
    ]  # fmt: skip
    assert (await stage.bot.get_me()).can_read_all_group_messages is False


async def test_without_privacy_mode_the_bot_reads_everything() -> None:
    async with Telegram(privacy=False) as server:
        ada = server.person("Ada")
        await ada.says(server.group("Listeners", ada), "chat")
        [update] = server.updates.pending
        assert update["message"]["text"] == "chat"


async def test_a_bot_that_was_thrown_out_is_told_and_stays_out(stage: Stage) -> None:
    group = stage.server.supergroup("Listeners", stage.ada)
    await stage.ada.kicks_bot(group)
    with refused("bot was kicked from the supergroup chat", Forbidden):
        await stage.says(chat=group)
    await stage.ada.adds_bot(group)
    assert await stage.bot.leave_chat(group.id)
    with refused("bot is not a member of the supergroup chat", Forbidden):
        await stage.says(chat=group)
    kicked, added, welcomed, left = await stage.bot.get_updates()
    assert [one.my_chat_member.new_chat_member.status for one in (kicked, added, left) if one.my_chat_member] == [
        "kicked", "member", "left",
    ]  # fmt: skip
    assert welcomed.message is not None and welcomed.message.new_chat_members[0].username == "yasr_bot"
    assert (await stage.bot.get_chat_member(group.id, stage.ada.id)).status == "member"


async def test_a_group_becomes_a_supergroup(stage: Stage) -> None:
    group = stage.server.group("Listeners", stage.ada)
    new = await stage.ada.upgrades(group)
    with pytest.raises(ChatMigrated) as refused:
        await stage.says(chat=group)
    assert refused.value.new_chat_id == new.id
    assert (await stage.says(chat=new)).text == "hello"
    old_news, new_news = (one.message for one in await stage.bot.get_updates())
    assert old_news is not None and new_news is not None
    assert (old_news.migrate_to_chat_id, new_news.migrate_from_chat_id) == (new.id, group.id)


async def test_topics(stage: Stage) -> None:
    group = stage.server.supergroup("Listeners", stage.ada, topics=("folk", "techno"))
    folk, techno = group.topics
    await stage.ada.says(group, "/help", thread=folk)
    [update] = await stage.bot.get_updates()
    assert update.message is not None and update.message.chat.is_forum
    assert (update.message.message_thread_id, update.message.is_topic_message) == (folk, True)
    assert (await stage.says("here", group, message_thread_id=techno)).thread == techno
    with refused("message thread not found"):
        await stage.says("nowhere", group, message_thread_id=99)
    group.closed_topics.add(techno)
    with refused("topic_closed"):
        await stage.says("closed", group, message_thread_id=techno)


async def test_channels_belong_to_administrators(stage: Stage) -> None:
    channel = stage.server.channel("News", username="yasr_news")
    with refused("need administrator rights"):
        await stage.bot.send_message("@yasr_news", "hello")
    await stage.ada.promotes_bot(channel)
    await stage.bot.send_message("@yasr_news", "hello")
    assert (await stage.server.next_message(channel)).text == "hello"
    post = await stage.ada.says(channel, "news")
    await stage.ada.forwards(post, stage.chat)
    _, told, forwarded = await stage.bot.get_updates()
    assert told.channel_post is not None and told.channel_post.sender_chat is not None
    assert (told.channel_post.text, told.channel_post.sender_chat.id) == ("news", channel.id)
    assert forwarded.message is not None
    assert isinstance(forwarded.message.forward_origin, library.MessageOriginChannel)


async def test_forwards_and_edits_are_told(stage: Stage) -> None:
    eve = stage.server.person("Eve")
    group = stage.server.group("Elsewhere", eve, stage.ada, bot=None)
    hers = await eve.says(group, LINK)
    await stage.ada.forwards(hers, stage.chat)
    await stage.ada.forwards(hers, stage.chat, hidden=True)
    mine = await stage.ada.says(stage.chat, "typo")
    await stage.ada.edits(mine, "no typo")
    known, hidden, _, edited = await stage.bot.get_updates()
    assert known.message is not None and isinstance(known.message.forward_origin, library.MessageOriginUser)
    assert (known.message.text, known.message.forward_origin.sender_user.first_name) == (LINK, "Eve")
    assert hidden.message is not None and isinstance(hidden.message.forward_origin, library.MessageOriginHiddenUser)
    assert edited.edited_message is not None and edited.edited_message.text == "no typo"


async def test_what_nobody_may_send(stage: Stage) -> None:
    group = stage.server.supergroup("Listeners", stage.ada)
    group.denied.add("photo")
    assert (await stage.says("text", group)).text == "text"
    with refused("not enough rights to send photos to the chat"):
        await stage.bot.send_photo(group.id, picture())


async def test_a_chat_action_lasts_five_seconds(stage: Stage) -> None:
    await stage.bot.send_chat_action(stage.chat.id, "typing")
    assert stage.server.busy(stage.chat) == "typing"
    stage.server.clock.advance(5)
    assert stage.server.busy(stage.chat) is None
    with refused("wrong parameter action"):
        await stage.bot.send_chat_action(stage.chat.id, "dancing")


# Where the bot is not


def article(number: str, text: str, **options: Any) -> library.InlineQueryResultArticle:
    return library.InlineQueryResultArticle(number, "A song", library.InputTextMessageContent(text, "HTML"), **options)


async def test_inline_queries_offer_results_and_tell_what_was_chosen(stage: Stage) -> None:
    eve = stage.server.person("Eve")
    group = stage.server.group("Elsewhere", eve, bot=None)
    async with polling(stage):
        typed = await eve.inline("folk", chat=group)
        query = (await stage.hears()).inline_query
        assert query is not None and (query.query, query.chat_type) == ("folk", "group")
        await query.answer([article("1", "<b>one</b>", reply_markup=KEYBOARD), article("2", "two")])
        assert [one["id"] for one in await typed.answered()] == ["1", "2"]
        message = await eve.choose(typed, "1", group)
        chosen = (await stage.hears(2)).chosen_inline_result
        assert chosen is not None and chosen.inline_message_id == message.number
        assert await stage.bot.edit_message_text("later", inline_message_id=chosen.inline_message_id)
        assert (message.text, message.author) == ("later", eve.user)
        with refused("query is too old"):
            await query.answer([])


async def test_a_guest_is_called_by_name_and_answers_once(stage: Stage) -> None:
    group = stage.server.group("Elsewhere", stage.ada, bot=None)
    async with polling(stage):
        asked = await stage.ada.guest(group, f"@yasr_bot {LINK}")
        message = (await stage.hears()).guest_message
        assert message is not None and message.guest_query_id == asked.id
        sent = await message.answer_guest_query(article("1", "a song", reply_markup=KEYBOARD))
        answer = await asked.answered()
        assert (answer.text, answer.author, answer.reply_to) == ("a song", stage.server.bot, asked.message)
        assert await stage.bot.edit_message_text("another", inline_message_id=sent.inline_message_id)
        assert answer.text == "another"
        press = await stage.ada.press(await _with_keyboard(stage, answer), "r:7:9")
        pressed = (await stage.hears(2)).callback_query
        assert pressed is not None and (pressed.inline_message_id, pressed.id) == (answer.number, press.id)
        with refused("query is too old"):
            await message.answer_guest_query(article("1", "again"))
    with refused("chat not found"):
        await stage.says(chat=group)


async def _with_keyboard(stage: Stage, message: Message) -> Message:
    await stage.bot.edit_message_reply_markup(inline_message_id=message.number, reply_markup=KEYBOARD)
    return message


# The bot about itself


async def test_commands_have_scopes_and_languages(stage: Stage) -> None:
    bot, groups = stage.bot, library.BotCommandScopeAllGroupChats()
    await bot.set_my_commands([("help", "What I do")])
    await bot.set_my_commands([("help", "Was ich tue")], scope=groups, language_code="de")
    assert [one.description for one in await bot.get_my_commands()] == ["What I do"]
    assert [one.description for one in await bot.get_my_commands(groups, "de")] == ["Was ich tue"]
    assert await bot.get_my_commands(groups) == ()
    with refused("bot_command_invalid"):
        await bot.set_my_commands([("Help", "What I do")])
    await bot.set_my_short_description("Kurz", language_code="de")
    assert (await bot.get_my_short_description("de")).short_description == "Kurz"
    assert (await bot.get_my_short_description("fr")).short_description == ""
    await bot.set_my_name("New songs")
    assert (await bot.get_my_name("de")).name == "New songs"
    with refused("is too long"):
        await bot.set_my_description("x" * 513)


# Trouble


async def test_limits_on_demand(stage: Stage) -> None:
    group = stage.server.group("Listeners", stage.ada)
    stage.server.limit(7, chat=group)
    stage.server.limit(3, method="sendChatAction")
    assert (await stage.says()).text == "hello"
    with pytest.raises(RetryAfter) as refused:
        await stage.says(chat=group)
    assert refused.value.retry_after == timedelta(seconds=7)
    with pytest.raises(RetryAfter):
        await stage.bot.send_chat_action(stage.chat.id, "typing")
    stage.server.limit(1)
    assert await stage.bot.get_updates() == ()
    with pytest.raises(RetryAfter):
        await stage.bot.get_me()
    assert (await stage.says(chat=group)).text == "hello"


async def test_limits_that_are_enforced(stage: Stage) -> None:
    stage.server.enforce_limits()
    group = stage.server.group("Listeners", stage.ada)
    await stage.says("one")
    with pytest.raises(RetryAfter):
        await stage.says("two")
    stage.server.clock.advance(1)
    await stage.says("two")
    for number in range(20):
        await stage.says(str(number), group)
    with pytest.raises(RetryAfter):
        await stage.says("one too many", group)
    stage.server.clock.advance(60)
    await stage.says("now", group)
    rates = stage.server.rates()
    assert (rates[group.id].minute, rates[stage.chat.id].second) == (20, 1)


def test_rates_are_the_most_in_any_window() -> None:
    moments = iter([0.0, 0.5, 1.0, 1.2, 62.0])
    rates = Rates(lambda: next(moments))
    for method in ("sendMessage", "editMessageText", "sendPhoto", "sendMediaGroup", "sendMessage"):
        rates.note(call.Call(method, {"chat_id": -5, "media": [1, 2]}), enforced=False)
    rates.note(call.Call("sendChatAction", {"chat_id": -5}), enforced=False)
    rates.note(call.Call("getMe", {}), enforced=False)
    assert rates.peaks() == {None: Peaks(4, 5), -5: Peaks(4, 5)}


async def test_faults_are_answered_as_they_were_ordered(stage: Stage) -> None:
    stage.server.fail("sendMessage", errors.Refused(500))
    with pytest.raises(NetworkError, match="Internal Server Error"):
        await stage.says()
    stage.server.fail("sendMessage", Trouble.CLOSED)
    with pytest.raises(NetworkError):
        await stage.says()
    assert stage.server.messages(stage.chat) == [stage.ada.sees(stage.chat)[0]]
    stage.server.fail("sendMessage", Trouble.LOST)
    with pytest.raises(NetworkError):
        await stage.says("twice?")
    assert stage.server.messages(stage.chat)[-1].text == "twice?"
    stage.server.fail("sendMessage", Trouble.SILENT)
    with pytest.raises(TimedOut):
        await stage.says("never", read_timeout=0.01)
    await stage.server.until(lambda: len(stage.server.calls("sendMessage")) == 4)
    assert stage.server.messages(stage.chat)[-1].text == "twice?"
    assert [one["text"] for one in stage.server.calls("sendMessage")] == ["hello", "hello", "twice?", "never"]


async def test_requests_are_held_until_they_are_let_go(stage: Stage) -> None:
    with stage.server.hold("sendMessage") as held:
        sending = asyncio.create_task(stage.says("patience"))
        await stage.server.until(lambda: held.waiting)
        assert len(stage.server.messages(stage.chat)) == 1
        held.release()
        assert (await sending).text == "patience"


async def test_a_wrong_token_and_an_unknown_method(stage: Stage) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{stage.server.base_url}7:wrong/getMe") as answer:
            assert await answer.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}
        async with session.get(f"{stage.server.base_url}{stage.server.token}/sendDice?chat_id=1") as answer:
            assert (answer.status, (await answer.json())["description"]) == (404, "Not Found: method not modelled")
    assert stage.server.unmodelled == ["sendDice"]
    assert stage.server.requests[-1] == ("sendDice", {"chat_id": 1})


# The description


@needs_description
async def test_a_request_the_description_does_not_allow_is_refused_and_remembered() -> None:
    async with Telegram() as server, aiohttp.ClientSession() as session:
        ada = server.person("Ada")
        url = f"{server.base_url}{server.token}/sendMessage"
        async with session.post(url, json={"chat_id": ada.id, "text": ["no", "text"], "colour": 1}) as answer:
            assert answer.status == 400
        assert server.violations == [
            "request sendMessage.colour: unknown field",
            "request sendMessage.text: \"['no', 'text']\" is not String",
        ]


@needs_description
def test_an_answer_or_an_update_the_description_does_not_allow_is_named() -> None:
    validator = Validator()
    user = {"id": 1, "is_bot": True, "first_name": "YASR"}
    assert validator.answer("getMe", 200, {"ok": True, "result": user}) == []
    assert validator.answer("getMe", 200, {"ok": True, "result": user | {"id": "1"}}) == [
        "answer getMe(User).id: '1' is not Integer"
    ]
    reaction: dict[str, Any] = {"chat": {"id": 1, "type": "private"}, "message_id": 1, "date": 1, "old_reaction": []}
    reaction["new_reaction"] = [{"type": "emoticon", "emoji": "🔥"}]
    assert validator.update({"update_id": 1, "message_reaction": reaction}) == [
        'update(Update).message_reaction(MessageReactionUpdated).new_reaction[0](ReactionTypeEmoji).type: "emoticon" '
        'is not "emoji"'
    ]
    assert validator.answer("getMe", 429, {"ok": False, "parameters": {"retry_after": "5"}}) == [
        "answer 429 getMe.parameters(ResponseParameters).retry_after: '5' is not Integer"
    ]


@needs_description
def test_parameters_are_decoded_as_the_description_says() -> None:
    simple = {"Integer": call.NUMBERS, "Boolean": call.FLAGS}
    server = Telegram()
    for method, _ in server._handlers.values():
        for field in _specification()["methods"][method].get("fields", []):
            name, kinds = field["name"], field["types"]
            if kinds[0] in simple and len(kinds) == 1:
                assert name in simple[kinds[0]], (method, name)
            elif kinds[0] not in ("String", "InputFile", "Integer"):
                assert name in call.OBJECTS, (method, name)
            elif kinds == ["String"]:
                assert name not in call.OBJECTS | call.NUMBERS | call.FLAGS, (method, name)
