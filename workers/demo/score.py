"""Composition: a style, an artist's manner and a seed become notes and drum hits with exact times."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from workers.demo.styles import Part, Style
from workers.demo.theory import raised, scale

STEPS = 16
_SHORTEST_S = 11.0


@dataclass(frozen=True, slots=True)
class Manner:
    """What an artist's songs have in common.

    ``tempo`` is the artist's centre in BPM; ``brightness`` multiplies filter cut-offs; ``density`` (0..1) is how many
    of the optional notes are played; ``room``, ``punch`` and ``loudness`` multiply the reverb, the drums and the whole;
    ``air`` is where the mix closes towards the treble, relative to the style; ``voices`` are the instruments, one per
    part of the style; ``beat`` numbers the favourite drum pattern; ``lift`` is the melody's shift in semitones.
    """

    tempo: float
    brightness: float
    density: float
    room: float
    punch: float
    loudness: float
    air: float
    voices: tuple[str, ...]
    beat: int
    lift: int


@dataclass(frozen=True, slots=True)
class Note:
    """``part`` indexes the style's parts; times are in sixteenths; ``pitch`` is MIDI; 0 < ``velocity`` <= 1."""

    part: int
    step: float
    steps: float
    pitch: int
    velocity: float


@dataclass(frozen=True, slots=True)
class Hit:
    drum: str
    step: float
    velocity: float


@dataclass(frozen=True, slots=True)
class Score:
    """A composed song of ``bars`` bars in 4/4 at ``tempo`` BPM."""

    tempo: float
    bars: int
    notes: tuple[Note, ...]
    hits: tuple[Hit, ...]

    @property
    def step_s(self) -> float:
        """Seconds per sixteenth."""
        return 15.0 / self.tempo


def bars_of(tempo: float) -> int:
    """As many bars of 4/4 as fill a short song at ``tempo`` BPM."""
    return math.ceil(_SHORTEST_S * tempo / 240)


def _onsets(rhythm: str) -> list[tuple[int, int, str]]:
    """(step, length in steps, symbol) of every note in a one-bar ``rhythm``."""
    starts = [(at, symbol) for at, symbol in enumerate(rhythm) if symbol not in "-."]
    return [(at, 1 + len(rhythm[at + 1 :]) - len(rhythm[at + 1 :].lstrip("-")), symbol) for at, symbol in starts]


def _chord_pitches(tones: tuple[int, ...], degree: int, size: int, low: int) -> list[int]:
    """The chord on ``degree`` in the octave above ``low``, so that neighbouring chords move little."""
    return sorted(raised(tones[(degree + 2 * i) % 7], low) for i in range(size))


class _Player:
    """Writes one part, bar by bar, with one rhythm and (for a melody) two motifs kept through the song."""

    def __init__(self, part: Part, tones: tuple[int, ...], size: int, manner: Manner, rng: np.random.Generator) -> None:
        self.part, self.tones, self.size, self.manner, self.rng = part, tones, size, manner, rng
        self.rhythm = part.rhythms[rng.integers(len(part.rhythms))]
        self.shape = [(0, 1, 2, 1), (0, 1, 2, 3), (0, 2, 1, 2), (2, 1, 0, 1)][rng.integers(4)]
        self.motifs = [self._motif(rhythm) for rhythm in (self.rhythm, part.rhythms[rng.integers(len(part.rhythms))])]

    def bar(self, bar: int, degree: int) -> list[tuple[int, int, int, float]]:
        """(step, steps, pitch, velocity) of one bar over the chord on ``degree``."""
        if self.part.role == "melody":
            return self._melody(bar, degree)
        chord = _chord_pitches(self.tones, degree, self.size, self.part.low)
        written = []
        for number, (at, length, symbol) in enumerate(_onsets(self.rhythm)):
            velocity = (0.6 if symbol == "o" else 0.9) * float(self.rng.uniform(0.88, 1.0))
            if self.part.role == "chord":
                written += [(at, length, pitch, velocity) for pitch in chord]
            elif self.part.role == "bass":
                written.append((at, length, self._bass(degree, symbol), velocity))
            elif at % 4 == 0 or self.rng.random() < self.manner.density:
                ladder = [*chord, chord[0] + 12]
                written.append((at, length + 1, ladder[self.shape[number % 4] % len(ladder)], velocity))
        return written

    def _bass(self, degree: int, symbol: str) -> int:
        root = raised(self.tones[degree % 7], self.part.low)
        return {"5": raised(self.tones[(degree + 4) % 7], root), "8": root + 12}.get(symbol, root)

    def _motif(self, rhythm: str) -> list[tuple[int, int, int]]:
        """(step, steps, scale steps above the chord's root): chord tones on the beat, neighbours between."""
        height, motif = 2, []
        for at, length, _ in _onsets(rhythm):
            height = int(np.clip(height + self.rng.integers(-2, 3), -2, 7))
            if at % 4 == 0:
                height = min((-3, 0, 2, 4, 7), key=lambda tone: abs(tone - height))
            motif.append((at, length, height))
        return motif

    def _melody(self, bar: int, degree: int) -> list[tuple[int, int, int, float]]:
        motif = self.motifs[(0, 0, 1, 0)[bar % 4]]
        low = self.part.low + self.manner.lift
        written = []
        for at, length, height in motif:
            if at % 4 == 0 or self.rng.random() < self.manner.density:
                pitch = raised(self.tones[(degree + height) % 7], low)
                written.append((at, length, pitch, float(self.rng.uniform(0.75, 1.0))))
        return written


def compose(style: Style, manner: Manner, tempo: float, key: str, mode: str, seed: int) -> Score:
    """The song that ``seed`` stands for; the same arguments always give the same score."""
    rng = np.random.default_rng(seed)
    tones, bars = scale(key, mode), bars_of(tempo)
    chords = style.progressions[rng.integers(len(style.progressions))]
    notes: list[Note] = []
    for number, part in enumerate(style.parts):
        player = _Player(part, tones, style.chord_size, manner, rng)
        for bar in range(math.ceil(part.enters * bars), bars):
            notes += [
                Note(number, bar * STEPS + _swung(at, style.swing), length, pitch, velocity)
                for at, length, pitch, velocity in player.bar(bar, chords[bar % len(chords)])
            ]
    return Score(tempo, bars, tuple(notes), tuple(_hits(style, manner, bars, rng)))


def _hits(style: Style, manner: Manner, bars: int, rng: np.random.Generator) -> list[Hit]:
    if not style.beats:
        return []
    beat = style.beats[manner.beat % len(style.beats)]
    return [
        Hit(drum, bar * STEPS + _swung(at, style.swing), (0.5 if symbol == "o" else 0.9) * float(rng.uniform(0.9, 1.0)))
        for bar in range(math.ceil(style.drums_enter * bars), bars)
        for drum, rhythm in beat.items()
        for at, _, symbol in _onsets(rhythm)
        if symbol == "x" or rng.random() < manner.density
    ]


def _swung(step: int, swing: float) -> float:
    return step + swing * (step % 2)
