"""``yasr provenance``: why the guard suspects an artist, and what the operator decides."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from typing import Annotated, Any

import typer

from core import provenance, recording, settings
from core.errors import BadInput
from core.model import Career, Ruling, RulingKind
from core.newcomer import evidence
from core.said import said
from core.store.artists import Known
from core.store.store import Store

app = typer.Typer(help="The guard against machine-made music: its reasons, and your decisions.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The artist's name.", metavar="ARTIST")]
Note = Annotated[str, typer.Option(help="Why, in your words.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]

_RULED = {
    RulingKind.ALLOW: "allowed on {}",
    RulingKind.BLOCK: "blocked on {}",
    RulingKind.APPEALED: "appealed on {}, not decided yet",
}


@app.command()
def explain(artist: Name, as_json: Json = False) -> None:
    """Say what speaks for and against a machine behind an artist."""
    known, ruling = asyncio.run(_look_up(artist))
    found = provenance.judge(artist, known.careers, ruling)
    if as_json:
        _print_json({
            "artist": artist,
            "suspect": found.suspect,
            "score": round(found.score, 3),
            "reasons": list(map(str, found.reasons)),
            "audiences": [asdict(audience) for audience in known.audiences],
            "careers": [asdict(career) for career in known.careers],
            "ruling": asdict(ruling) if ruling else None,
        })  # fmt: skip
        return
    verdict = "a suspect" if found.suspect else "not a suspect"
    typer.echo(f"{artist} is {verdict} (score {found.score:.2f}; {provenance.SUSPECT:.2f} and more is one).")
    for reason in found.reasons or ["nothing speaks for a machine, and nothing against it"]:
        typer.echo(f"  - {reason}")
    typer.echo("What is known:")
    for line in [str(evidence(known.audiences)), *map(_career, known.careers), _ruling(ruling)]:
        typer.echo(f"  - {line}")


@app.command()
def allow(artist: Name, note: Note = "") -> None:
    """Vouch for an artist, whatever the guard says."""
    asyncio.run(_rule(artist, RulingKind.ALLOW, note))
    typer.echo(f"{artist} is allowed, whatever the guard says.")


@app.command()
def block(artist: Name, note: Note = "") -> None:
    """Hold an artist for a machine, whatever the guard says."""
    asyncio.run(_rule(artist, RulingKind.BLOCK, note))
    typer.echo(f"{artist} is blocked: what YASR_CATALOGUE__GUARD says of suspects holds for them.")


@app.command()
def forget(artist: Name) -> None:
    """Withdraw a decision or an appeal, so that the guard alone decides."""
    asyncio.run(_unrule(artist))
    typer.echo(f"Nothing is ruled about {artist} any more.")


@app.command()
def appeal(artist: Name, note: Note = "") -> None:
    """Ask for another look at an artist."""
    asyncio.run(_appeal(artist, note))
    typer.echo(f"Thank you. `yasr provenance list` shows the appeal for {artist} until somebody decides.")


@app.command("list")
def list_(as_json: Json = False) -> None:
    """Show the open appeals, then what was decided."""
    rulings = sorted(asyncio.run(_rulings()), key=lambda ruling: ruling.kind is not RulingKind.APPEALED)
    if as_json:
        _print_json([asdict(ruling) for ruling in rulings])
        return
    for ruling in rulings:
        typer.echo(f"{ruling.name}: {_ruling(ruling)}")
    if not rulings:
        typer.echo("Nothing was decided, and nobody appealed.")


async def _look_up(artist: str) -> tuple[Known, Ruling | None]:
    """What is known of an artist and ruled about them; raises BadInput where that is nothing at all."""
    key = recording.artist_key(artist)
    async with _store() as store:
        known = (await store.artists.known([artist])).get(key)
        ruling = (await store.artists.rulings()).get(key)
    if known is None and ruling is None:
        raise BadInput(problem=said("I have not met an artist called “{artist}”", artist=artist))
    return known or Known(), ruling


async def _appeal(artist: str, note: str) -> None:
    await _look_up(artist)
    await _rule(artist, RulingKind.APPEALED, note)


async def _rule(artist: str, kind: RulingKind, note: str) -> None:
    async with _store() as store:
        await store.artists.rule(artist, kind, note)


async def _unrule(artist: str) -> None:
    async with _store() as store:
        if not await store.artists.unrule(artist):
            raise BadInput(problem=said("nothing was ruled about an artist called “{artist}”", artist=artist))


async def _rulings() -> list[Ruling]:
    async with _store() as store:
        return await store.artists.every_ruling()


@asynccontextmanager
async def _store() -> AsyncIterator[Store]:
    store = await Store.open(settings.load().store_url)
    try:
        yield store
    finally:
        await store.close()


def _career(career: Career) -> str:
    """ "deezer, 2026-11-03: first release 2025-01-31, 212 releases, 200 of them within a year, 400 songs"."""
    said = [f"first release {career.first_release or 'unknown'}", f"{career.releases:,} releases"]
    said.append(f"{career.lately:,} of them within a year")
    if career.tracks is not None:
        said.append(f"{career.tracks:,} songs")
    said += [f"marked “{mark}”" for mark in career.marks]
    return f"{career.source}, {career.seen}: {', '.join(said)}"


def _ruling(ruling: Ruling | None) -> str:
    if ruling is None:
        return "nothing was ruled"
    return _RULED[ruling.kind].format(f"{ruling.at:%Y-%m-%d}") + (f": {ruling.note}" if ruling.note else "")


def _print_json(document: Any) -> None:
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2, default=lambda day: day.isoformat()))
