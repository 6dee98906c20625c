from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import SecretStr

from core.model import Artist
from core.services._http import Manners
from core.services.lastfm import LastFm, http_for
from core.settings import LastFm as Group
from core.settings import Settings
from tests.core.services.cases._case import Ask, Case, audience, career, check, read

ARTIST = Artist("Nova Pine", "deezer", "27")
KEY = "0123456789abcdef0123456789abcdef"


def build(base_url: str, manners: Manners, today: date) -> LastFm:
    group = Group(base_url=base_url, key=SecretStr(KEY))
    return LastFm(group, http_for(group, manners), lambda: today)


def everything(ask: Ask) -> dict[str, Any]:
    """The answers to all methods in one: they have one address."""
    songs = [{"name": f"Song {i}", "artist": {"name": "Nova Pine"}} for i in range(ask.rows)]
    artist = {"name": "Nova Pine", "stats": {"listeners": "412"}, "tags": {"tag": [{"name": "Ambient"}] * ask.rows}}
    return {"toptracks": {"track": songs}, "lovedtracks": {"track": songs}, "artist": artist}


CASE = Case(
    build=build,
    on=Settings(lastfm=Group(key=SecretStr(KEY))),
    off=Settings(),
    calls=(check(), read("https://www.last.fm/user/rob"), audience(ARTIST), career(ARTIST)),
    answers={"/2.0/": everything},
    secret=KEY,
)
