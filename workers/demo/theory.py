"""Just enough harmony: keys, modes, and pitches as MIDI note numbers (60 is middle C, 69 is 440 Hz)."""

from __future__ import annotations

KEYS = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")

#: Semitones above the tonic.
MODES: dict[str, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
}


def scale(key: str, mode: str) -> tuple[int, ...]:
    """The seven pitch classes (0 is C) of ``mode`` on ``key``, the tonic first."""
    tonic = KEYS.index(key)
    return tuple((tonic + step) % 12 for step in MODES[mode])


def raised(pitch_class: int, low: int) -> int:
    """The lowest MIDI note of ``pitch_class`` at or above ``low``."""
    return low + (pitch_class - low) % 12


def hertz(pitch: float) -> float:
    """Equal temperament, A4 = 440 Hz."""
    return float(440.0 * 2.0 ** ((pitch - 69) / 12))
