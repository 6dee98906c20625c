"""A week of music that never was: who released what, and how well known they are.

Everything follows from a seed and a day. The audiences of acts are log-normal: half of them have fewer than a thousand
fans, a few have millions. One latent size stands behind what every service counts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import islice
from uuid import UUID

import numpy as np

#: How much each service announces: 20,000 announcements of the week's releases, some of them of the same one.
LISTENBRAINZ, MUSICBRAINZ, EDITORIAL, AUDIUS, JAMENDO = 7_700, 6_000, 500, 500, 5_300
#: Of MusicBrainz's releases, those that ListenBrainz does not have.
_MUSICBRAINZ_ALONE = 1_000
#: Acts that release as only a machine can, and how much: in all, and of it in this week.
_MACHINES, _FLOOD, _FLOOD_THIS_WEEK = 24, 300, 6
#: An act with fewer fans on Deezer counts as a newcomer; so much of newcomers' music is on Deezer, and of the others'.
NEWCOMER_FANS = 20_000
_NEWCOMERS_ON_DEEZER, _OTHERS_ON_DEEZER = 0.7, 0.97
#: Audius calls artists with fewer followers underground.
_UNDERGROUND_FOLLOWERS = 1_500
_WORDS = (  # noqa: SIM905 - as a list they would fill the screen
    "Amber Anchor Arrow Autumn Basin Beacon Birch Border Candle Canyon Carbon Castle Cedar Cinder Circle Cloud Coast "
    "Copper Corner Coral Crystal Current Delta Desert Distance Dust Echo Ember Engine Falcon Feather Fever Field Flare "
    "Forest Fountain Garden Ghost Glass Glacier Gravel Harbour Hollow Honey Horizon Island Ivory Journey Juniper "
    "Kingdom Ladder Lagoon Lantern Letter Linen Magnet Marble Meadow Memory Midnight Mirror Monsoon Morning Mountain "
    "Needle Neon Noon Ocean Orbit Orchard Paper Pattern Pepper Planet Quarry Quiet Radio Rain Raven River Saffron Salt "
    "Satellite Shadow Signal Silver Sparrow Static Stone Summer Thunder Tide Timber Tunnel Valley Velvet Violet Water "
    "Willow Window Winter Wire Yellow Zephyr"
).split()
_SYLLABLES = (  # noqa: SIM905 - likewise
    "ba ben cal da dor el fa fen gar hal in jo ka kel la lor ma mir na nor o pel qui ra ros sa sol ta tor u va vel wen "
    "xa yo za zel bri cro dre fli gra kno pla sko thra"
).split()
_ACCENTS = {"a": "á", "e": "ë", "o": "ø", "u": "ü"}


@dataclass(frozen=True, slots=True)
class Act:
    """An artist; ``listeners`` is None where ListenBrainz counts none; ``earlier`` are the days of former releases."""

    number: int
    name: str
    fans: int
    listeners: int | None
    followers: int
    earlier: tuple[date, ...]
    machine: bool = False

    @property
    def newcomer(self) -> bool:
        return self.fans < NEWCOMER_FANS

    @property
    def mbid(self) -> str:
        return mbid("a", self.number)


@dataclass(frozen=True, slots=True)
class Work:
    """A release of the week; ``acts`` is empty for various artists, ``kind`` and ``other`` are MusicBrainz's types.

    Works of one ``group`` are one release in several editions.
    """

    number: int
    group: int
    title: str
    acts: tuple[Act, ...]
    kind: str
    other: str
    released: date
    songs: tuple[str, ...]

    @property
    def credit(self) -> str:
        return " & ".join(act.name for act in self.acts) or "Various Artists"

    @property
    def seconds(self) -> int:
        """How long each of its songs is."""
        return 120 + self.number * 37 % 180


def mbid(kind: str, number: int) -> str:
    """A MusicBrainz id: of an act ("a"), a release group ("b"), a release ("c") or an earlier release group ("d")."""
    return str(UUID(f"{kind * 8}0000400080{number:014x}"))


class World:
    """The acts, and what each service has of the week that ends with ``today``.

    ``deezer`` is Deezer's catalogue, in which ``editorial`` are the releases that its editors list.
    """

    def __init__(self, seed: int, today: date) -> None:
        self.today = today
        self._rng = np.random.default_rng(seed)
        self._cast = _Cast(self._rng, today - timedelta(days=6))
        self._picks = _integers(self._rng)
        self._numbers = iter(range(1, 10**6))
        listed = self._listed(LISTENBRAINZ + _MUSICBRAINZ_ALONE)
        on_both = LISTENBRAINZ + _MUSICBRAINZ_ALONE - MUSICBRAINZ
        self.listenbrainz = listed[:LISTENBRAINZ]
        self.musicbrainz = listed[on_both:]
        found = self._on_deezer(listed)
        own = self._works(EDITORIAL - 150, self._cast.acts())
        self.editorial = [*self._some(found, 150), *own]
        self.deezer = [*found, *own]
        self.audius = [*self._underground(found, 50), *self._works(AUDIUS - 50, self._underground_acts(), ("Single",))]
        singles = [work for work in found if work.kind == "Single" and work.acts[0].newcomer]
        self.jamendo = [*self._some(singles, 100), *self._works(JAMENDO - 100, self._cast.acts(), ("Single",))]

    @property
    def acts(self) -> Sequence[Act]:
        """Everybody, by their numbers."""
        return self._cast.made

    @property
    def announced(self) -> dict[str, int]:
        """How many of the week's releases each service announces."""
        return {
            "listenbrainz": len(self.listenbrainz),
            "musicbrainz": len(self.musicbrainz),
            "deezer": len(self.editorial),
            "audius": len(self.audius),
            "jamendo": len(self.jamendo),
        }

    @cached_property
    def distinct(self) -> int:
        """How many releases these are, each counted once."""
        everywhere = (*self.listenbrainz, *self.musicbrainz, *self.editorial, *self.audius, *self.jamendo)
        return len({work.number for work in everywhere})

    def _listed(self, count: int) -> list[Work]:
        """What the editors of MusicBrainz entered: machines, various artists and second editions included."""
        machines = [self._cast.machine() for _ in range(_MACHINES)]
        floods = self._works(_MACHINES * _FLOOD_THIS_WEEK, iter(machines * _FLOOD_THIS_WEEK), ("Single",))
        works = [*floods, *self._works(count - len(floods), self._cast.acts(), compilations=True)]
        order = self._rng.permutation(len(works))
        return [works[place] for place in order]

    def _works(
        self, count: int, acts: Iterator[Act], kinds: Sequence[str] = (), *, compilations: bool = False
    ) -> list[Work]:
        works: list[Work] = []
        while len(works) < count:
            chance = next(self._picks) % 100
            if compilations and chance < 4 and works:
                before = works[-1]
                works.append(Work(next(self._numbers), before.group, *_same_as(before)))
            elif compilations and chance < 8:
                works.append(self._work((), "Album", "Compilation"))
            else:
                act = works[-1].acts[0] if chance > 92 and works and works[-1].acts and not kinds else next(acts)
                guests = (next(acts),) if compilations and chance < 13 else ()
                works.append(self._work((act, *guests), *self._types(kinds)))
        return works

    def _types(self, kinds: Sequence[str]) -> tuple[str, str]:
        if kinds:
            return kinds[0], ""
        kind = _share(next(self._picks), {"Album": 33, "EP": 14, "Single": 46, "": 5, "Other": 2})
        return kind, _share(next(self._picks), {"": 86, "Compilation": 4, "Live": 4, "Remix": 4, "Soundtrack": 2})

    def _work(self, acts: tuple[Act, ...], kind: str, other: str) -> Work:
        number = next(self._numbers)
        count = {"Album": 9, "EP": 4}.get(kind, 1)
        titles = [_title(self._picks) for _ in range(count)]
        title = titles[0] + (" (Deluxe Edition)" if kind == "Album" and number % 25 == 0 else "")
        return Work(number, number, title, acts, kind, other, self._day(), tuple(titles))

    def _day(self) -> date:
        """Two releases of five come out on a Friday."""
        days = [self.today - timedelta(days=back) for back in range(7)]
        fridays = [day for day in days if day.weekday() == 4]
        return fridays[0] if next(self._picks) % 10 < 4 else days[next(self._picks) % 7]

    def _on_deezer(self, listed: Sequence[Work]) -> list[Work]:
        """Those that Deezer has, one edition of each."""
        groups = {work.group: work for work in listed if work.acts}
        chances = self._rng.random(len(groups))
        return [
            work
            for work, chance in zip(groups.values(), chances, strict=True)
            if chance < (_NEWCOMERS_ON_DEEZER if work.acts[0].newcomer else _OTHERS_ON_DEEZER)
        ]

    def _underground_acts(self) -> Iterator[Act]:
        return (act for act in self._cast.acts() if act.followers < _UNDERGROUND_FOLLOWERS)

    def _underground(self, works: Sequence[Work], count: int) -> list[Work]:
        fitting = (work for work in works if work.kind == "Single" and not work.acts[0].machine)
        return list(islice((work for work in fitting if work.acts[0].followers < _UNDERGROUND_FOLLOWERS), count))

    def _some(self, works: Sequence[Work], count: int) -> list[Work]:
        return [works[place] for place in self._rng.choice(len(works), count, replace=False)]


class _Cast:
    """Makes acts; ``week`` is the first day of the week, before which they had a career or none."""

    def __init__(self, rng: np.random.Generator, week: date) -> None:
        self.made: list[Act] = []
        self._rng = rng
        self._week = week
        self._picks = _integers(rng)
        self._words: set[str] = set()

    def acts(self) -> Iterator[Act]:
        while True:
            yield self._act(self._career(self._years()))

    def machine(self) -> Act:
        """An act that began within a year and has released nearly every day since."""
        return self._act(self._days(350, _FLOOD - _FLOOD_THIS_WEEK), machine=True)

    def _act(self, earlier: tuple[date, ...], *, machine: bool = False) -> Act:
        size = self._rng.lognormal(np.log(1_000), 2.4)
        fans, listeners, followers = (
            size * factor * self._rng.lognormal(0, noise) for factor, noise in ((1, 0.3), (0.02, 0.5), (0.3, 0.5))
        )
        counted = listeners > 3 or next(self._picks) % 4 > 0
        heard = int(listeners) if counted else None
        act = Act(len(self.made), self._name(), int(fans), heard, int(followers), earlier, machine)
        self.made.append(act)
        return act

    def _years(self) -> float:
        """How long ago an act began: of sixty three this week, ten this year, and six between 1970 and 1995."""
        chance = next(self._picks) % 60
        if chance < 3:
            return 0
        if chance < 13:
            return self._rng.uniform(0.05, 0.95)
        if chance < 19:
            return self._rng.uniform(self._week.year - 1995, self._week.year - 1970)
        return 1 + self._rng.exponential(5)

    def _career(self, years: float) -> tuple[date, ...]:
        """About five releases in four years, and at most sixty; none of who begins this week."""
        return self._days(int(365.25 * years), 1 + min(59, self._rng.poisson(1.25 * years))) if years else ()

    def _days(self, span: int, count: int) -> tuple[date, ...]:
        """``count`` days of the ``span`` days before the week, of which the first is the first."""
        backs = sorted([span, *self._rng.integers(1, span + 1, count - 1).tolist()], reverse=True)
        return tuple(self._week - timedelta(days=back) for back in backs)

    def _name(self) -> str:
        """A name that nobody else has, whatever a service makes of articles, accents and "& the …"."""
        while True:
            word = "".join(_SYLLABLES[next(self._picks) % len(_SYLLABLES)] for _ in range(3))
            if word not in self._words:
                self._words.add(word)
                return _named(word.title(), self._picks)


def _same_as(work: Work) -> tuple[str, tuple[Act, ...], str, str, date, tuple[str, ...]]:
    return work.title, work.acts, work.kind, work.other, work.released, work.songs


def _named(word: str, picks: Iterator[int]) -> str:
    """A band's name: "Velkano", "Velkano Timber", "The Velkano Timber", "Vëlkánø" or "Velkano & the Timber"."""
    thing = _WORDS[next(picks) % len(_WORDS)]
    match next(picks) % 20:
        case 0:
            return "".join(_ACCENTS.get(letter, letter) for letter in word)
        case 1:
            return f"{word} & the {thing}"
        case 2 | 3:
            return f"The {word} {thing}"
        case chance if chance < 12:
            return f"{word} {thing}"
        case _:
            return word


def _title(picks: Iterator[int]) -> str:
    first, second, third = (_WORDS[next(picks) % len(_WORDS)] for _ in range(3))
    return f"{first} {second}" if next(picks) % 4 == 0 else f"{first} {second} {third}"


def _share(pick: int, shares: dict[str, int]) -> str:
    """One of the keys, whose percentages add up to 100."""
    return [key for key, percent in shares.items() for _ in range(percent)][pick % 100]


def _integers(rng: np.random.Generator) -> Iterator[int]:
    """Large random integers, drawn many at a time because that is far cheaper."""
    while True:
        yield from rng.integers(0, 2**31, 10_000).tolist()


def works_by_act(works: Collection[Work]) -> dict[int, list[Work]]:
    """The works of each act, by its number, whose main artist it is."""
    found: dict[int, list[Work]] = {}
    for work in works:
        if work.acts:
            found.setdefault(work.acts[0].number, []).append(work)
    return found
