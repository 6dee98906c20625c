"""Whatever is killed with -9 and whenever: the listener gets the answer exactly once. Real processes throughout."""

from __future__ import annotations

import signal
from datetime import date
from pathlib import Path

import pytest

from tests.fakes.deezer import FakeDeezer
from tests.processes.home import Home, Page, page, until

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("processes")]


def playlist(deezer: FakeDeezer, music: Path, songs: int = 4) -> str:
    """A playlist link; each of its songs has one of the files as its preview."""
    artist = deezer.artist("A loved artist", 500_000)
    album = deezer.album(artist, "An album", date(2020, 1, 1))
    files = sorted(music.iterdir())[:songs]
    tracks = [deezer.track(f"Song {n}", artist, album, preview=file.read_bytes()) for n, file in enumerate(files)]
    return f"https://www.deezer.com/playlist/{deezer.playlist('Loved', tracks)}"


async def ask(opened: Page, text: str) -> str:
    answer = await opened.post("/ask", text=text)
    assert answer["status"] == 200, answer
    return str(answer["request_id"])


async def exactly_once(home: Home, opened: Page, request_id: str) -> None:
    """One answer in the store, one delivery, and one card on the page, also after a reload."""
    await until(lambda: home.state_of(request_id) in ("delivered", "refused", "cancelled"))
    assert home.query("SELECT state, receipt FROM requests WHERE id = ?", request_id) == [
        ("delivered", f"web:{request_id}")
    ]
    assert home.query("SELECT count(*) FROM slates") == [(1,)]
    assert home.query("SELECT count(*), count(DISTINCT recording_id) FROM picks") == [(10, 10)]
    await until(lambda: opened.answered(request_id))
    assert (await opened.html()).count(f'"card-{request_id}"') == 1


async def test_the_worker_is_killed_in_the_middle(home: Home, deezer: FakeDeezer, music: Path) -> None:
    link = playlist(deezer, music)
    deezer.fail("/preview/", "timeout")
    async with page(home) as opened:
        request_id = await ask(opened, link)
        await until(lambda: any(path.startswith("/preview/") for path in deezer.seen))
        assert home.state_of(request_id) == "working"
        home.kill("worker")
        deezer.faults.clear()
        await exactly_once(home, opened, request_id)
    assert home.query("SELECT attempts FROM requests") == [(2,)], "it was really taken up a second time"


async def test_redis_is_killed_in_the_middle(home: Home, deezer: FakeDeezer, music: Path) -> None:
    link = playlist(deezer, music)
    deezer.fail("/preview/", "timeout")
    async with page(home) as opened:
        request_id = await ask(opened, link)
        await until(lambda: any(path.startswith("/preview/") for path in deezer.seen))
        home.kill("redis")
        deezer.faults.clear()
        await exactly_once(home, opened, request_id)


async def test_a_request_that_redis_never_saw_is_answered(home: Home, deezer: FakeDeezer, music: Path) -> None:
    link = playlist(deezer, music)
    home.family()["redis"].send_signal(signal.SIGSTOP)
    async with page(home) as opened:
        request_id = await ask(opened, link)
        home.kill("redis")
        await exactly_once(home, opened, request_id)


async def test_the_bot_is_killed_between_ready_and_delivered(home: Home, deezer: FakeDeezer, music: Path) -> None:
    link = playlist(deezer, music)
    async with page(home) as opened:
        request_id = await ask(opened, link)
        await until(lambda: home.state_of(request_id) == "working")
        home.family()["bot"].send_signal(signal.SIGSTOP)  # it writes nothing now, so it stops without holding a lock
        await until(lambda: home.state_of(request_id) == "ready")
        home.kill("bot")
        await exactly_once(home, opened, request_id)


async def test_a_refusal_arrives_too(home: Home) -> None:
    async with page(home) as opened:
        request_id = await ask(opened, "https://www.deezer.com/playlist/5")
        await until(lambda: "refused" in opened.cards.get(request_id, []))
        assert "private, empty or gone" in await opened.html()
        await until(lambda: home.query("SELECT receipt FROM requests") == [(f"web:{request_id}",)])
