"""Sound files that somebody dropped: kept in the state folder until they were heard, and no longer than a day."""

from __future__ import annotations

import re
import shutil
import time
import uuid
from collections.abc import Sequence
from pathlib import Path

#: Uploads older than this are removed (seconds): long enough for "more", short enough to keep nobody's music.
LIFETIME_S = 24 * 3600
_UNSAFE = re.compile(r"[^\w.\- ()'&,]+")


class Uploads:
    """A folder with one folder per upload."""

    def __init__(self, state_dir: Path) -> None:
        self._root = state_dir / "uploads"

    def keep(self, files: Sequence[tuple[str, bytes]]) -> Path:
        """Writes the files and returns their folder. Names keep what a title needs and lose what a path could use."""
        folder = self._root / uuid.uuid4().hex
        folder.mkdir(parents=True, mode=0o700)
        for number, (name, data) in enumerate(files):
            plain = _UNSAFE.sub("_", Path(name).name)[-120:].lstrip(".") or "file"
            place = folder / plain
            (place if not place.exists() else folder / f"{number} {plain}").write_bytes(data)
        return folder

    def lost(self, folder: Path) -> bool:
        """Whether ``folder`` was one of ours and is gone."""
        return folder.parent == self._root and not folder.exists()

    def remove(self, folder: Path) -> None:
        """Removes ``folder`` if it is one of ours."""
        if folder.parent == self._root:
            shutil.rmtree(folder, ignore_errors=True)

    def sweep(self) -> None:
        """Removes what is past its time."""
        for folder in self._root.glob("*"):
            if time.time() - folder.stat().st_mtime > LIFETIME_S:
                shutil.rmtree(folder, ignore_errors=True)
