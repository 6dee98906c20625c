"""The desk where every message and press arrives: who asks, where, and what is said in return."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog
from telegram import Chat, InlineKeyboardButton, Message, User
from telegram.error import TelegramError

from bot.conversation import Talk
from bot.fronts.telegram import drawn
from bot.fronts.telegram.drawn import Drawn
from bot.fronts.telegram.html import lines
from bot.fronts.telegram.jobs import Jobs
from bot.fronts.telegram.keyboards import Row
from bot.fronts.telegram.places import NAME, Origin, Place
from bot.fronts.telegram.sending import Bot, Closed, Sender
from bot.fronts.telegram.turns import Turns
from bot.lines import SENTENCE
from bot.people import Known
from bot.showing import Shown
from bot.text import plain
from bot.watch import UNDER_WAY
from bot.words import Words
from core.errors import YasrError
from core.model import Address, Post, PostKind

log = structlog.get_logger()
#: What a deep link says: an answer to be seen (with its id), songs to begin with (with their token), nothing.
ANSWER, SONGS, HELLO = "a", "s", "hello"
#: The longest caption of a picture.
_CAPTION = 1024
Asking = Callable[[int, Address], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Heard:
    """Who spoke or pressed, where, and by which message; ``press`` is the id of a press."""

    caller: Known
    place: Place
    message: int = 0
    press: str = ""

    @property
    def words(self) -> Words:
        return self.caller.words

    @property
    def listener(self) -> int:
        return self.caller.listener

    @property
    def origin(self) -> Origin:
        return Origin(self.place.chat, self.message, self.press or self.place.inline)

    def post(self, request_id: str = "") -> Post:
        """The message in front of which they are."""
        return Post(str(self.place), str(self.message), request_id, PostKind.JOB)

    @property
    def home(self) -> Place:
        """The private chat of the one who asks: it has the person's id."""
        return Place(int(self.caller.handle))


class Desk:
    """What every command and press needs."""

    def __init__(self, talk: Talk, sender: Sender, jobs: Jobs) -> None:
        self.talk = talk
        self.sender = sender
        self._jobs = jobs
        self._turns = Turns()

    @property
    def bot(self) -> Bot:
        return self.sender.bot

    async def caller(self, user: User) -> Known:
        """The listener behind a person, made on first sight."""
        return await self.talk.people.meet(NAME, str(user.id), user.language_code or "")

    async def heard(self, user: User, message: Message, press: str = "") -> Heard:
        """Somebody in front of a message."""
        return Heard(await self.caller(user), place_of(message), message.message_id, press)

    async def ask(self, heard: Heard, asking: Asking) -> None:
        """Puts a request and shows its progress; written down first, so that what is acknowledged is not lost."""
        goal = heard.home if heard.caller.preferences.private and heard.place.group else heard.place
        try:
            request_id = await asking(heard.listener, goal.asked_by(heard.origin))
        except YasrError as error:
            async with self._turns.of(heard.place):
                await self.say(heard, lines.refusal(error, heard.words))
            return
        if not self._jobs.watch.writes(request_id) and not await self._shown(request_id):  # else it was delivered twice
            self._acknowledge(heard, goal, request_id)

    async def catch_up(self) -> None:
        """Shows what was asked and not yet shown when the bot was stopped; before anything new is heard."""
        for request_id in await self.talk.posts.unshown(NAME, UNDER_WAY):
            request = await self.talk.commands.request(request_id)
            if request is not None:
                place, origin = Place.parse(request.address.place), Origin.parse(request.address.origin)
                message = origin.message if origin.chat == place.chat else 0
                caller = await self.talk.people.of(request.listener_id)
                self._acknowledge(Heard(caller, place, message, origin.press), place, request_id)

    async def rest(self) -> None:
        """Gives up what is not said yet; it is said after the next start."""
        await asyncio.gather(self.sender.rest(), self._jobs.watch.rest())

    async def say(self, heard: Heard, text: str | Sequence[str], rows: Sequence[Row] = ()) -> None:
        """Says a sentence or some lines in reply; nothing where the bot may not speak."""
        await self.reply(heard, drawn.notice(text, rows))

    async def reply(self, heard: Heard, shown: Drawn) -> Message | None:
        """The same with anything drawn."""
        if heard.place.inline:
            await self.sender.edit(heard.post(), shown)
            return None
        try:
            return await self.sender.send(heard.place, shown, reply=heard.message)
        except Closed:
            return None

    async def whisper(self, heard: Heard, text: str | Sequence[str], rows: Sequence[Row] = ()) -> None:
        """Says something for the asker's eyes: in their private chat, if they have opened one."""
        if not heard.place.group:
            await self.say(heard, text, rows)
            return
        try:
            await self.sender.send(heard.home, drawn.notice(text, rows))
        except Closed:
            await self.open_me(heard)

    async def show_picture(self, heard: Heard, shown: Shown) -> None:
        """A picture with what it shows, for the asker's eyes; the words alone where there is none."""
        more = f"\n{shown.url}" if shown.url else ""
        try:
            if shown.image:
                caption = plain(" ".join(shown.told), _CAPTION - len(more)) + more
                await self.sender.photo(heard.home, shown.image, caption)
            else:
                told = [lines.name(line, SENTENCE) for line in shown.told]
                await self.sender.send(heard.home, drawn.notice([*told, lines.url(shown.url)] if more else told))
        except Closed:
            await self.open_me(heard)

    def link(self, payload: str) -> str:
        """The address that opens the private chat and says ``/start payload`` there."""
        return f"https://t.me/{self.bot.username}?start={payload}"

    def _acknowledge(self, heard: Heard, goal: Place, request_id: str) -> None:
        """Shows a request's progress in its own time: the request itself is written down and cannot be lost."""
        self._jobs.watch.write(request_id, self._progress(heard, goal, request_id))

    async def _progress(self, heard: Heard, goal: Place, request_id: str) -> None:
        try:
            async with self._turns.of(heard.place):
                card = await self.talk.commands.card(heard.listener, request_id, heard.words)
                await self._show(heard, goal, request_id, drawn.card(card, heard.words))
                self._jobs.shown(request_id, card)
            if not goal.group and not await self.talk.people.here(heard.listener):
                await self.talk.people.left(heard.listener, gone=False)  # they have let us in again
        except Closed:
            if goal != heard.place:
                await self.open_me(heard, f"{ANSWER}{request_id}")
        except (TelegramError, YasrError) as trouble:
            log.warning("a request's progress is not shown", request=request_id, error=type(trouble).__name__)

    async def _shown(self, request_id: str) -> bool:
        return any(post.kind is PostKind.JOB for post in await self.talk.posts.of(request_id))

    async def _show(self, heard: Heard, goal: Place, request_id: str, shown: Drawn) -> None:
        if goal.inline:
            post = Post(str(goal), goal.inline[-64:], request_id, PostKind.JOB)
            await self.sender.edit(post, shown)
        else:
            reply = heard.message if goal == heard.place else 0
            message = await self.sender.send(goal, shown, reply=reply)
            post = Post(str(place_of(message)), str(message.message_id), request_id, PostKind.JOB)
        await self.talk.posts.keep(NAME, post)

    async def open_me(self, heard: Heard, payload: str = HELLO) -> None:
        text = heard.words.say("I may not write to you before you have opened our private chat.")
        label = heard.words.say("Open it")
        await self.say(heard, text, [[InlineKeyboardButton(label, url=self.link(payload))]])


def place_of(message: Message) -> Place:
    """Where a message stands."""
    thread = message.message_thread_id if message.is_topic_message else None
    chat = message.chat
    return Place(chat.id, (thread or 0) if chat.type != Chat.PRIVATE else 0)
