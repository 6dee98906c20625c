"""``yasr scorecard``: how well the picks are liked, and how fairly they are spread."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.scorecards import card
from core import settings
from core.scorecard import FEWEST, LIKED, SEED_CLOSE, SEED_WILDCARD, Comparison, Group, Scorecard, compare
from core.settings import Settings
from core.store.store import Store, utc_now

_WIDTH = 100
_NONE = "–"


def command(
    compare_models: Annotated[
        bool, typer.Option("--compare", help="Compare two models by the slates to which both gave picks.")
    ] = False,
    days: Annotated[
        int | None, typer.Option(min=1, max=36500, help="Only what was shown in so many last days.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")] = False,
) -> None:
    """Say how well the picks are liked, and how fairly they are spread."""
    loaded = settings.load()
    since = None if days is None else utc_now() - timedelta(days=days)
    console = Console(soft_wrap=True)
    console.width = max(console.width, _WIDTH)
    if compare_models:
        _print_comparison(asyncio.run(_comparison(loaded, since)), console, as_json=as_json)
    else:
        _print_card(asyncio.run(_card(loaded, since)), console, as_json=as_json)


async def _card(loaded: Settings, since: datetime | None) -> Scorecard:
    store = await Store.open(loaded.store_url)
    try:
        return await card(store.scores, since, public=False, scales=loaded.catalogue.scales)
    finally:
        await store.close()


async def _comparison(loaded: Settings, since: datetime | None) -> Comparison | None:
    store = await Store.open(loaded.store_url)
    try:
        return compare(await store.scores.shown(since))
    finally:
        await store.close()


def _print_card(card: Scorecard, console: Console, *, as_json: bool) -> None:
    if as_json:
        seed = {"close": SEED_CLOSE, "wildcard": SEED_WILDCARD}
        typer.echo(json.dumps({**asdict(card), "seed": seed}, ensure_ascii=False, indent=2))
        return
    if not card.picks:
        typer.echo("Nothing was shown in this time, so there is nothing to score.")
        return
    typer.echo(
        f"{card.picks:,} picks in {card.slates:,} slates for {card.listeners:,} listeners; {card.ratings:,} are rated."
    )
    if card.left_mean is not None:
        typer.echo(f"{card.left:,} ratings of people who erased their data have a mean of {card.left_mean:.2f}.")
    typer.echo(f"The first version reached {SEED_CLOSE} with similar songs and {SEED_WILDCARD} with dissimilar ones.")
    console.print(_table("All picks", card.arms))
    for title, groups in (
        ("Close picks by audience", card.audiences),
        ("Close picks by where the song comes from", card.services),
        ("Close picks by what was asked with", card.requests),
        ("Close picks by model", card.models),
    ):
        console.print(_table(title, [group for group in groups if group.picks]))
    console.print(_spread(card))


def _table(title: str, groups: Sequence[Group]) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column("")
    for heading in ("Picks", "Ratings", "Listeners", "Mean 0..10 (95 %)", f"{LIKED} and more (95 %)"):
        table.add_column(heading, justify="right")
    for group in groups:
        mean = _ranged(group.mean, group.mean_interval, "{:.2f}".format)
        liked = _ranged(group.liked, group.liked_interval, "{:.0%}".format)
        counts = (f"{count:,}" for count in (group.picks, group.ratings, group.listeners))
        table.add_row(escape(group.name), *counts, mean, liked)
    return table


def _ranged(value: float | None, interval: tuple[float, float] | None, form: Callable[[float], str]) -> str:
    if value is None:
        return _NONE
    return form(value) + (f" ({form(interval[0])}–{form(interval[1])})" if interval else " (one cannot tell)")


def _spread(card: Scorecard) -> Table:
    table = Table(title="How the picks are spread", title_justify="left", show_header=False)
    table.add_column("")
    table.add_column("", justify="right")
    table.add_row("by little-known artists", _share(card.newcomers))
    table.add_row("by artists whose audience nobody counts", _share(card.unknown))
    table.add_row("artists of the catalogue who were shown", _share(card.coverage))
    least = _NONE if card.gini_least is None else f"{card.gini_least:.3f}"
    table.add_row(f"inequality of artists (Gini; the least with so few picks is {least})", _number(card.gini))
    for meter, lift in card.lifts.items():
        name = f"{meter}: the median pick against the median of the catalogue ({lift.picks:,} picks)"
        table.add_row(escape(name), f"× {10**lift.lift:.2f}")
    table.add_row("distance of two picks of a slate (cosine)", _number(card.diversity))
    table.add_row("shown again to the same listener (must be 0)", _share(card.repeats))
    return table


def _share(value: float | None) -> str:
    return _NONE if value is None else f"{value:.1%}"


def _number(value: float | None) -> str:
    return _NONE if value is None else f"{value:.3f}"


def _print_comparison(found: Comparison | None, console: Console, *, as_json: bool) -> None:
    if as_json:
        document = {**asdict(found), "verdict": str(found.verdict)} if found else None
        typer.echo(json.dumps({"comparison": document}, ensure_ascii=False, indent=2))
        return
    if found is None:
        typer.echo("No slate has rated close picks of two models, so there is nothing to compare.")
        return
    table = Table(
        title=f"{escape(found.first)} against {escape(found.second)}", title_justify="left", show_header=False
    )
    table.add_column("")
    table.add_column("", justify="right")
    table.add_row("slates in which both were rated", f"{found.slates:,}")
    table.add_row("listeners", f"{found.listeners:,}")
    table.add_row("won, lost, tied", f"{found.wins:,}, {found.losses:,}, {found.ties:,}")
    table.add_row("chance of such a split among equals (sign test)", f"{found.chance:.3g}")
    table.add_row("ahead by points (95 %)", _ranged(found.ahead, found.interval, "{:+.2f}".format))
    console.print(table)
    hint = f" ({FEWEST} listeners are the least)" if found.listeners < FEWEST else ""
    typer.echo(f"So: {found.verdict}{hint}.")
