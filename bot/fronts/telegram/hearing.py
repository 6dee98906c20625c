"""What is said to the bot: commands, links, songs as text, files, forwarded messages; and what it should not answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import structlog
from telegram import Audio, Document, Message, MessageEntity, Voice
from telegram.constants import ChatType, FileSizeLimit

from bot import accounts
from bot.commands import Upload
from bot.fronts.telegram.desk import Desk, Heard
from bot.fronts.telegram.html import lines
from bot.fronts.telegram.places import NAME
from core import links, mood_words
from core.errors import NothingGiven, TooBig, YasrError
from core.model import Address, Options

log = structlog.get_logger()
_COMMAND = re.compile(r"/(\w+)(?:@(\w+))?\s*(.*)", re.DOTALL)
_LINKS = (MessageEntity.TEXT_LINK, MessageEntity.URL)


@dataclass(frozen=True, slots=True)
class Command:
    """A command as it was written: its name and all that follows."""

    name: str
    rest: str = ""


def command_in(message: Message, username: str) -> Command | None:
    """The command that a message begins with, unless it is another bot's."""
    found = _COMMAND.fullmatch(message.text or "")
    if found is None or (found[2] and found[2].lower() != username.lower()):
        return None
    return Command(found[1].lower(), found[3].strip())


def music_in(message: Message, text: str | None = None) -> str:
    """The link in a message, or in the one that it replies to; or else its text."""
    text = (message.text or message.caption or "") if text is None else text
    replied = message.reply_to_message
    quoted = _link_in(replied) if replied and not (replied.from_user and replied.from_user.is_bot) else ""
    return next(filter(None, (links.find_link(text), _link_in(message), quoted)), text.strip())


def _link_in(message: Message | None) -> str:
    """A link in the text, or behind a word of it."""
    if message is None:
        return ""
    entities = message.parse_entities([*_LINKS]) | message.parse_caption_entities([*_LINKS])
    found = (links.find_link(entity.url or text) for entity, text in entities.items())
    return next(filter(None, found), "")


class Hearing:
    """Answers what is meant for the bot: all that is said in private; in groups what calls it by its name."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._talk = desk.talk

    async def heard(self, message: Message, heard: Heard) -> None:
        """Any message that is no command."""
        if message.chat.type == ChatType.PRIVATE or self._called(message):
            await self.answer(message, heard)
        elif link := links.find_link(message.text or message.caption or "") or _link_in(message):
            server = await self._talk.people.server(NAME, heard.place.server)
            if server.links and self._talk.commands.reads(link):
                await self.answer(message, heard)

    async def answer(self, message: Message, heard: Heard) -> None:
        """Puts a request for what the message holds."""
        if sent := message.document or message.audio or message.voice:
            await self._answer_file(message, sent, heard)
            return
        if not heard.place.group and (linked := await self._linked(message, heard)):
            await self._desk.say(heard, linked)
            return
        words = music_in(message, self._without_name(message))
        if not words:
            await self._desk.say(heard, lines.refusal(NothingGiven(), heard.words))
            return

        async def asking(listener: int, address: Address) -> str:
            return await self._talk.commands.recommend(listener, address, words, self._wishes(message))

        await self._desk.ask(heard, asking)

    async def _linked(self, message: Message, heard: Heard) -> str | None:
        """What came of an address that somebody's browser was sent to when they linked an account."""
        try:
            return await accounts.brought(self._talk, heard.caller, lines, message.text or "")
        except YasrError as error:
            return lines.refusal(error, heard.words)

    def _wishes(self, message: Message) -> Options:
        """The moods that the one who wrote the message asks for; what is forwarded was said to somebody else."""
        return Options(moods=() if message.forward_origin else mood_words.asked(self._without_name(message)))

    async def _answer_file(self, message: Message, sent: Document | Audio | Voice, heard: Heard) -> None:
        name = getattr(sent, "file_name", None) or ("song.ogg" if isinstance(sent, Voice) else "song.mp3")
        if (sent.file_size or 0) > FileSizeLimit.FILESIZE_DOWNLOAD:
            error = TooBig(what=name, limit=f"{FileSizeLimit.FILESIZE_DOWNLOAD // 1_000_000} MB")
            await self._desk.say(heard, lines.refusal(error, heard.words))
            return

        async def asking(listener: int, address: Address) -> str:
            options = self._wishes(message)
            data = await (await sent.get_file()).download_as_bytearray()
            upload = Upload(Path(name).name, bytes(data))
            return await self._talk.commands.recommend_files(listener, address, [upload], options)

        await self._desk.ask(heard, asking)

    def _called(self, message: Message) -> bool:
        """By its name; or in reply to it, if there is music in it: thanks need no answer."""
        name = f"@{self._desk.bot.username}".lower()
        entities = message.parse_entities([MessageEntity.MENTION]) | message.parse_caption_entities(
            [MessageEntity.MENTION]
        )
        if name in map(str.lower, entities.values()):
            return True
        replied = message.reply_to_message
        to_me = replied is not None and replied.from_user is not None and replied.from_user.id == self._desk.bot.id
        return to_me and bool(links.find_link(message.text or "") or _link_in(message))

    def _without_name(self, message: Message) -> str:
        text = message.text or message.caption or ""
        return re.sub(rf"@{re.escape(self._desk.bot.username)}\b", "", text, flags=re.IGNORECASE).strip()
