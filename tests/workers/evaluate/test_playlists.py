"""Playlists cut in two, and how well their other half is found: by hand, and on a small made-up world."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import ndcg_score, roc_auc_score

from core.errors import BadInput, NoSuchPath
from core.settings import Settings
from tests.recordings import SHARED
from tests.workers.taste.test_taste import catalogue
from workers.evaluate import playlists
from workers.evaluate.episodes import Playlists, episodes, read
from workers.evaluate.playlists import measure_all
from workers.evaluate.rankers import RANKERS
from workers.evaluate.ranking import MEASURES, measure
from workers.taste.encoding import NAMES

COLUMNS = [*NAMES[:10], "key", "duration_ms", "time_signature"]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """600 songs by 300 artists, and 40 lists of songs with like tempo and energy."""
    folder = tmp_path_factory.mktemp("world")
    numbers = catalogue(600, seed=2)
    places = numbers[:, [NAMES.index("tempo"), NAMES.index("energy")]] / [25, 0.2]
    with gzip.open(folder / "tracks.csv.gz", "wt", newline="") as lines:
        table = csv.writer(lines)
        table.writerow(["sid", "artist_id", "popularity", *COLUMNS])
        for row, values in reversed(list(enumerate(numbers))):
            shown = [*values[:11], values[11] * 1000, values[12]]
            table.writerow([row, row // 2, "" if row % 50 == 0 else (row * 7) % 100, *shown])
    with gzip.open(folder / "playlists.csv.gz", "wt", newline="") as lines:
        table = csv.writer(lines)
        table.writerow(["pid", "sid"])
        for number in range(40):
            away = np.linalg.norm(places - places[number * 15], axis=1)
            table.writerows([f"p{number}", row] for row in away.argsort()[:30])
    with (folder / "playlists_meta.csv").open("w", newline="") as lines:
        csv.writer(lines).writerows([["pid", "user", "kind"], *([f"p{n}", f"u{n % 3}", "list"] for n in range(40))])
    return folder


def test_a_cut_keeps_artists_apart(world: Path) -> None:
    data = read(world)
    cut = list(episodes(data, list(data.lists)))
    assert len(cut) == 40
    for one in cut:
        mine, hidden = set(data.artists[one.seeds]), set(data.artists[one.candidates[one.found]])
        assert not mine & set(data.artists[one.candidates])
        assert set(one.seeds) <= set(data.lists[one.name])
        assert mine | hidden == set(data.artists[data.lists[one.name]])
        assert abs(len(one.seeds) - 15) <= 2
    assert [one.seeds.tolist() for one in episodes(data, list(data.lists))] == [one.seeds.tolist() for one in cut]


def test_little_known_artists_have_no_popular_song(world: Path) -> None:
    data = read(world)
    for one in episodes(data, list(data.lists), little_known=True):
        assert (data.popularity[one.candidates] <= 40).all()


@pytest.mark.skipif(not (SHARED / "data" / "playlists").is_dir(), reason="needs the folder “shared”")
def test_the_cuts_are_those_of_the_published_protocol() -> None:
    """The first lists, as the protocol's own script cuts them (sums of the rows it drew)."""
    data = read(SHARED / "data" / "playlists")
    assert (len(data.numbers), len(data.lists)) == (77_165, 653)
    assert sum(1 for _ in episodes(data, list(data.lists), little_known=True)) == 448


def test_measures_by_the_book() -> None:
    chance = np.random.default_rng(3)
    for _ in range(20):
        scores, found = chance.random(300), chance.random(300) < 0.1
        measured = dict(zip(MEASURES, measure(scores, found, chance), strict=True))
        assert measured["auc"] == pytest.approx(roc_auc_score(found, scores))
        assert measured["ndcg@50"] == pytest.approx(ndcg_score([found], [scores], k=50))
        order = found[np.argsort(-scores)]
        assert measured["recall@10"] == pytest.approx(order[:10].sum() / found.sum())
        assert measured["hits@5"] == order[:5].sum()


def test_ties_are_broken_by_lot() -> None:
    found = np.zeros(1_000, bool)
    found[:10] = True  # the first rows: a stable sort would find them all
    hits = [measure(np.zeros(1_000), found, np.random.default_rng(seed))[4] for seed in range(200)]
    assert np.mean(hits) == pytest.approx(0.05, abs=0.05)
    assert measure(np.zeros(1_000), found, np.random.default_rng(0))[5] == 0.5


@pytest.mark.parametrize("folds", [0, 4])
def test_learned_rankers_beat_the_students(world: Path, folds: int) -> None:
    found = measure_all(read(world), folds, lambda _: None)
    assert set(found) == set(RANKERS) - (set() if folds else {"rich LDA", "rich PLDA"})
    gain = {name: pools["all"][:, 0].mean() for name, pools in found.items()}
    assert gain["features"] > 1.5 * gain["cosine"]
    assert gain["random"] < gain["rich centroid"]


def test_nothing_is_learned_from_what_is_tested(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = read(world)
    seen: list[set[tuple[int, ...]]] = []

    def spy(numbers: np.ndarray, lists: list[np.ndarray]) -> object:
        seen.append({tuple(rows) for rows in lists})
        return RANKERS["cosine"](numbers, lists)

    monkeypatch.setattr(playlists, "RANKERS", {"cosine": RANKERS["cosine"], "spy": spy})
    measure_all(data, 5, lambda _: None)
    whole = {tuple(rows) for rows in data.lists.values()}
    assert [len(one) for one in seen] == [32] * 5
    assert not set.intersection(*seen)
    assert set.union(*seen) == whole


async def test_the_document(world: Path, capsys: pytest.CaptureFixture[str]) -> None:
    await playlists.evaluate(Settings(), world, folds=0, as_json=True)
    document = json.loads(capsys.readouterr().out)
    rows = {row["model"]: row for row in document["models"]}
    assert document["playlists"] == 40
    low, high = rows["features"]["ndcg@50_interval"]
    assert low <= rows["features"]["ndcg@50"] <= high
    assert rows["cosine"]["times_cosine"] == 1
    assert rows["features"]["little_known"]["playlists"] > 0
    await playlists.evaluate(Settings(), world, folds=0, as_json=False)
    assert "rich centroid" in capsys.readouterr().out


def test_other_folders(tmp_path: Path, world: Path) -> None:
    with pytest.raises(NoSuchPath):
        read(tmp_path)
    for name in ("playlists.csv.gz", "playlists_meta.csv"):
        (tmp_path / name).write_bytes((world / name).read_bytes())
    with gzip.open(tmp_path / "tracks.csv.gz", "wt") as lines:
        lines.write("sid,artist_id\n0,x\n")
    with pytest.raises(BadInput):
        read(tmp_path)


def test_unknown_popularity_is_not_little(world: Path) -> None:
    data = read(world)
    unknown = Playlists(data.numbers, data.artists, np.full(600, np.nan, np.float32), data.lists, data.users)
    assert not list(episodes(unknown, list(data.lists), little_known=True))
