"""Jamendo (https://developer.jamendo.com/v3.0): reads links, finds sound and harvests music under Creative Commons."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import date
from urllib.parse import urlsplit

from core import recording
from core.errors import AccessRefused, BadInput, PrivateOrEmpty, ServiceTrouble, UnexpectedAnswer
from core.links import checked
from core.model import Candidate, Playlist, Track
from core.ports import Off
from core.said import Said, said
from core.services import _notes
from core.services._fields import Row, listed, mapping, text
from core.services._http import Http, Manners
from core.services._jamendo_rows import place_of, results_of, track_of
from core.settings import Jamendo as Settings
from core.settings import Settings as AllSettings

_HOSTS = frozenset({"jamendo.com", "www.jamendo.com"})
_TARGET = re.compile(r"/(?:[a-z]{2}/)?(playlist|album|track)/(\d{1,18})(?:/.*)?", re.I)
_ALL_TYPES = "single albumtrack"  # singles are hidden unless asked for
_PAGE = 200
_MAX_ROWS = 10_000
_MAX_RELEASES = 10_000
_SOUND_BYTES = 2**20


def http_for(settings: Settings, manners: Manners | None = None) -> Http:
    """The client for Jamendo, whose sound lies on hosts of its own; its limit is by the month, so we go slowly."""
    return Http("Jamendo", settings.base_url, _HOSTS | {"*.jamendo.com"}, manners or Manners(requests=5, per_s=1))


def connect(settings: AllSettings) -> Jamendo | Off:
    """Jamendo as the settings want it."""
    if not settings.jamendo.client_id:
        return Off(Jamendo.name, Jamendo.title, "set YASR_JAMENDO__CLIENT_ID to use it")
    return Jamendo(settings.jamendo, http_for(settings.jamendo))


class Jamendo:
    """A PlaylistReader, ReleaseSource and SoundSource."""

    name = "jamendo"
    title = "Jamendo"
    hosts = _HOSTS

    def __init__(self, settings: Settings, http: Http, today: Callable[[], date] = date.today) -> None:
        self._base = settings.base_url.rstrip("/")
        self._client_id = settings.client_id
        self._http = http
        self._today = today

    async def check(self) -> None:
        """Asks for one song."""
        await self._get("tracks", {"limit": 1}, "track")

    async def close(self) -> None:
        """Closes its connections."""
        await self._http.close()

    # PlaylistReader

    async def read(self, link: str) -> Playlist:
        """The songs of a playlist, album or track link; a partial read has ``total`` and says why in ``notes``.

        Raises a ServiceTrouble, or BadInput for a link of another kind.
        """
        target = _TARGET.fullmatch(urlsplit(checked(link, self.hosts)).path)
        if target is None:
            raise BadInput(problem=said("this Jamendo link is not a playlist, album or track"))
        kind, number = target[1].lower(), target[2]
        url = f"https://www.jamendo.com/{kind}/{number}"
        if kind == "track":
            rows = await self._get("tracks", {"id": number, "type": _ALL_TYPES}, kind)
            return _listing({}, rows, url, kind, None)
        head, rows, note = await self._tracks(kind, number)
        return _listing(head, rows, url, kind, note)

    async def _tracks(self, kind: str, number: str) -> tuple[Row, list[Row], Said | None]:
        """A playlist or album, its rows in order, and why they end early (None when they do not).

        Whether ``limit`` counts lists or songs is not documented; a page without a new song is the last in any case.
        """
        asked: dict[str, str | int] = {"id": number, "limit": _PAGE}
        if kind == "playlist":
            asked["track_type"] = _ALL_TYPES
        head: Row = {}
        found: dict[str, Row] = {}
        while len(found) < _MAX_ROWS:
            try:
                page = await self._get(f"{kind}s/tracks", {**asked, "offset": len(found)}, kind)
            except ServiceTrouble as trouble:
                if not found:
                    raise
                return head, _in_order(found), _notes.stopped("Jamendo", trouble)
            head = head or (page[0] if page else {})
            rows = {text(mapping(row).get("id")): mapping(row) for one in page for row in listed(one.get("tracks"))}
            known = len(found)
            found |= rows
            if len(rows) < _PAGE or len(found) == known:
                return head, _in_order(found), None
        return head, _in_order(found), _notes.at_most(_MAX_ROWS)

    # ReleaseSource

    async def new_releases(self, since: date) -> AsyncIterator[Candidate]:
        """The latest 1,000 songs that came out on or after ``since``; Jamendo counts no artist's audience."""
        today = self._today()
        asked = {"order": "releasedate_desc", "datebetween": f"{since}_{today}", "type": _ALL_TYPES}
        seen: set[str] = set()
        for offset in range(0, _MAX_RELEASES, _PAGE):
            rows = await self._get("tracks", {**asked, "limit": _PAGE, "offset": offset}, "list of releases")
            known = len(seen)
            for track in map(track_of, rows[:_PAGE]):
                if track is None or track.source_id in seen:
                    continue
                seen.add(track.source_id)
                if track.release_date and since <= track.release_date <= today:
                    yield Candidate(track)
            if len(rows) < _PAGE or len(seen) == known:
                return

    # SoundSource

    async def find(self, track: Track) -> Track | None:
        """The same recording on Jamendo, of the same duration within 3 s where both are known."""
        if track.source == self.name:
            return track
        names = {"namesearch": recording.plain_title(track.title), "artist_name": recording.main_artist(track)}
        rows = await self._get("tracks", {**names, "type": _ALL_TYPES, "limit": _PAGE}, "track")
        return recording.best(track, filter(None, map(track_of, rows)))

    async def preview(self, track: Track) -> bytes | None:
        """The first MiB of the song's mp3, or None; the address is asked for afresh."""
        if track.source != self.name:
            return None
        asked = {"id": track.source_id, "type": _ALL_TYPES, "audioformat": "mp32"}
        try:
            rows = await self._get("tracks", asked, "track")
            link = text(rows[0].get("audio")) if rows else ""
            return await self._http.get_bytes(link, _SOUND_BYTES, "track", first=_SOUND_BYTES) if link else None
        except (BadInput, PrivateOrEmpty, AccessRefused, UnexpectedAnswer):
            return None

    # Requests

    async def _get(self, path: str, params: Mapping[str, str | int], what: str) -> list[Row]:
        asked = {**params, "format": "json", "client_id": self._client_id}
        return results_of(await self._http.get_json(f"{self._base}/v3.0/{path}/", asked, what), what)


def _in_order(rows: Mapping[str, Row]) -> list[Row]:
    return sorted(rows.values(), key=place_of)


def _listing(head: Row, rows: list[Row], url: str, kind: str, note: Said | None) -> Playlist:
    """The readable rows; raises PrivateOrEmpty when there is none."""
    album, read = head if kind == "album" else None, rows[:_MAX_ROWS]
    tracks = tuple(track for track in (track_of(row, album) for row in read) if track)
    if not tracks:
        raise PrivateOrEmpty(service="Jamendo", what=kind)
    notes = [note] if note else []
    if missing := len(read) - len(tracks):
        notes.append(_notes.unavailable(missing, "Jamendo"))
    title = text(head.get("name")) or tracks[0].title
    # Jamendo does not say how many songs a list has: of one that broke off, the note alone says that it is partial.
    return Playlist(title, tracks, "jamendo", len(rows), url, tuple(notes))
