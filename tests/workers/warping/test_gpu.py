"""The kernel for graphics cards, in numba's simulator and on a real one where there is one.

Whether numba simulates is settled when it is imported, so that the checks run in a process of their own.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from workers.warping import gpu

_ROOT = Path(__file__).resolve().parents[3]


def _check(*, simulated: bool) -> str:
    """What pytest says of gpu_checks.py; all must have passed."""
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    surroundings |= {"NUMBA_ENABLE_CUDASIM": str(int(simulated)), "NUMBA_CUDA_LOW_OCCUPANCY_WARNINGS": "0"}
    checks = str(Path(__file__).with_name("gpu_checks.py"))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "0", checks]
    done = subprocess.run(command, cwd=_ROOT, env=surroundings, capture_output=True, text=True, timeout=150)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_in_the_simulator() -> None:
    assert "passed" in _check(simulated=True)


def test_on_a_card() -> None:
    if not gpu.available():
        pytest.skip("needs an NVIDIA GPU and numba-cuda")
    assert "passed" in _check(simulated=False)


def test_nothing_of_cuda_is_imported_before_it_is_needed() -> None:
    code = "import sys, workers.warping.gpu; print(sorted(name for name in sys.modules if name == 'numba.cuda'))"
    told = subprocess.run([sys.executable, "-c", code], cwd=_ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


@pytest.mark.parametrize("trouble", [ImportError, OSError, RuntimeError])
def test_without_a_driver_there_is_no_card(trouble: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> None:
        raise trouble("no driver")

    monkeypatch.setattr(gpu, "_cuda", none)
    assert gpu.available() is False


def test_the_simulator_is_no_card() -> None:
    code = "from workers.warping.gpu import available; print(available())"
    told = subprocess.run([sys.executable, "-c", code], cwd=_ROOT, capture_output=True, text=True, check=True,
                          env=os.environ | {"NUMBA_ENABLE_CUDASIM": "1"})  # fmt: skip
    assert told.stdout.strip() == "False"
