"""The models that look twice: what each must find, and where each is blind."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import UnknownChoice
from core.model import Vector
from core.ports import Ranking
from tests.workers.warping.songs import walks
from workers.models import Look, all_models, model, screen_of
from workers.warping.distances import distances
from workers.warping.sequences import Frames, Sequences, fixed

LOOKS = {name: found for name, found in all_models().items() if isinstance(found, Look)}
SONGS = [fixed(song) for song in walks([60] * 12, 13, 1)]


def look(name: str, seeds: list[Frames], candidates: list[Frames], screened: Vector | None = None) -> Ranking:
    scores = np.zeros(len(candidates), np.float32) if screened is None else screened
    return LOOKS[name].look(Sequences.of(seeds), Sequences.of(candidates), scores, distances)


def test_the_models() -> None:
    assert set(LOOKS) == {"blend", "dtw", "mfcc"}
    assert all(screen_of(found).name == found.screen for found in LOOKS.values())
    assert screen_of(model("timbre")) is all_models()["timbre"]
    assert screen_of(model("dtw", "timbre")).name == "timbre"
    with pytest.raises(UnknownChoice):
        model("dtw", "lyrics")


@pytest.mark.parametrize("name", LOOKS)
def test_the_song_itself_is_the_closest(name: str) -> None:
    for number in range(3):
        found = look(name, SONGS[:3], SONGS[number:])
        assert found.scores.shape == (12 - number,)
        assert ((found.scores >= 0) & (found.scores <= 1)).all()
        assert found.nearest[0] == number
        assert look(name, [SONGS[number]], SONGS).scores.argmax() == number


@pytest.mark.parametrize(("name", "finds"), [("dtw", True), ("mfcc", False)])
def test_a_song_begun_later_is_found_by_warping_alone(name: str, finds: bool) -> None:
    """It goes up and down with every frame: half a second later, up meets down."""
    up_and_down = np.where(np.arange(60) % 2, 700, -700).astype(np.int16)[:, None] + SONGS[0] // 8
    found = look(name, [up_and_down[1:]], [up_and_down, *SONGS[1:]])
    assert bool(found.scores.argmax() == 0) is finds


def test_dtw_counts_the_nearest_seeds_alone() -> None:
    """Two tastes in one playlist: what is near one of them is not pushed away by the other."""
    far = [fixed(song + 6) for song in walks([60] * 6, 13, 2)]
    found = look("dtw", SONGS[:3] + far[:3], [SONGS[3], far[3], fixed(walks([60], 13, 3)[0] + 3)])
    assert found.scores[2] < found.scores[:2].min()
    assert found.nearest[1] >= 3 > found.nearest[0]


def test_the_blend_follows_the_screening_where_warping_has_no_opinion() -> None:
    same = [SONGS[0]] * 5
    screened = np.array([0.1, 0.5, 0.4, 0.9, 0.2], np.float32)
    assert look("blend", [SONGS[1]], same, screened).scores.argsort().tolist() == screened.argsort().tolist()


def test_the_blend_follows_warping_where_the_screening_has_no_opinion() -> None:
    warped, blended = (look(name, SONGS[:2], SONGS[2:]).scores for name in ("dtw", "blend"))
    assert (warped.argsort() == blended.argsort()).all()


def test_the_cosine_of_matrices_is_what_it_says() -> None:
    """Frame against frame from the start, as far as the shorter song goes (against the plain formula)."""
    seeds, candidates = [SONGS[0][:40], SONGS[1]], [SONGS[2], SONGS[3][:25], SONGS[4][:60]]
    found = look("mfcc", seeds, candidates)
    for number, candidate in enumerate(candidates):
        cosines = []
        for seed in seeds:
            length = min(len(seed), len(candidate))
            one, other = (song[:length].astype(float).ravel() for song in (seed, candidate))
            cosines.append(one @ other / np.linalg.norm(one) / np.linalg.norm(other))
        assert found.scores[number] == pytest.approx((1 + max(cosines)) / 2, abs=1e-5)
        assert found.nearest[number] == int(np.argmax(cosines))
