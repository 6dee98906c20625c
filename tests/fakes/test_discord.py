"""The fake of Discord, with the unmodified discord.py as its client."""

from __future__ import annotations

import asyncio
import io
import re
import warnings
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from tests.fakes.discord import Channel, Discord, Interaction, Message, Person, errors
from tests.fakes.discord.limits import EVERYWHERE, MESSAGES, MESSAGES_S, Limits
from tests.fakes.discord.validate import SPECIFICATION, Validator

with warnings.catch_warnings():  # discord.py imports audioop, which leaves the standard library with Python 3.13
    warnings.simplefilter("ignore", DeprecationWarning)
    import discord as library
    from discord import app_commands, ui

needs_description = pytest.mark.skipif(not SPECIFICATION.is_file(), reason="no description beside the repository")

LINK = "https://example.org/playlist/1"


class Rate(ui.DynamicItem[ui.Button[ui.View]], template=r"rate:(?P<track>\d+):(?P<value>\d+)"):
    """A button that still works after a restart: everything it must know is in its id."""

    def __init__(self, track: str, value: str) -> None:
        super().__init__(ui.Button(label=value, custom_id=f"rate:{track}:{value}"))
        self.said = f"track {track}: {value} of 10"

    @classmethod
    async def from_custom_id(cls, _: Any, __: Any, match: re.Match[str]) -> Rate:
        return cls(match["track"], match["value"])

    async def callback(self, interaction: library.Interaction[Any]) -> None:
        await interaction.response.send_message(self.said, ephemeral=True)


class Menu(ui.View):
    def __init__(self) -> None:
        super().__init__(timeout=None)

    @ui.select(custom_id="genre", options=[library.SelectOption(label=name) for name in ("folk", "techno")])
    async def genre(self, interaction: library.Interaction[Any], select: ui.Select[Menu]) -> None:
        await interaction.response.edit_message(content=f"more {select.values[0]}", view=None)


class Form(ui.Modal, title="A word"):
    word: ui.TextInput[Form] = ui.TextInput(label="Word", custom_id="word")

    async def on_submit(self, interaction: library.Interaction[Any]) -> None:
        await interaction.response.send_message(f"you wrote {self.word.value}")


class Bot(library.Client):
    """Remembers what it hears."""

    def __init__(self, intents: library.Intents) -> None:
        super().__init__(intents=intents, guild_ready_timeout=0.1)  # it waits that long for yet another guild
        self.tree = app_commands.CommandTree(self)
        self.heard: list[tuple[str, Any]] = []
        self.gate = asyncio.Event()
        self.caught: list[library.HTTPException] = []
        _add_commands(self)

    async def setup_hook(self) -> None:
        self.add_dynamic_items(Rate)
        self.add_view(Menu())
        await self.tree.sync()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Discord wants five seconds between two identifications; the fake does not."""

    async def on_message(self, message: library.Message) -> None:
        self.heard.append(("message", message))

    async def on_raw_reaction_add(self, event: library.RawReactionActionEvent) -> None:
        self.heard.append(("add", event))

    async def on_raw_reaction_remove(self, event: library.RawReactionActionEvent) -> None:
        self.heard.append(("remove", event))

    async def on_resumed(self) -> None:
        self.heard.append(("resumed", None))

    async def on_ready(self) -> None:
        self.heard.append(("ready", None))

    async def hears(self, kind: str, number: int = 1) -> Any:
        """What the event of that kind brought."""
        await self.until(lambda: len(self._heard_of(kind)) >= number)
        return self._heard_of(kind)[number - 1]

    async def until(self, answer: Callable[[], bool]) -> None:
        """Lets the library work until ``answer()`` is true."""
        async with asyncio.timeout(10):
            while not answer():
                await asyncio.sleep(0)

    def _heard_of(self, kind: str) -> list[Any]:
        return [what for name, what in self.heard if name == kind]


def _add_commands(bot: Bot) -> None:
    @bot.tree.command()
    async def recommend(interaction: library.Interaction[Any], link: str) -> None:
        """Songs like these"""
        await interaction.response.defer(thinking=True)
        await bot.gate.wait()
        await interaction.edit_original_response(content=f"listening to {link}")
        await interaction.followup.send("done")

    @recommend.autocomplete("link")
    async def links(_: library.Interaction[Any], typed: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=f"{typed} again", value=LINK)]

    @bot.tree.command()
    async def late(interaction: library.Interaction[Any]) -> None:
        """Answers when the test lets it"""
        await bot.gate.wait()
        try:
            await interaction.response.send_message("too late?")
            await interaction.followup.send("more")
        except library.HTTPException as refused:
            bot.caught.append(refused)

    @bot.tree.command()
    async def menu(interaction: library.Interaction[Any]) -> None:
        """A view"""
        await interaction.response.send_message("which?", view=Menu())

    @bot.tree.command()
    async def form(interaction: library.Interaction[Any]) -> None:
        """A form"""
        await interaction.response.send_modal(Form())

    @bot.tree.context_menu(name="Recommend from this")
    async def from_this(interaction: library.Interaction[Any], message: library.Message) -> None:
        await interaction.response.send_message(f"read: {message.content}", ephemeral=True)


class Stage:
    """The fake, a bot that is connected to it, a channel and a person."""

    def __init__(self, server: Discord, bot: Bot, channel: Channel, ada: Person) -> None:
        self.server, self.bot, self.channel, self.ada = server, bot, channel, ada

    @property
    def room(self) -> library.TextChannel:
        """The channel as the library knows it."""
        found = self.bot.get_channel(int(self.channel.id))
        assert isinstance(found, library.TextChannel)
        return found

    async def says(self, *args: Any, **kwargs: Any) -> Message:
        """The bot sends a message, and here it is as the server has it."""
        sent = await self.room.send(*args, **kwargs)
        return self.channel.messages[str(sent.id)]


@asynccontextmanager
async def staged(intents: library.Intents | None = None, **options: Any) -> AsyncIterator[Stage]:
    async with Discord(**options) as server:
        channel = server.channel(server.guild("Listeners"), "music")
        ada = server.person("Ada")
        async with Bot(intents or library.Intents.default()) as bot:
            running = asyncio.create_task(bot.start(server.token))
            await _first(bot.wait_until_ready(), running)
            await bot.until(lambda: bot.get_channel(int(channel.id)) is not None)
            yield Stage(server, bot, channel, ada)
        await running
    assert server.violations == []


async def _first(wanted: Any, running: asyncio.Task[None]) -> None:
    """Waits for ``wanted``; what ends the bot before is raised."""
    waiting = asyncio.create_task(wanted)
    await asyncio.wait({waiting, running}, timeout=10, return_when=asyncio.FIRST_COMPLETED)
    if not waiting.done():
        waiting.cancel()
        running.result()


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with staged() as made:
        yield made


async def test_login_gives_the_bot_its_name_its_owner_and_its_guilds(stage: Stage) -> None:
    assert stage.bot.user is not None and stage.bot.user.name == "yasr"
    assert (await stage.bot.application_info()).owner.name == "owner"
    assert [(guild.name, [one.name for one in guild.text_channels]) for guild in stage.bot.guilds] == [
        ("Listeners", ["music"])
    ]
    assert [command.name for command in await stage.bot.tree.fetch_commands()] == [
        "recommend", "late", "menu", "form", "Recommend from this",
    ]  # fmt: skip


async def test_a_wrong_token_is_refused() -> None:
    async with Discord() as server, Bot(library.Intents.none()) as bot:
        with pytest.raises(library.LoginFailure):
            await bot.start("wrong")
        assert server.violations == []


async def test_an_intent_that_is_not_granted_ends_the_connection() -> None:
    with pytest.raises(library.PrivilegedIntentsRequired):
        async with staged(library.Intents.all()):
            pass


async def test_a_command_is_deferred_then_edited_then_followed_up(stage: Stage) -> None:
    interaction = await stage.ada.command(stage.channel, "recommend", link=LINK)
    await interaction.acknowledged()
    original = interaction.original
    assert original is not None and original.loading and original.content == ""
    stage.bot.gate.set()
    assert (await interaction.followup()).content == "done"
    assert original.content == f"listening to {LINK}" and not original.loading
    assert [one.content for one in stage.server.messages(stage.channel)] == [f"listening to {LINK}", "done"]


async def test_the_first_followup_of_a_deferred_command_is_the_original(stage: Stage) -> None:
    interaction = await stage.ada.command(stage.channel, "recommend", link=LINK)
    await interaction.acknowledged()
    first = await _webhook(stage, interaction, {"content": "first"})
    second = await _webhook(stage, interaction, {"content": "second", "flags": 64})
    assert interaction.original is not None and first["id"] == interaction.original.id
    assert second["flags"] & 64 and second["id"] != first["id"]
    assert [one.content for one in stage.server.messages(stage.channel)] == ["first"]
    assert [one.content for one in stage.ada.sees(stage.channel)] == ["first", "second"]


async def _webhook(stage: Stage, interaction: Interaction, body: dict[str, Any]) -> dict[str, Any]:
    url = f"{stage.server.api_base}/webhooks/{stage.server.bot.id}/{interaction.token}"
    async with aiohttp.ClientSession() as session, session.post(url, json=body) as answer:
        result: dict[str, Any] = await answer.json()
        return result


async def test_the_original_can_be_fetched_and_deleted(stage: Stage) -> None:
    interaction = await stage.ada.command(stage.channel, "menu")
    card = await interaction.reply()
    url = f"{stage.server.api_base}/webhooks/{stage.server.bot.id}/{interaction.token}/messages/@original"
    async with aiohttp.ClientSession() as session:
        async with session.get(url) as answer:
            assert ((await answer.json())["id"], answer.status) == (card.id, 200)
        async with session.delete(url) as answer:
            assert answer.status == 204
        async with session.get(url) as answer:
            assert ((await answer.json())["code"], answer.status) == (10008, 404)
    assert stage.server.messages(stage.channel) == []


async def test_autocomplete_offers_choices(stage: Stage) -> None:
    choices = await stage.ada.autocomplete(stage.channel, "recommend", "link", link="folk")
    assert [(one["name"], one["value"]) for one in choices] == [("folk again", LINK)]


async def test_a_context_menu_hands_over_the_message_with_its_content(stage: Stage) -> None:
    interaction = await stage.ada.menu("Recommend from this", await stage.ada.says(stage.channel, LINK))
    answer = await interaction.reply()
    assert (answer.content, answer.ephemeral) == (f"read: {LINK}", True)


async def test_a_form_is_asked_and_answered(stage: Stage) -> None:
    sent = await stage.ada.submit(await stage.ada.command(stage.channel, "form"), word="violin")
    assert (await sent.reply()).content == "you wrote violin"


async def test_a_button_is_known_by_its_id_alone(stage: Stage) -> None:
    view = ui.View(timeout=None)
    view.add_item(Rate("7", "9"))
    card = await stage.says("a card", view=view)
    answer = await (await stage.ada.press(card, "rate:7:9")).reply()
    assert (answer.content, answer.ephemeral) == ("track 7: 9 of 10", True)


async def test_a_choice_edits_the_message(stage: Stage) -> None:
    card = await (await stage.ada.command(stage.channel, "menu")).reply()
    interaction = await stage.ada.select(card, "genre", "techno")
    await interaction.acknowledged()
    assert interaction.original is card
    assert (card.content, card.components) == ("more techno", [])


async def test_reactions_come_and_go(stage: Stage) -> None:
    card = await stage.says("a card")
    await stage.ada.react(card, "🔥")
    added = await stage.bot.hears("add")
    assert (added.emoji.name, added.user_id, added.message_id) == ("🔥", int(stage.ada.id), int(card.id))
    await stage.ada.unreact(card, "🔥")
    assert (await stage.bot.hears("remove")).emoji.name == "🔥"
    await stage.room.get_partial_message(int(card.id)).add_reaction("7️⃣")
    assert card.reactions == {"7️⃣": [stage.server.bot]}
    seen = await stage.room.fetch_message(int(card.id))
    assert [(str(one.emoji), one.count, one.me) for one in seen.reactions] == [("7️⃣", 1, True)]


async def test_a_message_takes_twenty_different_reactions(stage: Stage) -> None:
    card = await stage.says("a card")
    for number in range(20):
        await stage.ada.react(card, chr(0x1F600 + number))
    with pytest.raises(library.HTTPException) as refused:
        await stage.room.get_partial_message(int(card.id)).add_reaction("🔥")
    assert refused.value.code == 30010


async def test_content_is_hidden_without_the_intent_except_where_the_bot_is_addressed(stage: Stage) -> None:
    card = await stage.says("a card")
    await stage.ada.says(stage.channel, "a secret")
    await stage.ada.says(stage.channel, f"<@{stage.server.bot.id}> hello")
    await stage.ada.says(stage.channel, "an answer", reply_to=card)
    await stage.ada.dm("in private")
    assert (await stage.bot.hears("message", 5)).content == "in private"
    heard = [what.content for _, what in stage.bot.heard[-5:]]
    assert heard == ["a card", "", f"<@{stage.server.bot.id}> hello", "an answer", "in private"]


async def test_content_is_shown_with_the_intent() -> None:
    intents = library.Intents.default()
    intents.message_content = True
    async with staged(intents) as stage:
        await stage.ada.says(stage.channel, LINK)
        assert (await stage.bot.hears("message")).content == LINK


async def test_events_nobody_asked_for_are_not_sent() -> None:
    async with staged(library.Intents(guilds=True, guild_messages=True)) as stage:
        await stage.ada.react(await stage.ada.says(stage.channel, "one"), "🔥")
        await stage.ada.dm("hidden")
        await stage.ada.says(stage.channel, "two")
        await stage.bot.hears("message", 2)
        assert [name for name, _ in stage.bot.heard] == ["ready", "message", "message"]


async def test_files_are_uploaded_and_can_be_fetched(stage: Stage) -> None:
    file = library.File(io.BytesIO(b"pixels"), "cover.png", description="the cover")
    embed = library.Embed(title="A song").set_image(url="attachment://cover.png")
    card = await stage.says("with a picture", file=file, embed=embed)
    [attachment] = card.attachments
    assert (attachment["filename"], attachment["size"], attachment["description"]) == ("cover.png", 6, "the cover")
    assert card.embeds[0]["image"]["url"] == attachment["url"]
    async with aiohttp.ClientSession() as session, session.get(attachment["url"]) as answer:
        assert await answer.read() == b"pixels"


async def test_private_messages(stage: Stage) -> None:
    user = await stage.bot.fetch_channel(int(stage.ada.private.id))
    assert isinstance(user, library.DMChannel)
    await user.send("just for you", nonce="job-1")
    assert (await stage.server.next_message(stage.ada.private)).content == "just for you"


async def test_somebody_who_blocked_the_bot_cannot_be_written_to(stage: Stage) -> None:
    bob = stage.server.person("Bob", blocks_bot=True)
    with pytest.raises(library.Forbidden) as refused:
        await (await stage.bot.create_dm(library.Object(int(bob.id)))).send("hello")
    assert refused.value.code == 50007


def card_view(texts: int, length: int = 10) -> ui.LayoutView:
    view = ui.LayoutView(timeout=None)
    for _ in range(texts):
        view.add_item(ui.TextDisplay("x" * length))
    return view


async def test_a_card_of_the_new_kind(stage: Stage) -> None:
    view = card_view(0)
    section: ui.Section[ui.LayoutView] = ui.Section("**A song**", accessory=ui.Thumbnail("attachment://cover.png"))
    row: ui.ActionRow[ui.LayoutView] = ui.ActionRow(ui.Button(label="9", custom_id="rate:7:9"))
    view.add_item(ui.Container(section, ui.Separator(), row))
    card = await stage.says(view=view, file=library.File(io.BytesIO(b"pixels"), "cover.png"))
    assert card.flags & 1 << 15
    [box] = card.components
    assert [one["type"] for one in box["components"]] == [9, 14, 1]
    assert box["components"][0]["accessory"]["media"]["url"] == card.attachments[0]["url"]
    assert (await (await stage.ada.press(card, "rate:7:9")).reply()).content == "track 7: 9 of 10"


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        (lambda: {"view": card_view(40)}, None),
        (lambda: {"view": card_view(8, 500)}, None),
        (lambda: {"view": card_view(8, 501)}, "displayable text is over 4000"),
        (lambda: {"view": card_view(1), "content": "x"}, "'content' field cannot be used"),
        (lambda: {"content": "x" * 2001}, "2000 or fewer"),
        (lambda: {"embeds": [library.Embed(description="x" * 3001)] * 2}, "maximum size of 6000"),
    ],
)
async def test_what_is_too_much_for_one_message(
    stage: Stage, message: Callable[[], dict[str, Any]], sentence: str | None
) -> None:
    if sentence is None:
        await stage.says(**message())
        return
    with pytest.raises(library.HTTPException) as refused:
        await stage.says(**message())
    assert refused.value.code == 50035 and sentence in refused.value.text


async def test_a_card_can_become_of_the_new_kind_but_never_old_again(stage: Stage) -> None:
    card = await stage.says("working …")
    handle = stage.room.get_partial_message(int(card.id))
    await handle.edit(content=None, view=card_view(1))
    assert (card.content, [one["type"] for one in card.components]) == ("", [10])
    with pytest.raises(library.HTTPException) as refused:
        await handle.edit(content="text", view=None)
    assert refused.value.code == 50035
    assert [one["type"] for one in card.components] == [10]


async def test_a_reply_pings_only_when_it_may(stage: Stage) -> None:
    asked = await stage.ada.says(stage.channel, "hello")
    question = stage.room.get_partial_message(int(asked.id))
    quiet = await question.reply(f"<@{stage.ada.id}>", allowed_mentions=library.AllowedMentions.none())
    loud = await question.reply("done", allowed_mentions=library.AllowedMentions(replied_user=True))
    messages = stage.channel.messages
    assert messages[str(quiet.id)].mentions == []
    assert messages[str(loud.id)].mentions == [stage.ada.user]
    assert messages[str(loud.id)].reply_to is asked


async def test_the_same_nonce_posts_once(stage: Stage) -> None:
    first = await stage.says("once", nonce="job-1")
    again = await stage.says("once", nonce="job-1")
    stage.server.clock.advance(minutes=5)
    later = await stage.says("once", nonce="job-1")
    assert again is first and later is not first
    assert len(stage.server.messages(stage.channel)) == 2


async def test_a_cut_connection_is_resumed_and_nothing_is_lost(stage: Stage) -> None:
    stage.server.gateway.cut()
    await stage.ada.dm("meanwhile")
    await stage.bot.hears("resumed")
    assert (await stage.bot.hears("message")).content == "meanwhile"
    assert len(stage.server.world.sessions) == 1


async def test_a_request_to_reconnect_is_followed(stage: Stage) -> None:
    await stage.server.gateway.reconnect()
    await stage.bot.hears("resumed")
    await stage.ada.dm("still there?")
    assert (await stage.bot.hears("message")).content == "still there?"


async def test_an_invalid_session_begins_anew(stage: Stage) -> None:
    await stage.server.gateway.invalidate()
    await stage.bot.hears("ready", 2)
    await stage.ada.dm("a new life")
    assert (await stage.bot.hears("message")).content == "a new life"
    assert len(stage.server.world.sessions) == 2


@pytest.mark.parametrize("everywhere", [False, True])
async def test_the_library_waits_and_tries_again_when_limited(stage: Stage, everywhere: bool) -> None:
    stage.server.limit("POST /channels/", everywhere=everywhere)
    assert (await stage.says("patience")).content == "patience"
    assert [one for one in stage.server.requests if one.startswith("POST /channels/")] == [
        f"POST /channels/{stage.channel.id}/messages"
    ] * 2


async def test_an_answer_after_three_seconds_is_too_late(stage: Stage) -> None:
    interaction = await stage.ada.command(stage.channel, "late")
    stage.server.clock.advance(3.5)
    stage.bot.gate.set()
    await stage.bot.until(lambda: bool(stage.bot.caught))
    assert [refused.code for refused in stage.bot.caught] == [10062]
    assert interaction.original is None


async def test_a_token_lives_for_fifteen_minutes(stage: Stage) -> None:
    interaction = await stage.ada.command(stage.channel, "recommend", link=LINK)
    await interaction.acknowledged()
    stage.server.clock.advance(minutes=14)
    assert (await _webhook(stage, interaction, {"content": "still"}))["content"] == "still"
    stage.server.clock.advance(minutes=1, seconds=1)
    assert await _webhook(stage, interaction, {"content": "gone"}) == {
        "message": "Invalid Webhook Token",
        "code": 50027,
    }
    original = interaction.original
    assert original is not None
    await stage.room.get_partial_message(int(original.id)).edit(content="by the bot's own token")
    assert original.content == "by the bot's own token"


async def test_an_interaction_is_acknowledged_once(stage: Stage) -> None:
    interaction = await stage.ada.command(stage.channel, "late")
    url = f"{stage.server.api_base}/interactions/{interaction.id}/{interaction.token}/callback"
    async with aiohttp.ClientSession() as session, session.post(url, json={"type": 5}) as answer:
        assert answer.status == 204
    stage.bot.gate.set()
    await stage.bot.until(lambda: bool(stage.bot.caught))
    assert [refused.code for refused in stage.bot.caught] == [40060]


async def test_where_the_bot_is_no_member_five_followups_are_all(stage: Stage) -> None:
    elsewhere = stage.server.channel(stage.server.guild("Elsewhere", has_bot=False), "talk")
    interaction = await stage.ada.command(elsewhere, "late")
    stage.bot.gate.set()
    await interaction.followup()
    answers = [await _webhook(stage, interaction, {"content": "more"}) for _ in range(5)]
    assert [one.get("code") for one in answers] == [None] * 4 + [40094]
    with pytest.raises(library.Forbidden) as refused:
        await stage.bot.http.send_typing(int(elsewhere.id))
    assert refused.value.code == 50001


@pytest.mark.parametrize(("permission", "code"), [("send_messages", 50013), ("view_channel", 50001)])
async def test_what_the_bot_may_not_do(stage: Stage, permission: str, code: int) -> None:
    stage.channel.deny(permission)
    with pytest.raises(library.Forbidden) as refused:
        await stage.says("hello")
    assert refused.value.code == code


async def test_what_is_gone_is_not_found(stage: Stage) -> None:
    card = await stage.says("a card")
    await stage.ada.delete(card)
    with pytest.raises(library.NotFound) as refused:
        await stage.room.get_partial_message(int(card.id)).edit(content="new")
    assert refused.value.code == 10008
    stage.channel.deleted = True
    with pytest.raises(library.NotFound) as refused:
        await stage.says("hello")
    assert refused.value.code == 10003


async def test_old_messages_are_edited_only_so_often(stage: Stage) -> None:
    stage.server.world.old_edit_limit = 1
    handle = stage.room.get_partial_message(int((await stage.says("young")).id))
    await handle.edit(content="1")
    stage.server.clock.advance(minutes=60)
    await handle.edit(content="2")
    with pytest.raises(library.HTTPException) as refused:
        await handle.edit(content="3")
    assert refused.value.code == 30046


async def test_a_fault_is_answered_as_it_was_ordered(stage: Stage) -> None:
    stage.server.fail("POST /channels/", errors.Refused(503, 0, "overloaded"))
    with pytest.raises(library.DiscordServerError):
        await stage.says("hello")
    assert (await stage.says("again")).content == "again"


@needs_description
async def test_a_request_the_description_does_not_allow_is_refused_and_remembered() -> None:
    async with Discord() as server, aiohttp.ClientSession(headers={"Authorization": f"Bot {server.token}"}) as session:
        room = server.channel(server.guild("Listeners"), "music")
        url = f"{server.api_base}/channels/{room.id}/messages"
        async with session.post(url, json={"content": ["not", "text"]}) as answer:
            assert (answer.status, (await answer.json())["code"]) == (400, 50035)
        assert len(server.violations) == 1 and "$.content" in server.violations[0]
        async with session.get(f"{server.api_base}/nowhere") as answer:
            assert answer.status == 404
        assert server.violations[1:] == ["nothing here answers GET /api/v10/nowhere"]


@needs_description
def test_an_answer_the_description_does_not_allow_is_named() -> None:
    [wrong] = Validator().answer("GET", "/gateway", 200, {"url": 7})
    assert wrong == "answer 200 to GET /gateway: $.url: 7 is not of type 'string'"
    assert Validator().answer("GET", "/gateway", 200, {"url": "ws://localhost"}) == []


class Sharded(library.AutoShardedClient):
    """Hears on which shard what arrives."""

    def __init__(self, shards: int) -> None:
        super().__init__(intents=library.Intents.default(), shard_count=shards, guild_ready_timeout=0.1)
        self.heard: list[tuple[str, int, int]] = []

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Discord wants five seconds between two identifications; the fake does not."""

    async def on_message(self, message: library.Message) -> None:
        where = message.guild
        self.heard.append(("message", 0 if where is None else where.shard_id, message.id))


@asynccontextmanager
async def sharded(server: Discord, shards: int) -> AsyncIterator[Sharded]:
    async with Sharded(shards) as bot:
        running = asyncio.create_task(bot.start(server.token))
        await _first(bot.wait_until_ready(), running)
        yield bot
    await running


async def test_every_shard_gets_its_own_guilds_and_what_happens_there() -> None:
    async with Discord() as server:
        channels = [server.channel(server.guild(f"Guild {number}"), "talk") for number in range(6)]
        guilds = [channel.guild for channel in channels if channel.guild is not None]
        async with sharded(server, 2) as bot:
            await server.until(lambda: sum(len(one.log) for one in server.world.sessions.values()) >= 2 + len(guilds))
            ada = server.person("Ada")
            for channel in channels:
                await ada.says(channel, "hello")
            await ada.dm("hello")
            sessions = {one.shard: one for one in server.world.sessions.values()}
            async with asyncio.timeout(10):
                while len(bot.heard) < len(channels) + 1:
                    await asyncio.sleep(0)
    assert sorted(sessions) == [(0, 2), (1, 2)]
    for (number, total), session in sessions.items():
        own = [guild.id for guild in guilds if (int(guild.id) >> 22) % total == number]
        assert len(own) == 3
        events = [(told["t"], told["d"]) for told in session.log]
        assert [one["id"] for name, one in events if name == "GUILD_CREATE"] == own
        assert [one["id"] for one in events[0][1]["guilds"]] == own
        heard = [one.get("guild_id") for name, one in events if name == "MESSAGE_CREATE"]
        assert heard == own + [None] * (number == 0)  # direct messages are on shard 0
    assert server.violations == []


async def test_a_shard_that_there_is_not_is_refused() -> None:
    async with (
        Discord() as server,
        aiohttp.ClientSession() as session,
        session.ws_connect(server.gateway_url) as socket,
    ):
        assert (await socket.receive_json())["op"] == 10
        await socket.send_json({"op": 2, "d": {"token": server.token, "intents": 1, "shard": [2, 2]}})
        assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
        assert socket.close_code == 4010


def test_a_window_is_given_anew_when_it_ends() -> None:
    now = [100.0]
    limits = Limits(lambda: now[0])
    told = []
    for _ in range(MESSAGES):
        told.append(limits.admit("POST /channels/7/messages"))
        now[0] += 1 / 8
    assert [one["X-RateLimit-Remaining"] for one in told] == ["4", "3", "2", "1", "0"]
    assert told[-1]["X-RateLimit-Reset-After"] == "4.500"
    with pytest.raises(errors.Refused) as refused:
        limits.admit("POST /channels/7/messages")
    assert (refused.value.body["retry_after"], refused.value.body["global"]) == (MESSAGES_S - MESSAGES / 8, False)
    assert limits.admit("POST /channels/8/messages")["X-RateLimit-Remaining"] == "4"
    now[0] = 100 + MESSAGES_S
    assert limits.admit("POST /channels/7/messages")["X-RateLimit-Remaining"] == "4"
    assert limits.refused == 1


async def test_what_is_too_much_is_refused_but_interactions_are_answered() -> None:
    limits = Limits(lambda: 0.0)  # its second does not end
    async with staged() as stage:
        stage.server.limits = limits
        url, bot = (
            f"{stage.server.api_base}/channels/{stage.channel.id}",
            {"Authorization": f"Bot {stage.server.token}"},
        )
        async with aiohttp.ClientSession(headers=bot) as session:
            answers = []
            for _ in range(EVERYWHERE + 1):
                async with session.get(url) as answer:
                    answers.append(answer.status)
                    body = await answer.json()
        assert answers == [200] * EVERYWHERE + [429]
        assert (body["global"], body["retry_after"]) == (True, 1.0)
        interaction = await stage.ada.command(stage.channel, "menu")
        assert (await interaction.reply()).content == "which?"
    assert limits.refused == 1
