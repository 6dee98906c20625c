from __future__ import annotations

from datetime import date
from typing import Any

from core.errors import ServiceDown, UnexpectedAnswer
from core.model import Artist
from core.services._http import Manners
from core.services.musicbrainz import MusicBrainz, http_for
from core.settings import MusicBrainz as Group
from core.settings import Settings
from tests.core.services.cases._case import TODAY, Ask, Case, Read, career, check, releases

NIRVANA = Artist("Nirvana", "musicbrainz", "5b11f4ce-a62d-471e-81fc-a69a8278c7da")


def mbid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


def build(base_url: str, manners: Manners, today: date) -> MusicBrainz:
    group = Group(base_url=base_url)
    return MusicBrainz(group, http_for(group, manners), lambda: today)


def found(ask: Ask) -> dict[str, Any]:
    credit = [{"name": "Nova Pine"}]
    plain = {"title": "First Light", "status": "Official", "date": str(TODAY), "artist-credit": credit}
    rows = [{**plain, "id": mbid(i), "release-group": {"id": mbid(20_000 + i)}} for i in range(ask.rows)]
    return {"count": 10**9 if ask.next else len(rows), "releases": rows}


def groups(ask: Ask) -> dict[str, Any]:
    rows = [{"first-release-date": "1991-09-23", "tags": [{"name": "Grunge"}]}] * ask.rows
    return {"release-group-count": len(rows), "release-groups": rows}


READS = (
    Read("musicbrainz/inkstak_release_query=release-22Bleach-22-20AND-20rgid-22f1afec0b-26dd-3db5-9aa1-c91229a_2014.json",
         "/ws/2/release (search)", releases(date(1992, 8, 31)), (1, ("Nirvana – Bleach", "1992-08-31")),
         today=date(1992, 8, 31)),
    Read("musicbrainz/inkstak_release_query=-22MTV-20Unplugged-20in-20New-20York-22_2014.json",
         "/ws/2/release (search)", releases(date(2009, 6, 24)), (0,), today=date(2009, 6, 24)),
    Read("musicbrainz/release_search_2026.json", "/ws/2/release (search)", releases(date(1977, 1, 1)), (0,),
         today=date(1977, 1, 1)),
    Read("musicbrainz/inkstak_release-group_artist=5b11f4ce-a62d-471e-81fc-a69a8278c7da-inc=_2014.json",
         "/ws/2/release-group (browse)", career(NIRVANA), ("1989-06-01", 664, 0)),
    Read("musicbrainz/error_400_inkstak_artist-5b11f4ce-a62d-471e-81fc-a69a8278c7da_inc=unknown_2014.json",
         "/ws/2/release-group (browse)", career(NIRVANA), UnexpectedAnswer, at="/ws/2/release-group"),
    Read("musicbrainz/error_404_inkstak_release-01234567-0123-0123-0123-012345678901_inc=_2014.json",
         "/ws/2/release-group (browse)", career(NIRVANA), None, at="/ws/2/release-group"),
    Read("musicbrainz/error_503_inkstak_artist-5b11f4ce-a62d-471e-81fc-a69a8278c7da_inc=throttled_2014.json",
         "/ws/2/release (search)", releases(), ServiceDown, at="/ws/2/release"),
)  # fmt: skip

UNUSED = {
    "ngs_xml_*": "XML, which we do not ask for",
    "inkstak_artist*": "an artist's career is told by the release groups",
    "inkstak_recording*": "which recordings are the same is ours to say",
    "recording_search_*": "likewise",
    "inkstak_release-[0-9]*": "a release found by the search needs no look-up",
    "beets_official_release.json": "likewise",
    "inkstak_release-group-*": "release groups come by their artist",
    "inkstak_release-group_query=*": "likewise",
    "inkstak_release_release-group=*": "of a group's releases one is enough",
    "inkstak_release_inc=media-*": "likewise",
}

CASE = Case(
    build=build,
    on=Settings(),
    off=Settings(musicbrainz=Group(enabled=False)),
    calls=(check(), releases(), career(NIRVANA)),
    answers={"/ws/2/release": found, "/ws/2/release-group": groups},
    folder="musicbrainz",
    reads=READS,
    unused=UNUSED,
)
