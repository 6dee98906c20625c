"""One worker process: two arq workers over one house, the interactive queue and the background queue."""

from __future__ import annotations

import asyncio
import os
import signal
from datetime import timedelta
from typing import Any

import structlog
from arq.connections import ArqRedis, RedisSettings, create_pool
from arq.cron import CronJob, cron
from arq.typing import WorkerCoroutine
from arq.worker import Worker, func

from core import queue
from core.settings import Settings
from workers import jobs
from workers.house import House

log = structlog.get_logger()
#: A first harvest may go on for hours at the pace the services ask for.
_LONGEST = timedelta(hours=23)


async def run(settings: Settings, *, only_requests: bool = False) -> None:
    """Works until SIGTERM or SIGINT, then gives back what is unfinished; ``only_requests`` leaves the catalogue be."""
    if hasattr(os, "nice"):  # not on Windows
        os.nice(settings.worker.nice)  # people wait for pages and presses; its children inherit it
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, stopping.set)
    async with House(settings) as house:
        redis = await create_pool(
            RedisSettings.from_dsn(queue.url_of(settings)), job_serializer=queue.dump, job_deserializer=queue.load
        )
        try:
            await work(house, redis, stopping, only_requests=only_requests)
        finally:
            await redis.aclose()


async def work(house: House, redis: ArqRedis, stopping: asyncio.Event, *, only_requests: bool) -> None:
    """Serves the queues until ``stopping`` is set; raises when Redis is lost."""
    names = [queue.INTERACTIVE] if only_requests else [queue.INTERACTIVE, queue.BACKGROUND]
    workers = [_worker(house, redis, name) for name in names]
    running: list[asyncio.Task[Any]] = [asyncio.create_task(worker.async_run()) for worker in workers]
    stop: asyncio.Task[Any] = asyncio.create_task(stopping.wait())
    log.info("worker is up", worker=house.name, processes=house.settings.worker.processes)
    done, _ = await asyncio.wait([*running, stop], return_when=asyncio.FIRST_COMPLETED)
    stop.cancel()
    for worker, task in zip(workers, running, strict=True):
        task.cancel()
        for job in worker.tasks.values():
            job.cancel()
    await asyncio.gather(*running, *(job for w in workers for job in w.tasks.values()), return_exceptions=True)
    for task in done - {stop}:
        task.result()  # a worker never ends by itself but by losing Redis: say so, and let the supervisor restart us


def _worker(house: House, redis: ArqRedis, name: str) -> Worker:
    settings = house.settings
    background: dict[str, Any] = {}
    if name == queue.BACKGROUND:
        background = {"cron_jobs": _crons(house)}
    return Worker(
        functions=[
            func(jobs.recommend, name=queue.RECOMMEND, timeout=settings.worker.job_timeout_s + 30),
            func(jobs.paint, name=queue.PAINT, timeout=settings.audio.timeout_s + 30),
            func(jobs.explore, name=queue.EXPLORE, timeout=settings.worker.job_timeout_s),
            func(jobs.harvest, name=queue.HARVEST, timeout=_LONGEST),
            func(jobs.hear, name=queue.HEAR, timeout=_LONGEST),
        ],
        queue_name=name,
        redis_pool=redis,
        handle_signals=False,
        max_jobs=settings.worker.jobs,
        keep_result=0,
        max_tries=1,
        retry_jobs=False,
        poll_delay=0.1,
        health_check_interval=5,
        ctx={"house": house},
        job_serializer=queue.dump,
        job_deserializer=queue.load,
        **background,
    )


def _crons(house: House) -> list[CronJob]:
    """The catalogue is put in order every hour; each source has an hourly minute of its own to see if it is due."""
    crons = [cron(jobs.stock, minute=0, run_at_startup=True, timeout=_LONGEST, max_tries=1)]
    names = house.harvest.names if house.settings.catalogue.harvest else []
    for place, source in enumerate(names, start=1):
        name = f"cron:{queue.HARVEST}:{source}"
        crons.append(cron(_harvest_of(source), name=name, minute=7 * place % 60, timeout=_LONGEST, max_tries=1))
    return crons


def _harvest_of(source: str) -> WorkerCoroutine:
    async def harvest(ctx: dict[Any, Any]) -> None:
        await jobs.harvest(ctx, source)

    return harvest
