"""What ``python -m workers NAME`` does: the worker itself, and the commands of `yasr` that listen or rank.

What one command alone needs is imported in it: the worker itself must start fast and stay small.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress as Bar

from core import lifeline
from core.errors import BadInput, NoSuchPath, UnknownChoice
from core.model import Candidate, Progress
from core.readers.files import read_file
from core.readers.folder import SOUND
from core.said import loads, said
from core.settings import Settings
from core.store.store import Store
from workers.house import House
from workers.run import run
from workers.stock import ADDED, MAIN

Command = Callable[[Settings, Sequence[str]], Coroutine[Any, Any, None]]
_out = Console(soft_wrap=True)


async def _run(settings: Settings, arguments: Sequence[str]) -> None:
    lifeline.hold()
    await run(settings, only_requests="--only-requests" in arguments)


async def _add(settings: Settings, paths: Sequence[str]) -> None:
    """Folders and sound files with their sound, tables by name."""
    async with House(settings) as house:
        with _bar() as bar:
            report = _reporter(bar)
            new = 0
            for path in map(Path, paths):
                if not path.exists():
                    raise NoSuchPath(path=str(path))
                if path.is_dir() or path.suffix.lower() in SOUND:
                    new += await house.stock.add_folder(path, ADDED, report)
                else:
                    songs = read_file(path.name, await asyncio.to_thread(path.read_bytes)).tracks
                    new += await house.store.catalogue.add([Candidate(song, collection=ADDED) for song in songs])
                    await house.stock.hear_all([ADDED], report)
        _out.print(f"{new} new songs, {await house.store.catalogue.count(ADDED)} added by hand in all.")


async def _harvest(settings: Settings, arguments: Sequence[str]) -> None:
    since = None
    if arguments and arguments[0]:
        try:
            since = date.fromisoformat(arguments[0])
        except ValueError:
            raise BadInput(problem=said("“{text}” is not a date like 2026-11-20", text=arguments[0])) from None
    async with House(settings) as house:
        known = house.harvest.every
        if strange := [name for name in arguments[1:] if name not in known]:
            raise UnknownChoice(
                kind=said("source"), value=strange[0], choices=", ".join(known) or said("none, all are off")
            )
        with _bar() as bar:
            report = _reporter(bar)
            for name in arguments[1:] or house.harvest.names:
                await report(Progress(f"harvesting {name}"))
                _out.print(str(await house.harvest.source(name, since)))
            await house.stock.hear_all([MAIN], report)


async def _stats(settings: Settings, arguments: Sequence[str]) -> None:
    """``--json``, and ``--plot`` with a file's name."""
    from workers import popularity

    settings.state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    store = await Store.open(settings.store_url)
    try:
        songs, harvests = await store.catalogue.collections(), await store.harvests.states()
        counts = popularity.by_meter(await store.artists.counts())
    finally:
        await store.close()
    if "--plot" in arguments:
        popularity.plot(counts, settings.catalogue, Path(arguments[arguments.index("--plot") + 1]))
    steps = {meter: popularity.measured(numbers) for meter, numbers in counts.items()}
    if "--json" in arguments:
        harvested = {state.source: _english(state.sentence) for state in harvests}
        artists = {meter: len(numbers) for meter, numbers in counts.items()}
        _out.print_json(data={"collections": songs, "artists": artists, "scales": steps, "harvests": harvested})
        return
    for name, number in songs.items():
        _out.print(f"{number:>8,}  {name}")
    _out.print(f"{sum(songs.values()):>8,}  in all")
    for meter, (half, most, nearly_all) in steps.items():
        _out.print(
            f"{len(counts[meter]):>8,}  artists measured in {meter}: "
            f"50 % under {half:,}, 90 % under {most:,}, 98 % under {nearly_all:,}"
        )
    for state in harvests:
        _out.print(_english(state.sentence), markup=False)


async def _analyse(settings: Settings, arguments: Sequence[str]) -> None:
    """``--json``, ``--plot`` with a file's name, and sound files."""
    from workers.describing import describe

    rest = list(arguments)
    plot = Path(rest.pop(rest.index("--plot") + 1)) if "--plot" in rest else None
    files = [Path(argument) for argument in rest if argument not in ("--json", "--plot")]
    describe(settings, files, _out, as_json="--json" in rest, plot=plot)


async def _train(settings: Settings, arguments: Sequence[str]) -> None:
    from workers.training import train_genre, train_taste, train_timbre

    what, manifest = arguments[0], Path(arguments[1])
    if what == "taste":
        _out.print(f"Learned: {await asyncio.to_thread(train_taste, manifest, settings)}", markup=False)
        return
    if what == "timbre":
        _out.print(f"Fitted: {await train_timbre(manifest, settings)}", markup=False)
        return
    file, card = await train_genre(manifest, settings)
    _out.print_json(data=card)
    _out.print(f"Trained: {file}", markup=False)


async def _bench(settings: Settings, arguments: Sequence[str]) -> None:
    """``--json``, where there are any ``--peers`` with a Python, and the name."""
    from workers import bench

    name = arguments[-1]
    if name not in bench.ALL:
        raise UnknownChoice(kind=said("benchmark"), value=name, choices=", ".join(bench.ALL))
    peers = {"peers": arguments[arguments.index("--peers") + 1]} if "--peers" in arguments else {}
    if name not in bench.WITH_PEERS:
        peers = {}
    await bench.ALL[name](settings, as_json="--json" in arguments, **peers)


async def _evaluate(settings: Settings, arguments: Sequence[str]) -> None:
    """``audio``, ``listeners`` or ``playlists``, ``--json``, for playlists ``--folds`` with a number, and a path."""
    what, path, as_json = arguments[0], Path(arguments[-1]), "--json" in arguments
    if what == "playlists":
        from workers.evaluate import playlists

        folds = int(arguments[arguments.index("--folds") + 1])
        await playlists.evaluate(settings, path, folds=folds, as_json=as_json)
    elif what == "listeners":
        from workers.evaluate import listeners

        await listeners.evaluate(settings, path, as_json=as_json)
    else:
        from workers.evaluate import audio

        await audio.evaluate(settings, path, as_json=as_json)


COMMANDS: dict[str, Command] = {
    "run": _run,
    "add": _add,
    "harvest": _harvest,
    "stats": _stats,
    "analyse": _analyse,
    "bench": _bench,
    "evaluate": _evaluate,
    "train": _train,
}


def _english(stored: str) -> str:
    return " ".join(map(str, loads(stored)))


def _bar() -> Bar:
    return Bar(console=Console(stderr=True), transient=True)


def _reporter(bar: Bar) -> Callable[[Progress], Awaitable[None]]:
    task = bar.add_task("starting", total=None)

    async def report(progress: Progress) -> None:
        bar.update(task, description=progress.stage, completed=progress.done, total=progress.total or None)

    return report
