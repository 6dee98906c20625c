"""Mutual proximity against its definition, and against hubs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from core.errors import UnknownChoice
from core.model import Vector
from workers.evaluate.measures import hubness
from workers.models import model
from workers.models.timbre import MODEL, apart, surroundings, unit


def vectors(count: int, dims: int = 128, seed: int = 0, centre: float = 0.0) -> Vector:
    return (np.random.default_rng(seed).normal(size=(count, dims)) + centre).astype(np.float32)


def test_surroundings_are_the_mean_and_spread_of_the_cosines() -> None:
    songs, ground = unit(vectors(20, 8)), unit(vectors(300, 8, seed=1, centre=0.3))
    mean, spread = surroundings(songs, ground)
    cosines = songs.astype(np.float64) @ ground.T
    assert mean == pytest.approx(cosines.mean(axis=1), abs=1e-5)
    assert spread == pytest.approx(cosines.std(axis=1), rel=1e-3)


def test_it_is_mutual_proximity_by_its_definition() -> None:
    seeds, songs = unit(vectors(3, 8)), unit(vectors(50, 8, seed=1))
    distance = apart(seeds, songs, songs)
    for row, song in enumerate(songs.astype(np.float64)):
        for column, seed in enumerate(seeds.astype(np.float64)):
            mine, yours = songs @ seed, songs @ song
            cosine = song @ seed
            proximity = norm.cdf(cosine, mine.mean(), mine.std()) * norm.cdf(cosine, yours.mean(), yours.std())
            assert distance[row, column] == pytest.approx(1 - proximity, abs=1e-3)


def test_the_nearest_keep_their_digits() -> None:
    """Far out in the tail one minus a probability is one in float32; what is left out of it is not."""
    ground = unit(vectors(2_000))
    near = unit(ground[:1] + 0.2 * vectors(1, seed=3) / np.sqrt(128))
    nearer = unit(ground[:1] + 0.1 * vectors(1, seed=3) / np.sqrt(128))
    distance = apart(ground[:1], np.concatenate([near, nearer]), ground)[:, 0]
    assert 0 < distance[1] < distance[0] < 1e-12


def test_hubs_are_held_back() -> None:
    songs = unit(vectors(400, 64, centre=0.4) * np.linspace(0.3, 3, 400, dtype=np.float32)[:, None] + 0.5)
    raw, ours = hubness(1 - songs @ songs.T), hubness(apart(songs, songs, songs))
    assert raw.never > 0.1 > 0.05 > ours.never
    assert ours.most < raw.most / 2


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 1000), seeds=st.integers(1, 5), count=st.integers(2, 40))
def test_a_copy_of_a_seed_is_never_beaten(seed: int, seeds: int, count: int) -> None:
    mine, theirs = vectors(1, 16, seed), vectors(count, 16, seed + 1)
    ranking = MODEL.rank(mine, np.concatenate([theirs, mine]))
    assert ranking.scores.argmax() == count
    assert ranking.scores.shape == (count + 1,)
    assert np.isfinite(ranking.scores).all()
    assert (ranking.scores <= 0).all() and (ranking.scores >= -1).all()
    assert MODEL.rank(vectors(seeds, 16, seed), theirs).nearest[np.arange(len(theirs))].max() < seeds


def test_one_candidate_and_songs_without_any_sound_can_be_ranked() -> None:
    assert np.isfinite(MODEL.rank(vectors(2, 4), np.zeros((1, 4), np.float32)).scores).all()


def test_it_compares_its_own_vectors_alone() -> None:
    assert model("timbre") is model("timbre", "timbre") is MODEL
    with pytest.raises(UnknownChoice, match="nearest"):
        model("timbre", "ten")
