"""The nearest-songs model against arithmetic done by hand and against its own promises."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import UnknownChoice
from workers.models import all_models, model
from workers.models.nearest import NEIGHBOURS, Nearest


def gaussian(rows: int, dims: int = 12, seed: int = 0, centre: float = 0.0) -> np.ndarray:
    return (np.random.default_rng(seed).standard_normal((rows, dims)) + centre).astype(np.float32)


def test_by_hand() -> None:
    # Columns have mean 0 and spread 1, so that standardising changes nothing.
    candidates = np.array([[1, 1], [-1, -1], [1, -1], [-1, 1]], np.float32)
    ranking = Nearest().rank(np.array([[1, 1], [1, -1]], np.float32), candidates)
    assert ranking.nearest.tolist()[0] == 0
    assert ranking.nearest.tolist()[2] == 1
    assert ranking.scores == pytest.approx([0.5, -0.5, 0.5, -0.5], abs=1e-6)


def test_two_tastes_are_both_served() -> None:
    """A playlist of two far clusters: candidates near either beat those in the middle, where its average lies."""
    one, two = gaussian(5, centre=3, seed=1), gaussian(5, centre=-3, seed=2)
    candidates = np.concatenate([gaussian(20, centre=3, seed=3), gaussian(20, centre=-3, seed=4), gaussian(60, seed=5)])
    ranking = Nearest().rank(np.concatenate([one, two]), candidates)
    assert ranking.scores[:40].min() > ranking.scores[40:].max()
    assert set(ranking.nearest[:20].tolist()) <= set(range(5))
    assert set(ranking.nearest[20:40].tolist()) <= set(range(5, 10))


def test_scale_of_a_feature_does_not_matter() -> None:
    seeds, candidates = gaussian(6, seed=1), gaussian(200, seed=2)
    scale = np.logspace(-3, 3, 12).astype(np.float32)
    plain, scaled = Nearest().rank(seeds, candidates), Nearest().rank(seeds * scale, candidates * scale)
    np.testing.assert_allclose(plain.scores, scaled.scores, atol=1e-4)


@pytest.mark.parametrize("seeds", [1, NEIGHBOURS, 40])
def test_blocks_and_constant_features_change_nothing(seeds: int, monkeypatch: pytest.MonkeyPatch) -> None:
    mine, candidates = gaussian(seeds, seed=1), gaussian(100, seed=2)
    candidates[:, 3] = mine[:, 3] = 7
    whole = Nearest().rank(mine, candidates)
    monkeypatch.setattr("workers.models.nearest._BLOCK", 7)
    blocks = Nearest().rank(mine, candidates)
    np.testing.assert_allclose(whole.scores, blocks.scores, atol=1e-6)
    assert np.isfinite(whole.scores).all()
    assert whole.scores.shape == whole.nearest.shape == (100,)


def test_models_are_found_by_listing() -> None:
    assert model("nearest") is all_models()["nearest"]
    with pytest.raises(UnknownChoice, match="nearest"):
        model("psychic")
