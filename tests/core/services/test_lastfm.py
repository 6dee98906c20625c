"""Last.fm, of which nothing is recorded: the answers have the shapes its documentation and its clients agree on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest
from aiohttp import web
from pydantic import SecretStr

from core import links
from core.errors import (
    AccessRefused,
    BadInput,
    ForbiddenLink,
    PrivateOrEmpty,
    QuotaReached,
    ServiceDown,
    UnexpectedAnswer,
    UnknownLink,
    YasrError,
)
from core.model import UNKNOWN_ARTIST, Artist, Audience
from core.services import Services
from core.services._http import Manners
from core.services.lastfm import LastFm, http_for
from core.settings import LastFm as Settings
from core.settings import Settings as AllSettings
from tests.fakes.replay import Replay

TODAY = date(2026, 11, 20)
API = "/2.0/"
LINK = "https://www.last.fm/user/Rob_2"
KEY = "0123456789abcdef0123456789abcdef"
NOVA = Artist("Nova Pine", "deezer", "27")


class FakeLastFm(Replay):
    """Answers by the ``method`` of the form; ``forms`` collects what was sent."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self.says: dict[str, Any] = {
            "user.getTopTracks": {"toptracks": {"track": []}},
            "user.getLovedTracks": {"lovedtracks": {"track": []}},
        }
        self.answer(API, lambda _: self.says[self.forms[-1]["method"]])

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        self.forms.append({name: str(value) for name, value in (await request.post()).items()})
        return await super()._handle(request)


@pytest.fixture
async def fake() -> AsyncIterator[FakeLastFm]:
    server = FakeLastFm()
    async with server:
        yield server


@pytest.fixture
async def service(fake: FakeLastFm) -> AsyncIterator[LastFm]:
    settings = Settings(base_url=fake.base_url, key=SecretStr(KEY))
    http = http_for(settings, Manners(requests=100_000, per_s=1, timeout_s=5, longest_wait_s=5))
    found = LastFm(settings, http, today=lambda: TODAY)
    yield found
    await found.close()


def song(title: Any, artist: Any = "Nova Pine", **more: Any) -> dict[str, Any]:
    url = "https://www.last.fm/music/Nova+Pine/_/Ember"
    return {"name": title, "url": url, "artist": {"name": artist, "mbid": "m-1", "url": url}, **more}


def top(*rows: Any) -> dict[str, Any]:
    attributes = {"user": "rob", "page": "1", "perPage": "200", "totalPages": "1", "total": str(len(rows))}
    return {"toptracks": {"track": list(rows), "@attr": attributes}}


def loved(*rows: Any) -> dict[str, Any]:
    return {"lovedtracks": {"track": list(rows), "@attr": {"total": str(len(rows))}}}


def info(listeners: Any, name: str = "Nova Pine") -> dict[str, Any]:
    return {"artist": {"name": name, "mbid": "m-1", "stats": {"listeners": listeners, "playcount": "9000"}}}


# The service as a whole


async def test_the_package_finds_it_when_there_is_a_key() -> None:
    for key in ("", "  "):
        async with Services(AllSettings(lastfm=Settings(key=SecretStr(key)))) as services:
            assert "lastfm" not in {one.name for one in services.readers} | {one.name for one in services.meters}
    async with Services(AllSettings(lastfm=Settings(key=SecretStr(KEY)))) as services:
        assert "lastfm" in {meter.name for meter in services.meters}
        hosts = [host for reader in services.readers for host in reader.hosts]
    for pasted in ("last.fm/user/rob", "see www.last.fm/user/rob."):
        assert links.checked(links.find_link(pasted) or "", hosts).endswith("last.fm/user/rob")


@pytest.mark.parametrize("kind", ["403", "500", "half", "html", f"redirect:http://x.example/?api_key={KEY}", "errors"])
async def test_the_key_is_sent_and_never_said(
    fake: FakeLastFm, service: LastFm, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    if kind == "errors":
        fake.says["user.getTopTracks"] = {"error": 10, "message": f"Invalid API key {KEY}"}
    else:
        fake.fail(API, kind)
    with pytest.raises(YasrError) as caught:
        await service.read(LINK)
    assert fake.forms[0]["api_key"] == KEY
    assert not any(KEY in path for path in fake.seen)
    error: BaseException | None = caught.value
    while error is not None:
        assert KEY not in repr(error) + str(error) + repr(getattr(error, "args_", ""))
        error = error.__cause__ or error.__context__
    assert KEY not in caplog.text
    assert KEY not in repr(vars(service))


# PlaylistReader


async def test_what_a_listener_hears_and_loves(fake: FakeLastFm, service: LastFm) -> None:
    fake.says["user.getTopTracks"] = top(song("Ember", duration="213"), song("Ash", "Grey Harbour", duration="0"))
    fake.says["user.getLovedTracks"] = loved(song("EMBER", "nova pine"), song("Third"))
    playlist = await service.read(LINK)
    assert [str(track) for track in playlist.tracks] == ["Nova Pine – Ember", "Grey Harbour – Ash", "Nova Pine – Third"]
    assert [track.duration_s for track in playlist.tracks] == [213, None, None]
    assert (playlist.title, playlist.source) == ("What Rob_2 hears and loves", "lastfm")
    assert (playlist.total, playlist.partial, playlist.notes, playlist.url) == (3, False, (), LINK)
    first = playlist.tracks[0]
    assert (first.source, first.source_id, first.artist_id) == ("lastfm", "", "m-1")
    assert first.url == "https://www.last.fm/music/Nova+Pine/_/Ember"
    assert fake.forms == [
        {
            "method": "user.getTopTracks",
            "format": "json",
            "api_key": KEY,
            "user": "Rob_2",
            "limit": "200",
            "period": "12month",
        },
        {"method": "user.getLovedTracks", "format": "json", "api_key": KEY, "user": "Rob_2", "limit": "200"},
    ]


async def test_a_list_of_one_comes_as_the_song_itself(fake: FakeLastFm, service: LastFm) -> None:
    fake.says["user.getTopTracks"] = {"toptracks": {"track": song("Ember")}}
    fake.says["user.getLovedTracks"] = {"lovedtracks": {"track": song("Ash")}}
    playlist = await service.read("https://last.fm/de/user/rob/library/tracks?page=2")
    assert [track.title for track in playlist.tracks] == ["Ember", "Ash"]


async def test_more_songs_than_asked_for_are_not_taken(fake: FakeLastFm, service: LastFm) -> None:
    fake.says["user.getTopTracks"] = top(*(song(f"Song {i}") for i in range(300)))
    fake.says["user.getLovedTracks"] = loved(*(song(f"Loved {i}") for i in range(300)))
    titles = [track.title for track in (await service.read(LINK)).tracks]
    assert titles == [*(f"Song {i}" for i in range(200)), *(f"Loved {i}" for i in range(200))]


async def test_odd_rows_are_counted(fake: FakeLastFm, service: LastFm) -> None:
    odd = [None, "x", {"name": "Ash"}, song(None), song("Ash", None), {"name": "Ash", "artist": []}]
    fake.says["user.getTopTracks"] = top(
        {"name": "Ember", "artist": {"#text": "Nova Pine"}, "url": "javascript:1"}, *odd
    )
    playlist = await service.read(LINK)
    (track,) = playlist.tracks
    assert (str(track), track.url, track.artist_id) == ("Nova Pine – Ember", "", "")
    assert (playlist.total, playlist.partial, tuple(map(str, playlist.notes))) == (
        7,
        True,
        ("6 songs have no name on Last.fm.",),
    )


@pytest.mark.parametrize("said", [{"error": 6}, loved(), {"lovedtracks": {"@attr": {}}}])
async def test_without_loved_songs(fake: FakeLastFm, service: LastFm, said: Any) -> None:
    fake.says["user.getTopTracks"], fake.says["user.getLovedTracks"] = top(song("Ember")), said
    playlist = await service.read(LINK)
    assert (len(playlist.tracks), playlist.notes) == (1, ())


@pytest.mark.parametrize(("said", "why"), [({"error": 11}, "does not answer"), ([], "do not understand")])
async def test_loved_songs_that_cannot_be_read_are_noted(
    fake: FakeLastFm, service: LastFm, said: Any, why: str
) -> None:
    fake.says["user.getTopTracks"], fake.says["user.getLovedTracks"] = top(song("Ember")), said
    playlist = await service.read(LINK)
    assert len(playlist.tracks) == 1
    (note,) = map(str, playlist.notes)
    assert note.startswith("The loved songs are missing: ") and why in note


async def test_nothing_heard_and_nothing_loved(service: LastFm) -> None:
    with pytest.raises(PrivateOrEmpty, match=r"That listening history on Last\.fm is private, empty or gone"):
        await service.read(LINK)


@pytest.mark.parametrize(
    ("link", "error"),
    [
        ("https://www.last.fm/", BadInput),
        ("https://www.last.fm/user/", BadInput),
        ("https://www.last.fm/music/Nova+Pine", BadInput),
        ("https://evil.example/user/rob", UnknownLink),
        ("http://www.last.fm/user/rob", ForbiddenLink),
    ],
)
async def test_links_it_does_not_read(fake: FakeLastFm, service: LastFm, link: str, error: type[YasrError]) -> None:
    with pytest.raises(error) as caught:
        await service.read(link)
    assert type(caught.value) is error
    assert fake.seen == []


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (6, PrivateOrEmpty),
        (17, PrivateOrEmpty),
        ("6", PrivateOrEmpty),
        (10, AccessRefused),
        (26, AccessRefused),
        (29, QuotaReached),
        (8, ServiceDown),
        (99, UnexpectedAnswer),
        (None, UnexpectedAnswer),
        ([], UnexpectedAnswer),
    ],
)
async def test_errors_in_an_answer(fake: FakeLastFm, service: LastFm, code: Any, error: type[YasrError]) -> None:
    fake.says["user.getTopTracks"] = {"error": code, "message": "No"}
    with pytest.raises(error) as caught:
        await service.read(LINK)
    assert type(caught.value) is error


@pytest.mark.parametrize("said", [[], "x", {}, {"toptracks": []}, {"toptracks": None}])
async def test_answers_of_another_shape(fake: FakeLastFm, service: LastFm, said: Any) -> None:
    fake.says["user.getTopTracks"] = said
    with pytest.raises(UnexpectedAnswer):
        await service.read(LINK)


# AudienceMeter


async def test_audience(fake: FakeLastFm, service: LastFm) -> None:
    fake.says["artist.getInfo"] = info("412", name="NOVA PINE")
    found = await service.audience(NOVA)
    assert found == Artist("Nova Pine", "deezer", "27", Audience("listeners on Last.fm", 412, TODAY))
    assert (fake.forms[0]["artist"], fake.forms[0]["autocorrect"]) == ("Nova Pine", "0")


@pytest.mark.parametrize(
    "said",
    [
        {"error": 6, "message": "The artist you supplied could not be found"},
        info("412", name="Nova Pines"),
        info(""),
        info("many"),
        info(None),
        info("-1"),
        {"artist": []},
        {},
    ],
)
async def test_an_unknown_audience_is_not_zero(fake: FakeLastFm, service: LastFm, said: Any) -> None:
    fake.says["artist.getInfo"] = said
    assert await service.audience(NOVA) == NOVA


async def test_nobody_is_not_asked_for(fake: FakeLastFm, service: LastFm) -> None:
    for name in ("", UNKNOWN_ARTIST):
        assert (await service.audience(Artist(name, "file", "x"))).audience is None
    assert fake.seen == []


async def test_tags_are_marks(fake: FakeLastFm, service: LastFm) -> None:
    tags = [{"name": "Suno"}, {"name": "suno"}, {"name": ""}, None, {"name": "Ambient"}]
    fake.says["artist.getInfo"] = {"artist": {"name": "Nova Pine", "tags": {"tag": tags}}}
    found = await service.career(NOVA)
    assert found is not None
    assert (found.source, found.marks, found.first_release, found.releases) == ("lastfm", ("suno", "ambient"), None, 0)
    fake.says["artist.getInfo"] = {"artist": {"name": "Nova Pine", "tags": ""}}
    assert await service.career(NOVA) is None
