"""The peers' process, from our side."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any

from core.errors import NoSuchPath

_CHILD = Path(__file__).with_name("child.py")
_THREADS = ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "NUMBA", "VECLIB_MAXIMUM")
_ENDS_S = 10


class Failed(RuntimeError):
    """A peer could not answer; its own words."""


def interpreter(python: str) -> str:
    """Where it lies, "" for this one. Raises NoSuchPath where there is none."""
    found = shutil.which(python or sys.executable)
    if found is None:
        raise NoSuchPath(path=python)
    return found


class Child:
    """Runs :mod:`workers.bench.warping.child` with an interpreter's packages, on one thread."""

    def __init__(self, interpreter: str, songs: Path) -> None:
        one_thread = {f"{name}_NUM_THREADS": "1" for name in _THREADS}
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        self._process = subprocess.Popen(  # noqa: S603 - the interpreter that the operator names, no shell
            [interpreter, "-I", str(_CHILD), str(songs)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors, text=True,
            env={**os.environ, **one_thread, "MPLBACKEND": "Agg"},
        )  # fmt: skip

    def ask(self, **order: Any) -> Any:
        """The answer to an order. Raises Failed where the process ended instead."""
        assert self._process.stdin is not None  # noqa: S101 - both are pipes
        assert self._process.stdout is not None  # noqa: S101
        try:
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
            answer = self._process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        if not answer:
            raise Failed(self._last_words())
        return json.loads(answer)

    def _last_words(self) -> str:
        self._process.wait(_ENDS_S)
        self._errors.seek(0)
        said = self._errors.read().decode(errors="replace").split("\n")
        return next((line.strip() for line in reversed(said) if line.strip()), f"status {self._process.returncode}")

    def __enter__(self) -> Child:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()  # closes the pipes
        self._errors.close()
