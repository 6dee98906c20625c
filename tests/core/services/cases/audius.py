from __future__ import annotations

from datetime import date
from typing import Any

from aiohttp import web

from core.model import Artist, Track
from core.services._http import Manners
from core.services.audius import Audius, http_for, sounds_for
from core.settings import Audius as Group
from core.settings import Settings
from tests.core.services.cases._case import (
    TODAY,
    Ask,
    Case,
    Read,
    audience,
    career,
    check,
    find,
    new_releases,
    preview,
    read,
    releases_of,
    similar_artists,
)

SIGNATURE = "s1gned"
LINK = "https://audius.co/nova/playlist/mine"
NOVA = Artist("Nova Pine", "audius", "n0va")
EMBER = Track("Ember", ("Nova Pine",), "audius", "S1")
USER = {"id": "n0va", "name": "Nova Pine", "follower_count": 412, "track_count": 1}


def build(base_url: str, manners: Manners, today: date) -> Audius:
    group = Group(base_url=base_url)
    return Audius(group, http_for(group, manners), sounds_for(group, manners), lambda: today)


def songs(ask: Ask) -> dict[str, Any]:
    plain = {"title": "Ember", "user": USER, "release_date": str(TODAY)}
    return {"data": [{**plain, "id": f"S{i}"} for i in range(ask.rows)]}


LIVE_SET = Track(
    "Paauer | Baauer B2B Party Favor | B&L Block Party LA (Live Set)", ("Brownies & Lemonade",), duration_s=5266
)
READS = (
    Read("audius/docs_resolve.json", "/v1/resolve", read("https://audius.co/camouflybeats/hypermantra-86216"),
         ("HYPERMANTRA", 1, 1, "camoufly – HYPERMANTRA")),
    Read("audius/docs_playlists.playlist_id.json", "/v1/resolve", read(LINK),
         ("Hot & New on Audius 🔥", 1, 1, "Louis Futon – David Blaine"), at="/v1/resolve",
         beside=("audius/docs_playlists.playlist_id.tracks.json",)),
    Read("audius/docs_tracks.track_id.json", "/v1/resolve", read(LINK),
         (LIVE_SET.title, 1, 1, str(LIVE_SET)), at="/v1/resolve"),
    Read("audius/docs_tracks.json", "/v1/resolve", read(LINK),
         (LIVE_SET.title, 1, 1, str(LIVE_SET)), at="/v1/resolve"),
    Read("audius/docs_playlists.playlist_id.tracks.json", "/v1/playlists/{id}/tracks", read(LINK),
         ("Mine", 1, 1, "Louis Futon – David Blaine"),
         at="/v1/playlists/P1/tracks"),
    Read("audius/docs_tracks.search.json", "/v1/tracks/search", find(LIVE_SET),
         (str(LIVE_SET), "D7KyD")),
    Read("audius/docs_tracks.trending.underground.json", "/v1/tracks/trending/underground", check(), None),
    Read("audius/docs_tracks.trending.json", "/v1/users/{id}/tracks", career(NOVA), ("2023-05-08", 1, 0),
         at="/v1/users/n0va/tracks"),
)  # fmt: skip

UNUSED = {
    "access-info.json": "a gated song says no by itself when it is asked for",
    "docs_playlists.search.json": "playlists come by their link",
    "docs_playlists.trending.json": "what trends is the opposite of little-known",
}

CASE = Case(
    build=build,
    on=Settings(),
    off=Settings(audius=Group(enabled=False)),
    calls=(
        check(),
        read(LINK),
        find(Track("Ember", ("Nova Pine",))),
        preview(EMBER),
        preview(EMBER, "preview: the sound", "/content"),
        audience(NOVA),
        career(NOVA),
        similar_artists(NOVA),
        releases_of(NOVA),
        new_releases(),
    ),
    answers={
        "/v1/resolve": lambda _: {"data": [{"id": "P1", "playlist_name": "Mine"}]},
        "/v1/playlists/P1/tracks": songs,
        "/v1/tracks/search": songs,
        "/v1/tracks/S1/stream": lambda ask: {"data": f"{ask.base_url}/content?signature={SIGNATURE}"},
        "/content": lambda _: web.Response(body=b"sound"),
        "/v1/users/n0va": lambda _: {"data": USER},
        "/v1/users/n0va/tracks": songs,
        "/v1/users/n0va/related": lambda ask: {"data": [USER] * ask.rows},
        "/v1/tracks/trending/underground": songs,
    },
    folder="audius",
    secret=SIGNATURE,
    forgiven={
        # What is no sound is noticed by the decoder, and of a long one only the beginning is read.
        ("preview: the sound", "html"): b"<html>Sorry</html>",
        ("preview: the sound", "too large"): b"[" + b" " * (2**20 - 1),
    },
    reads=READS,
    unused=UNUSED,
)
