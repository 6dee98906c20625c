"""A listener in pictures and words: nothing is said that the store does not hold."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from bot.portraits import Atlas, Portrait, Portraits, parts, sheet, told
from bot.words import ENGLISH, LANGUAGES, words
from core.model import Address, Arm, Audience, Candidate, Features, Options, Source, SourceKind, Track, Verdict
from core.orders import Histogram, Map, Radar
from core.said import said
from core.store.slates import Chosen
from core.store.store import Store
from core.taste import Taste, Trait

SCALES = {"fans on Deezer": (100, 1000, 10_000)}
TASTE = Taste(3, (Trait("tempo", 117.6, 0.63), Trait("loudness", -9.5, 0.0), Trait("danceability", 0.361, 0.4)))
SHARES = {"tiny": 0.5, "small": 0.2, "medium": 0.1, "large": 0.1, "unknown": 0.1}
WHOLE = Portrait(
    TASTE,
    Atlas({None: [(0, 0), (1, 1), (2, 2)], Arm.CLOSE: [(0, 1)], Arm.WILDCARD: [(9, 9)]}, 0.7,
          {Arm.CLOSE: 1.25, Arm.WILDCARD: 8.0}),
    {None: dict.fromkeys(SHARES, 0.2), Arm.CLOSE: SHARES},
)  # fmt: skip


async def lived(store: Store, shown: int, known: bool = True) -> int:
    """Somebody whose four songs lie around (2, 0), and who was shown songs that lie at (2, 10), (2, 11) …"""
    spots = [(1.0, 0.0), (3.0, 0.0), (2.0, 1.0), (2.0, -1.0), *((2.0, 10.0 + number) for number in range(shown))]
    tracks = [Track(f"Song {number}", (f"Artist {number}",), "file", f"{number}") for number in range(len(spots))]
    counts = [5000] * 4 + [7] * shown
    await store.catalogue.add([
        Candidate(track, (Audience("fans on Deezer", count, date(2026, 11, 1)),) if known else ())
        for track, count in zip(tracks, counts, strict=True)
    ])  # fmt: skip
    places = await store.catalogue.record(tracks)
    for place, spot in zip(places, spots, strict=True):
        named = {"tempo": 100 + spot[0], "loudness": -9.0, "danceability": 0.5}
        await store.features.save(place.recording_id, Features("timbre", "1", np.array(spot, np.float32), named))
    ada = await store.listeners.find("web", "ada")
    request = await store.requests.ask(ada, Address("web", "p"), Source(SourceKind.LINK, "x"), Options(), "Mine")
    await store.catalogue.keep_seeds(request.id, [place.recording_id for place in places[:4]])
    await store.requests.claim(request.id, "w", 60)
    picks = [Chosen(Arm.CLOSE, 7.0, place.recording_id, place.track_id, "A seed", said("Because."), swayed=swayed)
             for place, swayed in zip(places[4:], (1.5, -0.5, 0.0), strict=False)]  # fmt: skip
    assert await store.slates.finish(request.id, "w", "timbre", "1", picks, ())
    return ada


async def test_a_portrait_of_what_the_store_holds(store: Store) -> None:
    portrait = await Portraits(store, SCALES).of(await lived(store, 3))
    assert portrait.taste and portrait.taste.songs == 4
    assert portrait.atlas and {arm: len(points) for arm, points in portrait.atlas.points.items()} == {
        None: 4,
        Arm.CLOSE: 3,
    }
    assert portrait.atlas.away == {Arm.CLOSE: pytest.approx(11)}, "the middle one lies 11 away, the listener's own 1"
    assert portrait.atlas.kept == pytest.approx(1)
    assert portrait.sizes
    assert portrait.sizes[None]["medium"] == portrait.sizes[Arm.CLOSE]["tiny"] == 1


async def test_the_catalogue_is_looked_at_again_after_a_while(store: Store) -> None:
    now = [0.0]
    portraits, ada = Portraits(store, SCALES, lambda: now[0]), await lived(store, 3)

    async def place() -> float:
        taste = (await portraits.of(ada)).taste
        return taste.traits[0].place if taste else -1

    before = await place()
    (more,) = await store.catalogue.record([slow := Track("Slow", ("Somebody",), "file", "slow")])
    await store.catalogue.add([Candidate(slow)])
    await store.features.save(more.recording_id, Features("timbre", "1", np.zeros(2, np.float32), {"tempo": 20.0}))
    assert await place() == before
    now[0] = 601
    assert await place() > before


async def test_what_is_not_known_is_not_drawn(store: Store) -> None:
    portraits = Portraits(store, SCALES)
    nobody = await portraits.of(await store.listeners.find("web", "nobody"))
    assert nobody == Portrait(None, None, None)
    assert parts(nobody, ENGLISH) == {} and told(nobody, ENGLISH) == []
    unanswered = await portraits.of(await lived(store, 0, known=False))
    assert unanswered.taste and unanswered.atlas is None and unanswered.sizes is None


async def test_artists_whom_nobody_counted_are_no_histogram(store: Store) -> None:
    assert (await Portraits(store, SCALES).of(await lived(store, 2, known=False))).sizes is None


async def test_what_ratings_changed_is_what_was_noted(store: Store) -> None:
    portraits, ada = Portraits(store, SCALES), await lived(store, 3)
    before = await portraits.effects(ada)
    assert (before.ratings, before.means, before.first) == (0, {}, None)
    assert (before.raised, before.lowered, before.points) == (1, 1, 1.0), "a move of nothing is no move"
    for pick, value in zip(before.picks, (9, 4), strict=False):
        recording = (await store.slates.pick(ada, pick.pick_id) or pytest.fail()).recording_id
        await store.listeners.rate(Verdict(ada, recording, value, "🔥"), pick.pick_id)
    after = await portraits.effects(ada)
    assert (after.ratings, after.means) == (2, {Arm.CLOSE: (2, 6.5)})
    assert [pick.rated for pick in after.picks] == [9, 4, None]


def test_all_of_it_in_one_picture_and_in_words() -> None:
    whole = sheet(WHOLE, ENGLISH)
    assert [type(part) for _, part in whole.parts] == [Radar, Map, Histogram]
    assert whole.otherwise is None
    assert told(WHOLE, ENGLISH) == [
        "Median of 3 songs: 118 BPM, faster than 63 % of the catalogue; -9.5 LUFS, louder than 0 %; "
        "36 % danceable, more than 40 %.",
        "Close picks lie 1.2 times as far from the middle of your songs as those do.",
        "Wildcards lie 8 times as far.",
        "Of the artists of your songs 40 % are known to be little known, of those of my picks 70 %.",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_in_every_language_english_is_there_for_want_of_letters(language: str) -> None:
    spoken = words(language)
    whole = sheet(WHOLE, spoken)
    assert (whole.otherwise or whole) == sheet(WHOLE, ENGLISH)
    assert len(told(WHOLE, spoken)) == 4


def test_two_features_are_no_net() -> None:
    few = Portrait(Taste(3, TASTE.traits[:2]), None, None)
    assert parts(few, ENGLISH) == {}
