"""Last.fm (https://www.last.fm/api): reads what a listener hears and loves, and counts audiences; needs a key."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from urllib.parse import quote, unquote, urlsplit

from core.errors import (
    AccessRefused,
    BadInput,
    PrivateOrEmpty,
    QuotaReached,
    ServiceDown,
    ServiceTrouble,
    UnexpectedAnswer,
)
from core.links import checked
from core.model import UNKNOWN_ARTIST, Artist, Audience, Career, Playlist, Track
from core.ports import Off
from core.said import Said, said
from core.services import _notes
from core.services._fields import Row, listed, mapping, seconds, text, web_link, whole
from core.services._http import Http, Manners
from core.settings import LastFm as Settings
from core.settings import Settings as AllSettings

METER = "listeners on Last.fm"

_HOSTS = frozenset({"last.fm", "www.last.fm"})
_USER = re.compile(r"/(?:[a-z]{2}/)?user/([^/]+)(?:/.*)?")
#: How many songs are read of those heard most in a year, and of those loved last.
_SONGS = 200
_HISTORY = "listening history"

# The codes of https://www.last.fm/api/errorcodes
_NOT_FOUND, _HIDDEN, _RATE_LIMIT = 6, 17, 29
_KEY_REFUSED = {4, 10, 26}
_AWAY = {8, 11, 16}
_RATE_LIMIT_S = 60  # Last.fm does not say how long


def http_for(settings: Settings, manners: Manners | None = None) -> Http:
    """The client Last.fm asks for: five requests a second."""
    return Http("Last.fm", settings.base_url, {"ws.audioscrobbler.com"}, manners or Manners(requests=5, per_s=1))


def connect(settings: AllSettings) -> LastFm | Off:
    """Last.fm as the settings want it."""
    group = settings.lastfm
    if not group.key.get_secret_value().strip():
        return Off(LastFm.name, LastFm.title, "set YASR_LASTFM__KEY to use it")
    return LastFm(group, http_for(group))


class LastFm:
    """A PlaylistReader, an AudienceMeter, and a CareerSource that knows tags alone."""

    name = "lastfm"
    title = "Last.fm"
    meter = METER
    hosts = _HOSTS

    def __init__(self, settings: Settings, http: Http, today: Callable[[], date] = date.today) -> None:
        self._address = f"{settings.base_url.rstrip('/')}/2.0/"
        self._key = settings.key
        self._http = http
        self._today = today

    def profile(self, handle: str) -> str:
        return f"https://www.last.fm/user/{quote(handle, safe='')}"

    async def check(self) -> None:
        """Asks about the artist of Last.fm's own examples."""
        await self._ask("artist.getInfo", {"artist": "Cher"}, "artist")

    async def close(self) -> None:
        """Closes its connections."""
        await self._http.close()

    async def read(self, link: str) -> Playlist:
        """The 200 songs a listener heard most in a year, and then the 200 they loved last.

        Raises a ServiceTrouble, or BadInput for a link of another kind.
        """
        user = _USER.fullmatch(urlsplit(checked(link, self.hosts)).path)
        if user is None:
            raise BadInput(problem=said("this Last.fm link is not a listener"))
        name, notes = unquote(user[1]), list[Said]()
        rows = await self._songs("user.getTopTracks", "toptracks", name, {"period": "12month"})
        try:
            rows += await self._songs("user.getLovedTracks", "lovedtracks", name, {})
        except PrivateOrEmpty:
            pass
        except ServiceTrouble as trouble:
            notes.append(said("The loved songs are missing: {trouble}", trouble=trouble.said))
        songs = [_track_of(row) for row in rows]
        tracks = _once(track for track in songs if track)
        if not tracks:
            raise PrivateOrEmpty(service="Last.fm", what=_HISTORY)
        if nameless := songs.count(None):
            notes.append(_notes.nameless(nameless, "Last.fm"))
        url = f"https://www.last.fm/user/{user[1]}"
        return Playlist(f"What {name} hears and loves", tracks, self.name, len(tracks) + nameless, url, tuple(notes))

    async def audience(self, artist: Artist) -> Artist:
        """``artist`` with the number of people who heard anybody of that name; as given when Last.fm knows nobody.

        Last.fm keeps one page for all who share a name, so that the number may be too high, never too low.
        """
        count = whole(mapping((await self._info(artist)).get("stats")).get("listeners"))
        return artist if count is None else replace(artist, audience=Audience(METER, count, self._today()))

    async def career(self, artist: Artist) -> Career | None:
        """The tags that people gave anybody of that name, and no dates; None without any."""
        tags = [
            text(mapping(tag).get("name")) for tag in listed(mapping((await self._info(artist)).get("tags")).get("tag"))
        ]
        marks = tuple(dict.fromkeys(tag.lower() for tag in tags if tag))
        return Career(self.name, self._today(), marks=marks) if marks else None

    async def _info(self, artist: Artist) -> Row:
        """What Last.fm says of the artist's name; empty when it knows nobody."""
        if artist.name in ("", UNKNOWN_ARTIST):
            return {}
        try:
            answer = await self._ask("artist.getInfo", {"artist": artist.name, "autocorrect": "0"}, "artist")
        except PrivateOrEmpty:
            return {}
        found = mapping(answer.get("artist"))
        return found if text(found.get("name")).casefold() == artist.name.casefold() else {}

    async def _songs(self, method: str, listing: str, user: str, fields: Mapping[str, str]) -> list[object]:
        """The rows of one of a listener's lists."""
        answer = (await self._ask(method, {"user": user, "limit": str(_SONGS), **fields}, _HISTORY)).get(listing)
        if not isinstance(answer, Mapping):
            raise UnexpectedAnswer(service="Last.fm")
        rows = answer.get("track")
        # A list of one comes as the row itself.
        return [rows] if isinstance(rows, Mapping) else listed(rows)[:_SONGS]

    async def _ask(self, method: str, fields: Mapping[str, str], what: str) -> Row:
        """One answer as an object. All is sent as a form, so that no address ever holds the key."""
        form = {"method": method, "format": "json", "api_key": self._key.get_secret_value().strip(), **fields}
        answer = await self._http.post_form(self._address, form, what=what)
        if not isinstance(answer, Mapping):
            raise UnexpectedAnswer(service="Last.fm")
        if "error" in answer:
            raise _trouble_of(whole(answer["error"]), what)
        return answer


def _trouble_of(code: int | None, what: str) -> ServiceTrouble:
    """An ``error`` that comes with status 200; Last.fm's own words are left out."""
    if code in (_NOT_FOUND, _HIDDEN):
        return PrivateOrEmpty(service="Last.fm", what=what)
    if code == _RATE_LIMIT:
        return QuotaReached(service="Last.fm", seconds=_RATE_LIMIT_S)
    if code in _AWAY:
        return ServiceDown(service="Last.fm")
    if code in _KEY_REFUSED:
        return AccessRefused(service="Last.fm")
    return UnexpectedAnswer(service="Last.fm")


def _once(tracks: Iterable[Track]) -> tuple[Track, ...]:
    """The first of those that have the same names."""
    named: dict[tuple[str, str], Track] = {}
    for track in tracks:
        named.setdefault((track.artist.casefold(), track.title.casefold()), track)
    return tuple(named.values())


def _track_of(row: object) -> Track | None:
    """A song of a listener's list; None without title or artist. Its pictures are one and the same star."""
    song = mapping(row)
    artist = mapping(song.get("artist"))
    title, name = text(song.get("name")), text(artist.get("name")) or text(artist.get("#text"))
    if not (title and name):
        return None
    return Track(
        title=title,
        artists=(name,),
        source=LastFm.name,
        artist_id=text(artist.get("mbid")),
        duration_s=seconds(song.get("duration")),
        url=web_link(song.get("url")),
    )
