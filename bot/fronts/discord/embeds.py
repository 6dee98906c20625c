"""Cards as plain embeds, for those who set YASR_DISCORD__EMBEDS: the look of before components could hold text.

https://discord.com/developers/docs/resources/message#embed-object-embed-limits
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

import discord
from discord import ui

from bot.cards import JobCard, PickCard, SlateCard
from bot.fronts.discord import controls
from bot.fronts.discord.drawn import Drawn
from bot.fronts.discord.markdown import lines
from bot.lines import cover
from bot.text import fitting
from bot.words import Words

_TEXT, _CONTENT = 4096, 2000


def job(card: JobCard, words: Words) -> Drawn:
    return _drawn(lines.job(card, words), controls.job(card, words))


def done(card: SlateCard, link: str, words: Words) -> Drawn:
    return _drawn(lines.done(card, link, words), [])


def head(card: SlateCard, asker: str, words: Words) -> Drawn:
    # A mention inside an embed pings nobody, so this one is text.
    content = "\n".join(lines.head(card, asker, words))
    return Drawn(_view(controls.head(card, words)), content=fitting(content, _CONTENT))


def pick(card: PickCard, words: Words, clip: bytes | None = None, *, kept: bool = False) -> Drawn:
    embed = _embed([lines.song(card), *lines.why(card, words)])
    if picture := cover(card):
        embed.set_thumbnail(url=picture)
    files = (discord.File(io.BytesIO(clip), f"pick-{card.id}.mp3"),) if clip is not None else ()
    return Drawn(_view(controls.pick(card, words)), embeds=(embed,), files=files)


def notice(text: str, items: Sequence[ui.Item[Any]] = (), picture: discord.File | None = None) -> Drawn:
    files = (picture,) if picture else ()
    return Drawn(_view([list(items)] if items else []), content=fitting(text, _CONTENT), files=files)


def _drawn(parts: Iterable[str], rows: Iterable[controls.Row]) -> Drawn:
    return Drawn(_view(rows), embeds=(_embed(parts),))


def _embed(parts: Iterable[str]) -> discord.Embed:
    return discord.Embed(description=fitting("\n".join(parts), _TEXT))


def _view(rows: Iterable[controls.Row]) -> ui.View:
    view = ui.View(timeout=None)
    for number, row in enumerate(rows):
        for item in row:
            item.row = number
            view.add_item(item)
    return view
