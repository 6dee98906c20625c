"""How the package's loops are compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from numba import njit

F = TypeVar("F", bound=Callable[..., object])


def compiled(function: F) -> F:
    """The function as machine code: compiled at its first call, kept on disk, run without Python's lock.

    The disk is the folder of the code, or the user's cache, or ``NUMBA_CACHE_DIR``.
    """
    try:
        return cast(F, njit(nogil=True, cache=True, error_model="numpy")(function))
    except RuntimeError:  # none of them can be written: every process compiles for itself
        return cast(F, njit(nogil=True, error_model="numpy")(function))
