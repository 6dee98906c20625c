"""The job queue: arq behind :class:`core.ports.JobQueue`. The only arq in the bot."""

from __future__ import annotations

from typing import Self

from arq.connections import ArqRedis, RedisSettings, create_pool

from core import queue


class ArqQueue:
    """Puts request ids and orders of pictures into the interactive queue. A lost Redis loses nudges, never requests."""

    def __init__(self, redis: ArqRedis) -> None:
        self._redis = redis

    @classmethod
    async def open(cls, redis_url: str) -> Self:
        """Connects; raises redis.exceptions.ConnectionError after five tries a second apart."""
        settings = RedisSettings.from_dsn(redis_url)
        return cls(await create_pool(settings, job_serializer=queue.dump, job_deserializer=queue.load))

    async def put(self, request_id: str) -> None:
        """Nudges a worker. Every nudge is a job of its own: what runs twice finds the request taken."""
        await self._redis.enqueue_job(queue.RECOMMEND, request_id, _queue_name=queue.INTERACTIVE)

    async def paint(self, key: str) -> None:
        """Has a worker draw a picture. Who orders it again while it waits orders nothing."""
        job = f"{queue.PAINT}:{key}"
        await self._redis.enqueue_job(queue.PAINT, key, _job_id=job, _queue_name=queue.INTERACTIVE)

    async def close(self) -> None:
        await self._redis.aclose()
