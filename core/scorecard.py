"""How well the picks are liked, and how fairly they are spread: the measures we publish."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from core._groups import FEWEST, LIKED, Group, Rows, Tally
from core._statistics import gini, least_gini
from core.interleaving import Comparison, compare
from core.model import Arm, Audience, Vector
from core.newcomer import MOST, percentiles
from core.settings import SCALES
from core.store.scores import Shown

__all__ = [
    "ARMS", "FEWEST", "LIKED", "RANDOM", "SEED_CLOSE", "SEED_WILDCARD", "SIZES",
    "Comparison", "Group", "Lift", "Scorecard", "compare", "gini", "scorecard", "with_farewells",
]  # fmt: skip

#: What the first version of the bot reached, of songs that sound similar and of songs that do not: means 0..10, as they
#: were reported, without intervals.
SEED_CLOSE, SEED_WILDCARD = 5.66, 5.16

RANDOM = "random"
#: Fewer ratings of those who left are not told: they may be one person's.
FEWEST_LEFT = 25
ARMS = (Arm.CLOSE.value, Arm.WILDCARD.value, RANDOM)
#: Audiences in the words of :mod:`core.newcomer`; whoever is beyond them is large.
SIZES = ("tiny", "small", "medium", "large", "unknown")
_EDGES = [MOST["tiny"], MOST["small"], MOST["medium"]]
_LITTLE, _UNKNOWN = SIZES.index("small"), SIZES.index("unknown")


@dataclass(frozen=True, slots=True)
class Lift:
    """How much better known the artist of the median pick is than the median artist of the catalogue, as a power of
    ten, by one meter that knows so many of the ``picks``.
    """

    picks: int
    lift: float


@dataclass(frozen=True, slots=True)
class Scorecard:
    """Of all picks: ``arms``, where those that chance drew stand alone as the yardstick that favours no model. Of the
    close ones, chance's left out: by ``audiences``, ``services`` of the songs, kinds of ``requests`` and ``models``.

    ``newcomers`` and ``unknown`` are shares of all picks: artists with at most a small audience, and those whose
    audience nobody counts. ``gini`` tells how unequally artists were shown, those of the catalogue never shown
    included, and ``gini_least`` how unequally they must be with so few picks. ``coverage``: the share of the
    catalogue's artists who were shown. ``lifts`` by meter. ``diversity``: the mean cosine distance of two picks of a
    slate. ``repeats``: the share of picks that their listener had been shown before; anything but 0 is a fault.
    ``left`` are the ratings, and ``left_mean`` their mean, of people who erased their data but for the bare counts.
    """

    public: bool
    picks: int
    slates: int
    listeners: int
    ratings: int
    arms: tuple[Group, ...]
    audiences: tuple[Group, ...] = ()
    services: tuple[Group, ...] = ()
    requests: tuple[Group, ...] = ()
    models: tuple[Group, ...] = ()
    newcomers: float | None = None
    unknown: float | None = None
    gini: float | None = None
    gini_least: float | None = None
    coverage: float | None = None
    lifts: Mapping[str, Lift] = field(default_factory=dict)
    diversity: float | None = None
    repeats: float | None = None
    left: int = 0
    left_mean: float | None = None


def scorecard(
    shown: Sequence[Shown],
    catalogue: Mapping[int, Sequence[Audience]] | None = None,
    *,
    public: bool = False,
    scales: Mapping[str, tuple[int, int, int]] = SCALES,
    space: Mapping[int, Vector] | None = None,
    seed: int = 0,
) -> Scorecard:
    """The card of these picks, whatever their order.

    ``catalogue``: the artists who can be shown, by id, and their audiences. ``scales`` make audiences of different
    meters comparable. ``space``: vectors (D,) by recording. ``seed`` is the bootstrap's. A ``public`` card keeps the
    ratings of groups to itself that fewer than FEWEST listeners rated.
    """
    listeners = np.array([pick.listener_id for pick in shown], np.int64)
    values = np.array([np.nan if pick.value is None else pick.value for pick in shown], np.float64)
    arms = np.array([ARMS.index(RANDOM if pick.random else pick.arm) for pick in shown], np.intp)
    tally = Tally(listeners, values, public=public, seed=seed)
    if not shown:
        return Scorecard(public, 0, 0, 0, 0, tally.groups(ARMS, arms))
    sizes = _sizes([pick.audiences for pick in shown], scales)
    close = np.flatnonzero(arms == ARMS.index(Arm.CLOSE))
    near = [shown[row] for row in close.tolist()]
    spread, floor, coverage = _exposure([pick.artist_id for pick in shown], catalogue)
    return Scorecard(
        public=public,
        picks=len(shown),
        slates=len({pick.request_id for pick in shown}),
        listeners=len(np.unique(listeners)),
        ratings=int(np.isfinite(values).sum()),
        arms=tally.groups(ARMS, arms),
        audiences=tally.groups(SIZES, sizes[close], close),
        services=tally.groups(*_coded([pick.service for pick in near]), close),
        requests=tally.groups(*_coded([pick.asked for pick in near]), close),
        models=tally.groups(*_coded([pick.model for pick in near]), close),
        newcomers=float((sizes <= _LITTLE).mean()),
        unknown=float((sizes == _UNKNOWN).mean()),
        gini=spread,
        gini_least=floor,
        coverage=coverage,
        lifts=_lifts((pick.audiences for pick in shown), (catalogue or {}).values()),
        diversity=_diversity(shown, space or {}),
        repeats=sum(pick.again for pick in shown) / len(shown),
    )


def with_farewells(card: Scorecard, counts: Mapping[tuple[str, int], int]) -> Scorecard:
    """The card with what those had rated who left: ``counts`` by arm and rating. Few of them are told to nobody."""
    left = sum(counts.values())
    if card.public and left < FEWEST_LEFT:
        return card
    mean = sum(value * count for (_, value), count in counts.items()) / left if left else None
    return replace(card, left=left, left_mean=mean)


def _coded(names: Sequence[str]) -> tuple[list[str], Rows]:
    """The different names in order, and the place of each among them."""
    different = sorted(set(names))
    places = {name: place for place, name in enumerate(different)}
    return different, np.array([places[name] for name in names], np.intp)


def _sizes(audiences: Sequence[Sequence[Audience]], scales: Mapping[str, tuple[int, int, int]]) -> Rows:
    """The place of each artist's size in SIZES: as in :mod:`core.newcomer`, their largest audience decides."""
    largest = np.full(len(audiences), -1.0)
    for meter, (rows, counts) in _by_meter(audiences).items():
        if meter in scales:
            np.maximum.at(largest, rows, percentiles(counts, scales[meter]))
    return np.where(largest < 0, _UNKNOWN, np.searchsorted(_EDGES, largest))


def _lifts(shown: Iterable[Sequence[Audience]], catalogue: Iterable[Sequence[Audience]]) -> dict[str, Lift]:
    """By meter, as counts of different ones cannot be compared; without those that know nobody of the catalogue."""
    every = _by_meter(catalogue)
    return {
        meter: Lift(len(counts), float(np.median(np.log10(1 + counts)) - np.median(np.log10(1 + every[meter][1]))))
        for meter, (_, counts) in sorted(_by_meter(shown).items())
        if meter in every
    }


def _by_meter(audiences: Iterable[Sequence[Audience]]) -> dict[str, tuple[Rows, Rows]]:
    """For each meter whom it counts, by their places, and how many follow them."""
    found: dict[str, tuple[list[int], list[int]]] = {}
    for place, heard in enumerate(audiences):
        for one in heard:
            places, counts = found.setdefault(one.meter, ([], []))
            places.append(place)
            counts.append(one.count)
    return {meter: (np.array(places), np.array(counts)) for meter, (places, counts) in found.items()}


def _exposure(
    shown: Sequence[int], catalogue: Mapping[int, Sequence[Audience]] | None
) -> tuple[float, float, float | None]:
    """The Gini coefficient over artists, the least it could be, and the share of the catalogue's artists shown."""
    artists, counts = np.unique(np.array(shown, np.int64), return_counts=True)
    if catalogue is None:
        return gini(counts), least_gini(len(shown), len(counts)), None
    never = len(catalogue.keys() - set(artists.tolist()))
    everybody = np.concatenate([counts, np.zeros(never, counts.dtype)])
    coverage = 1 - never / len(catalogue) if catalogue else None
    return gini(everybody), least_gini(len(shown), len(everybody)), coverage


def _diversity(shown: Sequence[Shown], space: Mapping[int, Vector]) -> float | None:
    """The mean over slates of the mean cosine distance 0..2 of their pairs; None without two placed picks in one."""
    placed = [pick for pick in shown if pick.recording_id in space and np.any(space[pick.recording_id])]
    if not placed:
        return None
    vectors = np.array([space[pick.recording_id] for pick in placed], np.float64)
    slates, rows = _coded([pick.request_id for pick in placed])
    sums = np.zeros((len(slates), vectors.shape[1]))
    np.add.at(sums, rows, vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
    sizes = np.bincount(rows)
    several = sizes > 1
    pairs = (sizes * (sizes - 1))[several]
    alike = ((sums[several] ** 2).sum(axis=1) - sizes[several]) / pairs
    return float(1 - alike.mean()) if several.any() else None
