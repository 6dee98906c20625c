"""Charts one under the other, in a PNG."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from io import BytesIO
from typing import Any

from matplotlib import rc_context
from matplotlib.figure import Figure, SubFigure

from core.orders import Histogram, Map, Pairs, Part, Path, Radar, Sheet
from workers.pictures.charts import pick, taste
from workers.pictures.charts.ground import DARK, DPI, LARGE, LIGHT, MEDIUM, SMALL, WIDTH, Ground
from workers.pictures.lettering import families, legible, written

#: Pixels.
_HEAD, _HEADING, _ROW = 112, 62, 96


def png(sheet: Sheet) -> bytes:
    """A sheet as it is drawn; the same one gives the same bytes. In the words of ``otherwise`` where there are no
    letters for its own."""
    if sheet.otherwise and not all(legible(text) for text in sheet.words()):
        sheet = sheet.otherwise
    sheet = _lettered(replace(sheet, otherwise=None))
    ground = LIGHT if sheet.light else DARK
    heights = [_HEAD] * bool(sheet.title) + [_height(part) + (_HEADING if heading else 0)
                                             for heading, part in sheet.parts]  # fmt: skip
    with rc_context({"font.family": list(families()), "hatch.linewidth": 1.2}):
        figure = Figure(figsize=(WIDTH / DPI, sum(heights) / DPI), dpi=DPI, facecolor=ground.ground)
        pieces = list(figure.subfigures(len(heights), 1, squeeze=False, height_ratios=heights)[:, 0])
        for piece in pieces:
            piece.set_facecolor(ground.ground)
        if sheet.title:
            _head(pieces.pop(0), sheet, ground)
        for piece, (heading, part) in zip(pieces, sheet.parts, strict=True):
            _part(piece, heading, part, ground)
        file = BytesIO()
        figure.savefig(file, format="png", dpi=DPI, facecolor=ground.ground, metadata={"Software": None})
    return file.getvalue()


def _lettered(thing: Any) -> Any:
    """The same with every text as it can be written here."""
    if isinstance(thing, str):
        return written(thing)
    if isinstance(thing, tuple):
        return tuple(_lettered(one) for one in thing)
    if is_dataclass(thing) and not isinstance(thing, type):
        return replace(thing, **{field.name: _lettered(getattr(thing, field.name)) for field in fields(thing)})
    return thing


def _height(part: Part) -> int:
    match part:
        case Radar():
            return 620
        case Map():
            return 560
        case Pairs():
            return 70 + _ROW * len(part.pairs)
        case _:
            return 400


def _head(piece: SubFigure, sheet: Sheet, ground: Ground) -> None:
    wide = WIDTH * 0.94
    title = piece.text(0.03, 0.62, sheet.title, fontsize=LARGE, fontweight="bold", color=ground.words,
                       va="center", parse_math=False)  # fmt: skip
    note = piece.text(0.03, 0.18, sheet.note, fontsize=SMALL, color=ground.quiet, va="center",
                      parse_math=False)  # fmt: skip
    for text, size in ((title, LARGE), (note, SMALL)):  # smaller where it would be wider than the picture
        text.set_fontsize(size * min(1.0, wide / max(1.0, text.get_window_extent().width)))


def _part(piece: SubFigure, heading: str, part: Part, ground: Ground) -> None:
    whole = _height(part) + (_HEADING if heading else 0)
    if heading:
        piece.text(0.03, 1 - _HEADING / 2 / whole, heading, fontsize=MEDIUM, fontweight="bold",
                   color=ground.words, va="center", parse_math=False)  # fmt: skip
    top = _height(part) / whole
    match part:
        case Radar():
            axes = piece.add_axes((0.25, 0.19 * top, 0.5, 0.65 * top), projection="polar")
            piece.text(0.5, 0.03, f"- - -  {part.middle}", fontsize=SMALL, color=ground.quiet, ha="center",
                       parse_math=False)  # fmt: skip
            taste.radar(axes, part, ground)  # type: ignore[arg-type] # a polar projection has polar axes
        case Map():
            taste.atlas(piece.add_axes((0.03, 0.03 * top, 0.94, 0.86 * top)), part, ground)
        case Histogram():
            taste.sizes(piece.add_axes((0.03, 0.13 * top, 0.94, 0.73 * top)), part, ground)
        case Pairs():
            pick.pairs(piece.add_axes((0.04, 50 / whole, 0.92, (_height(part) - 60) / whole)), part, ground)
        case Path():
            pick.path(piece.add_axes((0.09, 0.21 * top, 0.87, 0.65 * top)), part, ground)
