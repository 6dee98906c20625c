"""A listener in pictures and in words: what their songs are like, where they lie, how large their artists are."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

import numpy as np

from bot.effects import Effects, effects
from bot.tastes import WORDINGS, describe
from bot.words import ENGLISH, Words
from core.atlas import SIZES, project, spread
from core.model import Arm
from core.orders import Axis, Cloud, Group, Histogram, Map, Part, Radar, Sheet
from core.said import mark
from core.store.portraits import Placed
from core.store.store import Store
from core.taste import FEWEST, Named, Taste, taste_of

#: What songs are called by their arm (None: the listener's own), and artists by their size.
KINDS: Mapping[Arm | None, str] = {
    None: mark("Your songs"),
    Arm.CLOSE: mark("Close picks"),
    Arm.WILDCARD: mark("Wildcards"),
}
_SIZES = {
    "tiny": mark("tiny"), "small": mark("small"), "medium": mark("medium"), "large": mark("large"),
    "unknown": mark("not counted"),
}  # fmt: skip
#: A net has so many corners at least.
_AXES = 3
#: How old what is known of the catalogue may be (seconds).
_FRESH_S = 600.0


@dataclass(frozen=True, slots=True)
class Atlas:
    """Songs on a map: the points of each kind; the share 0..1 of their differences that it ``kept``; and how many times
    as far from the middle of the listener's songs each kind lies as those do (in the middle one, the median)."""

    points: Mapping[Arm | None, Sequence[tuple[float, float]]]
    kept: float
    away: Mapping[Arm, float]


@dataclass(frozen=True, slots=True)
class Portrait:
    """What there is to be shown of a listener; None where too little is known. ``sizes``: the share of artists of each
    size, of the listener's songs (None) and of all picks (``Arm.CLOSE``)."""

    taste: Taste | None
    atlas: Atlas | None
    sizes: Mapping[Arm | None, Mapping[str, float]] | None


class Portraits:
    """The same on every front end."""

    def __init__(
        self, store: Store, scales: Mapping[str, tuple[int, int, int]], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._store = store
        self._scales = scales
        self._clock = clock
        self._catalogue: tuple[float, Sequence[Named]] = (-math.inf, [])

    async def of(self, listener: int) -> Portrait:
        """All there is."""
        songs = await self._store.portraits.songs(listener)
        taste = taste_of(await self._store.tastes.loved(listener), await self._against())
        return Portrait(taste, _atlas(songs), await self._sizes(songs))

    async def _against(self) -> Sequence[Named]:
        """The catalogue's features, which change slowly: reading them takes longer than all else."""
        if self._clock() - self._catalogue[0] > _FRESH_S:
            self._catalogue = (self._clock(), await self._store.tastes.catalogue())
        return self._catalogue[1]

    async def effects(self, listener: int) -> Effects:
        """What their ratings changed."""
        return await effects(self._store.portraits, listener)

    async def _sizes(self, songs: Sequence[Placed]) -> Mapping[Arm | None, Mapping[str, float]] | None:
        groups = {None: {song.artist_id for song in songs if song.arm is None},
                  Arm.CLOSE: {song.artist_id for song in songs if song.arm is not None}}  # fmt: skip
        counted = await self._store.portraits.audiences(set().union(*groups.values()))
        found = {arm: shares for arm, artists in groups.items()
                 if (shares := spread([counted[artist] for artist in sorted(artists)], self._scales))}  # fmt: skip
        counted_any = any(shares["unknown"] < 1 for shares in found.values())
        return found if len(found) == len(groups) and counted_any else None


def _atlas(songs: Sequence[Placed]) -> Atlas | None:
    """None without songs of both sides, or with too few."""
    usual = Counter(len(song.vector) for song in songs).most_common(1)
    songs = [song for song in songs if len(song.vector) == usual[0][0]]
    mine = np.array([song.arm is None for song in songs], bool)
    if mine.sum() < FEWEST or mine.all():
        return None
    vectors = np.array([song.vector for song in songs], np.float32)
    plane = project(vectors)
    far = np.linalg.norm(vectors - vectors[mine].mean(axis=0), axis=1)
    own = float(median(far[mine])) or 1.0
    points: dict[Arm | None, list[tuple[float, float]]] = {}
    for song, (across, up) in zip(songs, plane.points.round(3).tolist(), strict=True):
        points.setdefault(song.arm, []).append((across, up))
    arms = [arm for arm in Arm if arm in points]
    away = {arm: float(median(far[[song.arm is arm for song in songs]])) / own for arm in arms}
    return Atlas({arm: points[arm] for arm in KINDS if arm in points}, plane.kept, away)


def parts(portrait: Portrait, words: Words) -> dict[str, Part]:
    """What can be drawn of it: ``radar``, ``map`` and ``sizes``."""
    found: dict[str, Part] = {}
    if portrait.taste and len(portrait.taste.traits) >= _AXES:
        axes = tuple(
            Axis(words.say(WORDINGS[trait.name].name), trait.place, WORDINGS[trait.name].amount(trait.value, words))
            for trait in portrait.taste.traits
        )
        found["radar"] = Radar(axes, words.say("the middle of the catalogue"))
    if portrait.atlas:
        found["map"] = Map(
            tuple(Cloud(words.say(KINDS[arm]), tuple(points)) for arm, points in portrait.atlas.points.items())
        )
    if portrait.sizes:
        names = {None: words.say("Your songs"), Arm.CLOSE: words.say("My picks")}
        groups = tuple(Group(names[arm], tuple(shares.values())) for arm, shares in portrait.sizes.items())
        found["sizes"] = Histogram(tuple(words.say(_SIZES[size]) for size in SIZES), groups)
    return found


def sheet(portrait: Portrait, words: Words) -> Sheet:
    """All of it in one picture, for a chat."""
    headings = {
        "radar": "",
        "map": words.say("Songs that lie close sound alike"),
        "sizes": words.say("How well known the artists are"),
    }
    songs = portrait.taste.songs if portrait.taste else 0
    note = words.say("Median of {count} songs, compared with the catalogue", count=songs)
    drawn = tuple((headings[name], part) for name, part in parts(portrait, words).items())
    whole = Sheet(words.say("Your taste"), note, drawn)
    return whole if words is ENGLISH else replace(whole, otherwise=sheet(portrait, ENGLISH))


def told(portrait: Portrait, words: Words) -> list[str]:
    """What the pictures show, a sentence for each."""
    said = [describe(portrait.taste, words)] if portrait.taste else []
    if portrait.atlas:
        said += [_away(arm, times, words) for arm, times in portrait.atlas.away.items()]
    if portrait.sizes:
        mine, theirs = (round(100 * (shares["tiny"] + shares["small"])) for shares in portrait.sizes.values())
        said.append(words.say("Of the artists of your songs {mine} % are known to be little known, of those of my "
                              "picks {theirs} %.", mine=mine, theirs=theirs))  # fmt: skip
    return said


def _away(arm: Arm, times: float, words: Words) -> str:
    if arm is Arm.CLOSE:
        return words.say("Close picks lie {times} times as far from the middle of your songs as those do.",
                         times=round(times, 1))  # fmt: skip
    return words.say("Wildcards lie {times} times as far.", times=round(times, 1))
