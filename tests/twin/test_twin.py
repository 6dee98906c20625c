"""A foreign fake of Discord, npm's discord-digital-twin 0.1.1, with the unmodified discord.py 2.7.1 as its client.

It was written by others for discord.js, so it judges what we believe about Discord otherwise than our own fake does.
Where it is not like Discord, tests/twin/bridge.py stands between, and each of these is put right there by the function
of tests/twin/gaps.py that has its number:

 1. GET /oauth2/applications/@me, with the owner, is unknown to it: the bridge answers.
 2. A callback with ``with_response`` is answered by 204: the bridge asks for the message, and answers with JSON.
 3. Reaction events lack ``type`` and ``burst``: added.
 4. Messages leave out empty ``components``: added.
 5. Multipart bodies cannot be read: ``payload_json`` is handed on, the files are kept and served by the bridge, and
    the twin is told of the attachments; the MESSAGE_CREATE of a new message goes out before, without them.
 6. RESUME is not answered: the bridge says op 9, and the client identifies anew.
 7. Nobody but the bot reacts: twin.mjs writes people's reactions into the twin's own tables and tells its gateway.
 8. A deferral shows nothing, and what is written afterwards is not ephemeral, and the first follow-up is a second
    message: here a deferral becomes a message with the flag LOADING, which the first edit or follow-up fills.
 9. An edit to null changes nothing, and its flags replace the message's: the bridge sends what is empty, and all flags.
10. Interactions do not say who installed the application: here the guild did.
11. ``mentions`` is always empty: filled from the content.
12. Ephemeral messages are told to the gateway: held back.
13. READY does not name the shard: added. There is one; the twin would tell every shard everything.

Its addresses (``url`` of the gateway, ``resume_gateway_url``) would lead past the bridge, and are replaced; and it
listens on all interfaces, which twin.mjs forbids.

Not modelled: the 3 s and 15 min of an interaction, 429, permissions, intents (every event and every content arrives),
direct messages, user installs, languages other than en-US, the limits of messages and components, attachment:// in
what the server shows, ``nonce``, ``allowed_mentions``, ``referenced_message``, the reactions of a fetched message,
lists of commands, and the token of REST requests (any will do; the gateway wants the right one).
"""

from __future__ import annotations

import asyncio
import io
import re
import warnings
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import psutil
import pytest

from tests.twin.bridge import Twin

with warnings.catch_warnings():  # discord.py imports audioop, which leaves the standard library with Python 3.13
    warnings.simplefilter("ignore", DeprecationWarning)
    import discord as library
    from discord import app_commands, ui

pytestmark = pytest.mark.twin

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


class Form(ui.Modal, title="A word"):
    word: ui.Label[Form] = ui.Label(text="Word", component=ui.TextInput(custom_id="word"))

    async def on_submit(self, interaction: library.Interaction[Any]) -> None:
        assert isinstance(self.word.component, ui.TextInput)
        await interaction.response.edit_message(content=f"you wrote {self.word.component.value}")


class Menu(ui.View):
    def __init__(self) -> None:
        super().__init__(timeout=None)

    @ui.select(custom_id="genre", options=[library.SelectOption(label=name) for name in ("folk", "techno")])
    async def genre(self, interaction: library.Interaction[Any], select: ui.Select[Menu]) -> None:
        await interaction.response.edit_message(content=f"more {select.values[0]}", view=None)

    @ui.button(custom_id="write", label="Write")
    async def write(self, interaction: library.Interaction[Any], _: ui.Button[Menu]) -> None:
        await interaction.response.send_modal(Form())


class Bot(library.AutoShardedClient):
    """Remembers what it hears."""

    def __init__(self) -> None:
        super().__init__(intents=library.Intents.default(), guild_ready_timeout=0.1)
        self.tree = app_commands.CommandTree(self)
        self.heard: list[tuple[str, Any]] = []
        self.gate = asyncio.Event()
        _add_commands(self)

    async def setup_hook(self) -> None:
        self.add_dynamic_items(Rate)
        self.add_view(Menu())
        await self.tree.sync()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Discord wants five seconds between two identifications; the twin does not."""

    async def on_ready(self) -> None:
        self.heard.append(("ready", None))

    async def on_interaction(self, interaction: library.Interaction[Any]) -> None:
        self.heard.append(("interaction", interaction))

    async def on_message(self, message: library.Message) -> None:
        self.heard.append(("message", message))

    async def on_raw_reaction_add(self, event: library.RawReactionActionEvent) -> None:
        self.heard.append(("add", event))

    async def on_raw_reaction_remove(self, event: library.RawReactionActionEvent) -> None:
        self.heard.append(("remove", event))

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
    async def recommend(interaction: library.Interaction[Any], link: str, private: bool = False) -> None:
        """Songs like these"""
        deferred = await interaction.response.defer(thinking=True, ephemeral=private)
        await bot.gate.wait()
        edited = await interaction.edit_original_response(content=f"listening to {link}")
        assert deferred is not None and deferred.message_id == edited.id
        await interaction.followup.send("done", ephemeral=private)

    @recommend.autocomplete("link")
    async def links(_: library.Interaction[Any], typed: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=f"{typed} again", value=LINK)]

    @bot.tree.command()
    async def later(interaction: library.Interaction[Any]) -> None:
        """Says it in follow-ups"""
        await interaction.response.defer(thinking=True)
        await interaction.followup.send("first")
        await interaction.followup.send("second")

    @bot.tree.command()
    async def menu(interaction: library.Interaction[Any]) -> None:
        """A view"""
        sent = await interaction.response.send_message("which?", view=Menu())
        assert isinstance(sent.resource, library.InteractionMessage) and sent.resource.content == "which?"

    @bot.tree.context_menu(name="Recommend from this")
    async def from_this(interaction: library.Interaction[Any], message: library.Message) -> None:
        await interaction.response.send_message(f"read: {message.content}", ephemeral=True)


@pytest.fixture
async def bot(twin: Twin) -> AsyncIterator[Bot]:
    """A bot that is connected."""
    async with Bot() as made:
        running = asyncio.create_task(made.start(twin.token))
        ready = asyncio.create_task(made.wait_until_ready())
        await asyncio.wait({ready, running}, timeout=10, return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            running.result()
        await made.until(lambda: made.get_channel(int(twin.channel("music").id)) is not None)
        yield made
    await running


def room(twin: Twin, bot: Bot) -> library.TextChannel:
    """The channel as the library knows it."""
    found = bot.get_channel(int(twin.channel("music").id))
    assert isinstance(found, library.TextChannel)
    return found


async def test_nothing_is_reached_from_other_machines(twin: Twin) -> None:
    [node] = [child for child in psutil.Process().children() if child.name() == "node"]
    listening = [one.laddr.ip for one in node.net_connections("tcp") if one.status == psutil.CONN_LISTEN]
    assert listening == ["127.0.0.1"]


async def test_login_gives_the_bot_its_name_its_owner_and_its_guild(twin: Twin, bot: Bot) -> None:
    assert bot.user is not None and (bot.user.name, str(bot.user.id)) == ("YASR", twin.bot.id)
    assert (await bot.application_info()).owner.name == "owner"
    assert [(guild.name, [one.name for one in guild.text_channels]) for guild in bot.guilds] == [
        ("Listeners", ["music"])
    ]


async def test_the_gateway_refuses_a_wrong_token(twin: Twin) -> None:
    async with Bot() as bot:
        with pytest.raises(library.ConnectionClosed) as refused:
            await bot.start("wrong")
    assert refused.value.code == 4004


async def test_a_command_is_deferred_then_edited_then_followed_up(twin: Twin, bot: Bot) -> None:
    ada, channel = twin.person("Ada"), twin.channel("music")
    interaction = await ada.command(channel, "recommend", link=LINK)
    await interaction.acknowledged()
    original = interaction.original
    assert original is not None and original.loading and original.content == ""
    bot.gate.set()
    assert (await interaction.reply()) is original
    assert (await interaction.followup()).content == "done"
    assert [one.content for one in twin.messages(channel)] == [f"listening to {LINK}", "done"]
    assert (await twin.next_message(channel)).content == f"listening to {LINK}"
    assert (await twin.next_message(channel)).content == "done"


async def test_what_was_deferred_in_private_stays_private(twin: Twin, bot: Bot) -> None:
    ada, bob, channel = twin.person("Ada"), twin.person("Bob"), twin.channel("music")
    bot.gate.set()
    interaction = await ada.command(channel, "recommend", link=LINK, private=True)
    await interaction.followup()
    assert [(one.content, one.ephemeral) for one in ada.sees(channel)] == [
        (f"listening to {LINK}", True), ("done", True),
    ]  # fmt: skip
    assert bob.sees(channel) == []
    await bob.says(channel, "hello")
    assert (await bot.hears("message")).content == "hello"


async def test_the_first_followup_of_a_deferred_command_is_the_original(twin: Twin, bot: Bot) -> None:
    interaction = await twin.person("Ada").command(twin.channel("music"), "later")
    assert (await interaction.followup()).content == "second"
    assert interaction.original is not None and interaction.original.content == "first"
    assert [one.content for one in twin.messages(twin.channel("music"))] == ["first", "second"]


async def test_autocomplete_offers_choices(twin: Twin, bot: Bot) -> None:
    choices = await twin.person("Ada").autocomplete(twin.channel("music"), "recommend", "link", link="folk")
    assert [(one["name"], one["value"]) for one in choices] == [("folk again", LINK)]


async def test_a_context_menu_hands_over_the_message(twin: Twin, bot: Bot) -> None:
    ada = twin.person("Ada")
    interaction = await ada.menu("Recommend from this", await ada.says(twin.channel("music"), LINK))
    answer = await interaction.reply()
    assert (answer.content, answer.ephemeral) == (f"read: {LINK}", True)


async def test_a_button_is_known_by_its_id_alone(twin: Twin, bot: Bot) -> None:
    view = ui.View(timeout=None)
    view.add_item(Rate("7", "9"))
    await room(twin, bot).send("a card", view=view)
    card = await twin.next_message(twin.channel("music"))
    ada, bob = twin.person("Ada"), twin.person("Bob")
    answer = await (await ada.press(card, "rate:7:9")).reply()
    assert (answer.content, answer.ephemeral) == ("track 7: 9 of 10", True)
    assert answer in ada.sees(card.channel) and answer not in bob.sees(card.channel)


async def test_a_card_of_the_new_kind(twin: Twin, bot: Bot) -> None:
    sent = await room(twin, bot).send("working …")
    view = ui.LayoutView(timeout=None)
    row: ui.ActionRow[ui.LayoutView] = ui.ActionRow(ui.Button(label="9", custom_id="rate:7:9"))
    view.add_item(ui.Container(ui.TextDisplay("**A song**"), row))
    await sent.edit(content=None, view=view)
    card = await twin.next_message(twin.channel("music"))
    assert (card.content, card.flags, [one["type"] for one in card.components]) == ("", 1 << 15, [17])
    assert (await (await twin.person("Ada").press(card, "rate:7:9")).reply()).content == "track 7: 9 of 10"


async def test_the_guild_is_known_to_have_installed_the_bot(twin: Twin, bot: Bot) -> None:
    await twin.person("Ada").command(twin.channel("music"), "menu")
    asked = await bot.hears("interaction")
    assert asked.is_guild_integration() and not asked.is_user_integration()


async def test_a_choice_edits_the_message(twin: Twin, bot: Bot) -> None:
    ada = twin.person("Ada")
    card = await (await ada.command(twin.channel("music"), "menu")).reply()
    interaction = await ada.select(card, "genre", "techno")
    await interaction.acknowledged()
    assert interaction.original is card
    assert (card.content, card.components) == ("more techno", [])


async def test_a_form_is_asked_by_a_button_and_answered_in_the_message(twin: Twin, bot: Bot) -> None:
    ada = twin.person("Ada")
    card = await (await ada.command(twin.channel("music"), "menu")).reply()
    sent = await ada.submit(await ada.press(card, "write"), word="violin")
    assert (await sent.reply()) is card
    assert card.content == "you wrote violin"


async def test_reactions_come_and_go(twin: Twin, bot: Bot) -> None:
    ada, handle = twin.person("Ada"), await room(twin, bot).send("a card")
    card = await twin.next_message(twin.channel("music"))
    await ada.react(card, "🔥")
    added = await bot.hears("add")
    assert (added.emoji.name, added.user_id, added.message_id) == ("🔥", int(ada.id), int(card.id))
    assert card.reactions == {"🔥": [ada.user]}
    await ada.unreact(card, "🔥")
    assert (await bot.hears("remove")).emoji.name == "🔥"
    await handle.add_reaction("7️⃣")
    assert card.reactions == {"7️⃣": [twin.bot]}
    await handle.remove_reaction("7️⃣", library.Object(int(twin.bot.id)))
    assert card.reactions == {}


async def test_files_are_uploaded_kept_and_taken_away(twin: Twin, bot: Bot) -> None:
    file = library.File(io.BytesIO(b"pixels"), "cover.png", description="the cover")
    sent = await room(twin, bot).send("with a picture", file=file)
    card = await twin.next_message(twin.channel("music"))
    [attachment] = card.attachments
    assert (attachment["filename"], attachment["size"], attachment["description"]) == ("cover.png", 6, "the cover")
    assert card.files == {attachment["id"]: b"pixels"}
    async with aiohttp.ClientSession() as session, session.get(sent.attachments[0].url) as answer:
        assert await answer.read() == b"pixels"
    await sent.edit(content="and sound", attachments=[*sent.attachments, library.File(io.BytesIO(b"a"), "clip.mp3")])
    assert [one["filename"] for one in card.attachments] == ["cover.png", "clip.mp3"]
    await sent.edit(attachments=[])
    assert (card.content, card.attachments) == ("and sound", [])


async def test_what_was_written_can_be_read_again(twin: Twin, bot: Bot) -> None:
    sent = await room(twin, bot).send("a card")
    found = await room(twin, bot).fetch_message(sent.id)
    assert (found.content, found.components, found.author.id) == ("a card", [], int(twin.bot.id))
    await twin.person("Ada").says(twin.channel("music"), "thanks")
    assert [one.content async for one in room(twin, bot).history()] == ["thanks", "a card"]


async def test_a_mention_names_who_is_meant(twin: Twin, bot: Bot) -> None:
    await twin.person("Ada").says(twin.channel("music"), f"<@{twin.bot.id}> hello")
    assert [one.id for one in (await bot.hears("message")).mentions] == [int(twin.bot.id)]


async def test_a_bot_that_lost_its_connection_identifies_anew(twin: Twin, bot: Bot) -> None:
    await bot.hears("ready")
    await twin.cut()
    await bot.hears("ready", 2)
    await twin.person("Ada").says(twin.channel("music"), "are you there?")
    assert (await bot.hears("message")).content == "are you there?"


async def test_a_deleted_message_is_gone(twin: Twin, bot: Bot) -> None:
    sent = await room(twin, bot).send("a mistake")
    card = await twin.next_message(twin.channel("music"))
    await sent.delete()
    assert card.deleted and twin.messages(twin.channel("music")) == []
