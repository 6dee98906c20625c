from __future__ import annotations

from datetime import date
from typing import Any

from aiohttp import web

from core.errors import PrivateOrEmpty
from core.model import Track
from core.services._http import Manners
from core.services.jamendo import Jamendo, http_for
from core.settings import Jamendo as Group
from core.settings import Settings
from tests.core.services.cases._case import TODAY, Ask, Case, Read, check, find, new_releases, preview, read

CLIENT = "c1ient1d"
EMBER = Track("Ember", ("Nova Pine",), "jamendo", "7")


def build(base_url: str, manners: Manners, today: date) -> Jamendo:
    group = Group(base_url=base_url, client_id=CLIENT)
    return Jamendo(group, http_for(group, manners), lambda: today)


def results(*rows: object) -> dict[str, Any]:
    return {"headers": {"status": "success", "code": 0}, "results": list(rows)}


def songs(ask: Ask) -> list[dict[str, Any]]:
    plain = {"name": "Ember", "artist_name": "Nova Pine", "releasedate": str(TODAY), "audio": f"{ask.base_url}/sound"}
    return [{**plain, "id": str(7 + i)} for i in range(ask.rows)]


READS = (
    Read("jamendo/docs_albums-tracks.json", "/v3.0/albums/tracks/", read("https://jamendo.com/album/104336"),
         ("Season One", 10, 10, "WE ARE FM – My World")),
    Read("jamendo/docs_playlists-tracks.json", "/v3.0/playlists/tracks/", read("https://jamendo.com/playlist/7"),
         PrivateOrEmpty),
    Read("jamendo/openverse_single_track_object.json", "/v3.0/tracks/", read("https://jamendo.com/track/732"),
         ("Thoughtful", 1, 1, "Haeresis – Thoughtful"),
         body=results),
)  # fmt: skip

UNUSED = {
    "docs_artists-*": "of artists Jamendo tells neither audience nor career",
    "docs_users*": "listeners' own lists are not public by link",
    "docs_autocomplete.json": "we complete no words",
    "docs_radios.json": "we play no radio",
    "docs_tracks-similar.json": "which songs are alike is ours to say",
}

CASE = Case(
    build=build,
    on=Settings(jamendo=Group(client_id=CLIENT)),
    off=Settings(),
    calls=(
        check(),
        read("https://www.jamendo.com/playlist/500608900"),
        read("https://www.jamendo.com/track/7", "read a song"),
        find(Track("Ember", ("Nova Pine",))),
        preview(EMBER),
        preview(EMBER, "preview: the sound", "/sound"),
        new_releases(),
    ),
    answers={
        "/v3.0/tracks/": lambda ask: results(*songs(ask)),
        "/v3.0/playlists/tracks/": lambda ask: results({"name": "Mine", "tracks": songs(ask)}),
        "/sound": lambda _: web.Response(body=b"sound"),
    },
    folder="jamendo",
    secret=CLIENT,
    forgiven={
        # What is no sound is noticed by the decoder, and of a long one only the beginning is read.
        ("preview: the sound", "html"): b"<html>Sorry</html>",
        ("preview: the sound", "too large"): b"[" + b" " * (2**20 - 1),
    },
    reads=READS,
    unused=UNUSED,
)
