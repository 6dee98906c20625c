from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from aiohttp import web

from core.errors import PrivateOrEmpty, QuotaReached, UnexpectedAnswer
from core.model import Artist, Release, Track
from core.services._http import Manners
from core.services.deezer import Deezer, http_for
from core.settings import Deezer as Group
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
    songs_of,
)

LINK = "https://www.deezer.com/{}/{}"
DAFT_PUNK = Artist("Daft Punk", "deezer", "27")
EMBER = Track("Ember", ("Nova Pine",), "deezer", "100")
FIRST_LIGHT = Release("First Light", ("Nova Pine",), "listenbrainz", "x", TODAY)
ARTIST = {"id": 27, "name": "Nova Pine", "nb_fan": 412}


def build(base_url: str, manners: Manners, today: date) -> Deezer:
    group = Group(base_url=base_url)
    return Deezer(group, http_for(group, manners), lambda: today)


def song(ask: Ask, number: int) -> dict[str, Any]:
    sound = f"{ask.base_url}/preview"
    return {"id": number, "title": "Ember", "duration": 200, "preview": sound, "artist": ARTIST, "readable": True}


def songs(ask: Ask) -> dict[str, Any]:
    return listing(ask, [song(ask, 100 + i) for i in range(ask.rows)])


def album() -> dict[str, Any]:
    return {"id": 5, "title": "First Light", "release_date": str(TODAY), "artist": ARTIST}


def albums(ask: Ask) -> dict[str, Any]:
    return listing(ask, [album()] * ask.rows)


def listing(ask: Ask, rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"data": rows, "total": len(rows)} | ({"next": ask.next} if ask.next else {})


CALLS = (
    check(),
    read(LINK.format("playlist", 7)),
    read(LINK.format("artist", 27), "read an artist"),
    read(LINK.format("track", 100), "read a song"),
    find(Track("Ember", ("Nova Pine",))),
    preview(EMBER),
    preview(EMBER, "preview: the sound", "/preview"),
    audience(Artist("Nova Pine", "deezer", "27")),
    career(DAFT_PUNK),
    similar_artists(DAFT_PUNK),
    releases_of(DAFT_PUNK),
    new_releases(),
    songs_of(FIRST_LIGHT),
)

ANSWERS = {
    "/editorial/0": lambda _: {"id": 0, "name": "All"},
    "/editorial/0/releases": albums,
    "/playlist/7": lambda ask: {"title": "Mine", "nb_tracks": ask.rows, "tracks": songs(ask)},
    "/track/100": lambda ask: song(ask, 100),
    "/artist/27": lambda _: ARTIST,
    "/artist/27/top": songs,
    "/artist/27/albums": albums,
    "/artist/27/related": lambda ask: listing(ask, [ARTIST] * ask.rows),
    "/album/5": lambda ask: {**album(), "tracks": songs(replace(ask, rows=min(ask.rows, 3)))},
    "/search": songs,
    "/search/album": albums,
    "/preview": lambda _: web.Response(body=b"sound"),
}

DISCOVERY = read(LINK.format("album", 302127))
DISCOVERED = Release("Discovery", ("Daft Punk",), "listenbrainz", "x", date(2001, 3, 12))
SOLILOQUY = Track("Soliloquy", ("Dave Brubeck",), duration_s=198)
BILLIE_JEAN = Track("Billie Jean", ("Michael Jackson",))
#: An album of which the first answer holds one song.
BEGUN = {
    "/album/302127": {
        "title": "Discovery",
        "nb_tracks": 15,
        "tracks": {"data": [{"id": 1, "title": "x", "artist": ARTIST}]},
    }
}

READS = (
    Read("deezer/editorial_0.json", "/editorial/0", check(), None),
    Read("deezer/error_editorial_-1.json", "/editorial/0", check(), UnexpectedAnswer, at="/editorial/0"),
    Read("deezer/playlist_908622995.json", "/playlist/{id}", read(LINK.format("playlist", 908622995)),
         ("Bain moussant", 44, 60, "Else – Sonora")),
    Read("deezer/playlist_11015569602.json", "/playlist/{id}", read(LINK.format("playlist", 11015569602)),
         ("Yellow Vibe", 51, 53, "andreas odbjerg – hjem fra fabrikken")),
    Read("deezer/playlist_11015569602__older.json", "/playlist/{id}", read(LINK.format("playlist", 11015569602)),
         ("Yellow Vibe", 51, 53, "andreas odbjerg – hjem fra fabrikken")),
    Read("deezer/error_playlist_-1.json", "/playlist/{id}", read(LINK.format("playlist", 7)), PrivateOrEmpty,
         at="/playlist/7"),
    Read("deezer/error_quota_code4.json", "/playlist/{id}", read(LINK.format("playlist", 7)), QuotaReached,
         at="/playlist/7"),
    Read("deezer/error_does-not-exists.json", "/playlist/{id}", read(LINK.format("playlist", 7)), PrivateOrEmpty,
         at="/playlist/7"),
    Read("deezer/album_302127.json", "/album/{id}", DISCOVERY, ("Discovery", 14, 14, "Daft Punk – One More Time")),
    Read("deezer/album_302127__older.json", "/album/{id}", DISCOVERY,
         ("Discovery", 14, 14, "Daft Punk – One More Time")),
    Read("deezer/album_302128.json", "/album/{id}", read(LINK.format("album", 302128)),
         ("Tributo Al Cuarteto Patria", 13, 13, "Eliades Ochoa – Son a la casa de la trova")),
    Read("deezer/error_album_-1.json", "/album/{id}", DISCOVERY, PrivateOrEmpty, at="/album/302127"),
    Read("deezer/error_album_0.json", "/album/{id}", read(LINK.format("album", 0)), PrivateOrEmpty),
    Read("deezer/album_302127_tracks.json", "/album/{id}/tracks", DISCOVERY, ("Discovery", 15, 15, "Nova Pine – x"),
         own=BEGUN),
    Read("deezer/album_302127_tracks__index=14.json", "/album/{id}/tracks", DISCOVERY,
         ("Discovery", 1, 15, "Nova Pine – x"), own=BEGUN),
    Read("deezer/track_1425844092.json", "/track/{id}", read(LINK.format("track", 1425844092)),
         ("STAY", 1, 1, "The Kid Laroi, Justin Bieber – STAY")),
    Read("deezer/track_1724605597.json", "/track/{id}", read(LINK.format("track", 1724605597)),
         ("Ping!", 1, 1, "Exyl – Ping!")),
    Read("deezer/track_3135556.json", "/track/{id}", read(LINK.format("track", 3135556)),
         ("Harder, Better, Faster, Stronger", 1, 1, "Daft Punk – Harder, Better, Faster, Stronger")),
    Read("deezer/track_3135556__older.json", "/track/{id}", read(LINK.format("track", 3135556)),
         ("Harder Better Faster Stronger", 1, 1, "Daft Punk – Harder Better Faster Stronger")),
    Read("deezer/error_track_-1.json", "/track/{id}", read(LINK.format("track", 7)), PrivateOrEmpty, at="/track/7"),
    Read("deezer/artist_27.json", "/artist/{id}", audience(DAFT_PUNK), ("Daft Punk", 4195107)),
    Read("deezer/artist_27__older.json", "/artist/{id}", audience(DAFT_PUNK), ("Daft Punk", 3677952)),
    Read("deezer/error_artist_-1.json", "/artist/{id}", audience(DAFT_PUNK), ("Daft Punk", None), at="/artist/27"),
    Read("deezer/artist_27_top.json", "/artist/{id}/top", read(LINK.format("artist", 27)),
         ("Daft Punk", 5, 5, "Daft Punk, Julian Casablancas – Instant Crush"),
         beside=("deezer/artist_27.json",)),
    Read("deezer/artist_27_albums.json", "/artist/{id}/albums", career(DAFT_PUNK), ("1997-01-16", 32, 0),
         beside=("deezer/artist_27_albums__index=25.json",)),
    Read("deezer/artist_27_albums__index=25.json", "/artist/{id}/albums", career(DAFT_PUNK), ("1997-02-28", 32, 0)),
    Read("deezer/artist_27_albums__index=0.json", "/artist/{id}/albums", career(DAFT_PUNK), ("1997-01-16", 32, 0),
         beside=("deezer/artist_27_albums__index=25.json",)),
    Read("deezer/artist_27_albums__older.json", "/artist/{id}/albums", career(DAFT_PUNK), ("1997-01-16", 32, 0),
         beside=("deezer/artist_27_albums__index=25.json",)),
    Read("deezer/artist_27_albums__limit=1.json", "/artist/{id}/albums", career(DAFT_PUNK), ("2005-03-20", 32, 0)),
    Read("deezer/artist_27_related.json", "/artist/{id}/related", similar_artists(DAFT_PUNK),
         (25, ("Justice", 575607))),
    Read("deezer/artist_27_related__index=0.json", "/artist/{id}/related", similar_artists(DAFT_PUNK),
         (20, ("Justice", 601978))),
    Read("deezer/editorial_106_releases.json", "/editorial/0/releases", new_releases(date(2000, 1, 1)),
         (19, ("Nova Pine – Ember", 412)),
         at="/editorial/0/releases", body=lambda listing: {"data": [{**row, "id": 5} for row in listing["data"]]}),
    Read("deezer/search__q=Soliloquy.json", "/search", find(SOLILOQUY), ("Dave Brubeck – Soliloquy", "1495381112")),
    Read("deezer/search__q=Soliloquy-strict=on.json", "/search", find(SOLILOQUY),
         ("Dave Brubeck – Soliloquy", "1495381112")),
    Read("deezer/search__ordering=RANKING-q=Soliloquy.json", "/search", find(SOLILOQUY),
         ("Dave Brubeck – Soliloquy", "1495381112")),
    Read("deezer/search__limit=2-q=Billy-Jean.json", "/search", find(BILLIE_JEAN),
         ("Michael Jackson – Billie Jean", "4603408")),
    Read("deezer/search__limit=3-q=Billy-Jean.json", "/search", find(BILLIE_JEAN),
         ("Michael Jackson – Billie Jean", "4603408")),
    Read("deezer/search__index=1-limit=4-q=Billy-Jean.json", "/search", find(BILLIE_JEAN),
         ("Michael Jackson – Billie Jean", "831313")),
    Read("deezer/search_album__q=Daft-Punk.json", "/search/album", songs_of(DISCOVERED),
         (2, ("Daft Punk – One More Time", 4195107)),
         beside=("deezer/album_302127.json", "deezer/artist_27.json")),
)  # fmt: skip

UNUSED = {
    "user_*": "what a listener keeps needs a login, which Deezer no longer gives",
    "error_user_*": "likewise",
    "chart*": "charts are the opposite of new and little-known",
    "genre*": "we ask for no genre",
    "error_genre_*": "likewise",
    "radio_*": "we play no radio",
    "error_radio_*": "likewise",
    "artist_27_radio.json": "likewise",
    "artist_27_playlists.json": "of an artist we read the top songs",
    "editorial.json": "all genres together are editorial 0",
    "editorial_106.json": "likewise",
    "editorial_106_charts.json": "charts are the opposite of new and little-known",
    "editorial_106_selection.json": "albums of any age",
    "search_artist_*": "artists come from songs and releases, never from a search",
    "search_playlist_*": "playlists come by their link",
    "error_episode_*": "we read no podcasts",
    "error_podcast_*": "likewise",
}

CASE = Case(
    build=build,
    on=Settings(),
    off=Settings(deezer=Group(enabled=False)),
    calls=CALLS,
    answers=ANSWERS,
    folder="deezer",
    most_requests=600,  # a harvest asks for each of 500 releases
    # What is no sound is noticed by the decoder.
    forgiven={("preview: the sound", "html"): b"<html>Sorry</html>", ("read a song", "empty"): "fine"},
    reads=READS,
    unused=UNUSED,
)
