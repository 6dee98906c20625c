"""Serving one request: hold it by a lease, work, and end it with an answer or an honest sentence."""

from __future__ import annotations

import asyncio

import structlog

from core.errors import QuotaReached, TookTooLong, YasrError, first_of
from core.model import Progress, Request, SourceKind
from core.said import said
from workers.house import House

log = structlog.get_logger()
#: A service that was asked too often, and still is after all tries, is left alone for at least this long.
_SHORTEST_WAIT_S = 10.0


async def serve(house: House, request_id: str) -> bool:
    """Answers the request unless another worker holds it or it is over; safe to call any number of times.

    True when this call gave it its slate.
    """
    request = await house.store.requests.claim(request_id, house.name, house.settings.worker.lease_s)
    if request is None:
        return False
    with structlog.contextvars.bound_contextvars(request=request_id):
        try:
            served = _Served(house, request)
            await served.run()
            return served.answered
        except asyncio.CancelledError:
            await house.store.requests.release(request_id, house.name)
            raise


class _Served:
    """A request in hand: its work, and beside it the heartbeat that keeps the lease and shows the progress."""

    def __init__(self, house: House, request: Request) -> None:
        self._house = house
        self._request = request
        self._progress = Progress("reading")
        self.answered = False

    async def run(self) -> None:
        timeout = self._house.settings.worker.job_timeout_s
        work = asyncio.create_task(self._work())
        beat = asyncio.create_task(self._beat())
        try:
            await asyncio.wait({work, beat}, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
            if not work.done() and not beat.done():
                await self._refuse(TookTooLong(minutes=timeout // 60))
        finally:
            work.cancel()
            beat.cancel()
            await asyncio.gather(work, beat, return_exceptions=True)

    async def _work(self) -> None:
        try:
            offered = self._request.source.kind is SourceKind.SUBMISSION
            answer = self._house.submit if offered else self._house.recommend
            self.answered = await answer(self._request, self._house.name, self._report)
            log.info("answered" if self.answered else "no longer ours")
        except* YasrError as group:
            error = first_of(group)
            if not (isinstance(error, QuotaReached) and await self._postpone(error)):
                await self._refuse(error)
        except* Exception:  # the edge of the job: said to the listener, logged, and the worker goes on
            log.exception("a request failed")
            await self._refuse(YasrError())

    async def _refuse(self, error: YasrError) -> None:
        log.info("refused", error=error.code)
        await self._house.store.requests.refuse(self._request.id, self._house.name, error)

    async def _postpone(self, quota: QuotaReached) -> bool:
        """Keeps the request until the service can be asked again; False when it waited often, or would too long."""
        note = said("{service} asks me to wait {wait}. Your request is saved.",
                    service=quota.args_["service"], wait=quota.args_["wait"])  # fmt: skip
        saved = await self._house.store.requests.postpone(
            self._request.id, self._house.name, quota, max(quota.seconds, _SHORTEST_WAIT_S), note
        )
        if saved:
            log.info("postponed", seconds=quota.seconds)
        return saved

    async def _report(self, progress: Progress) -> None:
        self._progress = progress

    async def _beat(self) -> None:
        """Ends when the request is no longer ours: cancelled by its listener, or taken by another worker."""
        lease = self._house.settings.worker.lease_s
        while await self._house.store.requests.renew(self._request.id, self._house.name, lease, self._progress):
            await asyncio.sleep(min(0.5, lease / 3))
