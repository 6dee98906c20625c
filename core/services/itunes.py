"""Apple Music links by the iTunes Search API (https://performance-partners.apple.com/search-api), without a key.

Albums and songs only: playlists need Apple's paid developer token. Apple lets previews be streamed next to its badge
but not be downloaded, so this is no SoundSource.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from core.errors import BadInput, PrivateOrEmpty, UnexpectedAnswer
from core.links import checked
from core.model import Playlist, Track
from core.ports import Off
from core.said import counted, said
from core.services._fields import Row, day, mapping, text, web_link, whole
from core.services._http import Http, Manners
from core.settings import Itunes as Settings
from core.settings import Settings as AllSettings

_HOSTS = frozenset({"music.apple.com", "itunes.apple.com"})
_TARGET = re.compile(r"/(?:([a-z]{2})/)?(album|song|playlist)/(?:[^/]+/)?(?:id)?([\w.-]+)/?", re.I)
_NUMBER = re.compile(r"\d{1,18}")
_COUNTRY = "us"  # the store that a link without one means
_MOST = 200


def http_for(settings: Settings, manners: Manners | None = None) -> Http:
    """The client Apple asks for: about 20 calls a minute."""
    return Http("Apple Music", settings.base_url, {"itunes.apple.com"}, manners or Manners(requests=20, per_s=60))


def connect(settings: AllSettings) -> Itunes | Off:
    """Apple's lookup as the settings want it."""
    if not settings.itunes.enabled:
        return Off(Itunes.name, Itunes.title, "switched off by YASR_ITUNES__ENABLED")
    return Itunes(settings.itunes, http_for(settings.itunes))


class Itunes:
    """A PlaylistReader for albums and songs."""

    name = "itunes"
    title = "Apple Music"
    hosts = _HOSTS

    def __init__(self, settings: Settings, http: Http) -> None:
        self._base = settings.base_url.rstrip("/")
        self._http = http

    async def check(self) -> None:
        """Looks up the artist of Apple's own example."""
        await self._lookup({"id": 909253}, "artist")

    async def close(self) -> None:
        """Closes its connections."""
        await self._http.close()

    async def read(self, link: str) -> Playlist:
        """The songs of an album or song link; ``total`` is what Apple says the album holds.

        Raises a ServiceTrouble, or BadInput for a playlist or another link.
        """
        kind, number, country = _target(checked(link, self.hosts))
        asked: dict[str, str | int] = {"id": number, "country": country}
        if kind == "album":
            asked |= {"entity": "song", "limit": _MOST}
        return _listing(await self._lookup(asked, kind), f"https://music.apple.com/{country}/{kind}/{number}", kind)

    async def _lookup(self, asked: Mapping[str, str | int], what: str) -> list[object]:
        results = mapping(await self._http.get_json(f"{self._base}/lookup", asked, what)).get("results")
        if not isinstance(results, list):
            raise UnexpectedAnswer(service="Apple Music")
        return results


def _target(link: str) -> tuple[str, str, str]:
    """("album", "1441458047", "gb") of a link; a link to a song in an album means the song. Raises BadInput."""
    parts = urlsplit(link)
    found = _TARGET.fullmatch(parts.path)
    if found is None:
        raise BadInput(problem=said("this Apple Music link is not an album or a song"))
    country, kind, number = (found[1] or _COUNTRY).lower(), found[2].lower(), found[3]
    if kind == "playlist":
        raise BadInput(
            problem=said("Apple Music lets me read albums and songs, but no playlists; paste its songs instead")
        )
    if kind == "album" and (song := parse_qs(parts.query).get("i")):
        kind, number = "song", song[0]
    if not _NUMBER.fullmatch(number):
        raise BadInput(problem=said("this Apple Music link is not an album or a song"))
    return kind, number, country


def _listing(results: list[object], url: str, kind: str) -> Playlist:
    """The songs among ``results``, which also hold the album itself and its videos; PrivateOrEmpty without one."""
    tracks = tuple(track for track in map(_track_of, results) if track)
    if not tracks:
        raise PrivateOrEmpty(service="Apple Music", what=kind)
    albums = [mapping(row) for row in results if mapping(row).get("wrapperType") == "collection"]
    if kind == "song" or not albums:
        return Playlist(str(tracks[0]), tracks, "itunes", len(tracks), url)
    total = max(whole(albums[0].get("trackCount")) or 0, len(tracks))
    missing = total - len(tracks)
    note = counted(
        "{count} entry is no song, or not sold in this country’s store.",
        "{count} entries are no song, or not sold in this country’s store.",
        count=missing,
    )
    return Playlist(
        text(albums[0].get("collectionName")) or "Apple Music",
        tracks,
        "itunes",
        total,
        url,
        (note,) if missing else (),
    )


def _track_of(row: object) -> Track | None:
    """The song in ``row``, None for an album, a video or a row without names."""
    song: Row = mapping(row)
    title, artist, number = text(song.get("trackName")), text(song.get("artistName")), text(song.get("trackId"))
    if song.get("kind") != "song" or not (title and artist and number):
        return None
    length = whole(song.get("trackTimeMillis"))
    return Track(
        title=title,
        artists=(artist,),
        source="itunes",
        source_id=number,
        artist_id=text(song.get("artistId")),
        album=text(song.get("collectionName")),
        duration_s=length / 1000 if length else None,
        release_date=day(song.get("releaseDate")),
        url=web_link(song.get("trackViewUrl")),
        cover_url=web_link(song.get("artworkUrl100")),
    )
