from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import SecretStr

from core.errors import AccessRefused, PrivateOrEmpty
from core.model import Artist
from core.services._http import Manners
from core.services.listenbrainz import ListenBrainz, http_for
from core.settings import ListenBrainz as Group
from core.settings import Settings
from tests.core.services.cases._case import TODAY, Ask, Call, Case, Read, audience, check, read, releases

TOKEN = "6f1c-very-secret"  # noqa: S105 - made up
UUID = "8357d30f-beac-4639-bdf3-b969d3a5c424"
FRESH, POPULAR = "/1/explore/fresh-releases/", "/1/popularity/artist"


def mbid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


NOVA = Artist("Nova Pine", "listenbrainz", mbid(1))


def build(base_url: str, manners: Manners, today: date) -> ListenBrainz:
    group = Group(base_url=base_url, token=SecretStr(TOKEN))
    return ListenBrainz(group, http_for(group, manners), lambda: today)


def songs(ask: Ask) -> dict[str, Any]:
    return {"playlist": {"title": "Mine", "track": [{"title": "Ember", "creator": "Nova Pine"}] * ask.rows}}


def favourites(ask: Ask) -> dict[str, Any]:
    rows = [{"track_name": f"Song {i}", "artist_name": "Nova Pine"} for i in range(ask.rows)]
    return {"payload": {"recordings": rows, "total_recording_count": len(rows)}}


def fresh(ask: Ask) -> dict[str, Any]:
    plain = {"release_name": "First Light", "artist_credit_name": "Nova Pine", "release_date": str(TODAY)}
    own = [{"release_mbid": mbid(i), "release_group_mbid": mbid(20_000 + i)} for i in range(ask.rows)]
    return {"payload": {"releases": [{**plain, **one, "artist_mbids": [mbid(1)]} for one in own]}}


MINE = read(f"https://listenbrainz.org/playlist/{UUID}")
ROB = read("https://listenbrainz.org/user/rob/")
CHECK_WITHOUT_TOKEN = Call(
    "check", None, lambda service: ListenBrainz(Group(base_url=service._base), service._http).check()
)

READS = (
    Read("listenbrainz/playlist_jspf_daily-jams.json", "/1/playlist/{mbid}", MINE,
         ("Copy of Daily Jams for rob, 2025-09-19 Fri", 2, 2, "Sløtface – Indoor Kid")),
    Read("listenbrainz/stats_year-in-music_with_jspf.json", "/1/playlist/{mbid}", MINE,
         ("Top Discoveries of 2022 for jivteshs20", 36, 36, "The Chainsmokers, Halsey – Closer"),
         at=f"/1/playlist/{UUID}",
         body=lambda year: {"playlist": year["payload"]["data"]["playlist-top-discoveries-for-year"]}),
    Read("listenbrainz/error_404_android_user_does_not_exist_error.json", "/1/stats/user/{name}/recordings", ROB,
         PrivateOrEmpty,
         at="/1/stats/user/rob/recordings"),
    Read("listenbrainz/explore_fresh-releases_sitewide_2022.json", "/1/explore/fresh-releases/",
         releases(date(2022, 5, 27)), (5, ("44closures – So Cold", "2022-05-31")), today=date(2022, 5, 31)),
    Read("listenbrainz/error_401_android_auth_header_not_found_error.json", "/1/validate-token", check(),
         AccessRefused),
    Read("listenbrainz/android_listen_count.json", "/1/user/{name}/listen-count", CHECK_WITHOUT_TOKEN, None,
         at="/1/user/rob/listen-count"),
)  # fmt: skip

UNUSED = {
    "user_fresh_releases_small.json": "we take the releases of all artists, not of those somebody knows",
    "android_top_artists.json": "of a listener we read songs",
    "labs_similar-artists.json": "a laboratory without any promise",
    "metadata_*": "which recordings are the same is ours to say",
    "popularity_top-recordings-for-artist.json": "closed to those without a token",
}

CASE = Case(
    build=build,
    on=Settings(),
    off=Settings(listenbrainz=Group(enabled=False)),
    calls=(
        check(),
        read(f"https://listenbrainz.org/playlist/{UUID}"),
        read("https://www.listenbrainz.org/user/rob/", "read a listener"),
        audience(NOVA),
        releases(),
    ),
    answers={
        "/1/validate-token": lambda _: {"valid": True},
        f"/1/playlist/{UUID}": songs,
        "/1/stats/user/rob/recordings": favourites,
        POPULAR: lambda _: [{"artist_mbid": mbid(1), "total_user_count": 412}],
        FRESH: fresh,
    },
    folder="listenbrainz",
    secret=TOKEN,
    forgiven={
        # It closes this to those without a token now and then; an unknown audience is no trouble.
        **{("audience", fault): "given" for fault in ("401", "403", "html", "too large")},
    },
    tries={("read a listener", "404"): 2},  # this year's, then those of ever,
    reads=READS,
    unused=UNUSED,
)
