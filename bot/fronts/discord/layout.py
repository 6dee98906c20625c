"""Cards as Components V2: a picture beside its words, and the controls in the same frame.

https://discord.com/developers/docs/components/overview: at most 40 components and 4000 characters in a message. A pick
has 22 components at most; its texts are cut to ``bot.lines.NAME`` and ``SENTENCE``.
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
from bot.lines import alt, cover
from bot.text import fitting
from bot.words import Words
from core.model import Arm

_TEXT = 4000
_COLOURS = {Arm.CLOSE: discord.Colour(0x2F9E6B), Arm.WILDCARD: discord.Colour(0xC9822B)}


def job(card: JobCard, words: Words) -> Drawn:
    return _framed([_text(lines.job(card, words)), *_rows(controls.job(card, words))])


def done(card: SlateCard, link: str, words: Words) -> Drawn:
    return _framed([_text(lines.done(card, link, words))])


def head(card: SlateCard, asker: str, words: Words) -> Drawn:
    return _framed([_text(lines.head(card, asker, words)), *_rows(controls.head(card, words))])


def pick(card: PickCard, words: Words, clip: bytes | None = None, *, kept: bool = False) -> Drawn:
    text = _text([lines.song(card), *lines.why(card, words)])
    picture = cover(card)
    parts: list[ui.Item[Any]] = [text]
    if picture:
        parts = [ui.Section(text, accessory=ui.Thumbnail(picture, description=alt(card, words)))]
    name = f"pick-{card.id}.mp3"
    if clip is not None or kept:
        parts.append(ui.File(f"attachment://{name}"))
    parts += _rows(controls.pick(card, words))
    files = (discord.File(io.BytesIO(clip), name),) if clip is not None else ()
    return _framed(parts, _COLOURS[card.arm], files)


def notice(text: str, items: Sequence[ui.Item[Any]] = (), picture: discord.File | None = None) -> Drawn:
    parts: list[ui.Item[Any]] = [_text([text])]
    if picture is not None:
        image = discord.MediaGalleryItem(f"attachment://{picture.filename}", description=picture.description)
        parts.append(ui.MediaGallery(image))
    return _framed([*parts, *_rows([list(items)] if items else [])], files=(picture,) if picture else ())


def _framed(
    parts: Iterable[ui.Item[Any]], colour: discord.Colour | None = None, files: tuple[discord.File, ...] = ()
) -> Drawn:
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.Container(*parts, accent_colour=colour))
    return Drawn(view, files=files)


def _text(parts: Iterable[str]) -> ui.TextDisplay[Any]:
    return ui.TextDisplay(fitting("\n".join(parts), _TEXT))


def _rows(rows: Iterable[controls.Row]) -> list[ui.Item[Any]]:
    return [ui.ActionRow(*row) for row in rows]
