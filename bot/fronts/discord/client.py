"""The connection to Discord: which events arrive, and who answers them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

import discord
import structlog
from aiolimiter import AsyncLimiter
from discord import app_commands

from bot.conversation import Talk
from bot.fronts.discord import commands, embeds, layout, sync
from bot.fronts.discord.delivery import Delivery
from bot.fronts.discord.desk import Desk
from bot.fronts.discord.drawn import Pen
from bot.fronts.discord.jobs import Jobs
from bot.fronts.discord.markdown import lines
from bot.fronts.discord.places import NAME
from bot.fronts.discord.presses import Pressed, Presses
from bot.fronts.discord.reactions import Reactions
from bot.fronts.discord.refusals import Refusals
from bot.fronts.discord.sharing import PASTE, Listening, pasted
from bot.fronts.discord.translator import Translator
from core.errors import YasrError
from core.settings import Discord

log = structlog.get_logger()


def intents(settings: Discord) -> discord.Intents:
    """The least that the bot needs: servers, messages meant for it, reactions; contents only where granted."""
    wanted = discord.Intents.none()
    wanted.guilds = wanted.guild_messages = wanted.dm_messages = True
    wanted.guild_reactions = wanted.dm_reactions = True
    wanted.message_content = settings.message_content
    return wanted


#: Discord takes 50 requests a second with a bot's token, and refuses what is more; some are left for all else.
PACE = (1, 1 / 40)  # one by one: a burst would be refused


class Tree(app_commands.CommandTree["Client"]):
    """The commands; whatever goes wrong in one is said to the one who asked."""

    async def on_error(self, interaction: discord.Interaction[Client], error: app_commands.AppCommandError, /) -> None:
        cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
        await interaction.client.failed(interaction, cause)


class Client(discord.AutoShardedClient):
    """An ordinary discord.py client with small caches."""

    def __init__(self, settings: Discord, talk: Talk, **options: Any) -> None:
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # nobody is spoken to by voice
        refusals = Refusals()
        super().__init__(
            intents=intents(settings),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            shard_count=settings.shards or None,
            http_trace=refusals.trace(),
            **options,
        )
        pen: Pen = embeds if settings.embeds else layout
        self.tree = Tree(self)
        pace = AsyncLimiter(*PACE)
        self.jobs = Jobs(talk, pen, self, pace)
        self.delivery = Delivery(talk, pen, self, self.jobs, pace)
        self._talk = talk
        self._desk = Desk(talk, pen, self.jobs)
        self._presses = Presses(self._desk)
        self._reactions = Reactions(talk, pen, self)
        self._listening = Listening(self._desk, self, settings.message_content)
        self._chores: set[asyncio.Task[None]] = set()
        commands.add(self.tree, self._desk, settings)

    async def setup_hook(self) -> None:
        self.add_dynamic_items(Pressed)
        await self.tree.set_translator(Translator())
        self._start(sync.sync(self.tree, self._talk))
        self._start(self.jobs.run())

    def _start(self, chore: Awaitable[None]) -> None:
        task = asyncio.ensure_future(chore)
        self._chores.add(task)
        task.add_done_callback(self._chores.discard)

    async def close(self) -> None:
        for chore in self._chores:
            chore.cancel()
        await asyncio.gather(*self._chores, return_exceptions=True)
        await super().close()

    async def pressed(self, interaction: discord.Interaction) -> None:
        """A button or menu of ours."""
        await self._guarded(interaction, self._presses(interaction))

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Forms arrive here, so that one that was opened before a restart is not lost."""
        data: dict[str, Any] = dict(interaction.data or {})
        if interaction.type is discord.InteractionType.modal_submit and data.get("custom_id") == PASTE:
            songs = pasted(interaction)
            asking = self._desk.ask(interaction, lambda who, where: self._talk.commands.recommend(who, where, songs))
            await self._guarded(interaction, asking)

    async def on_message(self, message: discord.Message) -> None:
        await self._listening.said(message)

    async def on_raw_reaction_add(self, payload: discord.RawReactionActionEvent) -> None:
        if self.user is not None and payload.user_id != self.user.id and not await self._listening.clicked(payload):
            await self._reactions.added(payload)

    async def on_raw_reaction_remove(self, payload: discord.RawReactionActionEvent) -> None:
        await self._reactions.removed(payload)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        await self._talk.people.forget_server(NAME, str(guild.id))

    async def on_error(self, event_method: str, /, *_: Any, **__: Any) -> None:
        log.exception("an event could not be handled", kind=event_method)

    async def _guarded(self, interaction: discord.Interaction, answer: Awaitable[None]) -> None:
        """The edge: whatever goes wrong is said to the one who pressed."""
        try:
            await answer
        except Exception as error:  # noqa: BLE001 - said to the listener, logged, and the bot goes on
            await self.failed(interaction, error)

    async def failed(self, interaction: discord.Interaction, error: Exception) -> None:
        """Says what went wrong, and logs it where that is our fault."""
        if not isinstance(error, YasrError):
            if isinstance(error, discord.NotFound | discord.Forbidden):  # the question itself is gone
                log.info("an interaction could not be answered", code=error.code)
                return
            log.error("an interaction failed", exc_info=error)
            error = YasrError()
        person = await self._desk.caller(interaction)
        try:
            await self._desk.tell(interaction, lines.refusal(error, person.words))
        except discord.HTTPException as trouble:
            log.info("an interaction could not be answered", code=trouble.code)
