"""Deezer's JSON rows as ours (https://developers.deezer.com/api); preview links are never kept, they expire."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from core.errors import PrivateOrEmpty, QuotaReached, ServiceTrouble, UnexpectedAnswer
from core.model import Artist, Audience, Career, Playlist, Track
from core.said import Said
from core.services import _notes
from core.services._fields import Row, day, listed, mapping, text, whole

METER = "fans on Deezer"

#: Deezer's quota is counted over this many seconds (50 requests).
QUOTA_WINDOW_S = 5
_QUOTA, _NO_DATA = 4, 800
_LATELY = timedelta(days=365)


def trouble_of(error: object, what: str) -> ServiceTrouble:
    """The ``error`` object of an answer that has status 200 (https://developers.deezer.com/api/errors)."""
    code = mapping(error).get("code")
    if code == _QUOTA:
        return QuotaReached(service="Deezer", seconds=QUOTA_WINDOW_S)
    if code == _NO_DATA:
        return PrivateOrEmpty(service="Deezer", what=what)
    return UnexpectedAnswer(service="Deezer")


def rows_of(listing: object) -> list[object]:
    """The ``data`` of a listing. Raises UnexpectedAnswer."""
    data = mapping(listing).get("data")
    if not isinstance(data, list):
        raise UnexpectedAnswer(service="Deezer")
    return data


def track_of(row: object, album: Row | None = None) -> Track | None:
    """The track in ``row``, None when it is empty or not readable in any country.

    ``album`` fills in what the rows of an album leave out: its title, cover and release date.
    """
    song = mapping(row)
    artist, of_album = mapping(song.get("artist")), {**(album or {}), **mapping(song.get("album"))}
    title, name, number = text(song.get("title")), text(artist.get("name")), text(song.get("id"))
    if song.get("readable") is False or not (title and name and number):
        return None
    return Track(
        title=title,
        artists=_artists(name, song.get("contributors")),
        source="deezer",
        source_id=number,
        artist_id=text(artist.get("id")),
        album=text(of_album.get("title")),
        isrc=text(song.get("isrc")),
        duration_s=float(whole(song.get("duration")) or 0) or None,
        release_date=day(song.get("release_date")) or day(of_album.get("release_date")),
        url=text(song.get("link")) or f"https://www.deezer.com/track/{number}",
        cover_url=text(of_album.get("cover_medium")),
    )


def songs_that_sound(album: Row, most: int) -> list[Track]:
    """The first ``most`` songs of an album's answer that have a preview. Raises UnexpectedAnswer."""
    rows = [row for row in rows_of(album.get("tracks")) if text(mapping(row).get("preview"))]
    return [track for row in rows if (track := track_of(row, album))][:most]


def artist_of(row: object, today: date) -> Artist | None:
    """The artist in ``row`` with the fans of ``today``; None without a name."""
    artist = mapping(row)
    name, number = text(artist.get("name")), text(artist.get("id"))
    if not (name and number):
        return None
    fans = whole(artist.get("nb_fan"))
    return Artist(name, "deezer", number, None if fans is None else Audience(METER, fans, today))


def career_of(albums: Iterable[object], total: int | None, today: date) -> Career:
    """The career that an artist's ``albums`` tell, of which there are ``total``; their rows name no labels or tags."""
    own = {text(mapping(row).get("id")): day(mapping(row).get("release_date")) for row in albums}
    days = [released for released in own.values() if released]
    lately = sum(today - _LATELY <= released <= today for released in days)
    return Career("deezer", today, min(days, default=None), max(total or 0, len(own)), lately)


def playlist_of(
    answer: Row,
    rows: list[object],
    url: str,
    kind: str,
    total: int | None = None,
    note: Said | None = None,
    album: Row | None = None,
) -> Playlist:
    """The readable rows; raises PrivateOrEmpty when there is none."""
    tracks = tuple(track for track in (track_of(row, album) for row in rows) if track)
    if not tracks:
        raise PrivateOrEmpty(service="Deezer", what=kind)
    notes = [note] if note else []
    if skipped := len(rows) - len(tracks):
        notes.append(_notes.unavailable(skipped, "Deezer"))
    title = text(answer.get("title")) or text(answer.get("name")) or "Deezer"
    return Playlist(title, tracks, "deezer", max(total or 0, len(rows)), url, tuple(notes))


def _artists(main: str, contributors: object) -> tuple[str, ...]:
    names = [main, *(text(mapping(other).get("name")) for other in listed(contributors))]
    return tuple(dict.fromkeys(name for name in names if name))
