from __future__ import annotations

from datetime import date
from typing import Any

from aiohttp import web

from core.model import Track
from core.services._http import Manners
from core.services.lrclib import Lrclib, http_for
from core.settings import Lrclib as Group
from core.settings import Settings
from tests.core.services.cases._case import Ask, Call, Case, check

GET, SEARCH = "/api/get", "/api/search"
SONG = Track("Low Tide", ("Ada Reed",), album="Harbour", duration_s=201.4)
SINGLE = Track("Low Tide", ("Ada Reed",))
MISSING = {"message": "Failed to find specified track", "name": "TrackNotFound", "statusCode": 404}


def build(base_url: str, manners: Manners, _: date) -> Lrclib:
    group = Group(base_url=base_url, enabled=True)
    return Lrclib(group, http_for(group, manners))


def row(**changed: object) -> dict[str, Any]:
    """A row as LRCLIB's own source writes it; the words are ours."""
    return {
        "id": 7, "name": "Low Tide", "trackName": "Low Tide", "artistName": "Ada Reed", "albumName": "Harbour",
        "duration": 201.0, "instrumental": False, "plainLyrics": "The boats lie still\nand wait", "syncedLyrics": None,
        **changed,
    }  # fmt: skip


def lyrics_of(track: Track, name: str, breaks: str) -> Call:
    return Call(name, None, lambda service: service.lyrics_of(track), breaks)


def exact(ask: Ask) -> object:
    return row() if ask.rows else web.json_response(MISSING, status=404)


def search(ask: Ask) -> object:
    return [row()] * ask.rows


CASE = Case(
    build=build,
    on=Settings(lrclib=Group(enabled=True)),
    off=Settings(),
    calls=(check(), lyrics_of(SONG, "lyrics_of", GET), lyrics_of(SINGLE, "lyrics_of: a search", SEARCH)),
    answers={GET: exact, SEARCH: search},
    forgiven={
        ("lyrics_of", "404"): "fine",  # it is searched for instead
        ("lyrics_of", "empty"): None,
        ("lyrics_of: a search", "empty"): None,
    },
)
