"""``yasr up``: an embedded Redis where none is given, one worker, and the bot, kept alive together."""

from __future__ import annotations

from bot import redis_server, state
from bot.supervisor import Child, Supervisor, python
from core.queue import url_of
from core.settings import Settings


def household(settings: Settings) -> list[Child]:
    """The processes, in the order in which they start; they stop in the opposite order."""
    environment = {"YASR_REDIS_URL": url_of(settings), "YASR_STATE_DIR": str(settings.state_dir)}
    embedded = [] if settings.redis_url else [redis_server.child(settings.state_dir / "redis")]
    return [
        *embedded,
        Child("worker", python("workers", "run"), environment, patience_s=4.0),
        Child("bot", python("bot", "bot"), environment, patience_s=3.0),
    ]


async def up(settings: Settings) -> int:
    """Runs until told to stop; returns the exit status. Raises AlreadyRunning."""
    with state.only_one(settings.state_dir):
        async with Supervisor(household(settings)) as supervisor:
            return await supervisor.run()
