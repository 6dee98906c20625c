"""The lyrics model against arithmetic by hand, against scikit-learn, and against its own promises."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.metrics.pairwise import cosine_similarity

from core.errors import UnknownChoice
from core.model import Vector
from workers.lyrics import Read, counts, words_of
from workers.models import model
from workers.models.lyrics import NEIGHBOURS, Words

#: Three documents over three terms: the first term is in all of them, the second in two, the third in one.
DOCUMENTS = np.array([[1, 1, 0], [1, 0, 0], [2, 1, 3]], np.float32)


def songs(rows: int, seed: int, terms: int = 64) -> Vector:
    rng = np.random.default_rng(seed)
    return np.log1p(rng.poisson(0.4, (rows, terms))).astype(np.float32)


def test_by_hand() -> None:
    # ln(4/4) + 1 = 1, ln(4/3) + 1 = 1.28768, ln(4/2) + 1 = 1.69315
    seed = np.array([[1, 1, 0]], np.float32)
    ranking = Words().rank(seed, DOCUMENTS)
    a, b, c = np.array([1, 1.28768, 0]), np.array([1, 0, 0]), np.array([2, 1.28768, 5.07944])
    length = np.sqrt(1 + 1.28768**2)
    expected = [1.0, a @ b / length, a @ c / length / np.sqrt(4 + 1.28768**2 + 5.07944**2)]
    assert ranking.scores == pytest.approx(expected, abs=1e-5)
    assert expected[1:] == pytest.approx([0.61336, 0.40004], abs=1e-4)


@pytest.mark.parametrize("documents", [DOCUMENTS, songs(40, 1)], ids=["three documents", "forty songs"])
def test_it_is_tfidf_as_scikit_learn_has_it(documents: Vector) -> None:
    transformer = TfidfTransformer().fit(documents)
    seeds = songs(5, 2, documents.shape[1])
    alike = cosine_similarity(transformer.transform(documents), transformer.transform(seeds))
    ranking = Words().rank(seeds, documents)
    np.testing.assert_allclose(ranking.scores, np.sort(alike, axis=1)[:, -NEIGHBOURS:].mean(axis=1), atol=1e-5)
    np.testing.assert_array_equal(ranking.nearest, alike.argmax(axis=1))


def test_what_is_sung_decides_and_not_how_often() -> None:
    """Of candidates that share a rare or a common word with the seed, the one with the rare word is closer."""
    sea = "the harbour lights are burning low and sailors come from far below the waves"
    texts = ["the harbour waves and sailors", "we love the night and you and me", "baby you and me tonight"]
    candidates = np.stack([counts(words_of(text)) for text in texts * 4])
    ranking = Words().rank(np.stack([counts(words_of(sea))]), candidates)
    assert ranking.scores[:3].argmax() == 0
    refrain = np.stack([counts(words_of(" ".join([sea] * 10)))])
    assert (Words().rank(refrain, candidates).scores[:3].argsort() == ranking.scores[:3].argsort()).all()


def test_a_song_without_terms_is_like_no_other() -> None:
    empty = np.zeros((1, 64), np.float32)
    assert Words().rank(songs(4, 1), empty).scores == pytest.approx([0])
    assert Words().rank(empty, songs(4, 1)).scores == pytest.approx([0] * 4)


@pytest.mark.parametrize("seeds", [1, NEIGHBOURS, 40])
def test_blocks_change_nothing(seeds: int, monkeypatch: pytest.MonkeyPatch) -> None:
    mine, candidates = songs(seeds, 1), songs(100, 2)
    whole = Words().rank(mine, candidates)
    monkeypatch.setattr("workers.models.lyrics._BLOCK", 7)
    np.testing.assert_allclose(whole.scores, Words().rank(mine, candidates).scores, atol=1e-6)
    assert whole.scores.shape == whole.nearest.shape == (100,)


@given(seed=st.integers(0, 1000), rows=st.integers(1, 30), terms=st.integers(1, 40))
def test_scores_lie_between_nothing_and_one(seed: int, rows: int, terms: int) -> None:
    candidates = songs(rows, seed, terms)
    ranking = Words().rank(candidates[:3], candidates)
    assert np.isfinite(ranking.scores).all()
    assert ranking.scores.min() >= 0 and ranking.scores.max() <= 1 + 1e-5
    assert set(ranking.nearest.tolist()) <= set(range(min(3, rows)))


def test_it_is_offered_for_lyrics_alone() -> None:
    assert isinstance(model("lyrics", Read.extractor), Words)
    with pytest.raises(UnknownChoice):
        model("lyrics", "timbre")
