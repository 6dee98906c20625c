"""Progress messages: kept true while a request is under way, whoever sent them and whenever the bot was restarted."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

import discord
import structlog
from aiolimiter import AsyncLimiter

from bot.cards import JobCard
from bot.conversation import Talk
from bot.fronts.discord.drawn import Drawn, Pen
from bot.fronts.discord.places import NAME, Place
from bot.lines import whispered
from bot.people import Known
from bot.watch import Watch
from core.model import Post, PostKind

log = structlog.get_logger()
#: Seconds between two looks at the store.
LOOK_S = 1.0
#: An interaction's token is good for 15 minutes; a minute before that the bot's own takes over.
TOKEN_S = 14 * 60.0


@dataclass(frozen=True, slots=True)
class _Live:
    """An interaction that still answers for a request."""

    interaction: discord.Interaction
    until: float


class Jobs:
    """Edits progress messages: by the interaction while it lasts, by the bot's own token after it or a restart."""

    def __init__(
        self,
        talk: Talk,
        pen: Pen,
        client: discord.Client,
        pace: AsyncLimiter,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._talk = talk
        self._pen = pen
        self._client = client
        self._pace = pace
        self._clock = clock
        self._live: dict[str, _Live] = {}
        self.watch = Watch(talk, NAME, self._update, clock=clock)

    def follow(self, request_id: str, interaction: discord.Interaction) -> None:
        """The interaction's answer shows this request from now on."""
        self._live[request_id] = _Live(interaction, self._clock() + TOKEN_S)

    async def run(self) -> None:
        """For ever."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_S)

    async def look(self) -> list[asyncio.Task[None]]:
        """Begins to edit what is due."""
        now = self._clock()
        self._live = {key: live for key, live in self._live.items() if live.until > now}
        return await self.watch.look(self._live)

    async def show(self, request_id: str, drawn: Drawn) -> bool:
        """Shows something else in place of the progress; False when the message cannot be reached."""
        self.watch.forget(request_id)
        live = self._live.pop(request_id, None)
        posts = [post for post in await self._talk.posts.of(request_id) if post.kind is PostKind.JOB]
        return await self._edit(live, posts[0] if posts else None, drawn)

    async def _update(self, request_id: str, post: Post | None, card: JobCard, caller: Known) -> bool:
        shown = whispered(card, caller.words) if post is None else card
        return await self._edit(self._live.get(request_id), post, self._pen.job(shown, caller.words))

    async def _edit(self, live: _Live | None, post: Post | None, drawn: Drawn) -> bool:
        try:
            if live is not None and live.until > self._clock():
                await live.interaction.edit_original_response(**drawn.editing())
                return True
            if post is None:
                return False
            place = Place.parse(post.place)
            channel = self._client.get_partial_messageable(place.id, guild_id=place.guild)
            await self._pace.acquire()
            await channel.get_partial_message(int(post.message)).edit(**drawn.editing())
        except (discord.Forbidden, discord.NotFound):
            if post is not None:  # never again: Discord counts what is refused
                await self._talk.posts.drop(NAME, post.place, post.message)
            return False
        except (discord.HTTPException, OSError) as trouble:
            log.info("a progress message was not edited", error=type(trouble).__name__)
            return False
        return True
