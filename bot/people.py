"""What a person is to YASR: their settings, their accounts, their data. The same on every front end."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from bot.words import LANGUAGES, Words, words
from core import links
from core.errors import BadInput, NoSuchAccount, ServiceTrouble, UnknownChoice
from core.model import Account, Preferences, Server
from core.ports import AccountSource
from core.said import said
from core.services import Services
from core.store.record import Record
from core.store.store import Store

_LONGEST_HANDLE = 64


@dataclass(frozen=True, slots=True)
class Known:
    """A listener as a front end meets them: their ``handle`` there, their language, what they have set."""

    listener: int
    handle: str
    words: Words
    preferences: Preferences


class People:
    """Settings, accounts and data of listeners, and the settings of servers."""

    def __init__(self, store: Store, services: Services) -> None:
        self._store = store
        self._readers = services.readers
        self._sources: dict[str, AccountSource] = {source.name: source for source in services.accounts}

    @property
    def linkable(self) -> dict[str, str]:
        """The services whose accounts can be linked by name: titles by name."""
        return {source.name: source.title for source in self._sources.values()}

    def profile(self, service: str, handle: str) -> str:
        """The link of an account."""
        return self._sources[service].profile(handle)

    async def meet(self, front: str, handle: str, locale: str = "") -> Known:
        """The listener behind a front end's own name for a person, made on first sight; ``locale`` is remembered."""
        listener, preferences = await self._store.listeners.meet(front, handle, Preferences(locale=locale))
        if locale and locale != preferences.locale:
            preferences = replace(preferences, locale=locale)
            await self._store.listeners.prefer(listener, preferences)
        return _known(listener, handle, preferences)

    async def glance(self, front: str, handle: str, locale: str) -> Known:
        """The same without writing anything: ``listener`` is 0 for one who was never met."""
        listener, preferences = await self._store.listeners.glance(front, handle)
        return _known(listener, handle, replace(preferences, locale=locale))

    async def of(self, listener: int) -> Known:
        """The same for a listener that is known."""
        handle, preferences = await self._store.listeners.known(listener)
        return _known(listener, handle, preferences)

    async def set(self, listener: int, **changes: Any) -> Preferences:
        """Changes what the listener has set: ``language``, ``private``, ``compare``. Raises UnknownChoice."""
        language = changes.get("language")
        if language and language not in LANGUAGES:
            raise UnknownChoice(kind=said("language"), value=language[:16], choices=", ".join(LANGUAGES))
        preferences = replace(await self._store.listeners.preferences(listener), **changes)
        await self._store.listeners.prefer(listener, preferences)
        return preferences

    async def server(self, front: str, server: str) -> Server:
        """What the admins of a server have set."""
        return await self._store.servers.get(front, server)

    async def set_server(self, front: str, server: str, settings: Server) -> None:
        """Keeps what an admin has set; the front end has checked that they may."""
        await self._store.servers.set(front, server, settings)

    async def forget_server(self, front: str, server: str) -> None:
        """Forgets a server that the bot has left."""
        await self._store.servers.forget(front, server)

    async def move_server(self, front: str, server: str, to: str) -> None:
        """The platform has given a server another id."""
        await self._store.servers.move(front, server, to)

    async def left(self, listener: int, *, gone: bool = True) -> None:
        """Notes that the listener has closed the door, or opened it again: nothing is sent through a closed one."""
        await self._store.listeners.left(listener, gone=gone)

    async def here(self, listener: int) -> bool:
        """Whether the listener's door is open, as far as is known."""
        return await self._store.listeners.here(listener)

    async def told(self, key: str) -> str:
        """What a front end last told its platform under ``key``."""
        return str((await self._store.notice(key)).get("digest", ""))

    async def tell(self, key: str, digest: str) -> None:
        """Notes what a front end has told its platform."""
        await self._store.announce(key, digest=digest)

    async def link(self, listener: int, service: str, handle: str) -> Account:
        """Links an account by its name, if something of it can be read. Raises BadInput or ServiceTrouble."""
        source = self._sources.get(service)
        if source is None:
            raise UnknownChoice(kind=said("service"), value=service[:32], choices=", ".join(self.linkable) or "–")
        name = handle.strip().removeprefix("@")
        if not 0 < len(name) <= _LONGEST_HANDLE:
            raise NoSuchAccount(handle=handle[:_LONGEST_HANDLE], service=source.title)
        account = Account(service, name, source.profile(name))
        host = links.host_of(account.link)
        reader = next(reader for reader in self._readers if links.belongs(host, reader.hosts))
        try:
            await reader.read(account.link)
        except (ServiceTrouble, BadInput) as trouble:
            if trouble.exit_status == BadInput.exit_status:  # the service answered, and knows nothing to read
                raise NoSuchAccount(handle=name, service=source.title) from trouble
            raise
        await self._store.accounts.link(listener, account)
        return account

    async def unlink(self, listener: int, service: str) -> bool:
        """Forgets an account; False when there was none."""
        return await self._store.accounts.unlink(listener, service)

    async def accounts(self, listener: int) -> list[Account]:
        """The listener's accounts, the newest first."""
        return await self._store.accounts.of(listener)

    async def record(self, listener: int) -> Record:
        """How the listener rates what they were shown."""
        return await self._store.records.of(listener)

    async def held(self, listener: int) -> dict[str, int]:
        """How many rows there are about the listener, by table; empty tables left out."""
        export = await self._store.personal.export(listener)
        return {table: len(rows) for table, rows in export.items() if rows}

    async def export(self, listener: int) -> bytes:
        """Everything that is stored about the listener, as one JSON document."""
        return await exported(self._store, listener)


async def exported(store: Store, listener: int) -> bytes:
    """Everything that is stored about a listener, as one JSON document."""
    export = await store.personal.export(listener)
    return json.dumps(export, ensure_ascii=False, indent=2, default=str).encode()


def _known(listener: int, handle: str, preferences: Preferences) -> Known:
    return Known(listener, handle, words(preferences.language or preferences.locale), preferences)
