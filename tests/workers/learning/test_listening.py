"""Ratings change what comes next: of the listener's own, of those alike, and of nobody else."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core import reasons
from core.model import Arm, Pick, Vector, Verdict
from tests.workers.rounds import Rates, close, listening, rounds
from workers.house import House
from workers.learning.listening import Learning


def side(picks: Sequence[Pick], places: dict[int, Vector]) -> float:
    """How far the close picks lie to the right, on the average."""
    return float(np.mean([places[pick.recording_id][0] for pick in close(picks)]))


def likes_right(places: dict[int, Vector]) -> Rates:
    return lambda pick: 9 if places[pick.recording_id][0] > 0 else 2


async def test_the_next_slate_follows_the_ratings(house: House, places: dict[int, Vector]) -> None:
    right = await rounds(house, "right", likes_right(places), 4)
    left = await rounds(house, "left", lambda pick: 2 if places[pick.recording_id][0] > 0 else 9, 4)
    silent = await rounds(house, "silent", lambda pick: None, 4)
    assert abs(side(right[0], places)) < 0.6
    assert side(right[-1], places) > 0.5
    assert side(left[-1], places) < -0.5
    # Others' ratings do not move who is not alike to them.
    assert abs(side(silent[-1], places)) < 0.6


async def test_what_ones_own_ratings_add_is_noted(house: House, places: dict[int, Vector]) -> None:
    right = await rounds(house, "right", likes_right(places), 4)
    silent = await rounds(house, "silent", lambda pick: None, 2)
    assert [pick.swayed for pick in (*right[0], *silent[-1])] == [0] * 20, "without ratings there is nothing to add"
    far = [pick for pick in right[-1] if pick.arm is Arm.WILDCARD]
    liked, other = (np.mean([pick.swayed or 0 for pick in picks]) for picks in (close(right[-1]), far))
    assert liked > other + 0.5


async def test_what_a_slate_was_made_of_is_kept(house: House, places: dict[int, Vector]) -> None:
    shown = await rounds(house, "one", likes_right(places), 4)
    picks = [pick for slate_ in shown for pick in slate_]
    assert len({pick.recording_id for pick in picks}) == len(picks)
    assert all(pick.fit is not None and 0 <= pick.fit <= 1 for pick in picks)
    assert all(0 <= pick.score <= 10 and pick.model == "timbre" for pick in picks)
    # Chance draws one pick in ten: exactly one of each ten.
    assert [sum(pick.random for pick in slate_) for slate_ in shown] == [1] * len(shown)
    # Every reason says what the evidence shows that is kept with it.
    for pick in picks:
        assert pick.told
        assert reasons.claims(pick.reason) == reasons.shown(pick.arm, pick.told, random=pick.random)
    said = [claims.differs for pick in picks if (claims := reasons.claims(pick.reason))]
    assert said.count("tempo") > len(picks) / 4
    ratings = await house.store.ratings.all()
    assert {rating.recording_id: rating.fit for rating in ratings} == {pick.recording_id: pick.fit for pick in picks}


async def test_who_is_alike_adds_what_no_feature_tells(house: House, places: dict[int, Vector]) -> None:
    """Songs are liked and disliked for nothing that can be heard; one knows what the other has not heard yet."""
    chance = np.random.default_rng(1)
    whims = {number: int(chance.integers(0, 11)) for number in places}
    await rounds(house, "friend", lambda pick: whims[pick.recording_id], 12)
    rated = {rating.recording_id: rating.value for rating in await house.store.ratings.all()}
    known, left = list(rated)[:-40], list(rated)[-40:]
    mine = await house.store.listeners.find("web", "mine")
    for number in known:
        await house.store.listeners.rate(Verdict(mine, number, rated[number], "🙂"), 1)
    opinion = await opinions(house, places, mine)
    assert np.corrcoef([opinion[number] for number in left], [rated[number] for number in left])[0, 1] > 0.8
    assert all(opinion[number] == 0 for number in places if number not in rated)


async def test_what_others_think_is_learned_again_after_a_minute(house: House, places: dict[int, Vector]) -> None:
    """Their own ratings listeners see at once; those of the crowd may take a minute, or longer where there are many."""
    now = [0.0]
    learning = Learning(house.store, lambda: now[0])
    everything = np.array(list(places)), np.stack(list(places.values())), np.full(len(places), 0.5, np.float32)

    async def hope() -> float:
        """What is expected of the best song for somebody who has rated nothing."""
        found = await learning([10_000], listening(house), *everything, np.random.default_rng(0))
        return float(found.expected.max())

    before = await hope()
    for number in range(30):
        await rounds(house, f"{number}", lambda pick: 9 - pick.recording_id % 2, 1)
    now[0] = 59
    assert await hope() == before
    now[0] = 61
    assert await hope() > before + 0.5


async def test_strangers_who_praise_one_song_move_nobody(house: House, places: dict[int, Vector]) -> None:
    before = await rounds(house, "mine", likes_right(places), 3)
    pushed = next(number for number in places if number not in
                  {pick.recording_id for picks in before for pick in picks})  # fmt: skip
    for number in range(12):
        stranger = await house.store.listeners.find("web", f"stranger {number}")
        await house.store.listeners.rate(Verdict(stranger, pushed, 10, "🙂"), 1)
    mine = await house.store.listeners.find("web", "mine")
    assert (await opinions(house, places, mine))[pushed] == 0


async def opinions(house: House, places: dict[int, Vector], listener: int) -> dict[int, float]:
    """What those alike to the listener think of each recording."""
    vectors, fit = np.stack(list(places.values())), np.full(len(places), 0.5, np.float32)
    chance = np.random.default_rng(0)
    learned = await Learning(house.store)([listener], listening(house), np.array(list(places)), vectors, fit, chance)
    return dict(zip(places, learned.opinion.tolist(), strict=True))
