from __future__ import annotations

from datetime import date
from typing import Any

from core.services._http import Manners
from core.services.odesli import Odesli, http_for
from core.settings import Odesli as Group
from core.settings import Settings
from tests.core.services.cases._case import Ask, Case, Read, check, links

PATH = "/v1-alpha.1/links"
SONG = "https://www.deezer.com/track/3135556"


def build(base_url: str, manners: Manners, _: date) -> Odesli:
    group = Group(base_url=base_url)
    return Odesli(group, http_for(group, manners))


def answer(ask: Ask) -> dict[str, Any]:
    return {"linksByPlatform": {"tidal": {"url": "https://listen.tidal.com/track/1"}} if ask.rows else {}}


READS = (
    Read("songlink/docs_itunes_song_full.json", PATH, links("https://open.spotify.com/track/0Jcij1eWd5bDMU5iPbxe2i"),
         (8, ("Amazon Music", "https://music.amazon.com/albums/B01N48U32A?trackAsin=B01NAE38YO&do=play"))),
    Read("songlink/songlinkr_youtube_song.json", PATH, links("https://www.youtube.com/watch?v=QfnVrp2bPuE"),
         (3, ("Amazon Music", "https://music.amazon.com/albums/B081QNFXHB?trackAsin=B081QMVJ42&do=play"))),
)  # fmt: skip

CASE = Case(
    build=build,
    on=Settings(),
    off=Settings(odesli=Group(enabled=False)),
    calls=(check(), links(SONG)),
    answers={PATH: answer},
    folder="songlink",
    reads=READS,
    # A song that it does not know has no links, and that is an answer too.
    forgiven={("check", "404"): "fine", ("links", "404"): {}},
)
