from __future__ import annotations

from datetime import date
from typing import Any

from core.services._http import Manners
from core.services.itunes import Itunes, http_for
from core.settings import Itunes as Group
from core.settings import Settings
from tests.core.services.cases._case import Ask, Case, Read, check, read


def build(base_url: str, manners: Manners, _: date) -> Itunes:
    group = Group(base_url=base_url)
    return Itunes(group, http_for(group, manners))


def songs(ask: Ask) -> dict[str, Any]:
    plain = {"kind": "song", "trackName": "Ember", "artistName": "Nova Pine"}
    return {"results": [{**plain, "trackId": i} for i in range(ask.rows)]}


LINK = "https://music.apple.com/{}/album/x/{}"
READS = (
    Read("itunes/harmony_lookup_1441458047_gb.json", "/lookup", read(LINK.format("gb", 1441458047)),
         ("A Night at the Opera (Deluxe Edition)", 18, 21, "Queen – Death On Two Legs (Dedicated To...)")),
    Read("itunes/harmony_lookup_1728639278_us.json", "/lookup", read(LINK.format("us", 1728639278)),
         ("Nightmare·Escape The ERA - EP", 6, 6, "Dreamcatcher – INSIDE-OUTSIDE (Intro)")),
    Read("itunes/harmony_lookup_255636575_gb.json", "/lookup", read(LINK.format("gb", 255636575)),
         ("Hits of the 90s", 15, 19, "Another Level – Freak Me")),
    Read("itunes/search_song_15.json", "/lookup", read("https://music.apple.com/us/song/263301273"),
         ("This Bike Is a Pipe Bomb – Jack Johnson", 1, 1, "This Bike Is a Pipe Bomb – Jack Johnson"),
         at="/lookup", body=lambda found: {"results": found["results"][:1]}),
)  # fmt: skip

CASE = Case(
    build=build,
    on=Settings(),
    off=Settings(itunes=Group(enabled=False)),
    calls=(check(), read("https://music.apple.com/gb/album/a-night-at-the-opera/1441458047")),
    answers={"/lookup": songs},
    folder="itunes",
    reads=READS,
)
