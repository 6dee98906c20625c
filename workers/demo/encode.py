"""Samples to a tagged mp3 file."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np

from core.model import Track, Vector

_BITS_PER_S = 64_000


def write_mp3(samples: Vector, rate: int, track: Track, path: Path) -> None:
    """Encodes ``samples`` (N,), float32, in mono with the title, artist and album of ``track`` as ID3 tags."""
    with av.open(str(path), "w", format="mp3") as container:
        container.metadata.update(title=track.title, artist=track.artist, album=track.album, comment="Generated")
        stream = container.add_stream("libmp3lame", rate=rate, layout="mono", bit_rate=_BITS_PER_S)
        # LAME's quality 7: at this bit rate hardly audible, and half the time of its default.
        stream.codec_context.options = {"compression_level": "7"}
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples[np.newaxis]), format="fltp", layout="mono")
        frame.sample_rate = rate
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
