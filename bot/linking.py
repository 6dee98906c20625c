"""Linking accounts: by their owner's consent where the service asks for it, by a token or a name elsewhere.

Consent is OAuth 2.0's authorization code flow with PKCE (RFC 6749, 7636) as RFC 9700 wants it: the ``state`` is random,
works once and within minutes, is known here by its hash alone, and belongs to one listener and one service; each
service has a redirect address of its own, so that an answer of one cannot be taken for another's (mix-up). A browser
that brings a consent back must say whose it is before anything is linked (:mod:`bot.fronts.web.linking`).
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from bot.people import Known, People
from core import wallet
from core.errors import ConsentLost, ConsentRefused, UnknownChoice
from core.model import Account
from core.ports import Grant, Grantor, TokenHolder
from core.said import said
from core.services import Services
from core.settings import Settings
from core.store.grants import Begun
from core.store.store import Store
from core.vault import Sealed, Vault

#: Of the random part of an address, in bytes: 192 and 512 bits.
_STATE, _VERIFIER = 24, 64
#: A state and a code are never longer (characters); what is longer is not looked at.
_LONGEST = 2048
PATH = "/link"


@dataclass(frozen=True, slots=True)
class Consent:
    """What a browser brings back: a ``code``, or none from one who did not agree."""

    service: str
    state: str
    code: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A link that was begun, to be shown to whoever brings it back: whose it is, in words who that is and where (empty
    for a listener of the page), and the service's title."""

    listener: int
    place: str
    title: str


class Linking:
    """Begins links and ends them."""

    def __init__(self, store: Store, services: Services, people: People, vault: Vault, settings: Settings) -> None:
        self._store = store
        self._people = people
        self._vault = vault
        self._grantors: dict[str, Grantor] = {grantor.name: grantor for grantor in services.grantors}
        self._holders = {holder.name: holder for holder in services.holders}
        self._address = settings.web.address
        self.is_public = bool(settings.web.public_url)

    @property
    def titles(self) -> dict[str, str]:
        """The services whose owners are asked: titles by name."""
        return {grantor.name: grantor.title for grantor in self._grantors.values()}

    async def begin(self, known: Known, service: str, place: str, *, saving: bool = False) -> str:
        """The address where the listener agrees. ``place`` says in words who they are and where they ask ("@ada on
        Telegram"; empty on the page): it is shown once more before anything is linked. ``saving`` asks for leave to
        make playlists, too. Raises UnknownChoice.
        """
        grantor = self._grantor(service)
        state, verifier = secrets.token_urlsafe(_STATE), secrets.token_urlsafe(_VERIFIER)
        sealed = self._vault.seal(json.dumps([verifier, place]))
        await self._store.grants.begin(state, Begun(known.listener, service, sealed))
        scopes = grantor.reading | (grantor.saving if saving else frozenset())
        return grantor.consent(self._redirect(service), state, _challenge(verifier), scopes)

    async def waiting(self, consent: Consent) -> Waiting:
        """Whose consent this is; it remains to be used. Raises ConsentLost."""
        begun = await self._store.grants.look(consent.state)
        _, place = self._opened(begun, consent.service)
        return Waiting(begun.listener_id, place, self._grantor(consent.service).title)

    async def finish(self, consent: Consent, listener: int) -> Account:
        """Links the account, for the listener who began it and nobody else. Whatever comes of it, the consent is used.

        Raises ConsentLost, ConsentRefused, or a ServiceTrouble.
        """
        begun = await self._store.grants.take(consent.state)
        verifier, _ = self._opened(begun, consent.service)
        if begun.listener_id != listener:
            raise ConsentLost()
        if not consent.code:
            raise ConsentRefused()
        grantor = self._grantor(consent.service)
        grant = await grantor.granted(consent.code, verifier, self._redirect(consent.service))
        account = await self._account(grantor, grant)
        await self._store.accounts.link(listener, account, wallet.seal(self._vault, grant))
        return account

    def brought(self, words: str) -> Consent | None:
        """The consent in an address that somebody copied out of their browser; None in any other words."""
        words = words.strip()
        for service in self._grantors:
            if words.startswith(f"{self._redirect(service)}?"):
                return consent(service, {name: one[0] for name, one in parse_qs(urlsplit(words).query).items()})
        return None

    def is_secret(self, service: str, words: str) -> bool:
        """Whether the words are a token, or an address that holds a consent."""
        holder = self._holders.get(service)
        return self.brought(words) is not None or (holder is not None and holder.is_token(words))

    async def link(self, listener: int, service: str, handle: str) -> Account:
        """Links by what the listener said: the address they were sent to, a token of theirs, or their name.

        Raises BadInput or ServiceTrouble.
        """
        holder = self._holders.get(service)
        if holder is not None and holder.is_token(handle):
            return await self._by_token(listener, holder, handle.strip())
        if service not in self._grantors:
            return await self._people.link(listener, service, handle)
        brought = self.brought(handle)
        if brought is None or brought.service != service:
            raise ConsentLost()
        return await self.finish(brought, listener)

    async def _by_token(self, listener: int, holder: TokenHolder, token: str) -> Account:
        name = await holder.owner(token)
        account = Account(holder.name, name, self._people.profile(holder.name, name), proved=True)
        await self._store.accounts.link(listener, account, self._vault.seal(token))
        return account

    async def _account(self, grantor: Grantor, grant: Grant) -> Account:
        linked = grantor.for_listener(_Once(grant))
        try:
            handle = await linked.handle()
        finally:
            await linked.close()
        return Account(grantor.name, handle, grantor.profile(handle), proved=True, scopes=grant.scopes)

    def _grantor(self, service: str) -> Grantor:
        if service not in self._grantors:
            raise UnknownChoice(kind=said("service"), value=service[:32], choices=", ".join(self.titles) or "–")
        return self._grantors[service]

    def _redirect(self, service: str) -> str:
        return f"{self._address}{PATH}/{service}"

    def _opened(self, begun: Begun, service: str) -> tuple[str, str]:
        """The verifier of a link that was begun, and where that was. Raises ConsentLost."""
        if begun.service != service:
            raise ConsentLost()
        try:
            verifier, place = json.loads(self._vault.open(begun.sealed))
        except Sealed:
            raise ConsentLost() from None
        return str(verifier), str(place)


def consent(service: str, fields: Mapping[str, str]) -> Consent:
    """What the query of a redirect says. Raises ConsentLost for one without a state, or too long to be ours."""
    state, code = fields.get("state", ""), fields.get("code", "")
    if not state or max(len(state), len(code)) > _LONGEST:
        raise ConsentLost()
    return Consent(service, state, "" if "error" in fields else code)


def _challenge(verifier: str) -> str:
    """S256 (RFC 7636, 4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


class _Once:
    """The tokens of a grant that is not kept yet."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant

    async def token(self) -> str:
        return self._grant.access

    async def refresh(self) -> None:
        raise ConsentLost()
