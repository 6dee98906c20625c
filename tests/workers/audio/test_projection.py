"""Fitting the vector on constructed descriptors, keeping it, and what it does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.errors import BadInput
from core.model import Vector
from workers.audio.fitting import WEIGHTS, fit
from workers.audio.projection import DIMS, load, projection
from workers.models.timbre import unit

RNG = np.random.default_rng(2)
ARTISTS, SONGS = 30, 6


def descriptors() -> tuple[dict[str, Vector], list[str]]:
    """Artists differ in the first ten numbers of each group; their own songs differ much more in the next ten."""
    classes = [f"artist {number}" for number in range(ARTISTS) for _ in range(SONGS)]
    groups = {}
    for name in WEIGHTS:
        who = np.repeat(RNG.normal(size=(ARTISTS, 10)), SONGS, axis=0) + 0.7 * RNG.normal(size=(ARTISTS * SONGS, 10))
        what = RNG.normal(size=(ARTISTS * SONGS, 3)) @ RNG.normal(size=(3, 10))
        groups[name] = (100 + 5 * np.concatenate([who, what], axis=1)).astype(np.float32)
    return groups, classes


def precision(vectors: Vector, classes: list[str]) -> float:
    """How many of the five nearest songs are by the same artist."""
    alike = unit(vectors) @ unit(vectors).T
    np.fill_diagonal(alike, -2)
    names = np.array(classes)
    return float((names[np.argsort(-alike, axis=1)[:, :5]] == names[:, None]).mean())


def test_what_differs_within_artists_is_damped() -> None:
    groups, classes = descriptors()
    learn = {name: rows[: 20 * SONGS] for name, rows in groups.items()}
    unseen = {name: rows[20 * SONGS :] for name, rows in groups.items()}
    knowing = fit(learn, classes[: 20 * SONGS], "x")(unseen)
    blind = fit(learn, [""] * (20 * SONGS), "x")(unseen)
    assert precision(knowing, classes[20 * SONGS :]) > precision(blind, classes[20 * SONGS :]) + 0.03


def test_without_labels_it_is_principal_components_of_standardised_groups() -> None:
    groups, _ = descriptors()
    made = fit(groups, [""] * (ARTISTS * SONGS), "x")(groups)
    assert made.shape == (ARTISTS * SONGS, DIMS)
    assert made.mean(axis=0) == pytest.approx(np.zeros(DIMS), abs=1e-3)
    spread = made.std(axis=0)
    assert (np.diff(spread) <= 1e-4).all()
    covariance = np.cov(made.T)
    assert np.abs(covariance - np.diag(np.diag(covariance))).max() < 1e-3 * covariance.max()


def test_units_and_offsets_do_not_matter() -> None:
    groups, classes = descriptors()
    other = {name: rows * 7 - 3 for name, rows in groups.items()}
    assert np.allclose(np.abs(fit(groups, classes, "x")(groups)), np.abs(fit(other, classes, "x")(other)), atol=2e-2)


def test_a_descriptor_that_never_changes_counts_nothing() -> None:
    groups, classes = descriptors()
    groups["level"][:, 0] = 5.0
    made = fit(groups, classes, "x")
    odd = {name: rows[:1].copy() for name, rows in groups.items()}
    odd["level"][0, 0] = 1e6
    assert np.allclose(made(odd), made({name: rows[:1] for name, rows in groups.items()}))


def test_it_is_kept(tmp_path: Path) -> None:
    groups, classes = descriptors()
    made = fit(groups, classes, "7", fitted_on=frozenset({"a", "b"}))
    made.save(tmp_path / "timbre-7.npz")
    kept = load(tmp_path / "timbre-7.npz")
    assert (kept.version, kept.groups, kept.fitted_on) == ("7", made.groups, {"a", "b"})
    assert np.allclose(kept(groups), made(groups), atol=5e-3)
    (tmp_path / "bad.npz").write_bytes(b"PK\3\4 nothing")
    with pytest.raises(BadInput, match=r"bad\.npz is no fitted vector"):
        load(tmp_path / "bad.npz")


def test_the_shipped_one_fits_what_is_described() -> None:
    assert projection().version == "1"
    assert list(projection().groups) == list(WEIGHTS)
    assert projection().matrix.shape == (sum(projection().groups.values()), DIMS)
    assert len(projection().fitted_on) == 278
