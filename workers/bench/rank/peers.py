"""The peers, each in a process of its own, with the packages of whatever Python has them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

from core.errors import NoSuchPath
from workers.bench.rank.rows import Row, row

_CHILD = Path(__file__).with_name("child.py")
_PEERS = ("scikit-learn", "faiss-cpu")
#: Rounding may swap a seed's 50th neighbour for its 51st.
_SAME = 0.99


def measured(python: str, folder: Path, size: int, rounds: int) -> list[Row]:
    """Those that are installed there, "" for this Python.

    Raises NoSuchPath where there is none, RuntimeError where a peer finds other songs than it should.
    """
    interpreter = shutil.which(python or sys.executable)
    if interpreter is None:
        raise NoSuchPath(path=python)
    rows = []
    for peer in _PEERS:
        command = [interpreter, "-I", str(_CHILD), peer, str(folder), str(rounds)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - the operator names it
        found = json.loads(done.stdout)
        if found is None:
            continue
        if found["right"] < _SAME:
            raise RuntimeError(f"{peer} found other songs than plain cosines do")
        note = f"{found['version']}; the 50 nearest of each seed alone, no ranking"
        rows.append(row(peer, size, found["seconds"], found["loading"], found["memory_mb"], note))
    return rows
