"""The library: all songs as they go on, in a file that the worker processes of a machine map into memory together."""

from __future__ import annotations

import asyncio
import fcntl
import os
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from core.store.sequences import SequenceRow
from core.store.store import Store
from workers.audio.sequence import DIMS, VERSION
from workers.warping.sequences import Sequences

_ROW = np.dtype([("id", "<i8"), ("recording_id", "<i8"), ("stop", "<i8"), ("start_s", "<f8")])
_BYTES = 2 * DIMS


class Shelf:
    """Songs in the file's order; ``starts_s`` (N,): where each begins in its sound, in seconds."""

    def __init__(self, sequences: Sequences, recording_ids: NDArray[np.int64], starts_s: NDArray[np.float64]) -> None:
        self.sequences = sequences
        self.starts_s = starts_s
        self._order = np.argsort(recording_ids, kind="stable")
        self._sorted = recording_ids[self._order]

    def __len__(self) -> int:
        return len(self._sorted)

    def places(self, recording_ids: Sequence[int] | NDArray[np.int64]) -> NDArray[np.int64]:
        """Where each recording stands, -1 for one that is not here."""
        wanted = np.asarray(recording_ids, np.int64)
        if not len(self):
            return np.full(len(wanted), -1)
        near = np.searchsorted(self._sorted, wanted).clip(max=len(self) - 1)
        return np.where(self._sorted[near] == wanted, self._order[near], -1)

    def songs(self, places: NDArray[np.int64]) -> Sequences:
        """Some of them, in this order."""
        return Sequences.of([self.sequences[place] for place in places])


class Library:
    """A copy of the store's sequences in two files: frames one after the other, and an index that says how many count.

    The store only adds, so the copy only grows. Whoever adds holds the lock; frames beyond the index, left by one who
    died, are written over.
    """

    def __init__(self, store: Store, folder: Path) -> None:
        self._store = store
        self._folder = folder
        self._stem = ""
        self._turn = asyncio.Lock()

    async def current(self) -> Shelf:
        """All songs of the store."""
        async with self._turn:
            self._stem = self._stem or f"{VERSION}-{await self._whose()}"
            rows = await asyncio.to_thread(self._rows)
            mark = int(rows["id"].max()) if len(rows) else 0
            async for some in self._store.sequences.after(mark, VERSION):
                await asyncio.to_thread(self._add, some)
            return await asyncio.to_thread(self._shelf)

    async def _whose(self) -> str:
        """What tells this store from one that is put in its place later and counts from 1 again."""
        if not await self._store.notice("store"):
            await self._store.announce("store", whose=uuid.uuid4().hex[:12])
        return str((await self._store.notice("store"))["whose"])

    def _file(self, kind: str) -> Path:
        return self._folder / f"{self._stem}.{kind}"

    def _rows(self) -> NDArray[np.void]:
        index = self._file("index")
        if not index.exists():
            return np.empty(0, _ROW)
        return np.fromfile(index, _ROW, count=index.stat().st_size // _ROW.itemsize)

    def _add(self, rows: Sequence[SequenceRow]) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._locked():
            known = self._rows()
            mark = int(known["id"].max()) if len(known) else 0
            stop = int(known["stop"][-1]) if len(known) else 0
            fresh = [row for row in rows if row.id > mark]  # another process may have been faster
            with _opened(self._file("frames")) as frames:
                frames.seek(stop * _BYTES)
                frames.truncate()
                frames.writelines(row.frames for row in fresh)
                frames.flush()
                os.fsync(frames.fileno())
            stops = stop + np.cumsum([len(row.frames) // _BYTES for row in fresh])
            index = np.array([(row.id, row.recording_id, stop, row.start_s)
                              for row, stop in zip(fresh, stops, strict=True)], _ROW)  # fmt: skip
            with _opened(self._file("index")) as file:
                file.seek(len(known) * _ROW.itemsize)
                file.truncate()
                file.write(index.tobytes())

    def _shelf(self) -> Shelf:
        rows = self._rows()
        if not len(rows):
            none = np.empty(0, np.int64)
            return Shelf(Sequences(np.empty((0, DIMS), np.int16), np.zeros(1, np.int64)), none, np.empty(0))
        starts = np.concatenate([[0], rows["stop"]])
        frames = np.memmap(self._file("frames"), "<i2", "r", shape=(int(starts[-1]), DIMS))
        return Shelf(Sequences(frames, starts), rows["recording_id"], rows["start_s"])

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self._file("lock").open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _opened(path: Path) -> IO[bytes]:
    return path.open("r+b" if path.exists() else "w+b")
