"""Music that people give without a command: links and songs in messages, and the form for pasting songs."""

from __future__ import annotations

import re
from typing import Any

import discord
import structlog
from discord import ui

from bot import accounts
from bot.conversation import Talk
from bot.fronts.discord.desk import Desk
from bot.fronts.discord.drawn import button, card
from bot.fronts.discord.markdown import lines
from bot.fronts.discord.places import NAME, Place
from bot.press import Press, Verb
from bot.words import Words
from core import links, mood_words
from core.errors import NothingGiven, YasrError
from core.model import Options, Post, PostKind

log = structlog.get_logger()
#: The reaction that offers to answer a link.
OFFER = "🎧"
#: The id of the form and of its field.
PASTE, SONGS = str(Press(Verb.PASTE, "songs")), "songs"
_MENTION = re.compile(r"<@!?\d+>")


class Paste(ui.Modal):
    """A form for songs as text. Its answer is found by the id, so that it outlives a restart."""

    def __init__(self, words: Words) -> None:
        super().__init__(title=words.say("Songs you love"), custom_id=PASTE, timeout=None)
        field: ui.TextInput[Paste] = ui.TextInput(
            custom_id=SONGS, style=discord.TextStyle.paragraph, placeholder="Artist – Title", max_length=4000
        )
        self.add_item(ui.Label(text=words.say("One “Artist – Title” per line"), component=field))
        self.stop()


def pasted(interaction: discord.Interaction) -> str:
    """What was written into the form."""
    found: list[Any] = [interaction.data or {}]
    for part in found:
        if part.get("custom_id") == SONGS:
            return str(part.get("value", ""))
        found += part.get("components", []) + ([part["component"]] if "component" in part else [])
    return ""


def music_in(message: discord.Message) -> str:
    """The link in a message, or in the one that it replies to; or else its text without mentions."""
    text = _text_of(message)
    replied = message.reference.resolved if message.reference else None
    before = replied.content if isinstance(replied, discord.Message) else ""
    embedded = [embed.url for embed in message.embeds if embed.url]
    return next(filter(None, (links.find_link(text), *embedded, links.find_link(before))), text)


def _text_of(message: discord.Message) -> str:
    return _MENTION.sub("", message.content).strip()


async def from_message(desk: Desk, interaction: discord.Interaction, message: discord.Message) -> None:
    """The menu "Recommend from this"."""
    words = music_in(message)
    if not words:
        raise NothingGiven()
    await desk.ask(interaction, lambda who, where: desk.talk.commands.recommend(who, where, words))


async def hear(desk: Desk, interaction: discord.Interaction, message_id: int) -> None:
    """The button under an offer."""
    channel = interaction.channel
    if not isinstance(channel, discord.abc.Messageable):
        raise NothingGiven()
    await from_message(desk, interaction, await channel.fetch_message(message_id))


async def offer_to_paste(desk: Desk, interaction: discord.Interaction) -> None:
    """For one who gave nothing: what can be given, and a form."""
    caller = await desk.caller(interaction)
    buttons = [
        button(caller.words.say("Paste songs"), Press(Verb.PASTE, "songs"), primary=True),
        button(caller.words.say("Try the sample playlist"), Press(Verb.SAMPLE, "playlist")),
    ]
    drawn = desk.pen.notice(lines.refusal(NothingGiven(), caller.words), buttons)
    await interaction.response.send_message(ephemeral=True, **drawn.sending())


class Listening:
    """Messages and the 🎧 under them."""

    def __init__(self, desk: Desk, client: discord.Client, message_content: bool) -> None:
        self._desk = desk
        self._talk: Talk = desk.talk
        self._client = client
        self._reads_channels = message_content

    async def said(self, message: discord.Message) -> None:
        """A message: answered at once where it is meant for the bot, offered to be answered elsewhere."""
        if message.author.bot or self._client.user is None:
            return
        if message.guild is None or self._client.user in message.mentions:
            await self._answer(message, message.author)
        elif self._reads_channels and links.find_link(message.content):
            server = await self._talk.people.server(NAME, str(message.guild.id))
            if server.links and self._readable(message):
                await self._offer(message)

    async def clicked(self, payload: discord.RawReactionActionEvent) -> bool:
        """Somebody clicked the 🎧 that we put under a link; False when it is none of ours."""
        if payload.emoji.name != OFFER or payload.guild_id is None or not self._reads_channels:
            return False
        channel = self._client.get_partial_messageable(payload.channel_id, guild_id=payload.guild_id)
        try:
            message = await channel.fetch_message(payload.message_id)
        except (discord.Forbidden, discord.NotFound):
            return False
        if not any(reaction.emoji == OFFER and reaction.me for reaction in message.reactions):
            return False
        if payload.member is not None:
            await self._answer(message, payload.member)
        return True

    def _readable(self, message: discord.Message) -> bool:
        return self._talk.commands.reads(links.find_link(message.content) or "")

    async def _offer(self, message: discord.Message) -> None:
        try:
            await message.add_reaction(OFFER)
        except discord.Forbidden:  # no reactions here: a button does the same
            press = Press(Verb.HEAR, str(message.id))
            words = (await self._talk.people.meet(NAME, str(message.author.id))).words
            drawn = self._desk.pen.notice(OFFER, [button(words.say("New songs like this"), press)])
            try:
                await message.reply(mention_author=False, **drawn.sending())
            except (discord.Forbidden, discord.NotFound):
                log.info("no offer: the channel is closed to us")

    async def _answer(self, message: discord.Message, asker: discord.abc.User) -> None:
        """Puts a request for what the message holds, and shows its progress in reply."""
        caller = await self._talk.people.meet(NAME, str(asker.id))
        place = Place.channel(message.guild.id if message.guild else None, message.channel.id)
        goal = Place.user(asker.id) if caller.preferences.private and place.guild else place
        words = music_in(message)
        try:
            if message.guild is None and (linked := await accounts.brought(self._talk, caller, lines, message.content)):
                await self._reply(message, self._desk.pen.notice(linked))
                return
            if not words:
                raise NothingGiven()
            moods = mood_words.asked(_text_of(message)) if asker == message.author else ()
            request_id = await self._talk.commands.recommend(caller.listener, goal.address, words, Options(moods=moods))
        except YasrError as error:
            await self._reply(message, self._desk.pen.notice(lines.refusal(error, caller.words)))
            return
        shown = await self._talk.commands.card(caller.listener, request_id, caller.words)
        if reply := await self._reply(message, card(self._desk.pen, shown, caller.words)):
            await self._talk.posts.keep(NAME, Post(str(place), str(reply.id), request_id, PostKind.JOB))

    async def _reply(self, message: discord.Message, drawn: Any) -> discord.Message | None:
        try:
            return await message.reply(mention_author=False, **drawn.sending())
        except (discord.Forbidden, discord.NotFound):
            log.info("no reply: the channel is closed to us")
            return None
