from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import SecretStr

from core.errors import AccessRefused
from core.services._http import Manners
from core.services.tidal import Tidal
from core.settings import Settings
from core.settings import Tidal as Group
from tests.core.services.cases._case import Ask, Case, Read, check, read

SECRET = "s3cret"  # noqa: S105 - of nobody
UUID = "36ea71a8-445e-41a4-82ab-6628c581535d"
ITEMS = f"/v2/playlists/{UUID}/relationships/items"
LINK = f"https://tidal.com/browse/playlist/{UUID}"


def build(base_url: str, manners: Manners, _: date) -> Tidal:
    group = Group(base_url=base_url, auth_url=base_url, client_id="me", client_secret=SecretStr(SECRET))
    return Tidal(group, manners)


def items(ask: Ask) -> dict[str, Any]:
    credit = {"artists": {"data": [{"id": "3", "type": "artists"}]}}
    rows = [{"id": str(i), "type": "tracks"} for i in range(ask.rows)]
    songs = [{**row, "attributes": {"title": "Ember"}, "relationships": credit} for row in rows]
    artist = {"id": "3", "type": "artists", "attributes": {"name": "Nova Pine"}}
    links = {"next": f"{ITEMS}?page%5Bcursor%5D=again"} if ask.next else {}
    return {"data": rows, "included": [artist, *songs], "links": links}


PAGES = "tidal/harmony_v2-albums-396698918-relationships-items"
FIRST_PAGE = f"{PAGES}-countryCode=US-page-cursor-=3nI1Esi-include=items..json"
SECOND_PAGE = f"{PAGES}-include=items.artists-page-cursor-=3nI1F0y-country.json"
ALBUM = read("https://tidal.com/album/396698918")
AIR_MAX = {"/v2/albums/396698918": {"data": {"attributes": {"title": "Album", "numberOfItems": 46}}}}

READS = (
    Read(FIRST_PAGE, "/v2/albums/{id}/relationships/items", ALBUM, ("Album", 26, 46, "Air Max '97 – HUM"),
         beside=(SECOND_PAGE,), own=AIR_MAX),
    Read(SECOND_PAGE, "/v2/albums/{id}/relationships/items", ALBUM, ("Album", 6, 46, "Air Max '97 – SPECTRE"),
         own=AIR_MAX),
)  # fmt: skip

UNUSED = {
    "harmony_albums-*": "of Tidal's first API, which is closed",
}

CASE = Case(
    build=build,
    on=Settings(tidal=Group(client_id="me", client_secret=SecretStr(SECRET))),
    off=Settings(),
    calls=(
        check(),
        read(LINK, "read: the token", "/v1"),
        read(LINK, breaks="/v2"),
        read(LINK, "read: the songs", ITEMS),
    ),
    answers={
        "/v1/oauth2/token": lambda _: {"access_token": "t0ken", "expires_in": 86400},
        f"/v2/playlists/{UUID}": lambda _: {"data": {"attributes": {"name": "Mine"}}},
        ITEMS: items,
    },
    folder="tidal",
    secret=SECRET,
    # Whatever the token's address says but that it is down, Tidal does not let us in.
    forgiven={
        (call, fault): AccessRefused for call in ("check", "read: the token") for fault in ("404", "html", "too large")
    },
    # A token that is refused is renewed once.
    tries={("read: the songs", "401"): 2, ("read: the songs", "403"): 2},
    reads=READS,
    unused=UNUSED,
)
