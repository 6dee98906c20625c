"""Speech recognition against constructed logits and sounds, with a tiny model in place of the real one.

The published weights are not at hand: how well real speech is understood is not tested here.
"""

from __future__ import annotations

import io
import pickle
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soxr
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from core.errors import BadInput, NoSuchPath
from core.settings import Audio
from tests.workers.audio.signals import noise, sine
from workers.audio import _torchaudio, speech
from workers.audio.speech import LABELS, RATE, Speech, decode, load

Save = Callable[[object], Path]
LETTERS = LABELS[2:]


def tiny() -> nn.Module:
    """Of the same class and with the same strides as the base model, but narrow; dropout as there."""
    model: nn.Module = _torchaudio.load().models.wav2vec2_model(
        "group_norm", [(8, 10, 5), *[(8, 3, 2)] * 4, *[(8, 2, 2)] * 2], False, 16, 0.1, 16, 4, 2, 2, 0.1, 32, 0.0, 0.1,
        False, 0.05, aux_num_out=len(LABELS),
    )  # fmt: skip
    return model


def seeded(seed: int = 0) -> nn.Module:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return tiny().eval()


def logits(*said: str) -> Tensor:
    """One step for each label, its logit the highest."""
    return nn.functional.one_hot(torch.tensor([LABELS.index(label) for label in said]), len(LABELS)).float() - 0.5


@pytest.fixture
def save(tmp_path: Path) -> Save:
    def saved(what: object) -> Path:
        torch.save(what, tmp_path / "weights.pth")
        return tmp_path / "weights.pth"

    return saved


@pytest.mark.parametrize(
    ("steps", "text"),
    [
        ("HHEL-LLO||WO-RLD", "HELLO WORLD"),
        ("----", ""),
        ("|A|-|B|", "A B"),
        ("A-A", "AA"),
        ("AAA", "A"),
        ("I'M", "I'M"),
        ("", ""),
    ],
)
def test_known_answers(steps: str, text: str) -> None:
    found = decode(logits(*steps) if steps else torch.empty(0, len(LABELS)))
    assert found == text


@given(words=st.lists(st.text(st.sampled_from(LETTERS), min_size=1, max_size=6), max_size=5), repeats=st.integers(1, 3))
def test_every_alignment_of_a_text_is_that_text(words: list[str], repeats: int) -> None:
    steps = [label for letter in "|".join(words) for label in [*[letter] * repeats, "-"]]
    assert decode(logits("-", *steps)) == " ".join(words)


class Whistle(nn.Module):
    """Hears in every 20 ms which of two notes is whistled, or none; ``blocks`` are the lengths it was given."""

    NOTES: dict[int, str] = {1000: "A", 3000: "B"}  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[int] = []

    def forward(self, samples: Tensor) -> tuple[Tensor, None]:
        assert samples.dtype == torch.float32 and samples.shape[0] == 1
        self.blocks.append(samples.shape[1])
        power = torch.fft.rfft(samples[0, : samples.shape[1] // 320 * 320].view(-1, 320)).abs()
        loudest = (power.argmax(dim=-1) * RATE / 320).tolist()
        loud = power.max(dim=-1).values.tolist()
        heard = [self.NOTES.get(int(hz), "-") if level > 10 else "-" for hz, level in zip(loudest, loud, strict=True)]
        return logits(*heard)[None], None


@pytest.mark.parametrize("rate", [16_000, 22_050, 44_100, 8_000])
def test_sound_of_any_rate_is_heard_in_its_order(rate: int) -> None:
    quiet = np.zeros(rate // 2, np.float32)
    samples = np.concatenate(
        [sine(1000, 1, rate=rate), quiet, sine(3000, 1, rate=rate), quiet, sine(1000, 1, rate=rate)]
    )
    assert Speech(Whistle()).transcribe(samples, rate) == "ABA"


def test_long_sound_is_heard_in_blocks_and_the_shortest_not_at_all() -> None:
    model = Whistle()
    samples = np.tile(sine(1000, 1, rate=RATE), 70)
    assert Speech(model).transcribe(samples, RATE) == "A A A"
    assert model.blocks == [480_000, 480_000, 160_000]
    assert Speech(model).transcribe(samples[: 30 * RATE + 399], RATE) == "A"
    assert Speech(model).transcribe(samples[:399], RATE) == ""
    assert Speech(model).transcribe(samples[:0], 22_050) == ""
    assert len(model.blocks) == 4


@pytest.mark.parametrize("size", [400, 5_000, 44_100])
def test_saved_weights_give_the_same_logits(save: Save, size: int) -> None:
    model = seeded()
    loaded = load(save(model.state_dict()), tiny)
    samples = noise(2)[:size]
    heard = torch.from_numpy(soxr.resample(samples, 22_050, RATE) if size > 400 else samples)[None]
    with torch.inference_mode():
        expected, found = model(heard)[0], loaded.model(heard)[0]
    assert torch.equal(expected, found)
    assert expected.shape[2] == len(LABELS)
    if size > 400:
        assert loaded.transcribe(samples, 22_050) == loaded.transcribe(samples, 22_050) == decode(expected[0])


def test_the_three_outputs_of_the_download_that_stand_for_nothing_are_left_out(save: Save) -> None:
    state = seeded().state_dict()
    longer = {
        name: torch.cat([state[name][:1], torch.full_like(state[name][:3], 99), state[name][1:]])
        for name in ("aux.weight", "aux.bias")
    }
    loaded = load(save(OrderedDict(state | longer)), tiny).model.state_dict()
    assert all(torch.equal(loaded[name], value) for name, value in state.items())


def test_the_real_architecture_is_that_of_the_published_weights() -> None:
    bundle = _torchaudio.load().pipelines.WAV2VEC2_ASR_BASE_960H
    published = _torchaudio.load().models.wav2vec2_model(**bundle._params).state_dict()
    ours = speech.base().state_dict()
    assert {name: value.shape for name, value in ours.items()} == {n: value.shape for n, value in published.items()}
    assert (bundle.sample_rate, len(LABELS), LABELS[:2]) == (RATE, 29, ("-", "|"))


class Trap:
    """Writes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.path,)


def wrong() -> dict[str, object]:
    state = seeded().state_dict()
    return {
        "a list": [1, 2],
        "no tensors": {"aux.bias": "x"},
        "nothing": {},
        "another model": nn.Linear(3, 2).state_dict(),
        "a part": {name: value for name, value in state.items() if "layers" not in name},
        "another width": {**state, "aux.weight": torch.zeros(29, 7)},
        "other letters": {**state, "aux.weight": torch.zeros(30, 16), "aux.bias": torch.zeros(30)},
        "a scalar": {**state, "aux.bias": torch.tensor(1.0)},
        "no number": {**state, "aux.bias": torch.full((29,), float("nan"))},
    }


@pytest.mark.parametrize("name", wrong())
def test_other_weights_are_refused(save: Save, name: str) -> None:
    path = save(wrong()[name])
    with pytest.raises(BadInput) as refused:
        load(path, tiny)
    assert str(refused.value) == (
        f"I cannot use that: {path} is damaged, or holds no weights of the speech model wav2vec 2.0 base."
    )


def test_code_in_a_file_is_not_run(tmp_path: Path) -> None:
    trap, path = tmp_path / "sprung", tmp_path / "weights.pth"
    for write in (lambda what: torch.save(what, path), lambda what: path.write_bytes(pickle.dumps(what, protocol=2))):
        write({"aux.bias": Trap(trap)})
        with pytest.raises(BadInput):
            load(path, tiny)
    assert not trap.exists()


@pytest.mark.filterwarnings("ignore::UserWarning")  # torch warns of pickles that look newer
@pytest.mark.parametrize("zipped", [True, False])
def test_a_damaged_file_is_refused_or_does_not_matter(tmp_path: Path, zipped: bool) -> None:
    file, path = io.BytesIO(), tmp_path / "weights.pth"
    torch.save(seeded().state_dict(), file, _use_new_zipfile_serialization=zipped)
    whole, rng = file.getvalue(), np.random.default_rng(0)
    refused = 0
    for turn in range(60):
        damaged = bytearray(whole)
        place = int(rng.integers(0, min(len(whole), 4000) if turn % 2 else len(whole)))
        if turn % 3:
            damaged[place : place + 8] = rng.bytes(8)
        else:
            del damaged[place:]
        path.write_bytes(damaged)
        try:
            load(path, tiny)
        except BadInput:
            refused += 1
    assert refused >= 20


@pytest.mark.parametrize("content", [b"", b"no weights", b"\x80", b"PK\x03\x04", b"<html></html>"])
def test_a_file_of_another_kind_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "weights.pth").write_bytes(content)
    with pytest.raises(BadInput, match="is damaged, or holds no weights"):
        load(tmp_path / "weights.pth", tiny)


def test_without_weights_there_is_no_speech(tmp_path: Path) -> None:
    assert speech.speech(Audio()) is None
    for missing in (tmp_path / "none.pth", tmp_path):
        with pytest.raises(NoSuchPath):
            speech.speech(Audio(speech_weights=str(missing)))
