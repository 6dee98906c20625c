"""Textbook signals, and sound files of every kind made of them."""

from __future__ import annotations

from io import BytesIO

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from numpy.typing import NDArray

Samples = NDArray[np.float32]

RATE = 22_050

#: name of the file → (container, codec, sample format, rate). Opus knows only 48 kHz.
KINDS = {
    "tone.wav": ("wav", "pcm_s16le", "s16", 44_100),
    "tone24.wav": ("wav", "pcm_s24le", "s32", 44_100),
    "tone8.wav": ("wav", "pcm_u8", "u8", 44_100),
    "float.wav": ("wav", "pcm_f32le", "flt", 44_100),
    "tone.flac": ("flac", "flac", "s16", 44_100),
    "tone.mp3": ("mp3", "libmp3lame", "fltp", 44_100),
    "tone.m4a": ("ipod", "aac", "fltp", 44_100),
    "tone.ogg": ("ogg", "vorbis", "fltp", 44_100),
    "tone.opus": ("ogg", "libopus", "flt", 48_000),
    "tone.webm": ("webm", "libopus", "flt", 48_000),
    "8khz.wav": ("wav", "pcm_s16le", "s16", 8_000),
    "96khz.flac": ("flac", "flac", "s16", 96_000),
    "4khz.flac": ("flac", "flac", "s16", 4_000),
}


def sine(hz: float, seconds: float, rate: int = RATE, peak: float = 0.5) -> Samples:
    return (peak * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


def noise(seconds: float, rate: int = RATE, level: float = 0.1) -> Samples:
    return (level * np.random.default_rng(7).standard_normal(round(seconds * rate))).astype(np.float32)


def clicks(bpm: float, seconds: float, rate: int = RATE) -> Samples:
    """A 10-ms noise burst on every beat over very soft noise."""
    samples = noise(seconds, rate, 1e-4)
    burst = noise(0.01, rate, 0.3)
    for start in np.arange(0, seconds - 0.1, 60 / bpm):
        samples[round(start * rate) :][: len(burst)] += burst
    return samples


def chord(hertz: tuple[float, ...], seconds: float, rate: int = RATE) -> Samples:
    return np.sum([sine(hz, seconds, rate, 0.2) for hz in hertz], axis=0, dtype=np.float32)


def dominant_hz(samples: Samples, rate: int) -> float:
    """The frequency of the largest bin of one Fourier transform."""
    return float(np.abs(np.fft.rfft(samples)).argmax() * rate / len(samples))


def encode(samples: Samples, kind: str, layout: str = "mono") -> bytes:
    """``samples`` at the rate of ``kind``, the same in every channel of ``layout``, as a file."""
    container_format, codec, sample_format, rate = KINDS[kind]
    file = BytesIO()
    with av.open(file, "w", format=container_format) as container:
        # FFmpeg's own Vorbis encoder, the one in PyAV's wheels, calls itself experimental.
        stream = container.add_stream(codec, rate=rate, layout=layout, options={"strict": "experimental"})
        stream.codec_context.format = sample_format
        write(container, stream, samples, rate, layout)
    return file.getvalue()


def write(container: OutputContainer, stream: AudioStream, samples: Samples, rate: int, layout: str) -> None:
    channels = av.AudioLayout(layout).nb_channels
    for start in range(0, len(samples), rate):
        piece = np.repeat(samples[None, start : start + rate], channels, axis=0)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(piece), format="fltp", layout=layout)
        frame.sample_rate, frame.pts = rate, start
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))
