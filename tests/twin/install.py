"""The foreign server's modules, installed by npm beside its description on first use.

The lock file names no registry: it is made by
``npm install --package-lock-only --omit-lockfile-registry-resolved=true``.
"""

from __future__ import annotations

import fcntl
import shutil
import subprocess
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
_WANTED = FOLDER / "package-lock.json"
_DONE = FOLDER / "node_modules" / ".installed"
_AT_MOST_S = 170


def install() -> None:
    """Makes node_modules what package-lock.json says; raises when npm is missing or fails."""
    npm = shutil.which("npm")
    assert npm is not None, "the foreign Discord needs node (20.19 or newer) and npm"
    with _WANTED.open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several test processes may start at once
        wanted = lock.read()
        if _DONE.is_file() and _DONE.read_bytes() == wanted:
            return
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, timeout=_AT_MOST_S, check=False)
        assert done.returncode == 0, f"npm could not install the foreign Discord:\n{done.stderr}"
        _DONE.write_bytes(wanted)
