"""Moods: what a listener wishes of songs beside their likeness, each a test on named features.

``MOODS`` has them by name. Most hold a song against the listener's own; the others are told of a song alone. What makes
music sound sad or happy is above all mode and tempo: minor and slow, major and fast (Hevner 1936, "Experimental studies
of the elements of expression in music"; Gagnon & Peretz 2003, "Mode and tempo relative contributions to 'happy-sad'
judgements"; Eerola, Friberg & Bresin 2013, "Emotional expression in music").
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from statistics import median

from core.errors import BadInput, UnknownChoice
from core.model import Features
from core.said import Said, counted, mark, said

Named = Mapping[str, float]
#: True, False, or None where it cannot be told, of a song's features and the listener's; both without what is unsure.
Test = Callable[[Named, Named], bool | None]

#: Ratios by which a tempo (BPM), an onset rate (1/s) or a brightness (Hz), and an amount, must be apart.
TEMPO, APART, AMOUNT = 1.08, 1.12, 1.1
#: dB or LU by which a loudness must be apart.
LOUDNESS = 2.0
#: What is heard with less confidence (0..1) is as good as not heard. Of our development songs nine in ten are this
#: sure of their tempo, and half of their mode.
SURE = {"tempo": 0.25, "mode": 0.15}
#: Spotify means instrumental songs by an instrumentalness above this; it is also the middle of all its 0..1 amounts.
HALF = 0.5
#: Valences and energies (0..1) this far from the middle are called by name; our estimate.
CLEAR = 0.1
#: Features that mean the same whoever tells them, and need nothing to be held against.
ABSOLUTE = frozenset({"acousticness", "energy", "instrumental", "instrumentalness", "valence"})


def _more(name: str, ratio: float) -> Test:
    def test(song: Named, mine: Named) -> bool | None:
        return song[name] >= mine[name] * ratio if name in song and mine.get(name, 0) > 0 else None

    return test


def _less(name: str, ratio: float) -> Test:
    def test(song: Named, mine: Named) -> bool | None:
        return song[name] * ratio <= mine[name] if name in song and mine.get(name, 0) > 0 else None

    return test


def _above(name: str, step: float) -> Test:
    def test(song: Named, mine: Named) -> bool | None:
        return song[name] >= mine[name] + step if name in song and name in mine else None

    return test


def _below(name: str, step: float) -> Test:
    def test(song: Named, mine: Named) -> bool | None:
        return song[name] <= mine[name] - step if name in song and name in mine else None

    return test


def _over(name: str, least: float) -> Test:
    def test(song: Named, mine: Named) -> bool | None:
        return song[name] > least if name in song else None

    return test


def _not(test: Test) -> Test:
    def opposite(song: Named, mine: Named) -> bool | None:
        told = test(song, mine)
        return None if told is None else not told

    return opposite


def _both(one: Test, other: Test) -> Test:
    return lambda song, mine: every([one(song, mine), other(song, mine)])


def _either(one: Test, other: Test) -> Test:
    return _not(_both(_not(one), _not(other)))


def _else(first: Test, second: Test) -> Test:
    """The second where the first cannot tell."""

    def test(song: Named, mine: Named) -> bool | None:
        told = first(song, mine)
        return second(song, mine) if told is None else told

    return test


def every(told: Sequence[bool | None]) -> bool | None:
    """Whether all hold: False where one does not, else None where one cannot be told (Kleene's three values)."""
    return False if False in told else None if None in told else True


_SLOWER, _FASTER = _less("tempo", TEMPO), _more("tempo", TEMPO)
_DARKER, _BRIGHTER = _less("brightness", APART), _more("brightness", APART)
_MAJOR = _over("mode", HALF)
#: Lyrics that were read say that a song has words; whether one has none, only services tell.
_INSTRUMENTAL = _else(_over("instrumental", HALF), _over("instrumentalness", HALF))


@dataclass(frozen=True, slots=True)
class Mood:
    """A mood by its ``name``, which is also its English; no song has it and its ``opposite`` at once."""

    name: str
    test: Test = field(repr=False)
    opposite: str = ""

    def allows(self, named: Named, confidence: Named, reference: Named) -> bool | None:
        """Whether a song with these named features has the mood; None where that cannot be told.

        ``reference``: the listener's own songs (:func:`reference`).
        """
        return self.test(sure(named, confidence), reference)


MOODS: Mapping[str, Mood] = {
    mood.name: mood
    for mood in (
        Mood(mark("slower"), _SLOWER, "faster"),
        Mood(mark("faster"), _FASTER, "slower"),
        Mood(mark("calmer"), _less("onset_rate", APART), "busier"),
        Mood(mark("busier"), _more("onset_rate", APART), "calmer"),
        Mood(mark("darker"), _DARKER, "brighter"),
        Mood(mark("brighter"), _BRIGHTER, "darker"),
        Mood(mark("quieter"), _below("loudness", LOUDNESS), "louder"),
        Mood(mark("louder"), _above("loudness", LOUDNESS), "quieter"),
        Mood(mark("danceable"), _more("danceability", AMOUNT)),
        Mood(mark("instrumental"), _INSTRUMENTAL, "vocal"),
        Mood(mark("vocal"), _not(_INSTRUMENTAL), "instrumental"),
        Mood(mark("sad"), _else(_not(_over("valence", HALF - CLEAR)),
                                _both(_not(_MAJOR), _either(_SLOWER, _DARKER))), "happy"),
        Mood(mark("happy"), _else(_over("valence", HALF + CLEAR),
                                  _both(_MAJOR, _either(_FASTER, _BRIGHTER))), "sad"),
        Mood(mark("acoustic"), _over("acousticness", HALF)),
        Mood(mark("energetic"), _over("energy", HALF + CLEAR)),
    )
}  # fmt: skip


def sure(named: Named, confidence: Named) -> Named:
    """The features that are heard with enough confidence, and those that have none because they are measured."""
    return {name: value for name, value in named.items() if confidence.get(name, 1.0) >= SURE.get(name, 0.0)}


def reference(songs: Sequence[Features]) -> Named:
    """What the listener's songs are held to be: the median of each feature, over those that are sure of it."""
    known = [sure(song.named, song.confidence) for song in songs]
    names = {name for song in known for name in song}
    return {name: median(song[name] for song in known if name in song) for name in names}


def of(names: Sequence[str]) -> tuple[Mood, ...]:
    """The moods by their names, each once. Raises UnknownChoice, and BadInput where no song can have them all."""
    for name in names:
        if name not in MOODS:
            raise UnknownChoice(kind=said("mood"), value=name[:32], choices=", ".join(MOODS))
    found = tuple(MOODS[name] for name in dict.fromkeys(names))
    for mood in found:
        if mood.opposite in names:
            problem = said("no song is {one} and {other} at once", one=Said(mood.name), other=Said(mood.opposite))
            raise BadInput(problem=problem)
    return found


def notes(moods: Sequence[Mood], untold: int) -> list[Said]:
    """What an answer says of the moods that were asked for, and of the songs of which they could not be told."""
    if not moods:
        return []
    asked = listed(moods)
    found = [said("Chosen by mood: {moods}.", moods=asked)]
    if untold:
        found.append(
            counted(
                "Of {count} song I could not tell whether it is {moods}, so I left it out.",
                "Of {count} songs I could not tell whether they are {moods}, so I left them out.",
                count=untold,
                moods=asked,
            )
        )
    return found


def unmatched(moods: Sequence[Mood], untold: int) -> BadInput:
    """What to refuse with when no song has the moods; ``untold`` as in :func:`notes`."""
    asked = listed(moods)
    if not untold:
        return BadInput(problem=said("I found no song for this mood ({moods})", moods=asked))
    return BadInput(
        problem=said("I found no song for this mood ({moods}); of {count} I could not tell", moods=asked, count=untold)
    )


def listed(moods: Sequence[Mood]) -> Said:
    """The moods one after the other; there is at least one."""
    names = [Said(mood.name) for mood in moods]
    return reduce(lambda one, other: said("{one}, {other}", one=one, other=other), names)
