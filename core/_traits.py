"""The named features that reasons speak of: how two songs are compared in each, and the words for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import log

from core.moods import APART, CLEAR, HALF, LOUDNESS, TEMPO
from core.said import mark

#: Ratios of tempi (BPM), and of brightnesses (Hz) or onset rates (1/s), that are alike.
SAME_TEMPO, ALIKE = 1.04, 1.12
#: LU, and amounts (0..1), that are alike; our estimate, half of what is apart.
ALIKE_LOUDNESS, ALIKE_AMOUNT = LOUDNESS / 2, CLEAR / 2


@dataclass(frozen=True, slots=True)
class Trait:
    """How songs are compared in one feature, and what is said of the pick against the listener's song.

    ``least`` and ``most`` are what the feature can be, in its unit: any other value was never told. Where ``ratio``,
    distances are those of natural logarithms. However little the catalogue varies, songs farther than ``alike`` are
    not called the ``same``, and songs nearer than ``apart`` neither ``less`` nor ``more``. Empty words are not said.
    ``doubled``: a factor of two may lie in the counting and not in the song, so that nothing is said of it.
    """

    least: float
    most: float
    alike: float
    apart: float = 0.0
    ratio: bool = False
    doubled: bool = False
    same: str = ""
    less: str = ""
    more: str = ""

    def told(self, value: float) -> bool:
        """Whether the feature can be this at all; NaN is nothing."""
        return self.least <= value <= self.most

    def scaled(self, value: float) -> float:
        """The value on the scale of distances."""
        return log(value) if self.ratio else value

    def word(self, above: float) -> str:
        """What to say of a pick so far above the listener's song, or below it where negative, on that scale."""
        if self.doubled and abs(abs(above) - log(2)) <= self.alike:
            return ""
        return self.more if above > 0 else self.less


#: By name, in the order in which equal ones are preferred. Tempo is most often mistaken for its half or its double
#: (Gouyon et al. 2006, "An experimental comparison of audio tempo induction algorithms"). Most songs are sung and
#: hardly spoken: two of them have nothing in common by that.
TRAITS: Mapping[str, Trait] = {
    "tempo": Trait(
        20, 500, log(SAME_TEMPO), log(TEMPO), ratio=True, doubled=True,
        same=mark("both around {bpm} BPM"), less=mark("slower"), more=mark("faster"),
    ),
    "brightness": Trait(
        1, 50_000, log(ALIKE), log(APART), ratio=True,
        same=mark("equally bright"), less=mark("darker"), more=mark("brighter"),
    ),
    "onset_rate": Trait(
        0.01, 100, log(ALIKE), log(APART), ratio=True,
        same=mark("equally busy"), less=mark("calmer"), more=mark("busier"),
    ),
    "loudness": Trait(
        -70, 10, ALIKE_LOUDNESS, LOUDNESS,
        same=mark("equally loud"), less=mark("quieter"), more=mark("louder"),
    ),
    "danceability": Trait(
        0.001, 1, ALIKE_AMOUNT, CLEAR,
        same=mark("equally danceable"), less=mark("less danceable"), more=mark("more danceable"),
    ),
    "energy": Trait(
        0, 1, ALIKE_AMOUNT, CLEAR,
        same=mark("equally energetic"), less=mark("less energetic"), more=mark("more energetic"),
    ),
    "valence": Trait(
        0, 1, ALIKE_AMOUNT, CLEAR,
        same=mark("alike in mood"), less=mark("sadder"), more=mark("happier"),
    ),
    "acousticness": Trait(
        0, 1, ALIKE_AMOUNT, CLEAR,
        same=mark("equally acoustic"), less=mark("less acoustic"), more=mark("more acoustic"),
    ),
    "instrumentalness": Trait(0, 1, ALIKE_AMOUNT, HALF, less=mark("more vocal"), more=mark("more instrumental")),
    "speechiness": Trait(0, 1, ALIKE_AMOUNT, HALF / 2, less=mark("less spoken"), more=mark("more spoken")),
    "key": Trait(1, 24, 0.0, same=mark("in the same key")),
}  # fmt: skip


def comparable(named: Mapping[str, float]) -> dict[str, float]:
    """The named features that reasons have words for, as far as they were told.

    ``key`` is that with its mode, from 1 (C minor) to 24 (B major): a number without distances, the same or another.
    """
    known = dict(named)
    tonic, mode = known.pop("key", -1), known.get("mode")
    if mode is not None and 0 <= tonic <= 11:
        known["key"] = 1 + tonic + 12 * (mode > HALF)
    return {name: known[name] for name, trait in TRAITS.items() if name in known and trait.told(known[name])}
