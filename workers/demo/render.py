"""Sound: a score becomes samples."""

from __future__ import annotations

import numpy as np

from core.model import Vector
from workers.demo.effects import echoed, filtered, limited, pumping, reverberated
from workers.demo.instruments import KITS, RATE, VOICES, sound, strike
from workers.demo.score import Manner, Note, Score
from workers.demo.styles import Style

TAIL_S = 1.3


def duration_s(score_bars: int, tempo: float) -> float:
    """Length in seconds of ``score_bars`` bars of 4/4 and the tail in which they ring out."""
    return score_bars * 240 / tempo + TAIL_S


def perform(score: Score, style: Style, manner: Manner, seed: int) -> Vector:
    """The finished mix: float32 (N,) at :data:`RATE`, within -1..1."""
    rng = np.random.default_rng(seed)
    length = int(duration_s(score.bars, score.tempo) * RATE)
    band = np.zeros(length, dtype=np.float32)
    for number, part in enumerate(style.parts):
        notes = [note for note in score.notes if note.part == number]
        line = _line(notes, manner.voices[number], manner.brightness, score.step_s, length)
        band += part.gain * line
        if part.echo:
            band += part.gain * echoed(line, 3 * score.step_s, part.echo)
    drums = style.drum_gain * manner.punch * _drums(score, style, length, rng)
    if style.pump:
        kicks = [int(hit.step * score.step_s * RATE) for hit in score.hits if hit.drum == "kick"]
        band *= pumping(length, kicks, style.pump)
    mix = band + drums
    if style.room:
        # The kick stays dry: a reverberating bass blurs the beat.
        send = band + np.float32(0.35) * drums
        mix += style.room * manner.room * reverberated(send, style.room_s, rng)
    return _mastered(mix, style, manner, rng)


def _line(notes: list[Note], voice: str, brightness: float, step_s: float, length: int) -> Vector:
    """One part, (``length``,). Equal notes are sounded once."""
    line = np.zeros(length, dtype=np.float32)
    sounded: dict[tuple[int, float], Vector] = {}
    for note in notes:
        key = (note.pitch, note.steps)
        if key not in sounded:
            sounded[key] = sound(VOICES[voice], note.pitch, note.steps * step_s, brightness)
        _add(line, sounded[key], note.step * step_s, note.velocity)
    return line


def _drums(score: Score, style: Style, length: int, rng: np.random.Generator) -> Vector:
    """All drums, (``length``,)."""
    line = np.zeros(length, dtype=np.float32)
    struck = {drum: strike(described, rng) for drum, described in KITS.get(style.kit, {}).items()}
    for hit in score.hits:
        _add(line, struck[hit.drum], hit.step * score.step_s, hit.velocity)
    return line


def _add(line: Vector, samples: Vector, at_s: float, gain: float) -> None:
    start = int(at_s * RATE)
    room = line[start : start + len(samples)]
    room += np.float32(gain) * samples[: len(room)]


def _mastered(mix: Vector, style: Style, manner: Manner, rng: np.random.Generator) -> Vector:
    mix = filtered(mix, 30.0, style.tape_hz * manner.air)
    mix *= np.linspace(1 - style.swell, 1, len(mix), dtype=np.float32) ** 2
    mix = limited(mix, style.level * manner.loudness)
    if style.hiss:
        mix += np.float32(style.hiss * manner.air) * rng.standard_normal(len(mix), dtype=np.float32)
    tail = int(TAIL_S * RATE)
    mix[-tail:] *= np.cos(np.linspace(0, np.pi / 2, tail, dtype=np.float32)) ** 2
    return mix
