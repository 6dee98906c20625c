from __future__ import annotations

from datetime import date
from typing import Any

from core.services._http import Manners
from core.services.reccobeats import ReccoBeats, http_for
from core.settings import ReccoBeats as Group
from core.settings import Settings
from tests.core.services.cases._case import Ask, Case, Read, check, features_of

#: The song that is recorded, and one that is not known.
KNOWN, UNKNOWN = "01K4zKU104LyJ8gMb7227B", "0000000000000000000000"
PATH = "/v1/audio-features"
FEATURES = {
    "acousticness": 0.817, "danceability": 0.606, "energy": 0.377, "instrumentalness": 0.0, "liveness": 0.154,
    "loudness": -9.455, "mode": 1, "speechiness": 0.0275, "tempo": 101.96, "valence": 0.446,
}  # fmt: skip


def build(base_url: str, manners: Manners, _: date) -> ReccoBeats:
    group = Group(base_url=base_url, enabled=True)
    return ReccoBeats(group, http_for(group, manners))


def answer(ask: Ask) -> dict[str, Any]:
    row = {"href": f"https://open.spotify.com/track/{KNOWN}", **FEATURES}
    return {"content": [row] * ask.rows}


READS = (
    Read("reccobeats/audio-features_hit.json", PATH, features_of(KNOWN), (1, (KNOWN, (13, 102)))),
    Read("reccobeats/audio-features_mixed_missing_omitted.json", PATH, features_of(KNOWN, UNKNOWN),
         (1, (KNOWN, (13, 102)))),
    Read("reccobeats/audio-features_miss_empty.json", PATH, features_of(UNKNOWN), (0,)),
)  # fmt: skip

CASE = Case(
    build=build,
    on=Settings(reccobeats=Group(enabled=True)),
    off=Settings(),
    calls=(check(), features_of(KNOWN)),
    answers={PATH: answer},
    folder="reccobeats",
    reads=READS,
    unused={"track_docs_example.json": "features are asked for by Spotify id, in one step"},
)
