"""A listener's access to their account: the grant as it is kept, sealed, and renewed by one process at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import structlog
from pydantic import TypeAdapter, ValidationError

from core.errors import LinkExpired, LinkUnreadable, ServiceDown
from core.ports import Grant, Grantor
from core.store.accounts import Accounts, Kept
from core.vault import Sealed, Vault

log = structlog.get_logger()
_GRANT = TypeAdapter(Grant)
#: A token is renewed so long before it expires.
_EARLY = timedelta(seconds=60)
#: How long one process may take to renew a token, and how often the others look whether it has (seconds).
_RENEWING_S, _LOOK_S = 30.0, 0.2


def seal(vault: Vault, grant: Grant) -> str:
    """A grant as it is kept."""
    return vault.seal(_GRANT.dump_json(grant).decode())


class Wallet:
    """The :class:`core.ports.Tokens` of a listener. An account that can no longer be opened is unlinked, and said so
    once: whoever notices it raises LinkExpired, and from then on there is no account.
    """

    def __init__(
        self,
        accounts: Accounts,
        vault: Vault,
        grantor: Grantor,
        listener: int,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._accounts = accounts
        self._vault = vault
        self._grantor = grantor
        self._listener = listener
        self._clock = clock
        self._sleep = sleep
        self._given = ""

    async def token(self) -> str:
        """See :class:`core.ports.Tokens`. Raises LinkExpired, LinkUnreadable, or what renewing raises."""
        grant = await self._grant(await self._kept())
        if self._clock() >= grant.expires - _EARLY:
            self._given = grant.access
            await self.refresh()
            grant = await self._grant(await self._kept())
        self._given = grant.access
        return self._given

    async def refresh(self) -> None:
        """See :class:`core.ports.Tokens`: another token than the one that was given last."""
        until = self._clock() + timedelta(seconds=_RENEWING_S)
        while self._clock() < until:
            kept = await self._kept()
            grant = await self._grant(kept)
            if grant.access != self._given:
                return
            if await self._accounts.renewing(kept, _RENEWING_S):
                await self._renew(kept, grant)
                return
            await self._sleep(_LOOK_S)
        raise ServiceDown(service=self._grantor.title)

    async def _renew(self, kept: Kept, grant: Grant) -> None:
        try:
            after = await self._grantor.renewed(grant)
        except LinkExpired:
            await self._accounts.expired(kept)
            log.info("a link has expired", service=self._grantor.name)
            raise
        except BaseException:
            await self._accounts.renewed(kept, kept.sealed)  # whoever is next may try
            raise
        await self._accounts.renewed(kept, seal(self._vault, after))

    async def _kept(self) -> Kept:
        sealed = await self._accounts.sealed(self._listener, self._grantor.name)
        if not sealed:
            raise LinkExpired(service=self._grantor.title)
        return Kept(self._listener, self._grantor.name, sealed)

    async def _grant(self, kept: Kept) -> Grant:
        try:
            return _GRANT.validate_json(self._vault.open(kept.sealed))
        except (Sealed, ValidationError):
            await self._accounts.expired(kept)
            raise LinkUnreadable(service=self._grantor.title) from None
