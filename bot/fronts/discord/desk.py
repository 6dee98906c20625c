"""The desk where every press and command arrives: who asks, in which language, and the answer within three seconds."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable

import discord
import structlog

from bot.cards import JobCard
from bot.conversation import Talk
from bot.fronts.discord.drawn import Drawn, Pen, card
from bot.fronts.discord.jobs import Jobs
from bot.fronts.discord.markdown import lines
from bot.fronts.discord.places import NAME, Place, place_of
from bot.fronts.discord.text import harmless
from bot.lines import whispered
from bot.people import Known
from bot.showing import Shown
from core.errors import YasrError
from core.model import Address, Post, PostKind

log = structlog.get_logger()
#: Discord forgets an interaction after 3 s; what takes longer than this (seconds) is acknowledged first. So many are
#: written down at a time; the others of a crowd are acknowledged at once, and written down when it is their turn.
PATIENCE_S, CROWD = 0.7, 8
#: The longest description of a file, and the longest message.
_ALT, _CONTENT = 1024, 2000
Asking = Callable[[int, Address], Awaitable[str]]


class Desk:
    """What every command and press needs."""

    def __init__(self, talk: Talk, pen: Pen, jobs: Jobs) -> None:
        self.talk = talk
        self.pen = pen
        self._jobs = jobs
        self._slots = asyncio.Semaphore(CROWD)

    async def caller(self, interaction: discord.Interaction) -> Known:
        """The listener behind an interaction, made on first sight."""
        return await self.talk.people.meet(NAME, str(interaction.user.id), str(interaction.locale))

    async def ask(self, interaction: discord.Interaction, asking: Asking) -> None:
        """Puts a request and shows its progress message. Written down first: what is acknowledged is not lost."""
        seen = await self.talk.people.glance(NAME, str(interaction.user.id), str(interaction.locale))
        place = place_of(interaction, private=seen.preferences.private)
        asked = asyncio.ensure_future(self._put(interaction, place, asking))
        await asyncio.wait({asked}, timeout=0 if self._slots.locked() else PATIENCE_S)
        if not asked.done():
            await interaction.response.defer(thinking=True, ephemeral=place.person)
        try:
            caller, request_id = await asked
        except YasrError as error:
            await self.tell(interaction, lines.refusal(error, seen.words))
            return
        await self._jobs.watch.write(request_id, self._progress(interaction, caller, place, request_id))

    async def _progress(self, interaction: discord.Interaction, caller: Known, place: Place, request_id: str) -> None:
        shown = await self.talk.commands.card(caller.listener, request_id, caller.words)
        if place.person and isinstance(shown, JobCard):
            shown = whispered(shown, caller.words)
        message = await self.show(interaction, card(self.pen, shown, caller.words), ephemeral=place.person)
        if not place.person:
            await self.talk.posts.keep(NAME, Post(str(place), str(message), request_id, PostKind.JOB))
        self._jobs.follow(request_id, interaction)

    async def _put(self, interaction: discord.Interaction, place: Place, asking: Asking) -> tuple[Known, str]:
        async with self._slots:
            caller = await self.caller(interaction)
            return caller, await asking(caller.listener, place.address)

    async def show(self, interaction: discord.Interaction, drawn: Drawn, *, ephemeral: bool = True) -> int:
        """Answers with what is drawn, deferred or not; returns the message's id."""
        if interaction.response.is_done():
            return (await interaction.edit_original_response(**drawn.editing())).id
        response = await interaction.response.send_message(ephemeral=ephemeral, **drawn.sending())
        return response.message_id or (await interaction.original_response()).id

    async def tell(self, interaction: discord.Interaction, sentence: str) -> None:
        """Says a sentence that only the one who acted sees."""
        drawn = self.pen.notice(sentence)
        if interaction.response.is_done():
            await interaction.edit_original_response(**drawn.editing())
        else:
            await interaction.response.send_message(ephemeral=True, **drawn.sending())

    async def show_picture(self, interaction: discord.Interaction, shown: Shown, name: str) -> None:
        """Answers a deferred interaction with a picture and what it shows, or with the words alone."""
        told = " ".join(shown.told)
        files = [discord.File(io.BytesIO(shown.image), name, description=told[:_ALT])] if shown.image else []
        more = f"\n{lines.url(shown.url)}" if shown.url else ""
        content = harmless(told, _CONTENT - len(more)) + more
        await interaction.edit_original_response(content=content, attachments=files)
