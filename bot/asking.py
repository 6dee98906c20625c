"""``yasr recommend``: one question from a terminal, through the same queue, store and worker as everybody's."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from bot import redis_server, state
from bot.cards import JobCard
from bot.commands import Commands, Upload
from bot.conversation import conversation
from bot.outbox import Outbox
from bot.supervisor import Child, Supervisor, python
from bot.words import ENGLISH
from core import errors, links
from core.errors import NoSuchPath, NotYours
from core.model import Address, Options, Slate, State
from core.readers.folder import SOUND
from core.settings import Settings

#: The source that means the sample playlist.
SAMPLE = "sample"


async def ask(
    settings: Settings, source: str, options: Options, listener: str, show: Callable[[JobCard], None]
) -> tuple[Slate, str]:
    """Asks and waits for the slate and its note. ``listener`` empty means nobody in particular, to whom nothing was
    shown before. Raises core.errors for bad input and for a refusal.
    """
    async with _backend(settings) as ready, conversation(ready) as (talk, store, queue):
        commands = talk.commands
        person = await commands.listener("terminal", listener or uuid.uuid4().hex)
        request_id = await _put(commands, person, source, options)
        reconciler = asyncio.create_task(Outbox(store, queue, {}, ready.worker.reconcile_s).run())
        try:
            while isinstance(card := await commands.card(person, request_id), JobCard):
                if card.state in (State.REFUSED, State.CANCELLED):
                    break
                if card.until is not None:  # a page may wait for hours; who sits at a terminal wants to know
                    await commands.cancel(person, request_id)
                    break
                show(card)
                await asyncio.sleep(0.1)
        except asyncio.CancelledError:
            await commands.cancel(person, request_id)
            raise
        finally:
            reconciler.cancel()
        await store.requests.delivered(request_id, "terminal")
        request, slate = await store.requests.get(request_id), await store.slates.get(request_id)
        if request is None or slate is None:
            raise errors.revive(request.error, request.error_args) if request else NotYours()
        return slate, ENGLISH.join(request.progress.note)


async def _put(commands: Commands, person: int, source: str, options: Options) -> str:
    """Hands the source to the command it is for: a link, a list, sound files, standard input or the sample."""
    address = Address("terminal", "")
    if source == SAMPLE:
        return await commands.sample(person, address, options)
    if source == "-":
        text = await asyncio.to_thread(sys.stdin.buffer.read)
        return await commands.recommend_files(person, address, [Upload("standard input", text)], options)
    if links.find_link(source) is not None:
        return await commands.recommend(person, address, source, options)
    path = Path(source).expanduser().absolute()
    if path.is_dir() or (path.is_file() and path.suffix.lower() in SOUND):
        return await commands.recommend_folder(person, address, path, options)
    if not path.is_file():
        raise NoSuchPath(path=source)
    data = await asyncio.to_thread(path.read_bytes)
    return await commands.recommend_files(person, address, [Upload(path.name, data)], options)


@asynccontextmanager
async def _backend(settings: Settings) -> AsyncIterator[Settings]:
    """Settings with a Redis and a worker behind them: those of a running `yasr up`, or our own for one question."""
    if settings.redis_url or state.is_running(settings.state_dir):
        yield settings
        return
    with tempfile.TemporaryDirectory(prefix="yasr-") as folder:
        redis = redis_server.child(Path(folder))
        url = redis_server.url(Path(folder))
        environment = {
            "YASR_REDIS_URL": url,
            "YASR_STATE_DIR": str(settings.state_dir),
            "YASR_LOG_LEVEL": settings.log_level,
        }
        worker = Child("worker", python("workers", "run", "--only-requests"), environment, patience_s=4.0)
        async with Supervisor([redis, worker]):
            yield settings.model_copy(update={"redis_url": url})
