"""The models of the ten features, as models."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.workers.taste.test_taste import catalogue
from workers.models import model
from workers.models.cosine import Cosine
from workers.models.features import LearnedFeatures
from workers.taste.model import Taste, shipped


def test_the_cosine_of_ten_raw_numbers_by_hand() -> None:
    seeds = np.zeros((1, 13), np.float32)
    seeds[0, :2] = [3, 4]
    candidates = np.zeros((3, 13), np.float32)
    candidates[0, :2], candidates[1, :2], candidates[2, 0] = [6, 8], [4, -3], 5
    candidates[:, 10:] = [[np.nan, 900, 4]] * 3  # what follows the ten does not count
    ranking = Cosine().rank(seeds, candidates)
    assert ranking.scores == pytest.approx([1, 0, 0.6])


@pytest.mark.parametrize("name", ["features", "cosine", "nearest"])
def test_unknown_numbers_do_not_spread(name: str) -> None:
    candidates = catalogue(300)
    candidates[::3, 10:] = np.nan
    seeds = candidates[:5]
    ranking = model(name, "ten").rank(seeds, candidates)  # type: ignore[union-attr] # none of them looks twice
    assert np.isfinite(ranking.scores).all()
    assert ranking.nearest[:5].tolist() == [0, 1, 2, 3, 4]


def test_a_catalogue_is_encoded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    learned, candidates = LearnedFeatures(), catalogue(2_000)
    first = learned.rank(candidates[:5], candidates)
    with monkeypatch.context() as patch:
        patch.setattr(Taste, "among", None)
        again = learned.rank(candidates[:5], candidates)
    np.testing.assert_array_equal(first.scores, again.scores)
    fewer = learned.rank(candidates[:5], candidates[:100])
    assert len(fewer.scores) == 100


def test_another_taste_is_another_version(tmp_path: Path) -> None:
    learned, candidates = LearnedFeatures(), catalogue(1_500)
    before = learned.version, learned.rank(candidates[:5], candidates).scores
    Taste.fit(candidates, list(np.arange(1_500).reshape(100, 15))).save(tmp_path / "taste.npz")
    learned.learn(tmp_path / "taste.npz")
    assert learned.version.startswith("1+")
    assert before[0] == "1"
    assert (learned.rank(candidates[:5], candidates).scores != before[1]).any()
    assert shipped().digest not in learned.version
