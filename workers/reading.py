"""Reading what listeners give: links, by the reader for their host, and lists of accounts that they have linked."""

from __future__ import annotations

from collections.abc import Sequence

from core import links
from core.errors import LinkExpired, NoListing, PrivateOrEmpty
from core.linked import Linked
from core.model import Listing, Playlist
from core.ports import PlaylistReader


async def opened(link: str, readers: Sequence[PlaylistReader]) -> Playlist:
    """What the link points to. Raises a ServiceTrouble, or BadInput for a link that nobody reads."""
    link = links.checked(link, [host for reader in readers for host in reader.hosts])
    reader = next(reader for reader in readers if links.belongs(links.host_of(link), reader.hosts))
    return await reader.read(link)


class Reading:
    """With a listener's own eyes where they have linked an account, else with everybody's."""

    def __init__(self, readers: Sequence[PlaylistReader], linked: Linked) -> None:
        self._readers = readers
        self._linked = linked

    async def link(self, listener: int, link: str) -> Playlist:
        """What the link points to, as the listener sees it. Raises as :func:`opened`."""
        async with self._linked.open(listener, self._linked.service_of(link)) as service:
            return await (service.read(link) if service else opened(link, self._readers))

    async def listing(self, listener: int, value: str) -> Playlist:
        """A list of a linked account ("spotify:top"), or the next of them that holds songs.

        Raises NoListing where none does, LinkExpired without an account, or another ServiceTrouble.
        """
        name, _, which = value.partition(":")
        title = self._linked.title(name)
        async with self._linked.open(listener, name) as service:
            if service is None:
                raise LinkExpired(service=title)
            for each in sorted(Listing, key=lambda other: other != which):
                try:
                    playlist = await service.listing(each)
                except PrivateOrEmpty:
                    continue
                if playlist.tracks:
                    return playlist
        raise NoListing(service=title)
