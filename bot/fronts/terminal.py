"""The terminal: progress on standard error, the answer on standard output as a table or as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table

from bot import passages
from bot.cards import JobCard
from bot.findings import Finding, Health
from bot.words import ENGLISH
from core.model import Passage, Pick, Slate
from core.newcomer import evidence

_COLOURS = {Health.WORKS: "green", Health.OFF: "dim", Health.FAILS: "bold red"}


class ProgressBar:
    """Shows a request under way; a context manager."""

    def __init__(self) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[count]}"))
        self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
        self._task = self._bar.add_task("starting", total=None, count="")

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def show(self, card: JobCard) -> None:
        count = f"{card.done} of {card.total}" if card.total else ""
        self._bar.update(
            self._task, description=card.stage or "waiting", completed=card.done, total=card.total or None, count=count
        )


def as_json(slate: Slate, note: str, state_dir: Path) -> str:
    """One JSON document with the picks and what they rest on; files as absolute paths."""
    document = {
        "request": slate.request_id,
        "model": slate.model,
        "model_version": slate.model_version,
        "note": note,
        "picks": [_pick(pick, state_dir) for pick in slate.picks],
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def _pick(pick: Pick, state_dir: Path) -> dict[str, Any]:
    track = pick.track
    return {
        "rank": pick.rank,
        "arm": pick.arm.value,
        "score": round(pick.score, 4),
        "fit": None if pick.fit is None else round(pick.fit, 4),
        "random": pick.random,
        "artist": track.artist,
        "track": {
            "title": track.title,
            "album": track.album,
            "file": str(state_dir / track.path) if track.path else None,
            "links": {track.source: track.url} if track.url else {},
            "generated": track.generated,
            "licence": track.licence_url or None,
        },
        "nearest_seed": pick.nearest_seed,
        "reason": str(pick.reason),
        "evidence": str(evidence(pick.audiences)),
        "label": str(pick.label or ""),
        "passage": _passage(pick.passage) if pick.passage else None,
    }


def _passage(passage: Passage) -> dict[str, Any]:
    """Seconds of the two sounds, as they are played; the song is ``nearest_seed``."""
    return {"mine": list(passage.mine), "theirs": list(passage.theirs), "closer": passage.closer}


def print_table(slate: Slate, note: str) -> None:
    """The picks as a table that a person reads."""
    console = Console()
    table = Table(title="New songs for you", title_justify="left", show_lines=False)
    for heading in ("", "Artist", "Title", "Why", "Where"):
        table.add_column(heading, overflow="fold")
    for pick in slate.picks:
        track = pick.track
        place = "generated demo song" if track.generated else track.url or str(track.path or "")
        alike = passages.sentence(pick.passage, ENGLISH) if pick.passage else ""
        why, where = _lines(str(pick.reason), alike, str(pick.label or "")), _lines(place, track.licence_url)
        table.add_row(pick.arm.value, escape(track.artist), escape(track.title), escape(why), escape(where))
    console.print(table)
    if note:
        console.print(escape(note))


def _lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def findings_as_json(findings: Sequence[Finding]) -> str:
    """What the doctor found, as one JSON document."""
    return json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2)


def print_findings(findings: Sequence[Finding]) -> None:
    """What the doctor found, a line for each part."""
    console = Console(soft_wrap=True)
    width = max(len(finding.part) for finding in findings)
    for finding in findings:
        uses = f"  [dim]({escape(', '.join(finding.uses))})[/dim]" if finding.uses else ""
        sign = f"[{_COLOURS[finding.health]}]{finding.health:5}[/]"
        console.print(f"{finding.part:{width}}  {sign}  {escape(finding.words)}{uses}", highlight=False)
