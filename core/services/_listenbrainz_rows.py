"""ListenBrainz's JSON rows as ours (https://listenbrainz.readthedocs.io/en/latest/users/json.html, and JSPF)."""

from __future__ import annotations

import re
from datetime import date

from core.model import Release, Track
from core.services._fields import Row, listed, mapping, text, whole
from core.services._metabrainz import is_own_music, mbid_of

SERVICE = "listenbrainz"

_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_JSPF = "https://musicbrainz.org/doc/jspf#track"


def song_of(row: object) -> Track | None:
    """A track of a JSPF playlist; None without title or artist."""
    song = mapping(row)
    extension = mapping(mapping(song.get("extension")).get(_JSPF))
    known = mapping(extension.get("additional_metadata"))
    title, number = text(song.get("title")), mbid_of(song.get("identifier"))
    artists = _artists(known.get("artists"), text(song.get("creator")))
    if not (title and artists):
        return None
    duration_ms = whole(song.get("duration"))
    return Track(
        title=title,
        artists=artists,
        source=SERVICE,
        source_id=number,
        artist_id=mbid_of(extension.get("artist_identifiers")),
        album=text(song.get("album")),
        duration_s=duration_ms / 1000 if duration_ms else None,
        url=_recording_url(number),
        cover_url=_cover_url(known),
    )


def favourite_of(row: object) -> Track | None:
    """A row of a listener's most heard recordings; None without title or artist."""
    song = mapping(row)
    title, number = text(song.get("track_name")), mbid_of(song.get("recording_mbid"))
    artists = _artists(song.get("artists"), text(song.get("artist_name")))
    if not (title and artists):
        return None
    return Track(
        title=title,
        artists=artists,
        source=SERVICE,
        source_id=number,
        artist_id=mbid_of(song.get("artist_mbids")),
        album=text(song.get("release_name")),
        url=_recording_url(number),
        cover_url=_cover_url(song),
    )


def release_of(row: object) -> Release | None:
    """A fresh release; None for what is no artist's own new music, and without name, artist, day or id."""
    release = mapping(row)
    title, artist = text(release.get("release_name")), text(release.get("artist_credit_name"))
    number, artist_id = mbid_of(release.get("release_mbid")), mbid_of(release.get("artist_mbids"))
    released = _day(release.get("release_date"))
    if not (title and artist and number and released):
        return None
    kind, others = release.get("release_group_primary_type"), release.get("release_group_secondary_type")
    if not is_own_music(kind, others, artist, artist_id):
        return None
    url = f"https://musicbrainz.org/release/{number}"
    return Release(title, (artist,), SERVICE, number, released, artist_id, url, _cover_url(release))


def _artists(credited: object, whole_credit: str) -> tuple[str, ...]:
    """The names one by one where they are listed so, else the credit as it is printed."""
    names = [text(mapping(artist).get("artist_credit_name")) for artist in listed(credited)]
    return tuple(dict.fromkeys(name for name in names if name)) or ((whole_credit,) if whole_credit else ())


def _recording_url(number: str) -> str:
    return f"https://musicbrainz.org/recording/{number}" if number else ""


def _cover_url(row: Row) -> str:
    """The Cover Art Archive's small picture (https://musicbrainz.org/doc/Cover_Art_Archive/API)."""
    picture, release = whole(row.get("caa_id")), mbid_of(row.get("caa_release_mbid"))
    return f"https://coverartarchive.org/release/{release}/{picture}-250.jpg" if picture and release else ""


def _day(value: object) -> date | None:
    """A date like "2022-5-16"; one without its day is none."""
    found = _DAY.fullmatch(text(value))
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None
