"""Sound files of any common kind → mono samples at one rate.

FFmpeg (through PyAV) gets the bytes and never a name, knows only the container formats listed here, and may open no
other file or address: a playlist dressed up as a song reaches nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby
from pathlib import Path

import av
import av.logging
import numpy as np
import soxr
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition

from core.errors import NoSuchPath, NotAudio, TooBig, TooLong
from core.model import Vector
from core.settings import Audio

#: Hz. Half of CD's: what lies above 11 kHz differs more between codecs than between songs.
RATE = 22_050

#: Less than this many seconds is no song, and too little to describe one.
SHORTEST_S = 3.0

_FORMATS = "mp3,mov,ogg,flac,wav,w64,aiff,matroska,webm,aac"
_OPTIONS = {"format_whitelist": _FORMATS, "protocol_whitelist": "none"}

#: Demuxers that guess the duration from the first frames' bit rate, often wildly.
_GUESSING = frozenset({"mp3", "aac"})

#: Hz. Outside of this a header is broken.
_RATES = range(4_000, 768_001)

av.logging.set_level(None)


@dataclass(frozen=True, slots=True)
class Sound:
    """``samples`` is mono float32 of shape (N,) in -1..1, ``rate`` is in Hz."""

    samples: Vector
    rate: int

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate


def decode(data: bytes | Path, name: str, limits: Audio) -> Sound:
    """The first audio stream of ``data``, at :data:`RATE`; ``name`` is what errors call it.

    A damaged or truncated file gives what can be decoded of it, if that is at least :data:`SHORTEST_S`.
    Raises NoSuchPath, TooBig, TooLong, or NotAudio (also for films: a picture other than a cover).
    """
    refuse_large(data, name, limits)
    if not (data.stat().st_size if isinstance(data, Path) else data):
        raise NotAudio(name=name)  # FFmpeg's own refusal of an empty file is an error of another kind
    with ExitStack() as stack:
        file = stack.enter_context(data.open("rb") if isinstance(data, Path) else BytesIO(data))
        try:
            container = stack.enter_context(av.open(file, "r", options=_OPTIONS, metadata_errors="replace"))
            stream = _audio_stream(container, name)
            _refuse_long_headers(container, name, limits)
            samples = _collect(_frames(container, stream), name, limits)
        except (av.FFmpegError, ValueError) as error:
            raise NotAudio(name=name) from error
    if len(samples) < SHORTEST_S * RATE:
        raise NotAudio(name=name)
    return Sound(samples, RATE)


def refuse_large(data: bytes | Path, name: str, limits: Audio) -> None:
    """Raises TooBig, or NoSuchPath; reads nothing."""
    if isinstance(data, Path) and not data.is_file():
        raise NoSuchPath(path=str(data))
    size = data.stat().st_size if isinstance(data, Path) else len(data)
    if size > limits.max_mb * 2**20:
        raise TooBig(what=name, limit=f"{limits.max_mb} MiB")


def _audio_stream(container: InputContainer, name: str) -> AudioStream:
    film = any(not stream.disposition & Disposition.attached_pic for stream in container.streams.video)
    if film or not container.streams.audio:
        raise NotAudio(name=name)
    stream = container.streams.audio[0]
    if stream.codec_context is None:
        raise NotAudio(name=name)
    stream.codec_context.thread_count = 1
    return stream


def _refuse_long_headers(container: InputContainer, name: str, limits: Audio) -> None:
    """Says no before any decoding where the header can be trusted to be no guess."""
    claimed_s = (container.duration or 0) / av.time_base
    if container.format.name not in _GUESSING and claimed_s > limits.max_minutes * 60:
        raise TooLong(name=name, limit=limits.max_minutes)


def _frames(container: InputContainer, stream: AudioStream) -> Iterator[AudioFrame]:
    """Everything that decodes; broken packets are passed over, a broken end is the end."""
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
        except av.FFmpegError:
            return
        if packet is None:
            return
        try:
            yield from packet.decode()
        except av.FFmpegError:
            continue


def _collect(frames: Iterable[AudioFrame], name: str, limits: Audio) -> Vector:
    """Resampled mono samples (N,); stops as soon as they pass the limit, for headers lie."""
    pieces: list[Vector] = []
    room = limits.max_minutes * 60 * RATE
    for rate, run in groupby(frames, key=lambda frame: frame.sample_rate):
        if rate not in _RATES:
            raise NotAudio(name=name)
        for piece in _resampled(map(_mono, run), rate):
            pieces.append(piece)
            room -= len(piece)
            if room < 0:
                raise TooLong(name=name, limit=limits.max_minutes)
    samples: Vector = np.concatenate([np.empty(0, np.float32), *pieces])
    return samples.clip(-1, 1)


def _resampled(blocks: Iterable[Vector], rate: int) -> Iterator[Vector]:
    stream = soxr.ResampleStream(rate, RATE, 1, dtype="float32")
    for block in blocks:
        yield stream.resample_chunk(block)
    yield stream.resample_chunk(np.empty(0, np.float32), last=True)


def _mono(frame: AudioFrame) -> Vector:
    """The mean of all channels, (n,) float32 in -1..1; what is not a number becomes silence."""
    samples = frame.to_ndarray()
    if not frame.format.is_planar:
        samples = samples.reshape(-1, frame.layout.nb_channels).T
    if samples.dtype == np.uint8:
        samples = (samples.astype(np.float32) - 128) / 128
    elif samples.dtype.kind == "i":
        samples = samples / np.float32(2 ** (8 * samples.dtype.itemsize - 1))
    else:
        samples = np.nan_to_num(samples, nan=0, posinf=0, neginf=0).clip(-1, 1)
    mono: Vector = samples.mean(axis=0, dtype=np.float32)
    return mono
