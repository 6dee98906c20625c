"""Genres of constructed songs, whose truth is known."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from core.errors import BadInput
from workers.genre import GenreModel, Guess, calibration_error, load, normalised, settled, train
from workers.genre.measuring import brier, log_loss, temperature_of, threshold_of
from workers.genre.model import softmax

DIMS = 16
RNG = np.random.default_rng(5)
CENTRES = RNG.normal(size=(3, DIMS)) * 0.6
NAMES = ("techno", "folk", "jazz")

Rows = NDArray[np.float32]


def songs(per_artist: int, artists: int, own: float = 0.3, seed: int = 1) -> tuple[Rows, list[str], list[str]]:
    """Each artist plays around the centre of one genre, ``own`` away from it."""
    rng = np.random.default_rng(seed)
    vectors, genres, who = [], [], []
    for genre, centre in zip(NAMES, CENTRES, strict=True):
        for number in range(artists):
            place = centre + own * rng.normal(size=DIMS)
            for _ in range(per_artist):
                vectors.append(place + 0.7 * rng.normal(size=DIMS))
                genres.append(genre)
                who.append(f"{genre} {number}")
    return np.array(vectors, np.float32), genres, who


@pytest.fixture(scope="module")
def trained() -> tuple[GenreModel, dict[str, object]]:
    return train(*songs(8, 12), "timbre", "1")


def test_it_names_songs_by_artists_it_has_not_heard(trained: tuple[GenreModel, dict[str, object]]) -> None:
    vectors, genres, _ = songs(8, 20, seed=2)
    model, _ = trained
    named = [guesses[0].genre for vector in vectors if (guesses := model.guess(vector))]
    assert len(named) > 0.7 * len(vectors)
    right = [guesses[0].genre == genre for vector, genre in zip(vectors, genres, strict=True)
             if (guesses := model.guess(vector))]  # fmt: skip
    assert np.mean(right) > 0.8


def test_its_probabilities_are_about_as_often_right_as_they_say(trained: tuple[GenreModel, dict[str, object]]) -> None:
    vectors, genres, _ = songs(8, 40, seed=3)
    model, _ = trained
    truth = np.array([model.genres.index(genre) for genre in genres])
    chances = model.probabilities(vectors)
    assert chances.sum(axis=1) == pytest.approx(np.ones(len(vectors)))
    bold = chances**4 / (chances**4).sum(axis=1, keepdims=True)
    assert calibration_error(chances, truth) < 0.06 < calibration_error(bold, truth)


def test_an_artist_is_no_genre() -> None:
    """Vectors that say who plays, and nothing of the genre, must score like chance."""
    rng = np.random.default_rng(4)
    vectors, genres, who = [], [], []
    for number in range(30):
        place = 3 * rng.normal(size=DIMS)
        for _ in range(6):
            vectors.append(place + 0.1 * rng.normal(size=DIMS))
            genres.append(NAMES[number % 3])
            who.append(str(number))
    _, card = train(np.array(vectors, np.float32), genres, who, "timbre", "1")
    measured = card["measured_on_artists_not_learned"]
    assert measured["accuracy"] < 0.55
    _, leaked = train(np.array(vectors, np.float32), genres, [""] * len(genres), "timbre", "1")
    assert leaked["measured_on_artists_not_learned"]["accuracy"] > 0.75


def test_what_is_like_nothing_learned_has_no_genre(trained: tuple[GenreModel, dict[str, object]]) -> None:
    model, _ = trained
    opposite = -CENTRES.sum(axis=0).astype(np.float32)
    assert model.guess(opposite) == []
    assert model.guess(CENTRES[0].astype(np.float32))[0].genre == "techno"


def test_the_card_counts_and_measures(trained: tuple[GenreModel, dict[str, object]]) -> None:
    _, card = trained
    assert card["trained_on"] == {genre: {"songs": 96, "artists": 12} for genre in sorted(NAMES)}
    measured = card["measured_on_artists_not_learned"]
    assert isinstance(measured, dict)
    assert measured["accuracy"] > measured["accuracy_of_the_most_frequent"]
    assert sum(sum(row.values()) for row in measured["confusion"].values()) == measured["songs"] == 288


def test_small_genres_are_left_out_and_named() -> None:
    vectors, genres, who = songs(8, 6)
    genres[:4] = ["Polka"] * 4
    _, card = train(vectors, genres, who, "timbre", "1")
    assert card["left_out"] == {"polka": 4}


def test_one_genre_is_not_enough() -> None:
    vectors, _, who = songs(8, 6)
    with pytest.raises(BadInput, match="two genres are needed with 5 songs by 2 artists"):
        train(vectors, ["folk"] * len(who), who, "timbre", "1")


def test_two_genres_are() -> None:
    vectors, genres, who = songs(8, 6)
    two = [number for number, genre in enumerate(genres) if genre != "jazz"]
    model, card = train(vectors[two], [genres[i] for i in two], [who[i] for i in two], "timbre", "1")
    assert model.probabilities(vectors[two]).shape == (96, 2)
    assert card["measured_on_artists_not_learned"]["accuracy"] > 0.8


def test_it_is_the_same_twice_and_after_being_kept(
    tmp_path: Path, trained: tuple[GenreModel, dict[str, object]]
) -> None:
    model, card = trained
    model.save(tmp_path, card)
    kept = load(tmp_path, "1")
    assert kept is not None
    vectors, _, _ = songs(2, 2, seed=9)
    assert np.array_equal(kept.probabilities(vectors), model.probabilities(vectors))
    again, _ = train(*songs(8, 12), "timbre", "1")
    assert np.array_equal(again.probabilities(vectors), model.probabilities(vectors))
    with pytest.raises(BadInput, match="another version"):
        load(tmp_path, "2")
    (tmp_path / "genre.npz").write_bytes((tmp_path / "genre.npz").read_bytes()[:300])
    with pytest.raises(BadInput, match="no genre model"):
        load(tmp_path, "1")
    assert load(tmp_path / "nowhere", "1") is None


def test_people_win() -> None:
    guesses = [Guess("techno", 0.9)]
    assert settled(["Hip-Hop", "hip hop", ""], guesses) == [Guess("hip hop", 1.0, told=True)]
    assert settled([], guesses) == guesses
    assert normalised("  Drum_and-Bass ") == "drum and bass"


def test_a_model_that_fits_its_songs_by_heart_is_less_honest(trained: tuple[GenreModel, dict[str, object]]) -> None:
    from sklearn.linear_model import LogisticRegression

    vectors, genres, _ = songs(8, 40, seed=3)
    learned, names, _ = songs(8, 12)
    model, _ = trained
    truth = np.array([model.genres.index(genre) for genre in genres])
    greedy = LogisticRegression(C=1e4, max_iter=5_000).fit(learned, names).predict_proba(vectors)
    chances = model.probabilities(vectors)
    assert calibration_error(chances, truth) < calibration_error(greedy, truth)
    assert log_loss(chances, truth) < log_loss(greedy, truth)


def test_the_scores_of_a_known_case() -> None:
    chances, truth = np.array([[0.75, 0.25], [0.75, 0.25], [0.25, 0.75], [0.75, 0.25]]), np.array([0, 0, 1, 1])
    assert calibration_error(chances, truth) == pytest.approx(0)
    assert brier(chances, truth) == pytest.approx((3 * 2 * 0.25**2 + 2 * 0.75**2) / 4)
    assert log_loss(chances, truth) == pytest.approx(-(3 * np.log(0.75) + np.log(0.25)) / 4)
    assert threshold_of(chances, truth) == 0.5
    assert threshold_of(chances, 1 - truth) > 1


@pytest.mark.parametrize("true", [0.3, 1.0, 4.0])
def test_the_temperature_is_found_again(true: float) -> None:
    rng = np.random.default_rng(6)
    logits = 2 * rng.normal(size=(20_000, 4))
    y = np.array([rng.choice(4, p=row) for row in softmax(logits / true)])
    assert temperature_of(logits, y) == pytest.approx(true, rel=0.05)


def test_songs_that_are_never_guessed_wrong_do_not_make_it_certain() -> None:
    y = np.arange(60) % 3
    logits = 5.0 * np.eye(3)[y]
    chances = softmax(logits / temperature_of(logits, y))
    assert chances.max(axis=1) == pytest.approx(np.full(60, 1 - 1 / 62), abs=1e-3)


@pytest.mark.parametrize("far", [30.0, 1e4])
def test_what_is_far_in_the_direction_of_a_genre_has_none(
    trained: tuple[GenreModel, dict[str, object]], far: float
) -> None:
    model, _ = trained
    vector = (far * CENTRES[0]).astype(np.float32)
    assert model.probabilities(vector[None]).max() > 0.99
    assert model.guess(vector) == []
    assert model.guess(np.full(DIMS, np.nan, np.float32)) == []


def test_the_card_says_how_often_a_genre_not_learned_is_named() -> None:
    """Genres in one place are taken for each other; a genre far from the others is not."""
    rng = np.random.default_rng(8)
    genres = [name for name in NAMES for _ in range(40)]
    who = [f"{name} {number // 8}" for name in NAMES for number in range(40)]
    noise, place = rng.normal(size=(120, DIMS)), np.repeat(np.eye(3, DIMS), 40, axis=0)
    cards = [train((noise + by * place).astype(np.float32), genres, who, "timbre", "1")[1] for by in (40, 3)]
    shares = [card["named_of_genres_not_learned"] for card in cards]
    assert shares[0] == 0
    assert shares[1] > 0.5


def test_a_number_that_hardly_differed_does_not_decide() -> None:
    vectors, genres, who = songs(8, 12)
    hardly = 1e-8 * np.random.default_rng(7).normal(size=(len(vectors), 1))
    model, _ = train(np.hstack([vectors, hardly]).astype(np.float32), genres, who, "timbre", "1")
    plain, moved = (np.append(vectors[0], value).astype(np.float32)[None] for value in (0, 0.1))
    assert np.allclose(model.probabilities(plain), model.probabilities(moved), atol=1e-3)


def test_few_artists_who_play_several_genres() -> None:
    """However they are held out, some are left who play each genre."""
    rng = np.random.default_rng(3)
    for _ in range(12):
        places = [(genre, artist) for genre in range(2) for artist in range(4) if rng.random() < 0.6]
        rows = [place for place in places for _ in range(rng.choice([1, 2, 4, 12]))]
        vectors = np.array([rng.normal(size=4) + 2 * np.eye(4)[genre] for genre, _ in rows], np.float32)
        try:
            _, card = train(vectors, [NAMES[genre] for genre, _ in rows], [str(who) for _, who in rows], "timbre", "1")
        except BadInput:
            continue
        assert card["measured_on_artists_not_learned"]["accuracy"] > 0.5


def test_an_artist_written_differently_is_one() -> None:
    vectors, genres, who = songs(8, 3)
    written = [name.upper() + " " if number % 2 else name for number, name in enumerate(who)]
    assert train(vectors, genres, written, "timbre", "1")[1]["trained_on"]["folk"] == {"songs": 24, "artists": 3}


def test_another_seed_holds_out_other_artists() -> None:
    cards = [train(*songs(4, 8), "timbre", "1", seed=seed)[1] for seed in (0, 0, 1)]
    measured = [card["measured_on_artists_not_learned"] for card in cards]
    assert measured[0] == measured[1] != measured[2]


def test_another_extractor_is_refused(tmp_path: Path, trained: tuple[GenreModel, dict[str, object]]) -> None:
    model, card = trained
    replace(model, extractor="lyrics").save(tmp_path, card)
    with pytest.raises(BadInput, match="another version"):
        load(tmp_path, "1")
    assert load(tmp_path, "1", "lyrics") is not None


def test_any_damaged_byte_is_refused_or_harmless(tmp_path: Path, trained: tuple[GenreModel, dict[str, object]]) -> None:
    model, card = trained
    model.save(tmp_path, card)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["genre.json", "genre.npz"]
    assert json.loads((tmp_path / "genre.json").read_text(encoding="utf-8")) == card
    file, refused = tmp_path / "genre.npz", 0
    whole = file.read_bytes()
    vectors, _, _ = songs(1, 1)
    places = range(0, len(whole), 23)
    for place in (*range(300), *places, *range(len(whole) - 300, len(whole))):
        damaged = bytearray(whole)
        damaged[place] ^= 1 + place % 255
        file.write_bytes(damaged)
        try:
            kept = load(tmp_path, "1")
        except BadInput:
            refused += 1
            continue
        assert kept is not None
        assert np.array_equal(kept.probabilities(vectors), model.probabilities(vectors))
    assert refused > len(places) / 2


@pytest.mark.parametrize(
    "spoil",
    [
        lambda held: held | {"bias": held["bias"][:-1]},
        lambda held: held | {"weights": held["weights"] * np.nan},
        lambda held: held | {"songs": held["songs"][:, 1:]},
        lambda held: held | {"songs": held["songs"][:0]},
        lambda held: held | {"weights": held["weights"].astype(object)},
        lambda held: {name: value for name, value in held.items() if name != "notes"},
        lambda held: held | {"notes": np.frombuffer(b"[1, 2]", np.uint8)},
    ],
    ids=["short", "not finite", "narrow", "no songs", "pickled", "no notes", "other notes"],
)
def test_numbers_that_do_not_fit_together_are_refused(
    tmp_path: Path, trained: tuple[GenreModel, dict[str, object]], spoil: Callable[..., dict[str, np.ndarray]]
) -> None:
    model, card = trained
    model.save(tmp_path, card)
    with np.load(tmp_path / "genre.npz") as held:
        np.savez(tmp_path / "genre.npz", **spoil(dict(held)))
    with pytest.raises(BadInput, match="no genre model"):
        load(tmp_path, "1")
