"""Tidal's JSON:API documents (https://developer.tidal.com/apiref) as tracks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from core.errors import UnexpectedAnswer
from core.model import Track
from core.services._fields import Row, listed, mapping, text

_LENGTH = re.compile(r"PT(?:(\d{1,3})H)?(?:(\d{1,4})M)?(?:(\d{1,6})(?:\.\d+)?S)?")


def tracks_of(answer: Row) -> list[Track | None]:
    """What ``data`` lists, in its order; None for videos and for songs that are not ``included``.

    Raises UnexpectedAnswer when there is no list.
    """
    data = answer.get("data")
    if not isinstance(data, list):
        raise UnexpectedAnswer(service="Tidal")
    included = {_key(row): mapping(row) for row in listed(answer.get("included"))}
    return [_track(included.get(_key(row), {}), included) for row in data]


def next_cursor(answer: Row) -> str:
    """The cursor of the next page, "" on the last one."""
    link = mapping(answer.get("links")).get("next")
    try:
        found = parse_qs(urlsplit(link).query).get("page[cursor]") if isinstance(link, str) else None
    except ValueError:
        return ""
    return found[0] if found else ""


def _key(row: object) -> tuple[str, str]:
    return text(mapping(row).get("type")), text(mapping(row).get("id"))


def _track(row: Row, included: Mapping[tuple[str, str], Row]) -> Track | None:
    facts = mapping(row.get("attributes"))
    credited = [_key(one) for one in listed(mapping(mapping(row.get("relationships")).get("artists")).get("data"))]
    names = [text(mapping(included.get(key, {}).get("attributes")).get("name")) for key in credited]
    kind, number = _key(row)
    title, version = text(facts.get("title")), text(facts.get("version"))
    artists = tuple(dict.fromkeys(name for name in names if name))
    if kind != "tracks" or not (title and artists and number.isdecimal()):
        return None
    return Track(
        title=f"{title} ({version})" if version else title,
        artists=artists,
        source="tidal",
        source_id=number,
        artist_id=credited[0][1],
        isrc=text(facts.get("isrc")),
        duration_s=_seconds(facts.get("duration")),
        url=f"https://tidal.com/browse/track/{number}",
    )


def _seconds(value: object) -> float | None:
    """The seconds of an ISO 8601 duration like "PT2M39S", None when it is none."""
    found = _LENGTH.fullmatch(value) if isinstance(value, str) else None
    hours, minutes, rest = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    return float(hours * 3600 + minutes * 60 + rest) or None
