from __future__ import annotations

from datetime import date

import pytest

from core.model import Audience, Career, Preferences, RulingKind, Track
from core.store.artists import Known
from core.store.store import Store
from tests.core.store.conftest import Clock

DAY = date(2026, 11, 20)
LIFE = Career("deezer", DAY, date(2024, 3, 1), 12, 5, 80, ("indie", "own label"))


async def test_what_is_saved_is_known_by_any_spelling(store: Store) -> None:
    fans = Audience("fans on Deezer", 7, DAY)
    await store.artists.save({"The Example": Known((fans,), (LIFE,)), "Nothing Told": Known()})
    known = await store.artists.known(["the example", "Nothing Told", "Nobody"])
    assert known == {"example": Known((fans,), (LIFE,)), "nothingtold": Known()}
    newer = Audience("fans on Deezer", 9, date(2026, 11, 21))
    listeners = Audience("listeners on Last.fm", 3, DAY)
    await store.artists.save({"THE EXAMPLE": Known((newer, listeners))})
    assert (await store.artists.known(["The Example"]))["example"] == Known((newer, listeners), (LIFE,))
    assert sorted(await store.artists.counts()) == [(1, "fans on Deezer", 9), (1, "listeners on Last.fm", 3)]


async def test_many_artists_at_once(store: Store) -> None:
    facts = {f"Artist {n}": Known((Audience("fans on Deezer", n, DAY),)) for n in range(1200)}
    await store.artists.save(facts)
    known = await store.artists.known(list(facts))
    assert len(known) == 1200
    assert known["artist1199"].audiences[0].count == 1199


async def test_news_replace_what_they_are_news_of() -> None:
    old, new = Audience("a", 1, DAY), Audience("a", 2, DAY)
    other = Audience("b", 3, DAY)
    assert Known((old, other), (LIFE,)).updated(Known((new,))) == Known((new, other), (LIFE,))


async def test_rulings(store: Store, clock: Clock) -> None:
    await store.artists.rule("The Example", RulingKind.APPEALED, "I play it all myself")
    clock.turn(60)
    await store.artists.rule("Somebody", RulingKind.BLOCK)
    rulings = await store.artists.rulings()
    assert [(key, ruling.kind, ruling.note) for key, ruling in rulings.items()] == [
        ("example", RulingKind.APPEALED, "I play it all myself"), ("somebody", RulingKind.BLOCK, "")
    ]  # fmt: skip
    await store.artists.rule("the example", RulingKind.ALLOW)
    assert [ruling.kind for ruling in await store.artists.every_ruling()] == [RulingKind.BLOCK, RulingKind.ALLOW]
    assert await store.artists.unrule("The Example")
    assert not await store.artists.unrule("The Example")
    assert set(await store.artists.rulings()) == {"somebody"}


@pytest.mark.parametrize("decided", [RulingKind.ALLOW, RulingKind.BLOCK])
async def test_an_appeal_undoes_no_decision_and_is_answered_by_the_next(store: Store, decided: RulingKind) -> None:
    await store.artists.rule("The Example", decided, "heard them play")
    await store.artists.rule("The Example", RulingKind.APPEALED, "look again")
    assert (await store.artists.rulings())["example"].kind is decided
    assert {ruling.kind for ruling in await store.artists.every_ruling()} == {decided, RulingKind.APPEALED}
    await store.artists.rule("The Example", RulingKind.ALLOW)
    assert [ruling.kind for ruling in await store.artists.every_ruling()] == [RulingKind.ALLOW]


async def test_careers_and_rulings_by_artist(store: Store) -> None:
    await store.artists.save({"Has a career": Known((), (LIFE,)), "Plain": Known()})
    await store.catalogue.record([Track("Song", ("Ruled upon",))])
    await store.artists.rule("Ruled upon", RulingKind.BLOCK)
    rows = {row.key: (row.name, row.careers) for row in await store.artists.with_careers()}
    assert rows == {"hasacareer": ("Has a career", (LIFE,)), "ruledupon": ("Ruled upon", ())}


@pytest.mark.parametrize("wishes", [Preferences(), Preferences("tiny", 4)])
async def test_preferences(store: Store, wishes: Preferences) -> None:
    listener = await store.listeners.find("web", "x")
    assert await store.listeners.preferences(listener) == Preferences()
    await store.listeners.prefer(listener, wishes)
    assert await store.listeners.preferences(listener) == wishes
    assert await store.listeners.preferences(await store.listeners.find("web", "y")) == Preferences()
