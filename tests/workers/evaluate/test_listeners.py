"""Made-up listeners: what they rate, what is counted, and that learning pays on real playlists."""

from __future__ import annotations

import json
from functools import cache

import numpy as np
import pytest

from core.errors import NoSuchPath
from core.settings import Settings
from tests.recordings import SHARED
from workers.evaluate import listeners
from workers.evaluate.episodes import Playlists, read
from workers.evaluate.listeners import halves
from workers.evaluate.simulation.policies import CLOSE, POLICIES, WILD, History, Policy
from workers.evaluate.simulation.rounds import gini, play
from workers.evaluate.simulation.tastes import Listener, Plan, World, attacked, world

FOLDER = SHARED / "data" / "playlists"
needs_playlists = pytest.mark.skipif(not FOLDER.is_dir(), reason="needs the development playlists")


def made(listeners_: int = 6, songs: int = 400, seed: int = 0) -> World:
    """Listeners who love what lies to one side of a space, which the model does not know."""
    chance = np.random.default_rng(seed)
    space = chance.standard_normal((songs, 4)).astype(np.float32)
    fit = chance.random(songs).astype(np.float32)

    def listener() -> Listener:
        liking = 5 + 3 * space @ _direction(chance) + chance.standard_normal(songs)
        ratings = np.clip(np.round(liking), 0, 10).astype(np.int8)
        return Listener(fit, np.ones(songs, bool), ratings, 10 - ratings)

    return World(np.arange(songs) // 2, space, tuple(listener() for _ in range(listeners_)), listeners_)


def _direction(chance: np.random.Generator) -> np.ndarray:
    drawn = chance.standard_normal(4)
    return np.asarray(drawn / np.linalg.norm(drawn))


def test_gini_counted_by_hand() -> None:
    assert gini(np.array([3, 3, 3])) == pytest.approx(0)
    assert gini(np.array([0, 0, 0, 8])) == pytest.approx(3 / 4)
    assert gini(np.array([1, 3])) == pytest.approx(1 / 4)
    assert gini(np.zeros(3, np.int64)) == 0


@pytest.mark.parametrize("name", POLICIES)
def test_every_slate_is_full_and_new(name: str) -> None:
    where, policy = made(), POLICIES[name]
    history = History()
    shown = np.zeros(len(where.artists), np.int64)
    for turn in range(5):
        told = policy.told(where, [history, *(History() for _ in where.listeners[1:])])
        slate, opinion = policy.choose(where, 0, history, told, shown, np.random.default_rng(turn))
        rows = [row for row, _ in slate]
        assert sum(close for _, close in slate) == CLOSE
        assert len(rows) == CLOSE + WILD
        assert len(set(where.artists[rows])) == len(rows)
        assert not set(rows) & set(history.rows)
        assert opinion.shape == (len(where.artists),)
        history.rows += rows
        history.ratings += where.listeners[0].ratings[rows].tolist()
        history.opinions += [0.0] * len(rows)


def test_learning_pays_and_recovers_from_drift() -> None:
    where = made()
    plain = play(where, POLICIES["no learning"], rounds=10)
    for name in ("greedy", "ours"):
        learned = play(where, POLICIES[name], rounds=10)
        assert learned.close[:, 0].mean() == pytest.approx(plain.close[:, 0].mean(), abs=1)
        assert learned.close[:, 5:].mean() > plain.close[:, 5:].mean() + 2
    drifted = play(where, POLICIES["ours"], rounds=20, drift=5).close.mean(axis=0)
    assert drifted[5] < drifted[4] - 3
    assert drifted[15:].mean() > drifted[5] + 3


def test_the_same_seed_gives_the_same_rounds() -> None:
    one, other = (play(made(), POLICIES["ours"], rounds=3) for _ in range(2))
    assert (one.close == other.close).all()
    assert one.gini == other.gini
    assert not (one.close == play(made(), POLICIES["ours"], rounds=3, seed=1).close).all()


def test_adversaries_are_told_apart_and_not_counted() -> None:
    honest = made()
    for kind, values in (("tens", {10}), ("zeros", {0}), ("brigade", {0, 10})):
        bad = attacked(honest, kind, 4)
        assert (bad.honest, len(bad.listeners)) == (6, 10)
        assert all(set(one.ratings.tolist()) == values for one in bad.listeners[6:])
        assert play(bad, POLICIES["no learning"], rounds=2).close.shape == (6, 2)


def test_a_brigade_asks_for_its_own_artist() -> None:
    honest = made()
    for kind in ("brigade", "mimics"):
        bad = attacked(honest, kind, 4)
        theirs = honest.artists == bad.pushed
        for one in bad.listeners[6:]:
            assert (one.ratings[theirs] == 10).all()
            assert one.fit[theirs].min() >= one.fit[~theirs].max() - 1e-3
            copied = any((one.ratings[~theirs] == other.ratings[~theirs]).all() for other in honest.listeners)
            assert copied is (kind == "mimics")
            assert (kind == "mimics") is bool(one.ratings[~theirs].any())


def test_a_brigade_reaches_nobody() -> None:
    honest = made(listeners_=8, songs=600)
    clean = play(honest, POLICIES["ours"], rounds=8)
    bad = attacked(honest, "brigade", 8)
    pushed = np.unique(honest.artists) == bad.pushed
    assert play(bad, POLICIES["ours"], rounds=8).exposure[pushed].sum() <= clean.exposure[pushed].sum() + 2


def test_raters_who_say_one_thing_change_nothing_learned() -> None:
    honest = made()
    alone = Policy(fair=False, boldness=0.0)
    clean = play(honest, alone, rounds=6).close
    for kind in ("tens", "zeros"):
        assert play(attacked(honest, kind, 6), alone, rounds=6).close == pytest.approx(clean)


@cache
def _data() -> Playlists:
    return read(FOLDER)


@needs_playlists
def test_real_tastes_are_what_they_should_be() -> None:
    data = _data()
    tuning, reported = halves(data)
    assert not set(tuning) & set(reported)
    assert set(tuning) | set(reported) == set(data.lists)
    where = world(data, tuning, Plan(listeners=6, alike=3, songs=3_000))
    for listener in where.listeners:
        rating, fit = listener.ratings[listener.eligible], listener.fit[listener.eligible]
        assert 0 <= rating.min() <= rating.max() <= 10
        assert 0.1 < np.corrcoef(rating, fit)[0, 1] < 0.8
    same, other = (np.corrcoef(where.listeners[0].ratings, where.listeners[row].ratings)[0, 1] for row in (2, 1))
    assert same > 0.5 > other
    assert np.corrcoef(where.listeners[0].later, where.listeners[1].ratings)[0, 1] > 0.5


@needs_playlists
def test_learning_from_real_tastes_gains() -> None:
    small = listeners.Scale(listeners=10, songs=3_000, rounds=5, drift=2)
    rows = {(row["scenario"], row["policy"]): row for row in listeners.measure(_data(), small, lambda _: None)}
    assert {scenario for scenario, _ in rows} == {
        "normal", "drift", "tens", "zeros", "brigade", "mimics", "few alike", "many alike",
    }  # fmt: skip
    assert rows["normal", "no learning"]["gain"] == 0
    # With ten listeners and five rounds an interval is half a point wide.
    assert rows["normal", "ours"]["gain"] > -0.3
    for row in rows.values():
        low, high = row["close_interval"]
        assert low <= row["close"] <= high
        assert 0 <= row["gini"] < 1
        assert 0 < row["coverage"] <= 1
        assert len(row["rounds"]) == 5


async def test_one_document_or_one_table(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    row = {"scenario": "normal", "policy": "ours", "close": 7.5, "close_interval": [7.1, 7.9], "gain": 0.5,
           "gain_interval": [0.25, 0.75], "wildcards": 3.0, "gini": 0.7, "coverage": 0.5, "pushed": [0, 0],
           "rounds": [7.0, 7.5, 8.0, 8.5], "wildcard_rounds": [3.0] * 4}  # fmt: skip
    monkeypatch.setattr(listeners, "read", lambda _: None)
    monkeypatch.setattr(listeners, "measure", lambda *_: [row])
    await listeners.evaluate(Settings(), FOLDER, as_json=True)
    assert json.loads(capsys.readouterr().out)["rows"] == [row]
    await listeners.evaluate(Settings(), FOLDER, as_json=False)
    shown = capsys.readouterr().out
    assert "7.50 [7.10 7.90]" in shown
    assert "+0.50 [+0.25 +0.75]" in shown


async def test_a_missing_folder_is_said() -> None:
    with pytest.raises(NoSuchPath):
        await listeners.evaluate(Settings(), FOLDER / "nowhere", as_json=True)
