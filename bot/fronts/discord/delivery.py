"""Posting an answer: a message that pings the asker alone, then one message a pick, each of them once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import discord
import structlog
from aiolimiter import AsyncLimiter

from bot.cards import JobCard, PickCard, SlateCard
from bot.conversation import Talk
from bot.fronts.discord.drawn import Pen
from bot.fronts.discord.jobs import Jobs
from bot.fronts.discord.markdown import lines
from bot.fronts.discord.places import NAME, Place
from bot.fronts.discord.sending import Channel, Sender
from bot.lines import SENTENCE
from bot.people import Known
from bot.words import Words, words
from core.errors import ServiceTrouble
from core.model import PostKind, Request

log = structlog.get_logger()
#: A refusal this soon after the question is seen without a ping.
_SOON = timedelta(minutes=1)
#: How long the clips of a slate may take together (seconds), and the largest clip in bytes (Discord takes 10 MiB).
_CLIPS_S, _CLIP_BYTES = 15.0, 8 << 20
#: Bad Request and Payload Too Large.
_UNFIT = frozenset({400, 413})
UNREACHABLE = "unreachable"


class Delivery:
    """Posts what is ready; where the bot may not write, to the asker; where it may not even that, into /history."""

    def __init__(self, talk: Talk, pen: Pen, client: discord.Client, jobs: Jobs, pace: AsyncLimiter) -> None:
        self._talk = talk
        self._pen = pen
        self._client = client
        self._jobs = jobs
        self._pace = pace
        self._began = datetime.now(UTC)

    async def post(self, request: Request) -> str:
        """Posts the answer or the refusal; returns the id of its first message, or ``UNREACHABLE``."""
        await self._jobs.watch.settle(request.id)
        person = await self._talk.people.of(request.listener_id)
        place = Place.parse(request.address.place)
        say = await self._words(place, person)
        card = await self._talk.commands.draw(request, say)
        for chance in dict.fromkeys((place, Place.user(int(person.handle)))):
            try:
                return await self._deliver(chance, request, card, person, say)
            except (discord.Forbidden, discord.NotFound) as refused:
                log.info("not posted", place=str(chance), code=refused.code)
        await self._jobs.show(
            request.id,
            self._pen.notice(
                say.say("I cannot write to you. Your answer is in {command}.", command=lines.command("history", say))
            ),
        )
        return UNREACHABLE

    async def _words(self, place: Place, person: Known) -> Words:
        """A server's own language, where its admins chose one; else the asker's."""
        if place.guild is None:
            return person.words
        server = await self._talk.people.server(NAME, str(place.guild))
        return words(server.language) if server.language else person.words

    async def _deliver(
        self, place: Place, request: Request, card: JobCard | SlateCard, person: Known, say: Words
    ) -> str:
        if isinstance(card, JobCard):
            return await self._refuse(place, request, card, person, say)
        sender = await self._sender(place, request, person)
        await sender.recall(self._client, request.created_at < self._began)
        clips = asyncio.ensure_future(self._clips(request, card))
        try:
            head = await sender.send(self._pen.head(card, f"<@{person.handle}>", say), PostKind.HEAD)
            for pick, clip in zip(card.picks, await clips, strict=True):
                await self._send_pick(sender, pick, clip, say)
        finally:
            clips.cancel()
        await self._jobs.show(request.id, self._pen.done(card, _link(sender.place, head), say))
        return head

    async def _send_pick(self, sender: Sender, pick: PickCard, clip: bytes | None, say: Words) -> None:
        try:
            kind = PostKind.PICK if clip is None else PostKind.CLIP
            await sender.send(self._pen.pick(pick, say, clip), kind, pick.id)
        except discord.HTTPException as refused:
            if refused.status not in _UNFIT:
                raise
            # What came from a service does not suit Discord: the song is shown without it.
            log.warning("a pick was posted bare", pick=pick.id, code=refused.code)
            bare = replace(pick, cover_url="", licence_url="", links=())
            await sender.send(self._pen.pick(bare, say), PostKind.PICK, pick.id)

    async def _refuse(self, place: Place, request: Request, card: JobCard, person: Known, say: Words) -> str:
        """Shown in the progress message, and said with a ping to one who has waited."""
        shown = await self._jobs.show(request.id, self._pen.job(card, say))
        if shown and datetime.now(UTC) - request.created_at < _SOON:
            return "edited"
        sender = await self._sender(place, request, person)
        refusal = self._pen.notice(f"<@{person.handle}> {lines.name(card.error, 2 * SENTENCE)}")
        return await sender.send(refusal, PostKind.HEAD)

    async def _sender(self, place: Place, request: Request, person: Known) -> Sender:
        """Sends to the place; for a person, to the direct messages that are opened for it."""
        channel: Channel
        if place.person:
            channel = await self._client.create_dm(discord.Object(place.id))
        else:
            channel = self._client.get_partial_messageable(place.id, guild_id=place.guild)
        there = Place.channel(place.guild, channel.id)
        return Sender(self._talk, self._pace, channel, there, request, int(person.handle))

    async def _clips(self, request: Request, card: SlateCard) -> list[bytes | None]:
        """The sound of every pick that has some and can be had now."""
        return list(await asyncio.gather(*(self._clip(request.listener_id, pick) for pick in card.picks)))

    async def _clip(self, listener: int, pick: PickCard) -> bytes | None:
        if not pick.sound:
            return None
        try:
            async with asyncio.timeout(_CLIPS_S):
                clip = await self._talk.picks.sound(listener, pick.id)
                data = clip if isinstance(clip, bytes | None) else await asyncio.to_thread(clip.read_bytes)
        except (ServiceTrouble, TimeoutError) as trouble:
            log.info("posted without its sound", pick=pick.id, error=type(trouble).__name__)
            return None
        return data if data and len(data) <= _CLIP_BYTES else None


def _link(place: Place, message: str) -> str:
    return f"https://discord.com/channels/{place.guild or '@me'}/{place.id}/{message}"
