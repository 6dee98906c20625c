"""Compiled code is kept where that can be, and works where it cannot."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

_CODE = """
import numpy as np
from workers.warping import reference
from workers.warping.rule import Rule
print(reference.distance(np.zeros((2, 1)), np.ones((1, 1)), Rule()), reference._cells.stats.cache_path)
"""


def run(folder: Path, before: str = "") -> tuple[str, str]:
    done = subprocess.run(
        [sys.executable, "-c", before + _CODE],
        env=os.environ | {"NUMBA_CACHE_DIR": str(folder)},
        cwd=Path(__file__).resolve().parents[3],
        check=True,
        text=True,
        capture_output=True,
    )
    distance, place = done.stdout.split(maxsplit=1)
    return distance, place.strip()


def test_kept_on_disk(tmp_path: Path) -> None:
    distance, place = run(tmp_path)
    assert distance == "1.0"
    assert Path(place).is_relative_to(tmp_path)
    assert any(Path(place).glob("*.nbc"))


def test_no_place_to_keep_it(tmp_path: Path) -> None:
    nowhere = "from numba.core import caching; caching.CacheImpl._locator_classes = []"
    assert run(tmp_path, nowhere) == ("1.0", "None")
