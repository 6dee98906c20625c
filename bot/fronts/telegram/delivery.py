"""Posting an answer: a head in reply to the asker, one message a pick, then their sound; each of them once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import structlog
from telegram import InlineKeyboardButton, ReplyParameters
from telegram.error import BadRequest, Forbidden

from bot.cards import JobCard, PickCard, SlateCard
from bot.conversation import Talk
from bot.fronts.telegram import drawn
from bot.fronts.telegram.desk import ANSWER, Desk
from bot.fronts.telegram.drawn import Drawn
from bot.fronts.telegram.html import lines
from bot.fronts.telegram.jobs import Jobs
from bot.fronts.telegram.limits import Lane
from bot.fronts.telegram.places import NAME, Origin, Place
from bot.fronts.telegram.sending import Closed
from bot.lines import SENTENCE
from bot.people import Known
from bot.text import plain
from bot.words import Words, words
from core.errors import ServiceTrouble
from core.model import Post, PostKind, Request

log = structlog.get_logger()
#: A refusal this soon after the question is seen without a ping.
_SOON = timedelta(minutes=1)
#: How long a clip may take (seconds), and the largest one in bytes (Telegram takes 50 MB).
_CLIP_S, _CLIP_BYTES = 15.0, 20_000_000
_LONGEST_NAME = 64
UNREACHABLE = "unreachable"


class Delivery:
    """Posts what is ready: where it was asked for; where the bot may not write, to the asker; else into /history."""

    def __init__(self, talk: Talk, desk: Desk, jobs: Jobs) -> None:
        self._talk = talk
        self._desk = desk
        self._sender = desk.sender
        self._jobs = jobs

    async def post(self, request: Request) -> str:
        """Posts the answer or the refusal; returns the id of its first message, or ``UNREACHABLE``."""
        await self._jobs.watch.settle(request.id)
        person = await self._talk.people.of(request.listener_id)
        place = Place.parse(request.address.place)
        say = await self._words(place, person)
        card = await self._talk.commands.draw(request, say)
        if place.inline:
            return await self._show_inline(request, card, say)
        for chance in dict.fromkeys((place, Place(int(person.handle)))):
            if not chance.group and not await self._talk.people.here(person.listener):
                continue
            try:
                return await self._deliver(chance, request, card, person, say)
            except Closed as closed:
                log.info("not posted", group=chance.group, why=str(closed.__cause__))
                if not chance.group:
                    await self._talk.people.left(person.listener)
        return UNREACHABLE

    async def sound(self, place: Place, card: PickCard, reply: int, request_id: str, lane: Lane) -> bool:
        """Sends the sound of a pick in reply to it; False where there is none to be had now. Raises Closed."""
        what = f"clip {card.recording}"
        known = await self._talk.media.get(NAME, what)
        clip = known or await self._clip(card)
        if not clip:
            return False
        try:
            message = await self._sender.bot.send_audio(
                place.chat, clip, message_thread_id=place.thread or None, title=plain(card.title, _LONGEST_NAME),
                performer=plain(card.artist, _LONGEST_NAME), filename=f"{card.id}.mp3", rate_limit_args=lane,
                reply_parameters=ReplyParameters(reply, allow_sending_without_reply=True),
            )  # fmt: skip
        except Forbidden as refused:
            raise Closed from refused
        except BadRequest as refused:
            log.info("a clip was not taken", error=refused.message)
            await self._talk.media.drop(NAME, what)
            return False
        if message.audio and not known:
            await self._talk.media.keep(NAME, what, message.audio.file_id)
        post = Post(str(place), str(message.message_id), request_id, PostKind.CLIP, card.id)
        await self._talk.posts.keep(NAME, post)
        return True

    async def _words(self, place: Place, person: Known) -> Words:
        """A group's own language, where its admins chose one; else the asker's."""
        if not place.group:
            return person.words
        server = await self._talk.people.server(NAME, place.server)
        return words(server.language) if server.language else person.words

    async def _deliver(
        self, place: Place, request: Request, card: JobCard | SlateCard, person: Known, say: Words
    ) -> str:
        origin = Origin.parse(request.address.origin)
        reply = origin.message if origin.chat == place.chat else 0
        if isinstance(card, JobCard):
            return await self._refuse(place, request, card, reply, say)
        posts = [post for post in await self._talk.posts.of(request.id) if post.place == str(place)]
        sent = {post.pick_id: post.message for post in posts if post.kind in (PostKind.HEAD, PostKind.PICK)}
        if None not in sent:
            head = drawn.head(card, say, _calling(person) if place.group and origin.press else "")
            sent[None] = await self._send(place, head, Post(str(place), "", request.id, PostKind.HEAD), reply)
        for pick in card.picks:
            if pick.id not in sent:
                post = Post(str(place), "", request.id, PostKind.PICK, pick.id)
                sent[pick.id] = await self._send(place, drawn.pick(pick, say, play=place.group), post)
        await self._jobs.end(request.id, drawn.done(card, say))
        if not place.group:  # there it comes at a press: a group may hear twenty messages a minute
            heard = {post.pick_id for post in posts if post.kind is PostKind.CLIP}
            for pick in card.picks:
                if pick.id not in heard:
                    await self.sound(place, pick, int(sent[pick.id]), request.id, Lane.ANSWER)
        return sent[None]

    async def _send(self, place: Place, shown: Drawn, post: Post, reply: int = 0) -> str:
        message = await self._sender.send(place, shown, reply=reply, lane=Lane.ANSWER)
        number = str(message.message_id)
        await self._talk.posts.keep(NAME, Post(post.place, number, post.request_id, post.kind, post.pick_id))
        return number

    async def _refuse(self, place: Place, request: Request, card: JobCard, reply: int, say: Words) -> str:
        """Shown in the progress message, and said again to one who has waited."""
        shown = await self._jobs.end(request.id, drawn.job(card, say))
        if shown and datetime.now(UTC) - request.created_at < _SOON:
            return "edited"
        refusal = drawn.notice(lines.name(card.error, 2 * SENTENCE))
        return await self._send(place, refusal, Post(str(place), "", request.id, PostKind.HEAD), reply)

    async def _show_inline(self, request: Request, card: JobCard | SlateCard, say: Words) -> str:
        """Where the bot is no member it has one message, which holds the whole answer."""
        if isinstance(card, JobCard):
            shown = drawn.job(card, say)
        else:
            rate = InlineKeyboardButton(say.say("Hear and rate"), url=self._desk.link(f"{ANSWER}{request.id}"))
            shown = drawn.brief(card, [[rate]])
        await self._jobs.end(request.id, shown)
        return "edited"

    async def _clip(self, card: PickCard) -> bytes | None:
        if not card.sound:
            return None
        try:
            async with asyncio.timeout(_CLIP_S):
                clip = await self._talk.picks.sound(None, card.id)
                data = clip if isinstance(clip, bytes | None) else await asyncio.to_thread(clip.read_bytes)
        except (ServiceTrouble, TimeoutError) as trouble:
            log.info("posted without its sound", pick=card.id, error=type(trouble).__name__)
            return None
        return data if data and len(data) <= _CLIP_BYTES else None


def _calling(person: Known) -> str:
    """A mention that tells the asker, whose name is not kept."""
    return f'<a href="tg://user?id={person.handle}">🎧</a>'
