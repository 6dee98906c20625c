"""Deezer's JSON rows as tracks (https://developers.deezer.com/api/track); preview links are never kept, they expire."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from core.errors import PrivateOrEmpty, QuotaReached, ServiceTrouble, UnexpectedAnswer
from core.model import Track

Row = Mapping[str, Any]

#: Deezer's quota is counted over this many seconds (50 requests).
QUOTA_WINDOW_S = 5
_QUOTA, _NO_DATA = 4, 800


def trouble_of(error: object, what: str) -> ServiceTrouble:
    """The ``error`` object of an answer that has status 200 (https://developers.deezer.com/api/errors)."""
    code = error.get("code") if isinstance(error, Mapping) else None
    if code == _QUOTA:
        return QuotaReached(service="Deezer", seconds=QUOTA_WINDOW_S)
    if code == _NO_DATA:
        return PrivateOrEmpty(service="Deezer", what=what)
    return UnexpectedAnswer(service="Deezer")


def rows_of(listing: object) -> list[object]:
    """The ``data`` of a listing. Raises UnexpectedAnswer."""
    data = listing.get("data") if isinstance(listing, Mapping) else None
    if not isinstance(data, list):
        raise UnexpectedAnswer(service="Deezer")
    return data


def track_of(row: object, album: Row | None = None) -> Track | None:
    """The track in ``row``, None when it is empty or not readable in any country.

    ``album`` fills in what the rows of an album leave out: its title, cover and release date.
    """
    if not isinstance(row, Mapping) or row.get("readable") is False:
        return None
    artist, of_album = _mapping(row.get("artist")), {**(album or {}), **_mapping(row.get("album"))}
    title, name, number = _text(row.get("title")), _text(artist.get("name")), _text(row.get("id"))
    if not (title and name and number):
        return None
    duration = row.get("duration")
    return Track(
        title=title,
        artists=_artists(name, row.get("contributors")),
        source="deezer",
        source_id=number,
        artist_id=_text(artist.get("id")),
        album=_text(of_album.get("title")),
        isrc=_text(row.get("isrc")),
        duration_s=float(duration) if isinstance(duration, int) and duration > 0 else None,
        release_date=day_of(row.get("release_date")) or day_of(of_album.get("release_date")),
        url=_text(row.get("link")) or f"https://www.deezer.com/track/{number}",
        cover_url=_text(of_album.get("cover_medium")),
    )


def day_of(value: object) -> date | None:
    """A date like "2026-11-20"; Deezer writes "0000-00-00" for unknown."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def whole(value: object) -> int | None:
    """A count, None when it is absent or no count at all."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _artists(main: str, contributors: object) -> tuple[str, ...]:
    others = contributors if isinstance(contributors, list) else []
    names = [main, *(_text(_mapping(other).get("name")) for other in others)]
    return tuple(dict.fromkeys(name for name in names if name))


def _mapping(value: object) -> Row:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str:
    """A name or number as text, "" for anything else."""
    return str(value).strip() if isinstance(value, str | int) else ""
