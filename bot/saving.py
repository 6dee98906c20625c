"""Picks into a playlist of the listener's own, where they have linked an account that takes it."""

from __future__ import annotations

from collections.abc import Sequence

from core.errors import LinkExpired, LinkUnreadable, MayNotSave
from core.linked import Linked
from core.model import Account, Track
from core.ports import Saved
from core.services import Services
from core.store.accounts import Kept
from core.store.store import Store
from core.vault import Sealed, Vault


class Saving:
    """By a listener's consent, or by a token of theirs."""

    def __init__(self, store: Store, services: Services, linked: Linked, vault: Vault) -> None:
        self._store = store
        self._linked = linked
        self._vault = vault
        self._holders = {holder.name: holder for holder in services.holders}
        self._grantors = {grantor.name: grantor for grantor in services.grantors}

    async def services(self, listener: int) -> dict[str, str]:
        """Where the listener can save songs: titles by name."""
        return {name: title for account in await self._store.accounts.of(listener)
                for name, title in self._titles(account).items()}  # fmt: skip

    async def save(self, listener: int, service: str, title: str, tracks: Sequence[Track]) -> Saved:
        """A private playlist there. Raises LinkExpired without an account that takes it, MayNotSave where its
        owner has not allowed it, NotSaved where the service has none of the songs, or another ServiceTrouble.
        """
        if holder := self._holders.get(service):
            return await holder.save(await self._token(listener, service), title, tracks)
        grantor = self._grantors.get(service)
        mine = {account.service: account for account in await self._store.accounts.of(listener)}
        if grantor is None or service not in mine:
            raise LinkExpired(service=service)
        if not grantor.saving <= mine[service].scopes:
            raise MayNotSave(service=grantor.title)
        async with self._linked.open(listener, service) as linked:
            if linked is None:
                raise LinkExpired(service=grantor.title)
            return await linked.save(title, tracks)

    def _titles(self, account: Account) -> dict[str, str]:
        """The service of an account that may take songs, by its name: one that its owner has proved to be theirs."""
        known = self._grantors.get(account.service) or self._holders.get(account.service)
        return {known.name: known.title} if known and account.proved else {}

    async def _token(self, listener: int, service: str) -> str:
        sealed = await self._store.accounts.sealed(listener, service)
        try:
            if not sealed:
                raise LinkExpired(service=self._holders[service].title)
            return self._vault.open(sealed)
        except Sealed:
            await self._store.accounts.expired(Kept(listener, service, sealed))
            raise LinkUnreadable(service=self._holders[service].title) from None
