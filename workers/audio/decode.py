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
from typing import Any

import av
import av.logging
import numpy as np
import soxr
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition
from numpy.typing import NDArray

from core.errors import NoSuchPath, NotAudio, TooBig, TooLong
from core.model import Vector
from core.settings import Audio
from workers.audio.loudness import Meter

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
    """``samples`` is mono float32 of shape (N,) in -1..1, ``rate`` is in Hz.

    ``loudness`` (LUFS) and ``loudness_range`` (LU) are those of the whole file with all its channels, where measured.
    ``start_s``: so many seconds of silence were taken away in front.
    """

    samples: Vector
    rate: int
    loudness: float | None = None
    loudness_range: float | None = None
    start_s: float = 0.0

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
            sound = _collect(_frames(container, stream), name, limits)
        except (av.FFmpegError, ValueError) as error:
            raise NotAudio(name=name) from error
    if sound.seconds < SHORTEST_S:
        raise NotAudio(name=name)
    return sound


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


def _collect(frames: Iterable[AudioFrame], name: str, limits: Audio) -> Sound:
    """Resampled and mixed to mono, measured before; stops as soon as it passes the limit, for headers lie."""
    pieces: list[Vector] = []
    meters: dict[tuple[int, int], Meter] = {}
    room = limits.max_minutes * 60 * RATE
    for (rate, channels), run in groupby(frames, key=lambda frame: (frame.sample_rate, frame.layout.nb_channels)):
        if rate not in _RATES:
            raise NotAudio(name=name)
        meter = meters.setdefault((rate, channels), Meter(rate, channels))
        for piece in _resampled(_measured(run, rate, meter), rate):
            pieces.append(piece)
            room -= len(piece)
            if room < 0:
                raise TooLong(name=name, limit=limits.max_minutes)
    samples: Vector = np.concatenate([np.empty(0, np.float32), *pieces])
    # A file that changes its form half-way has no loudness that the standard knows.
    meter = next(iter(meters.values())) if len(meters) == 1 else Meter(RATE, 1)
    return Sound(samples.clip(-1, 1), RATE, meter.integrated(), meter.range())


def _measured(frames: Iterable[AudioFrame], rate: int, meter: Meter) -> Iterator[Vector]:
    """The frames as mono blocks of about a second, (n,), each measured with all its channels."""
    for block in _blocks(frames, rate):
        samples = _scaled(block)
        meter.add(samples)
        yield samples.mean(axis=0, dtype=np.float32)


def _blocks(frames: Iterable[AudioFrame], size: int) -> Iterator[NDArray[Any]]:
    """The frames' samples as they are, (channels, n), n about ``size``: single frames would take long to work on."""
    waiting: list[NDArray[Any]] = []
    count = 0
    for frame in frames:
        samples = frame.to_ndarray()
        waiting.append(samples if frame.format.is_planar else samples.reshape(-1, frame.layout.nb_channels).T)
        count += frame.samples
        if count >= size:
            yield np.concatenate(waiting, axis=1)
            waiting, count = [], 0
    if waiting:
        yield np.concatenate(waiting, axis=1)


def _resampled(blocks: Iterable[Vector], rate: int) -> Iterator[Vector]:
    stream = soxr.ResampleStream(rate, RATE, 1, dtype="float32")
    for block in blocks:
        yield stream.resample_chunk(block)
    yield stream.resample_chunk(np.empty(0, np.float32), last=True)


def _scaled(samples: NDArray[Any]) -> Vector:
    """Any sample format as float32 in -1..1; what is not a number becomes silence."""
    if samples.dtype == np.uint8:
        return (samples.astype(np.float32) - 128) / np.float32(128)
    if samples.dtype.kind == "i":
        return samples.astype(np.float32) / np.float32(2 ** (8 * samples.dtype.itemsize - 1))
    plain: Vector = np.nan_to_num(samples, nan=0, posinf=0, neginf=0).clip(-1, 1).astype(np.float32, copy=False)
    return plain
