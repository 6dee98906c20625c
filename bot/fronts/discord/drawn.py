"""What a message is made of, and the seam between the two ways to draw one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import discord
from discord import ui

from bot.cards import Card, JobCard, PickCard, SlateCard
from bot.press import Press
from bot.words import Words


@dataclass(frozen=True, slots=True)
class Drawn:
    """A message: a layout alone, or text and embeds with a view under them; and its files."""

    view: ui.LayoutView | ui.View
    content: str = ""
    embeds: tuple[discord.Embed, ...] = ()
    files: tuple[discord.File, ...] = ()

    def __post_init__(self) -> None:
        # discord.py need not remember the view: every press is found by its id.
        self.view.stop()

    def sending(self) -> dict[str, Any]:
        """The arguments of ``send``."""
        files = {"files": list(self.files)} if self.files else {}
        if isinstance(self.view, ui.LayoutView):
            return {"view": self.view, **files}
        return {"content": self.content, "embeds": list(self.embeds), "view": self.view, **files}

    def editing(self) -> dict[str, Any]:
        """The arguments of ``edit``; what the message has in files it keeps."""
        if isinstance(self.view, ui.LayoutView):
            return {"view": self.view}
        return {"content": self.content, "embeds": list(self.embeds), "view": self.view}


class Pen(Protocol):
    """Draws cards. All texts are in the listener's language; all names from outside are made harmless."""

    def job(self, card: JobCard, words: Words) -> Drawn:
        """A request under way, refused or cancelled."""
        ...

    def done(self, card: SlateCard, link: str, words: Words) -> Drawn:
        """What the progress message becomes: where the answer is."""
        ...

    def head(self, card: SlateCard, asker: str, words: Words) -> Drawn:
        """The first message of an answer; ``asker`` is a mention, the only ping there is."""
        ...

    def pick(self, card: PickCard, words: Words, clip: bytes | None = None, *, kept: bool = False) -> Drawn:
        """One pick; ``clip`` is its sound to attach, ``kept`` says that the message has it already."""
        ...

    def notice(self, text: str, items: Sequence[ui.Item[Any]] = (), picture: discord.File | None = None) -> Drawn:
        """A sentence or some lines, with buttons or a menu under it."""
        ...


def button(label: str, press: Press, *, primary: bool = False, danger: bool = False) -> ui.Button[Any]:
    """A button that means ``press``."""
    style = discord.ButtonStyle.secondary
    if primary or danger:
        style = discord.ButtonStyle.danger if danger else discord.ButtonStyle.primary
    return ui.Button(label=label, custom_id=str(press), style=style)


def card(pen: Pen, shown: Card, words: Words) -> Drawn:
    """Whatever a request is at the moment, as a progress message."""
    return pen.job(shown, words) if isinstance(shown, JobCard) else pen.done(shown, "", words)
