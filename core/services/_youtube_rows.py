"""YouTube Music's rows, as ytmusicapi hands them over, as tracks."""

from __future__ import annotations

import re

from core.model import Track
from core.services._fields import listed, mapping, text, web_link, whole

SERVICE = "youtube"

_COUNT = re.compile(r"([\d.,]+)\s*([KMB]?)", re.I)
_UNITS = {"": 1, "K": 10**3, "M": 10**6, "B": 10**9}
#: What YouTube appends to the channel that it makes for an artist.
_TOPIC = " - Topic"


def track_of(row: object, album: str = "", artists: object = None) -> Track | None:
    """A song of a playlist or album; None without a name, or when it cannot be played any more.

    ``album`` and ``artists`` are those of the album, for rows that leave them out.
    """
    song = mapping(row)
    title, number = text(song.get("title")), text(song.get("videoId"))
    credited = listed(song.get("artists")) or listed(artists)
    names = tuple(dict.fromkeys(name for one in credited if (name := _name(one))))
    if not (title and names and number) or song.get("isAvailable") is False:
        return None
    duration = whole(song.get("duration_seconds"))
    return Track(
        title=title,
        artists=names,
        source=SERVICE,
        source_id=number,
        artist_id=text(mapping(credited[0]).get("id")),
        album=text(mapping(song.get("album")).get("name")) or text(song.get("album")) or album,
        duration_s=float(duration) if duration else None,
        url=f"https://music.youtube.com/watch?v={number}",
        cover_url=_cover_of(song.get("thumbnails")),
    )


def song_of(details: object) -> Track | None:
    """The one song of a player's answer; None without title or channel."""
    song = mapping(details)
    author = text(song.get("author")).removesuffix(_TOPIC)
    row = {
        **song,
        "artists": [{"name": author, "id": song.get("channelId")}],
        "duration_seconds": song.get("lengthSeconds"),
    }
    return track_of(row)


def count_of(said: object) -> int | None:
    """The number in "29.1M", "1,234" or "16.1M monthly audience"; None where there is none."""
    found = _COUNT.match(text(said))
    if found is None:
        return None
    try:
        return round(float(found[1].replace(",", "")) * _UNITS[found[2].upper()])
    except ValueError:
        return None


def _name(artist: object) -> str:
    return text(mapping(artist).get("name")).removesuffix(_TOPIC)


def _cover_of(pictures: object) -> str:
    """The largest of the pictures, which are sorted by size."""
    links = [web_link(mapping(picture).get("url")) for picture in listed(pictures)]
    return next(filter(None, reversed(links)), "")
