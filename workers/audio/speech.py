"""Speech recognition: what is said or sung, as text, where the operator has the weights of a model for it.

The model is wav2vec 2.0 (Baevski et al. 2020), base size, as torchaudio has it: 16 kHz samples in, one of 29 labels
every 20 ms out, trained with CTC (Graves et al. 2006) on 960 hours of English audio books. Its weights (MIT licence)
are not a part of YASR. It knows English only, and singing over instruments far less well than reading.
"""

from __future__ import annotations

import pickle
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
import soxr
import torch
from torch import Tensor, nn

from core.errors import BadInput, NoSuchPath
from core.model import Vector
from core.said import said
from core.settings import Audio
from workers.audio import _torchaudio

#: Hz.
RATE = 16_000
#: Sound is listened to in pieces of this many seconds: the memory that is needed grows with their square.
BLOCK_S = 30
#: Samples that the model looks at for one label; in less (25 ms) nothing can be said.
_FIELD = 400

_PACKAGE = _torchaudio.load()
#: What the model writes: the blank of CTC first, "|" between words.
LABELS: tuple[str, ...] = _PACKAGE.pipelines.WAV2VEC2_ASR_BASE_960H.get_labels()
#: Outputs of the published weights that stand for nothing: left over from fairseq's dictionary, as in torchaudio.
_LEFT_OVER = (1, 2, 3)

Build = Callable[[], nn.Module]


def base() -> nn.Module:
    """The architecture of the published weights, with random ones."""
    model: nn.Module = _PACKAGE.models.wav2vec2_base(aux_num_out=len(LABELS))
    return model


@dataclass(frozen=True, slots=True)
class Speech:
    """A model that turns sound into text: ``model`` takes (1, N) samples and gives (1, T, labels) logits."""

    model: nn.Module

    def transcribe(self, samples: Vector, rate: int) -> str:
        """What is said in ``samples``, mono float32 (N,) at ``rate`` Hz, in capitals; a word at a cut becomes two."""
        heard: list[str] = []
        with torch.inference_mode():
            for block in _blocks(soxr.resample(samples, rate, RATE)):
                logits, _ = self.model(torch.from_numpy(block)[None])
                heard.append(decode(logits[0]))
        return " ".join(filter(None, heard))


def load(weights: Path, build: Build = base) -> Speech:
    """The model with the weights in a file: torchaudio's download, or a state dict of ``build()``'s.

    Raises NoSuchPath, or BadInput for a file that is damaged or holds something else. It is read as plain tensors: no
    code in it is run.
    """
    if not weights.is_file():
        raise NoSuchPath(path=str(weights))
    model = build().eval()
    try:
        state = torch.load(weights, map_location="cpu", weights_only=True)
        model.load_state_dict(_without_left_overs(_checked(state)))
    except (pickle.UnpicklingError, struct.error, ArithmeticError, AttributeError, EOFError, LookupError, OSError,
            RuntimeError, TypeError, ValueError) as error:  # fmt: skip
        # Whatever a reader of pickles meets in bytes that are none.
        raise BadInput(
            problem=said(
                "{path} is damaged, or holds no weights of the speech model wav2vec 2.0 base", path=str(weights)
            )
        ) from error
    return Speech(model)


def speech(settings: Audio) -> Speech | None:
    """The model that the operator has weights for; None without. Raises as :func:`load` does."""
    return load(Path(settings.speech_weights)) if settings.speech_weights else None


def decode(logits: Tensor, labels: Sequence[str] = LABELS) -> str:
    """The likeliest label at each step, (T, labels), as text: repeats become one, blanks go, "|" is a space."""
    best = (labels[index] for index, _ in groupby(logits.argmax(dim=-1).tolist()) if index)
    return " ".join("".join(best).replace("|", " ").split())


def _blocks(samples: Vector) -> Iterator[Vector]:
    size = BLOCK_S * RATE
    for start in range(0, len(samples), size):
        block = samples[start : start + size]
        if len(block) >= _FIELD:
            yield np.ascontiguousarray(block, np.float32)


def _checked(state: object) -> dict[str, Tensor]:
    """A state dict; raises TypeError or ValueError for anything else, and for numbers that are none."""
    if not isinstance(state, Mapping) or not all(isinstance(value, Tensor) for value in state.values()):
        raise TypeError("not a state dict")
    if not all(value.isfinite().all() for value in state.values()):
        raise ValueError("not finite")
    return dict(state)


def _without_left_overs(state: dict[str, Tensor]) -> dict[str, Tensor]:
    if len(state["aux.bias"]) != len(LABELS) + len(_LEFT_OVER):
        return state
    kept = [row for row in range(len(state["aux.bias"])) if row not in _LEFT_OVER]
    return state | {name: state[name][kept] for name in ("aux.weight", "aux.bias")}
