"""Songs a second, from the bytes of a preview to its vector: ours beside librosa and Essentia, in one run."""

from __future__ import annotations

import asyncio
import importlib
import json
import multiprocessing
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path

from rich.console import Console
from rich.table import Table

from core.settings import Settings
from workers.audio.analyse import analyse, opened
from workers.bench import librosa_song
from workers.bench.previews import previews
from workers.device import device_for, one_thread
from workers.pool import Pool

_SONGS = 24
#: Peers take seconds a song.
_FEWER = 6


@dataclass(frozen=True, slots=True)
class Row:
    """``cold_ms``: from a new process to its first song; ``songs_per_s`` once it is warm.

    ``songs_per_core_s`` counts seconds of the processor, which others who use it do not lengthen.
    """

    who: str
    processes: int
    songs_per_s: float
    songs_per_core_s: float | None = None
    cold_ms: float | None = None


async def run(settings: Settings, *, as_json: bool) -> None:
    """Measures and prints a table, or JSON."""
    files = await asyncio.to_thread(previews, _SONGS)
    ours = await asyncio.to_thread(_alone, "ours", files, _ours, settings)
    decode_share = await asyncio.to_thread(_decode_share, files, settings)
    rows = [ours, *[await _pooled(settings, files, processes) for processes in (1, 2)]]
    if find_spec("librosa"):
        rows.append(await asyncio.to_thread(_alone, "librosa", files[:_FEWER], _librosa, settings))
    if find_spec("essentia"):
        rows.append(await asyncio.to_thread(_alone, "Essentia", files[:_FEWER], _essentia, settings))
    ratios = {
        row.who: round((ours.songs_per_core_s or 0) / row.songs_per_core_s, 1)
        for row in rows
        if row is not ours and row.songs_per_core_s
    }
    if as_json:
        document = {"rows": [asdict(row) for row in rows], "decode_share": decode_share, "times_as_fast_as": ratios}
        print(json.dumps(document))  # noqa: T201
        return
    table = Table(title=f"Songs a second, previews of 30 seconds (MP3, stereo), {_SONGS} of them", title_justify="left")
    for heading in ("", "Processes", "First song, new process", "Songs a second", "of one core"):
        table.add_column(heading, justify="right" if heading else "left")
    for row in rows:
        cold = f"{row.cold_ms:,.0f} ms" if row.cold_ms else "–"
        core = f"{row.songs_per_core_s:,.2f}" if row.songs_per_core_s else "–"
        table.add_row(row.who, str(row.processes), cold, f"{row.songs_per_s:,.2f}", core)
    console = Console()
    console.print(table)
    told = [f"{ratio} times as fast as {who} on one core" for who, ratio in ratios.items()]
    console.print("; ".join([f"Decoding is {decode_share:.0%} of our time", *told]) + ".")


def _alone(who: str, files: Sequence[bytes], hear: Callable[[bytes, Settings], None], settings: Settings) -> Row:
    """One fresh process with one thread: its first song, then all the others."""
    began = time.perf_counter()
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), initializer=one_thread) as process:
        process.submit(hear, files[0], settings).result()
        cold_ms = (time.perf_counter() - began) * 1000
        wall_s, core_s = process.submit(_timed, hear, files[1:], settings).result()
    return Row(who, 1, round((len(files) - 1) / wall_s, 2), round((len(files) - 1) / core_s, 2), round(cold_ms))


def _timed(hear: Callable[[bytes, Settings], None], files: Sequence[bytes], settings: Settings) -> tuple[float, float]:
    """Seconds on the clock and of the processor."""
    began, used = time.perf_counter(), time.process_time()
    for file in files:
        hear(file, settings)
    return time.perf_counter() - began, time.process_time() - used


async def _pooled(settings: Settings, files: Sequence[bytes], processes: int) -> Row:
    """As the worker does it: a pool of processes with limits, on its device."""
    device = await asyncio.to_thread(device_for, settings.worker)
    pool = Pool(processes, settings.audio, device)
    try:
        await asyncio.gather(*(pool.analyse(file, "warm") for file in files[:processes]))
        began = time.perf_counter()
        await asyncio.gather(*(pool.analyse(file, "song") for file in files))
        rate = len(files) / (time.perf_counter() - began)
    finally:
        await asyncio.to_thread(pool.close)
    return Row(f"ours, in the worker's pool ({device.name})", processes, round(rate, 2))


def _decode_share(files: Sequence[bytes], settings: Settings) -> float:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), initializer=one_thread) as process:
        return process.submit(_share_here, files, settings).result()


def _share_here(files: Sequence[bytes], settings: Settings) -> float:
    _ours(files[0], settings)
    began = time.perf_counter()
    for file in files:
        opened(file, "song", settings.audio)
    decoded = time.perf_counter()
    for file in files:
        _ours(file, settings)
    return round((decoded - began) / (time.perf_counter() - decoded), 3)


def _ours(file: bytes, settings: Settings) -> None:
    analyse(file, "song", settings.audio)


def _librosa(file: bytes, settings: Settings) -> None:
    librosa_song.hear(file)


def _essentia(file: bytes, settings: Settings) -> None:
    """Its MusicExtractor, which computes about what we do, patterns and loudness aside."""
    standard = importlib.import_module("essentia.standard")
    with tempfile.NamedTemporaryFile(suffix=".mp3") as kept:
        Path(kept.name).write_bytes(file)
        standard.MusicExtractor()(kept.name)
