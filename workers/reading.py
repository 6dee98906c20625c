"""Opening a link by the reader for its host."""

from __future__ import annotations

from collections.abc import Sequence

from core import links
from core.model import Playlist
from core.ports import PlaylistReader


async def opened(link: str, readers: Sequence[PlaylistReader]) -> Playlist:
    """What the link points to. Raises a ServiceTrouble, or BadInput for a link that nobody reads."""
    link = links.checked(link, [host for reader in readers for host in reader.hosts])
    reader = next(reader for reader in readers if links.belongs(links.host_of(link), reader.hosts))
    return await reader.read(link)
