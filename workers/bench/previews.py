"""Previews to measure with: 30 seconds of demo songs, stereo, as MP3, like those of the music services."""

from __future__ import annotations

from io import BytesIO

import av
import numpy as np

from workers.demo import catalogue as demo
from workers.demo.instruments import RATE as DEMO_RATE

SECONDS = 30
_RATE = 44_100
_BITS_PER_S = 128_000


def previews(count: int) -> list[bytes]:
    """So many different ones; a demo song shorter than 30 seconds is repeated."""
    songs = demo.candidates()
    return [_preview(songs[number * len(songs) // count]) for number in range(count)]


def _preview(song: demo.Song) -> bytes:
    samples = np.resize(demo.samples(song), SECONDS * DEMO_RATE)
    file = BytesIO()
    with av.open(file, "w", format="mp3") as container:
        stream = container.add_stream("libmp3lame", rate=_RATE, layout="stereo", bit_rate=_BITS_PER_S)
        resampler = av.AudioResampler("fltp", "stereo", _RATE)
        frame = av.AudioFrame.from_ndarray(np.stack([samples, samples]), format="fltp", layout="stereo")
        frame.sample_rate = DEMO_RATE
        for resampled in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(resampled))
        container.mux(stream.encode(None))
    return file.getvalue()
