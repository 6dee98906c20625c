"""What listeners have linked by consent, opened with their own eyes: for the bot and for the workers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from core.links import belongs, host_of
from core.ports import Grantor, LinkedService
from core.store.accounts import Accounts
from core.vault import Vault
from core.wallet import Wallet


class Linked:
    """Opens accounts; whoever opens one closes it."""

    def __init__(self, accounts: Accounts, vault: Vault, grantors: Iterable[Grantor]) -> None:
        self._accounts = accounts
        self._vault = vault
        self._grantors = {grantor.name: grantor for grantor in grantors}

    @asynccontextmanager
    async def open(self, listener: int, service: str) -> AsyncIterator[LinkedService | None]:
        """The service as the listener sees it; None where they have not linked it."""
        grantor = self._grantors.get(service)
        if grantor is None or not await self._accounts.sealed(listener, service):
            yield None
            return
        linked = grantor.for_listener(Wallet(self._accounts, self._vault, grantor, listener))
        try:
            yield linked
        finally:
            await linked.close()

    def title(self, service: str) -> str:
        """What people call a service."""
        grantor = self._grantors.get(service)
        return grantor.title if grantor else service

    def service_of(self, link: str) -> str:
        """The service whose links these are, if its accounts are linked by consent; else empty."""
        host = host_of(link)
        return next((name for name, grantor in self._grantors.items() if belongs(host, grantor.hosts)), "")
