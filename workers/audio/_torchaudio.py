"""torchaudio beside any build of torch: import its parts from here, never directly.

The torchaudio wheel on PyPI is linked against CUDA. Beside a CPU-only torch its optional native extension cannot be
loaded, and ``import torchaudio`` fails with OSError, although transforms and functional need nothing of it. Only then
a stand-in for the extension is registered; where the real one loads it stays untouched.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

_EXTENSION = "torchaudio._extension"


def _stand_in() -> ModuleType:
    """What torchaudio's Python code asks of its extension, with the answer "not available"."""

    def unchanged(function: Callable[..., Any]) -> Callable[..., Any]:
        return function

    def nothing_to_check() -> None:
        return None

    module = ModuleType(_EXTENSION)
    vars(module).update(
        _IS_TORCHAUDIO_EXT_AVAILABLE=False, fail_if_no_align=unchanged, _check_cuda_version=nothing_to_check
    )
    return module


def load() -> ModuleType:
    """torchaudio, with its native extension where that loads and without it elsewhere."""
    try:
        return importlib.import_module("torchaudio")
    except OSError:
        sys.modules[_EXTENSION] = _stand_in()
        return importlib.import_module("torchaudio")


load()

from torchaudio import functional, transforms  # noqa: E402  (torchaudio can be imported only from here on)

__all__ = ["functional", "load", "transforms"]
