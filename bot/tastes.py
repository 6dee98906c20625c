"""A listener's taste, and in words: on its own and compared with somebody else's."""

from __future__ import annotations

from dataclasses import dataclass

from bot.words import Words
from core.errors import NoTasteYet, TheirTasteUnknown
from core.said import mark
from core.store.store import Store
from core.taste import FEWEST, Comparison, Taste, Trait, alike


@dataclass(frozen=True, slots=True)
class Wording:
    """How one speaks of a trait: templates for :meth:`Words.say`, the number of digits, and by how much its value
    is multiplied to be said."""

    name: str
    value: str
    below: str
    digits: int = 0
    times: int = 1

    def amount(self, value: float, words: Words) -> str:
        """A value with its unit ("118 BPM")."""
        value *= self.times
        return words.say(self.value, value=round(value, self.digits) if self.digits else round(value))


WORDINGS = {
    "tempo": Wording(
        mark("Tempo"), mark("{value} BPM"),
        mark("{value}, faster than {share} % of the catalogue"),
    ),
    "loudness": Wording(
        mark("Loudness"), mark("{value} LUFS"),
        mark("{value}, louder than {share} %"), digits=1,
    ),
    "brightness": Wording(
        mark("Brightness"), mark("{value} Hz"),
        mark("{value}, brighter than {share} %"),
    ),
    "onset_rate": Wording(
        mark("Rhythm"), mark("{value} notes per second"),
        mark("{value}, busier than {share} %"), digits=1,
    ),
    "danceability": Wording(
        mark("Danceability"), mark("{value} %"),
        mark("{value} danceable, more than {share} %"), times=100,
    ),
    "loudness_range": Wording(
        mark("Dynamics"), mark("{value} LU"),
        mark("{value} between soft and loud, more than {share} %"), digits=1,
    ),
}  # fmt: skip


class Tastes:
    """The same on every front end."""

    def __init__(self, store: Store) -> None:
        self._tastes = store.tastes

    async def compare(self, listener: int, other: int) -> Comparison:
        """How much the taste of ``listener`` and of ``other``, who has allowed it, overlap.

        Raises NoTasteYet where the listener, and TheirTasteUnknown where the other one gave too few songs.
        """
        mine, theirs = await self._tastes.loved(listener), await self._tastes.loved(other)
        if len(mine) < FEWEST:
            raise NoTasteYet()
        if len(theirs) < FEWEST:
            raise TheirTasteUnknown()
        return alike(mine, theirs)


def describe(taste: Taste, words: Words) -> str:
    """The taste in one sentence, for those who do not see the picture."""
    traits = "; ".join(_told(trait, words) for trait in taste.traits)
    return words.say("Median of {count} songs: {traits}.", count=taste.songs, traits=traits)


def describe_comparison(comparison: Comparison, words: Words) -> str:
    """How much two people's tastes overlap, and in what."""
    most, least = comparison.most, comparison.least
    whole = words.say("Your tastes overlap by {share} %.", share=_percent(comparison.share))
    if most.share == least.share:
        return whole
    parts = words.say(
        "Closest: {closest} ({closest_share} %). "
        "Farthest apart: {farthest} ({farthest_share} %), {mine} against {theirs}.",
        closest=words.say(WORDINGS[most.name].name),
        closest_share=_percent(most.share),
        farthest=words.say(WORDINGS[least.name].name),
        farthest_share=_percent(least.share),
        mine=WORDINGS[least.name].amount(least.mine, words),
        theirs=WORDINGS[least.name].amount(least.theirs, words),
    )
    return f"{whole} {parts}"


def _told(trait: Trait, words: Words) -> str:
    wording = WORDINGS[trait.name]
    return words.say(wording.below, value=wording.amount(trait.value, words), share=_percent(trait.place))


def _percent(share: float) -> int:
    return round(100 * share)
