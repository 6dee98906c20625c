"""Audius's JSON rows (https://docs.audius.org/developers/api) as tracks, artists and candidates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from urllib.parse import quote

from core.errors import UnexpectedAnswer
from core.model import Artist, Audience, Candidate, Career, Track
from core.services._fields import Row, day, mapping, seconds, text, web_link, whole

METER = "followers on Audius"

_SITE = "https://audius.co"
_ID = re.compile(r"[A-Za-z0-9]{1,32}")
_LATELY = timedelta(days=365)


def rows_of(answer: Row) -> list[object]:
    """The ``data`` of a listing. Raises UnexpectedAnswer."""
    data = answer.get("data")
    if not isinstance(data, list):
        raise UnexpectedAnswer(service="Audius")
    return data


def one_of(answer: Row) -> Row:
    """The ``data`` that is one thing, which Audius writes alone or as a list of one. Raises UnexpectedAnswer."""
    data = answer.get("data")
    found = data[0] if isinstance(data, list) and data else data
    if not isinstance(found, dict):
        raise UnexpectedAnswer(service="Audius")
    return found


def id_of(row: Row) -> str:
    """An id that may be put into a path, "" for anything else."""
    found = text(row.get("id"))
    return found if _ID.fullmatch(found) else ""


def track_of(row: object) -> Track | None:
    """The track in ``row``, None when it is deleted or has no name.

    Uploaders like to put their own name before the title ("Louis Futon - David Blaine"), which is taken off.
    """
    track, user = mapping(row), mapping(mapping(row).get("user"))
    title, name, number = text(track.get("title")), text(user.get("name")), id_of(track)
    if not (title and name and number) or track.get("is_delete") is True:
        return None
    own = f"{name} - ".casefold()
    if title.casefold().startswith(own) and len(title) > len(own):
        title = title[len(own) :].strip()
    artwork = mapping(track.get("artwork"))
    return Track(
        title=title,
        artists=(name,),
        source="audius",
        source_id=number,
        artist_id=id_of(user),
        album=text(mapping(track.get("album_backlink")).get("playlist_name")),
        isrc=text(track.get("isrc")),
        duration_s=seconds(track.get("duration")),
        release_date=day(track.get("release_date")) or day(track.get("created_at")),
        url=page_of(track),
        cover_url=web_link(artwork.get("480x480")) or web_link(artwork.get("150x150")),
    )


def page_of(row: Row) -> str:
    """The address of a song's or playlist's page."""
    permalink = text(row.get("permalink"))
    return f"{_SITE}{quote(permalink)}" if permalink.startswith("/") else _SITE


def can_be_heard(row: object) -> bool:
    """Whether everybody may stream the track; gated ones are for followers, supporters or buyers."""
    track = mapping(row)
    return track.get("is_streamable") is not False and track.get("is_stream_gated") is not True


def artist_of(row: object, today: date) -> Artist | None:
    """The artist in a user row, with the audience of ``today``; None without a name."""
    user = mapping(row)
    name, number = text(user.get("name")), id_of(user)
    if not (name and number):
        return None
    followers = whole(user.get("follower_count"))
    audience = None if followers is None else Audience(METER, followers, today)
    return Artist(name, "audius", number, audience)


def career_of(user: Row, songs: Sequence[object], today: date) -> Career:
    """The career of a user whose newest ``songs`` are these; when it began is known only where they are all.

    Each song is a release of its own; the marks are their genres and tags.
    """
    found = [track for track in map(track_of, songs) if track]
    days = [track.release_date for track in found if track.release_date]
    total = max(whole(user.get("track_count")) or 0, len(found))
    first = min(days, default=None) if len(days) == total else None
    lately = sum(today - _LATELY <= released <= today for released in days)
    return Career("audius", today, first, total, lately, total, _marks_of(songs))


def _marks_of(songs: Sequence[object]) -> tuple[str, ...]:
    rows = [mapping(song) for song in songs]
    marks = [mark for row in rows for mark in (text(row.get("genre")), *text(row.get("tags")).split(","))]
    return tuple(dict.fromkeys(mark.strip().lower() for mark in marks if mark.strip()))


def release_of(row: object, since: date, today: date) -> Candidate | None:
    """The candidate in a track row, None when it cannot be heard or did not come out in ``since`` … ``today``."""
    track = track_of(row) if can_be_heard(row) else None
    if track is None or track.release_date is None or not since <= track.release_date <= today:
        return None
    artist = artist_of(mapping(row).get("user"), today)
    return Candidate(track, (artist.audience,) if artist and artist.audience else ())
