from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from pydantic import SecretStr

from core.errors import (
    AccessRefused,
    BadInput,
    ForbiddenLink,
    PrivateOrEmpty,
    ServiceDown,
    UnexpectedAnswer,
    UnknownLink,
    YasrError,
)
from core.services import tidal as module
from core.services._http import Manners
from core.services.tidal import Tidal
from core.settings import Tidal as Settings
from tests.fakes.replay import Replay
from tests.recordings import FOLDER, load, needs_recordings

UUID = "36ea71a8-445e-41a4-82ab-6628c581535d"
LINK = f"https://tidal.com/browse/playlist/{UUID}"
HEAD, ITEMS, TOKEN = f"/v2/playlists/{UUID}", f"/v2/playlists/{UUID}/relationships/items", "/v1/oauth2/token"
SECRET = "s3cret"  # noqa: S105 - of nobody


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def fake() -> AsyncIterator[Replay]:
    async with Replay() as server:
        tokens = iter(range(1, 1000))
        server.answer(TOKEN, lambda _: {"access_token": f"t0ken{next(tokens)}", "expires_in": 86400})
        yield server


@pytest.fixture
async def tidal(fake: Replay, clock: Clock) -> AsyncIterator[Tidal]:
    settings = Settings(base_url=fake.base_url, auth_url=fake.base_url, client_id="me", client_secret=SecretStr(SECRET))
    service = Tidal(settings, Manners(requests=100_000, per_s=1, timeout_s=0.5), clock)
    yield service
    await service.close()


def page(*titles: str, cursor: str = "", first: int = 1) -> dict[str, Any]:
    numbers = [str(first + i) for i in range(len(titles))]
    credit = {"artists": {"data": [{"id": "3", "type": "artists"}]}}
    songs = [
        {"id": number, "type": "tracks", "attributes": {"title": title, "duration": "PT3M"}, "relationships": credit}
        for number, title in zip(numbers, titles, strict=True)
    ]
    links = {"next": f"/x?page%5Bcursor%5D={cursor}"} if cursor else {}
    artist = {"id": "3", "type": "artists", "attributes": {"name": "Nova Pine"}}
    data = [{"id": number, "type": "tracks"} for number in numbers]
    return {"data": data, "included": [artist, *songs], "links": links}


def playlist(fake: Replay, items: object, total: int = 2) -> None:
    head = {"data": {"id": UUID, "type": "playlists", "attributes": {"name": "Mine", "numberOfItems": total}}}
    fake.answer(HEAD, lambda _: head)
    fake.answer(ITEMS, lambda _: items)


@needs_recordings
async def test_a_recorded_album_over_two_pages(fake: Replay, tidal: Tidal) -> None:
    names = sorted(path.name for path in (FOLDER / "tidal").glob("harmony_v2-albums-396698918-*"))
    fake.add(*(load(f"tidal/{name}") for name in names))
    fake.answer("/v2/albums/396698918", lambda _: {"data": {"attributes": {"title": "Album", "numberOfItems": 46}}})
    album = await tidal.read("https://listen.tidal.com/album/396698918/track/396698939")
    assert (album.title, len(album.tracks), album.total, album.partial) == ("Album", 26, 46, True)
    first, last = album.tracks[0], album.tracks[-1]
    assert (str(first), first.source_id, first.artist_id) == ("Air Max '97 – HUM", "396698939", "5664171")
    assert (first.isrc, first.duration_s) == ("AUNMG2400031", 159)
    assert first.url == "https://tidal.com/browse/track/396698939"
    assert {track.artist for track in album.tracks} == {"Air Max '97"}
    assert album.tracks[20].title == "SPECTRE"
    assert last.duration_s is not None
    assert "page%5Bcursor%5D=3nI1F0y" in fake.seen[-1] and "include=items.artists" in fake.seen[-1]


async def test_a_playlist(fake: Replay, tidal: Tidal) -> None:
    answer = page("Ember", "Ash")
    answer["included"][1]["attributes"]["version"] = "Live"
    answer["data"] += [{"id": "9", "type": "videos"}, {"id": "99", "type": "tracks"}, None]
    playlist(fake, answer, 5)
    found = await tidal.read(f"https://tidal.com/playlist/{UUID.upper()}/u")
    assert (found.title, found.total, found.url) == ("Mine", 5, f"https://tidal.com/playlist/{UUID}")
    assert [str(track) for track in found.tracks] == ["Nova Pine – Ember (Live)", "Nova Pine – Ash"]
    assert tuple(map(str, found.notes)) == ("3 entries are no song, or not available on Tidal.",)
    basic = base64.b64encode(f"me:{SECRET}".encode()).decode()
    assert [headers["Authorization"] for headers in fake.headers] == [f"Basic {basic}", *["Bearer t0ken1"] * 2]
    assert "countryCode=US" in fake.seen[1]


async def test_a_token_is_used_until_it_expires(fake: Replay, tidal: Tidal, clock: Clock) -> None:
    playlist(fake, page("Ember"))
    await tidal.read(LINK)
    clock.now = 86_400 - 61
    await tidal.read(LINK)
    assert fake.seen.count(TOKEN) == 1
    clock.now += 2
    await tidal.read(LINK)
    assert fake.seen.count(TOKEN) == 2
    assert fake.headers[-1]["Authorization"] == "Bearer t0ken2"


async def test_a_refused_token_is_renewed_once(fake: Replay, tidal: Tidal) -> None:
    playlist(fake, page("Ember"))

    def head(request: web.Request) -> object:
        if request.headers["Authorization"] == "Bearer t0ken1":
            return web.json_response({"errors": []}, status=401)
        return {"data": {"attributes": {"name": "Mine"}}}

    await tidal.read(LINK)
    fake.answer(HEAD, head)
    assert (await tidal.read(LINK)).title == "Mine"
    assert fake.seen.count(TOKEN) == 2
    fake.fail(HEAD, "401")
    with pytest.raises(AccessRefused):
        await tidal.read(LINK)
    assert fake.seen.count(TOKEN) == 3


@pytest.mark.parametrize(
    ("kind", "error"),
    [("400", AccessRefused), ("401", AccessRefused), ("500", ServiceDown)],
)
async def test_an_app_that_is_not_accepted(
    fake: Replay, tidal: Tidal, kind: str, error: type[YasrError], capsys: pytest.CaptureFixture[str]
) -> None:
    fake.fail(TOKEN, kind)
    with pytest.raises(error) as caught:
        await tidal.read(LINK)
    assert type(caught.value) is error
    assert SECRET not in f"{caught.value!r} {caught.value.__cause__!r} {capsys.readouterr()}"


@pytest.mark.parametrize("answer", [{}, [], {"access_token": 7.5}, {"access_token": "a\r\nX: y"}])
async def test_tokens_of_another_shape(fake: Replay, tidal: Tidal, answer: object) -> None:
    fake.answer(TOKEN, lambda _: answer)
    with pytest.raises(UnexpectedAnswer):
        await tidal.read(LINK)


async def test_all_pages_of_a_long_playlist(fake: Replay, tidal: Tidal, monkeypatch: pytest.MonkeyPatch) -> None:
    def items(request: web.Request) -> object:
        start = int(request.query.get("page[cursor]", "0"))
        titles = [f"Song {i}" for i in range(start, min(start + 20, 90))]
        return page(*titles, cursor=str(start + 20) if start + 20 < 90 else "", first=start + 1)

    playlist(fake, None, 90)
    fake.answer(ITEMS, items)
    found = await tidal.read(LINK)
    assert [track.title for track in found.tracks] == [f"Song {i}" for i in range(90)]
    assert not found.partial
    monkeypatch.setattr(module, "_MAX_ROWS", 50)
    found = await tidal.read(LINK)
    assert (len(found.tracks), found.total, tuple(map(str, found.notes))) == (50, 90, ("I read at most 50 songs.",))


async def test_pages_that_go_round_in_a_circle_end(fake: Replay, tidal: Tidal) -> None:
    playlist(fake, page("Ember", cursor="again"))
    found = await tidal.read(LINK)
    assert tuple(map(str, found.notes)) == ("Tidal’s pages go round in a circle.",)
    assert sum(path.startswith(ITEMS) for path in fake.seen) == 2


async def test_a_later_page_that_fails_gives_a_partial_read(fake: Replay, tidal: Tidal) -> None:
    playlist(fake, None, 40)
    fake.answer(ITEMS, lambda request: {} if "page[cursor]" in request.query else page("Ember", cursor="2"))
    found = await tidal.read(LINK)
    assert (len(found.tracks), found.total, found.partial) == (1, 40, True)
    assert str(found.notes[0]).startswith("Tidal stopped in the middle")


@pytest.mark.parametrize("items", [{"data": []}, {"data": [None, 3]}, {"data": [{"id": "1", "type": "tracks"}]}])
async def test_empty_playlists_say_so(fake: Replay, tidal: Tidal, items: object) -> None:
    playlist(fake, items)
    with pytest.raises(PrivateOrEmpty, match="That playlist on Tidal is private, empty or gone"):
        await tidal.read(LINK)


@pytest.mark.parametrize("items", [[], 7, {}, {"data": {}}])
async def test_answers_of_another_shape(fake: Replay, tidal: Tidal, items: object) -> None:
    playlist(fake, items)
    with pytest.raises(UnexpectedAnswer):
        await tidal.read(LINK)


@pytest.mark.parametrize(
    ("link", "error"),
    [
        ("https://tidal.com/", BadInput),
        ("https://tidal.com/browse/artist/7804", BadInput),
        ("https://tidal.com/playlist/1", BadInput),
        ("https://evil.example/album/1", UnknownLink),
        ("http://tidal.com/album/1", ForbiddenLink),
    ],
)
async def test_links_it_does_not_read(fake: Replay, tidal: Tidal, link: str, error: type[YasrError]) -> None:
    with pytest.raises(error) as caught:
        await tidal.read(link)
    assert type(caught.value) is error
    assert fake.seen == []
