"""YouTube Music, by an unofficial library: reads playlists, albums and songs, and counts monthly listeners."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from core.errors import BadInput, PrivateOrEmpty
from core.links import checked
from core.model import Artist, Audience, Playlist, Track
from core.ports import Off
from core.said import said
from core.services import _notes
from core.services._fields import listed, mapping, text, whole
from core.services._http import Http, Manners
from core.services._youtube_rows import SERVICE, count_of, song_of, track_of
from core.settings import Settings as AllSettings
from core.settings import Youtube as Settings

if TYPE_CHECKING:
    from core.services._youtube_client import Client

METER = "monthly listeners on YouTube Music"

_HOSTS = frozenset({"music.youtube.com", "youtube.com", "www.youtube.com", "m.youtube.com", "youtu.be"})
_LIST = re.compile(r"[\w-]{10,80}")
_VIDEO = re.compile(r"[\w-]{11}")
_ALBUM = re.compile(r"/browse/(MPREb_[\w-]{5,40})/?")
_CHANNEL = re.compile(r"UC[\w-]{10,40}")
_MAX_ROWS = 10_000
#: The library says it is a browser; YouTube Music answers nobody else.
_BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:88.0) Gecko/20100101 Firefox/88.0"


def http_for(settings: Settings, manners: Manners | None = None) -> Http:
    """The client for YouTube Music, whose limits are not published: two requests a second are polite."""
    headers = {"User-Agent": _BROWSER, "Cookie": "SOCS=CAI"}  # the cookie answers the question about cookies
    return Http("YouTube Music", settings.base_url, {"music.youtube.com"}, manners or Manners(requests=2, per_s=1),
                headers=headers)  # fmt: skip


def connect(settings: AllSettings) -> Youtube | Off:
    """YouTube Music as the settings want it."""
    group = settings.youtube
    if not group.enabled:
        return Off(Youtube.name, Youtube.title, "switched off by YASR_YOUTUBE__ENABLED")
    return Youtube(group, http_for(group))


class Youtube:
    """A PlaylistReader and an AudienceMeter."""

    name = SERVICE
    title = "YouTube Music"
    meter = METER
    hosts = _HOSTS

    def __init__(self, settings: Settings, http: Http, today: Callable[[], date] = date.today) -> None:
        self._base = settings.base_url
        self._http = http
        self._today = today

    @cached_property
    def _client(self) -> Client:
        from core.services._youtube_client import Client  # the library takes a moment to load: not before it is used

        return Client(self._base, self._http)

    async def close(self) -> None:
        """Closes its connections."""
        await self._http.close()

    async def check(self) -> None:
        """Asks for the front page."""
        await self._http.get_bytes(self._base, 2**10, first=2**10)

    # PlaylistReader

    async def read(self, link: str) -> Playlist:
        """The songs of a playlist, album or single video.

        Raises PrivateOrEmpty, QuotaReached, ServiceDown, UnexpectedAnswer, or BadInput for a link of another kind.
        """
        parts = urlsplit(checked(link, self.hosts))
        if album := _ALBUM.fullmatch(parts.path):
            return await self._album(album[1])
        listed_in, video = _first(parts.query, "list", _LIST), _first(parts.query, "v", _VIDEO)
        if parts.hostname == "youtu.be" and _VIDEO.fullmatch(parts.path.strip("/")):
            video = parts.path.strip("/")
        if listed_in and not listed_in.startswith("RD"):
            return await self._playlist(listed_in)
        if video:
            return await self._song(video)
        if listed_in:
            raise BadInput(
                problem=said("this is a mix that YouTube makes anew for everybody; send a playlist of your own")
            )
        raise BadInput(problem=said("this YouTube link is not a playlist, album or song"))

    async def _playlist(self, number: str) -> Playlist:
        answer = await self._client.ask(lambda library: library.get_playlist(number, limit=_MAX_ROWS), "playlist")
        rows = listed(answer.get("tracks"))
        url = f"https://music.youtube.com/playlist?list={number}"
        return _listing(
            text(answer.get("title")), map(track_of, rows), url, "playlist", whole(answer.get("trackCount"))
        )

    async def _album(self, number: str) -> Playlist:
        answer = await self._client.ask(lambda library: library.get_album(number), "album")
        title, artists = text(answer.get("title")), answer.get("artists")
        songs = [track_of(row, title, artists) for row in listed(answer.get("tracks"))]
        url = f"https://music.youtube.com/browse/{number}"
        return _listing(title, songs, url, "album", whole(answer.get("trackCount")))

    async def _song(self, number: str) -> Playlist:
        answer = await self._client.ask(lambda library: library.get_song(number), "song")
        song = song_of(answer.get("videoDetails"))
        return _listing(song.title if song else "", [song], f"https://music.youtube.com/watch?v={number}", "song", 1)

    # AudienceMeter

    async def audience(self, artist: Artist) -> Artist:
        """``artist`` with its monthly listeners; as given for one of another service, or one without that number."""
        if artist.source != self.name or not _CHANNEL.fullmatch(artist.source_id):
            return artist
        try:
            answer = await self._client.ask(lambda library: library.get_artist(artist.source_id), "artist")
        except PrivateOrEmpty:
            return artist
        count = count_of(mapping(answer).get("monthlyListeners"))
        return artist if count is None else replace(artist, audience=Audience(METER, count, self._today()))


def _first(query: str, name: str, shape: re.Pattern[str]) -> str:
    """A value of the query that has the shape of an id, else nothing."""
    values = parse_qs(query).get(name, [""])
    return values[0] if shape.fullmatch(values[0]) else ""


def _listing(title: str, songs: Iterable[Track | None], url: str, kind: str, total: int | None) -> Playlist:
    """The readable rows; raises PrivateOrEmpty when there is none."""
    rows = list(songs)[:_MAX_ROWS]
    tracks = tuple(track for track in rows if track)
    if not tracks:
        raise PrivateOrEmpty(service="YouTube Music", what=kind)
    whole_list = max(total or 0, len(rows))
    notes = [_notes.at_most(_MAX_ROWS)] if whole_list > len(rows) >= _MAX_ROWS else []
    if missing := rows.count(None):
        notes.append(_notes.unavailable(missing, "YouTube Music"))
    return Playlist(title or "YouTube Music", tracks, SERVICE, whole_list, url, tuple(notes))
