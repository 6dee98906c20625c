"""torchaudio is usable beside a CPU-only torch, and left alone where its extension loads."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest
import torch

from workers.audio import _torchaudio


@pytest.fixture
def no_torchaudio(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a process that has not imported torchaudio; what was loaded comes back afterwards."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "torchaudio"]:
        monkeypatch.delitem(sys.modules, name)
    for name in ("torchaudio", "torchaudio._extension"):
        # Registered with monkeypatch once, so that what the test imports is taken away again.
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
        del sys.modules[name]


def _package(folder: Path, extension: str) -> None:
    package = folder / "torchaudio"
    package.mkdir()
    (package / "__init__.py").write_text("from torchaudio import _extension\nanswer = _extension.answer\n")
    (package / "_extension.py").write_text(extension)


def test_the_transforms_work_here() -> None:
    tone = torch.sin(torch.arange(4096) * 0.1)
    assert _torchaudio.transforms.Spectrogram(n_fft=512)(tone).shape == (257, 17)
    assert _torchaudio.functional.create_dct(20, 40, norm="ortho").shape == (40, 20)


@pytest.mark.usefixtures("no_torchaudio")
def test_an_extension_that_loads_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _package(tmp_path, "answer = 'the real one'\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert _torchaudio.load().answer == "the real one"
    extension = sys.modules["torchaudio._extension"]
    assert extension.__file__ == str(tmp_path / "torchaudio" / "_extension.py")
    assert not hasattr(extension, "_IS_TORCHAUDIO_EXT_AVAILABLE")


@pytest.mark.usefixtures("no_torchaudio")
def test_an_extension_that_cannot_be_loaded_is_stood_in_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "torchaudio"
    package.mkdir()
    (package / "__init__.py").write_text("from torchaudio import _extension as extension\n")
    (package / "_extension.py").write_text("raise OSError('libc10_cuda.so: cannot open shared object file')\n")
    monkeypatch.syspath_prepend(tmp_path)
    extension = _torchaudio.load().extension
    assert extension._IS_TORCHAUDIO_EXT_AVAILABLE is False
    assert extension.fail_if_no_align(len) is len
    assert extension._check_cuda_version() is None


@pytest.mark.usefixtures("no_torchaudio")
def test_any_other_trouble_is_not_hidden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _package(tmp_path, "raise RuntimeError('built for another torch')\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(RuntimeError, match="another torch"):
        _torchaudio.load()
    assert "torchaudio._extension" not in sys.modules
