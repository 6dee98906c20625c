"""Samples → features, many songs at once, on a CPU or a GPU."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from core.model import Features, FrameSequence, Vector
from workers.audio.descriptors import describe
from workers.audio.named import named
from workers.audio.projection import Projection, projection
from workers.audio.sequence import joined

#: Seconds. Songs are cut into pieces of about this length, all pieces of a song equally long: an even number of
#: seconds, so that the previews of most services have one length and can be heard together.
PIECE_S = 30

_CPU = torch.device("cpu")


@dataclass(frozen=True, slots=True)
class Listened:
    """One song: the means over its pieces of all groups and of all evidence, and how it goes on."""

    groups: dict[str, Tensor]
    evidence: dict[str, Tensor]
    frame_rate: float
    sequence: FrameSequence


def pieces(samples: Vector, rate: int) -> Vector:
    """``samples`` (N,) as (P, M), P pieces of equally many whole seconds from the middle; a second at least."""
    seconds = len(samples) // rate
    if not seconds:
        return np.pad(samples, (0, rate - len(samples)))[None]
    count = max(1, round(seconds / PIECE_S))
    size = seconds // count * rate
    start = (len(samples) - count * size) // 2
    return samples[start : start + count * size].reshape(count, size)


class Timbre:
    """A core.ports.FeatureExtractor: the vector of :mod:`workers.audio.projection`, and the named features."""

    name = "timbre"

    def __init__(self, fitted: Projection | None = None, device: str = "cpu", batch: int = 1) -> None:
        self._projection = fitted or projection()
        self._device = torch.device(device)
        self._batch = batch
        self.version = self._projection.version

    def extract(self, samples: Vector, rate: int) -> Features:
        """``samples`` (N,) mono float32 in -1..1, silence trimmed, N > 0; ``rate`` in Hz."""
        return self.extract_all([samples], rate)[0]

    def extract_all(self, songs: Sequence[Vector], rate: int) -> list[Features]:
        """Each like :meth:`extract`, heard together as far as they are of one length."""
        found = []
        for heard in listen(songs, rate, self._device, self._batch):
            numbers, confidence = named(heard.evidence, heard.frame_rate)
            vector = self._projection({name: group.numpy()[None] for name, group in heard.groups.items()})[0]
            found.append(Features(self.name, self.version, vector, numbers, confidence, heard.sequence))
        return found


@torch.inference_mode()
def listen(songs: Sequence[Vector], rate: int, device: torch.device = _CPU, batch: int = 1) -> Iterator[Listened]:
    """What is heard of each song, in order.

    ``batch`` pieces at a time, each of which takes about 40 MiB while it is heard.
    """
    cuts = [pieces(song, rate) for song in songs]
    lengths: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for number, cut in enumerate(cuts):
        lengths[cut.shape[1]].extend((number, piece) for piece in range(len(cut)))
    groups: list[dict[str, Tensor]] = [{} for _ in songs]
    evidence: list[dict[str, Tensor]] = [{} for _ in songs]
    frames: list[list[Vector]] = [[np.empty(0, np.float32)] * len(cut) for cut in cuts]
    frame_rate = 0.0
    for equal in lengths.values():
        for start in range(0, len(equal), batch):
            some = equal[start : start + batch]
            samples = torch.from_numpy(np.stack([cuts[number][piece] for number, piece in some]))
            heard = describe(samples.to(device), rate)
            frame_rate = heard.frame_rate
            for sums, values in ((groups, heard.groups), (evidence, heard.evidence)):
                for name, rows in values.items():
                    for (number, _), row in zip(some, rows.cpu(), strict=True):
                        held = sums[number]
                        held[name] = held[name] + row if name in held else row
            for (number, piece), rows_of_piece in zip(some, heard.frames.cpu().numpy(), strict=True):
                frames[number][piece] = rows_of_piece
    for number, (song, cut) in enumerate(zip(songs, cuts, strict=True)):
        levels = np.sqrt(np.square(cut, dtype=np.float64).mean(axis=1))
        yield Listened(
            groups={name: row / len(cut) for name, row in groups[number].items()},
            evidence={name: row / len(cut) for name, row in evidence[number].items()},
            frame_rate=frame_rate,
            sequence=joined(frames[number], levels.tolist(), max(0, len(song) - cut.size) // 2 / rate),
        )
