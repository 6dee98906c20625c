"""The gate: what passes, what is asked for, and what is written down."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from core.errors import ServiceDown
from core.model import Artist, Audience, Candidate, Career, Release, Track
from core.settings import Catalogue
from core.store.store import Store
from tests.fakes.music import FakeMusic
from workers.gate import Gate, Offer

TODAY = date(2026, 11, 20)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await Store.open(f"sqlite+aiosqlite:///{tmp_path / 'yasr.db'}")
    yield store
    await store.close()


@pytest.fixture
def music() -> FakeMusic:
    return FakeMusic()


def gate(store: Store, music: FakeMusic, **limits: object) -> Gate:
    return Gate(store, [music], [music], Catalogue.model_validate(limits), lambda: TODAY)


def fans(count: int, seen: date = TODAY) -> Audience:
    return Audience("fans on Deezer", count, seen)


def song(artist: str, *audiences: Audience, age_days: int | None = 3) -> Offer:
    released = None if age_days is None else TODAY - timedelta(days=age_days)
    track = Track(f"{artist}'s song", (artist,), "deezer", artist, artist_id=f"id of {artist}", release_date=released)
    return Offer.of(Candidate(track, audiences))


async def passing(gate: Gate, *offers: Offer) -> list[str]:
    return [candidate.track.artist for candidate in await gate.admit(offers)]


async def test_newcomers_pass_in_their_order(store: Store, music: FakeMusic) -> None:
    music.lives["Veteran"] = Career("fake", TODAY, date(1990, 1, 1), 20, 1)
    offers = [song("Tiny", fans(5)), song("Star", fans(4_000_000)), song("Veteran", fans(40)),
              song("Medium", fans(100_000)), song("Old release", fans(5), age_days=200)]  # fmt: skip
    assert await passing(gate(store, music), *offers) == ["Tiny", "Medium"]
    assert await passing(gate(store, music, keep="small"), *offers) == ["Tiny"]
    assert await passing(gate(store, music, artist_years=0), *offers) == ["Tiny", "Veteran", "Medium"]


async def test_what_is_told_is_not_asked_and_what_was_asked_is_known(store: Store, music: FakeMusic) -> None:
    music.counts["Uncounted"] = Audience("listeners on Last.fm", 70, TODAY)
    music.lives["Uncounted"] = Career("fake", TODAY, date(2025, 1, 1), 2, 2, marks=("pop",))
    offers = [song("Counted", fans(5)), song("Uncounted")]
    for _ in range(2):
        assert await passing(gate(store, music), *offers) == ["Counted", "Uncounted"]
    assert music.questions("audience") == ["Counted", "Uncounted", "Counted"], "whom it has counted is not asked again"
    assert sorted(music.questions("career")) == ["Counted", "Counted", "Uncounted"], "no career is asked for again"
    known = await store.artists.known(["counted", "UNCOUNTED", "nobody"])
    assert known["uncounted"].audiences == (Audience("listeners on Last.fm", 70, TODAY),)
    assert known["uncounted"].careers == (music.lives["Uncounted"],)
    assert known["counted"].audiences == (fans(5),)
    assert "nobody" not in known


async def test_old_counts_are_asked_for_again(store: Store, music: FakeMusic) -> None:
    music.counts["Grown"] = Audience(music.meter, 9_000_000, TODAY)
    old = Audience(music.meter, 5, TODAY - timedelta(days=31))
    assert await passing(gate(store, music), song("Grown", old)) == []
    assert music.questions("audience") == ["Grown"]


async def test_every_meter_is_asked_and_the_largest_count_decides(store: Store, music: FakeMusic) -> None:
    music.counts["Famous elsewhere"] = Audience(music.meter, 9_000_000, TODAY)
    assert await passing(gate(store, music), song("Famous elsewhere", fans(5)), song("Star", fans(10**7))) == []
    assert music.questions("audience") == ["Famous elsewhere"], "nobody else has to be asked about a star"
    assert len((await store.artists.known(["Famous elsewhere"]))["famouselsewhere"].audiences) == 2


async def test_whom_nobody_counts_is_unknown_and_that_is_allowed_or_not(store: Store, music: FakeMusic) -> None:
    offers = [song("Unknown"), song("Undated", fans(3), age_days=None)]
    assert await passing(gate(store, music), *offers) == ["Unknown"]
    assert await passing(gate(store, music, unknown=False), *offers) == []


async def test_who_cannot_be_measured_now_waits(store: Store, music: FakeMusic) -> None:
    music.trouble = ServiceDown(service="Fake Music")
    offers = [song("Unmeasured"), song("Counted", fans(5))]
    assert await passing(gate(store, music), *offers) == ["Counted"]
    music.trouble = None
    assert await passing(gate(store, music), *offers) == ["Unmeasured", "Counted"]


async def test_one_artist_is_asked_about_once_by_every_identity(store: Store, music: FakeMusic) -> None:
    first = song("Twice")
    second = Offer.of(replace(first.candidate, track=replace(first.candidate.track, title="Other", source_id="2")),
                      Artist("Twice", "listenbrainz", "mbid"))  # fmt: skip
    assert await passing(gate(store, music), first, second) == ["Twice", "Twice"]
    assert music.questions("audience") == ["Twice", "Twice"], "under two identities, for neither is counted"


def test_an_announcement_may_rule_itself_out() -> None:
    release = Release("Debut", ("Star",), "listenbrainz", "1", TODAY)
    listeners = Audience("listeners on ListenBrainz", 50_000, TODAY)
    judge = Gate(None, [], [], Catalogue(), lambda: TODAY)  # type: ignore[arg-type] # announcements need no store
    assert judge.may_pass(release)
    assert judge.may_pass(replace(release, audiences=(replace(listeners, count=12),)))
    assert not judge.may_pass(replace(release, audiences=(listeners,)))
