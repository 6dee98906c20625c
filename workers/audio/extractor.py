"""Samples → features, many songs at once, on a CPU or a GPU."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from core.model import Features, Vector
from workers.audio.descriptors import describe
from workers.audio.named import named
from workers.audio.projection import Projection, projection

#: Seconds. Songs are cut into pieces of about this length, all pieces of a song equally long: an even number of
#: seconds, so that the previews of most services have one length and can be heard together.
PIECE_S = 30

_CPU = torch.device("cpu")
_Pieces = tuple[Mapping[str, Tensor], Mapping[str, Tensor], float]


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
        for groups, evidence, frame_rate in listen(songs, rate, self._device, self._batch):
            numbers, confidence = named(evidence, frame_rate)
            vector = self._projection({name: group.numpy()[None] for name, group in groups.items()})[0]
            found.append(Features(self.name, self.version, vector, numbers, confidence))
        return found


@torch.inference_mode()
def listen(songs: Sequence[Vector], rate: int, device: torch.device = _CPU, batch: int = 1) -> Iterator[_Pieces]:
    """For each song, in order: the means over its pieces of all groups and of all evidence, and the frame rate.

    ``batch`` pieces at a time, each of which takes about 40 MiB while it is heard.
    """
    lengths: defaultdict[int, list[tuple[int, Vector]]] = defaultdict(list)
    for number, song in enumerate(songs):
        cut = pieces(song, rate)
        lengths[cut.shape[1]].extend((number, piece) for piece in cut)
    sums: list[dict[str, dict[str, Tensor]]] = [{"groups": {}, "evidence": {}} for _ in songs]
    counts = [0] * len(songs)
    frame_rate = 0.0
    for equal in lengths.values():
        for start in range(0, len(equal), batch):
            some = equal[start : start + batch]
            heard = describe(torch.from_numpy(np.stack([piece for _, piece in some])).to(device), rate)
            frame_rate = heard.frame_rate
            for kind, values in (("groups", heard.groups), ("evidence", heard.evidence)):
                for name, rows in values.items():
                    for (number, _), row in zip(some, rows.cpu(), strict=True):
                        held = sums[number][kind]
                        held[name] = held[name] + row if name in held else row
            for number, _ in some:
                counts[number] += 1
    for total, count in zip(sums, counts, strict=True):
        groups, evidence = ({name: row / count for name, row in total[kind].items()} for kind in ("groups", "evidence"))
        yield groups, evidence, frame_rate
