"""The resolver guard: an allowed name must not lead into the private network (DNS rebinding)."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Collection

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from core.errors import ForbiddenLink

_NAT64, _COMPATIBLE = ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("::/96")


class PublicOnly(AbstractResolver):
    """Resolves names and raises ForbiddenLink when one leads to an address that is not public.

    ``trusted`` names are let through: the operator wrote them into the settings. The connector uses the very addresses
    that were checked, so that a second look-up cannot change the answer.
    """

    def __init__(self, trusted: Collection[str] = (), inner: AbstractResolver | None = None) -> None:
        self._trusted = frozenset(trusted)
        self._inner = inner or ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        if host not in self._trusted and not all(_public(entry["host"]) for entry in found):
            raise ForbiddenLink(link=f"https://{host}")
        return found

    async def close(self) -> None:
        await self._inner.close()


def _public(address: str) -> bool:
    parsed = ipaddress.ip_address(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        # An IPv4 address can travel inside (RFC 4291, 3056, 6052): it is that one which is reached in the end.
        inner = parsed.ipv4_mapped or parsed.sixtofour
        if parsed in _NAT64 or parsed in _COMPATIBLE:
            inner = ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF)
        parsed = inner or parsed
    return parsed.is_global and not parsed.is_multicast and not parsed.is_reserved
