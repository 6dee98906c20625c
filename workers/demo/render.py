"""Sound: a score becomes stereo samples."""

from __future__ import annotations

import numpy as np

from core.model import Vector
from workers.demo.effects import echoed, filtered, limited, panned, pumping, reverberated
from workers.demo.instruments import KITS, RATE, VOICES, sound, strike
from workers.demo.score import Manner, Note, Score
from workers.demo.styles import Style

TAIL_S = 1.3


def duration_s(score_bars: int, tempo: float) -> float:
    """Length in seconds of ``score_bars`` bars of 4/4 and the tail in which they ring out."""
    return score_bars * 240 / tempo + TAIL_S


def perform(score: Score, style: Style, manner: Manner, seed: int) -> Vector:
    """The finished mix: float32 (2, N) at :data:`RATE`, within -1..1."""
    rng = np.random.default_rng(seed)
    length = int(duration_s(score.bars, score.tempo) * RATE)
    band = np.zeros((2, length), dtype=np.float32)
    for number, part in enumerate(style.parts):
        notes = [note for note in score.notes if note.part == number]
        line = _line(notes, manner.voices[number], manner.brightness, score.step_s, length)
        band += part.gain * panned(line, part.pan)
        if part.echo:
            band += part.gain * echoed(line, 3 * score.step_s, part.echo)
    drums = style.drum_gain * _drums(score, style, length, rng)
    if style.pump:
        kicks = [int(hit.step * score.step_s * RATE) for hit in score.hits if hit.drum == "kick"]
        band *= pumping(length, kicks, style.pump)
    mix = band + drums
    if style.room:
        # The kick stays dry: a reverberating bass blurs the beat.
        send = band.sum(axis=0) + 0.35 * drums.sum(axis=0)
        mix += style.room * manner.room * reverberated(send, style.room_s, rng)
    return _mastered(mix, style, score, rng)


def _line(notes: list[Note], voice: str, brightness: float, step_s: float, length: int) -> Vector:
    """One part, mono (N,). Equal notes are sounded once."""
    line = np.zeros(length, dtype=np.float32)
    sounded: dict[tuple[int, float], Vector] = {}
    for note in notes:
        key = (note.pitch, note.steps)
        if key not in sounded:
            sounded[key] = sound(VOICES[voice], note.pitch, note.steps * step_s, brightness)
        _add(line, sounded[key], note.step * step_s, note.velocity)
    return line


def _drums(score: Score, style: Style, length: int, rng: np.random.Generator) -> Vector:
    """All drums, (2, N), spread a little from left to right."""
    stereo = np.zeros((2, length), dtype=np.float32)
    for drum, pan in zip(KITS.get(style.kit, {}), (0.0, 0.05, 0.3, -0.25, 0.2), strict=False):
        hits = [hit for hit in score.hits if hit.drum == drum]
        if hits:
            line, struck = np.zeros(length, dtype=np.float32), strike(KITS[style.kit][drum], rng)
            for hit in hits:
                _add(line, struck, hit.step * score.step_s, hit.velocity)
            stereo += panned(line, pan)
    return stereo


def _add(line: Vector, samples: Vector, at_s: float, gain: float) -> None:
    start = int(at_s * RATE)
    room = line[start : start + len(samples)]
    room += np.float32(gain) * samples[: len(room)]


def _mastered(mix: Vector, style: Style, score: Score, rng: np.random.Generator) -> Vector:
    length = mix.shape[1]
    mix = filtered(mix, 30.0, style.tape_hz)
    mix *= np.linspace(1 - style.swell, 1, length, dtype=np.float32) ** 2
    mix = limited(mix, style.level)
    if style.hiss:
        mix += np.float32(style.hiss) * rng.standard_normal(mix.shape, dtype=np.float32)
    tail = int(TAIL_S * RATE)
    mix[:, -tail:] *= np.cos(np.linspace(0, np.pi / 2, tail, dtype=np.float32)) ** 2
    return mix
