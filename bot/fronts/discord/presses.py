"""Buttons and menus: what they mean is in their id, so that they work after any restart and a year later."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any, Self

import discord
from discord import ui

from bot import leading, showing
from bot.fronts.discord import blending, drawn, history, mydata, sharing
from bot.fronts.discord.controls import WITHDRAW
from bot.fronts.discord.desk import Desk
from bot.fronts.discord.markdown import lines
from bot.lines import NAME, URL
from bot.people import Known
from bot.press import TEMPLATE, Press, Verb
from bot.text import link
from core import verdicts
from core.errors import NotYours

Handler = Callable[["Presses", discord.Interaction, Known, Press], Awaitable[None]]


class Pressed(ui.DynamicItem[ui.Item[Any]], template=TEMPLATE):
    """Any button or menu of ours."""

    @classmethod
    async def from_custom_id(cls, _: discord.Interaction, item: ui.Item[Any], __: re.Match[str]) -> Self:
        return cls(item)

    async def callback(self, interaction: discord.Interaction) -> None:
        await interaction.client.pressed(interaction)  # type: ignore[attr-defined] # our own client


class Presses:
    """Does what a press means."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._commands = desk.talk.commands
        self._picks = desk.talk.picks

    async def __call__(self, interaction: discord.Interaction) -> None:
        """Answers a press. Raises core.errors for what cannot be done."""
        data: dict[str, Any] = dict(interaction.data or {})
        press = Press.parse(data["custom_id"])
        handler = _HANDLERS.get(press.verb) if press else None
        if press is None or handler is None:
            raise NotYours()
        if values := data.get("values"):
            press = Press(press.verb, press.what, values[0])
        await handler(self, interaction, await self._desk.caller(interaction), press)

    async def _rate(self, interaction: discord.Interaction, caller: Known, press: Press) -> None:
        """A rating; the one that is already given, pressed again, is taken back."""
        pick = int(press.what)
        before = await self._picks.card(caller.listener, pick, caller.words)
        emoji = "" if press.value == WITHDRAW else verdicts.emoji_of(int(press.value))
        if press.verb is Verb.RATE and before is not None and before.rated == emoji:
            emoji = ""
        value = await self._picks.rate(caller.listener, pick, emoji, shared=True)
        after = await self._picks.card(caller.listener, pick, caller.words)
        if after is None:  # somebody else's pick: the message shows its asker's rating
            await self._desk.tell(interaction, rated(caller, value))
            return
        clip = interaction.message is not None and bool(interaction.message.attachments)
        await interaction.response.edit_message(**self._desk.pen.pick(after, caller.words, kept=clip).editing())

    async def _more(self, interaction: discord.Interaction, _: Known, press: Press) -> None:
        await self._desk.ask(interaction, lambda who, where: self._commands.more(who, where, press.what))

    async def _lesser(self, interaction: discord.Interaction, _: Known, press: Press) -> None:
        await self._desk.ask(interaction, lambda who, where: self._commands.lesser(who, where, press.what))

    async def _like(self, interaction: discord.Interaction, _: Known, press: Press) -> None:
        await self._desk.ask(interaction, lambda who, where: self._commands.like(who, where, int(press.what)))

    async def _cancel(self, interaction: discord.Interaction, caller: Known, press: Press) -> None:
        await self._commands.cancel(caller.listener, press.what)
        card = await self._commands.card(caller.listener, press.what, caller.words)
        await interaction.response.edit_message(**drawn.card(self._desk.pen, card, caller.words).editing())

    async def _never(self, interaction: discord.Interaction, caller: Known, press: Press) -> None:
        artist = await self._picks.never(caller.listener, int(press.what))
        say = caller.words.say("You will not see {artist} again.", artist=lines.name(artist, NAME))
        await self._desk.tell(interaction, say)

    async def _where(self, interaction: discord.Interaction, caller: Known, press: Press) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)  # another service is asked
        found = await self._picks.links(None, int(press.what))
        safe = {place.label: url for place in found if (url := link(place.url, URL))}
        shown = [f"{lines.name(label, NAME)}: {lines.url(url)}" for label, url in safe.items()]
        none = caller.words.say("Nobody I asked knows another place for this song.")
        await self._desk.tell(interaction, "\n".join(shown) or none)

    async def _why(self, interaction: discord.Interaction, caller: Known, press: Press) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)  # it is drawn first
        await self._desk.show_picture(
            interaction, await showing.why(self._desk.talk, caller, int(press.what)), "why.png"
        )

    async def _appeal(self, interaction: discord.Interaction, caller: Known, press: Press) -> None:
        await self._picks.appeal(caller.listener, int(press.what))
        thanks = caller.words.say("Thank you. Whoever runs this bot will look at the artist again.")
        await self._desk.tell(interaction, thanks)

    async def _blend(self, interaction: discord.Interaction, caller: Known, press: Press) -> None:
        await blending.press(self._desk, interaction, caller, press)

    async def _hear(self, interaction: discord.Interaction, _: Known, press: Press) -> None:
        await sharing.hear(self._desk, interaction, int(press.what))

    async def _paste(self, interaction: discord.Interaction, caller: Known, _: Press) -> None:
        await interaction.response.send_modal(sharing.Paste(caller.words))

    async def _sample(self, interaction: discord.Interaction, _: Known, __: Press) -> None:
        await self._desk.ask(interaction, self._commands.sample)

    async def _page(self, interaction: discord.Interaction, caller: Known, press: Press) -> None:
        """Its address opens the listener's own page, so that nobody else may see it."""
        url = await leading.to_slate(self._desk.talk, caller, press.what)
        text, label = leading.told(caller)
        drawn = self._desk.pen.notice(text, [ui.Button(label=label, url=url)])
        await interaction.response.send_message(ephemeral=True, **drawn.sending())

    async def _forget(self, interaction: discord.Interaction, caller: Known, press: Press) -> None:
        await mydata.forget(self._desk, interaction, caller, press)

    async def _show(self, interaction: discord.Interaction, caller: Known, press: Press) -> None:
        await history.show(self._desk, interaction, caller, press.value)


def rated(caller: Known, value: int | None) -> str:
    """What was done with a rating."""
    if value is None:
        return caller.words.say("Your rating is taken back.")
    return caller.words.say("Saved: {value} of 10.", value=value)


_HANDLERS: dict[Verb, Handler] = {
    Verb.RATE: Presses._rate,
    Verb.EXACT: Presses._rate,
    Verb.MORE: Presses._more,
    Verb.LESSER: Presses._lesser,
    Verb.LIKE: Presses._like,
    Verb.CANCEL: Presses._cancel,
    Verb.NEVER: Presses._never,
    Verb.WHERE: Presses._where,
    Verb.WHY: Presses._why,
    Verb.APPEAL: Presses._appeal,
    Verb.JOIN: Presses._blend,
    Verb.LEAVE: Presses._blend,
    Verb.START: Presses._blend,
    Verb.HEAR: Presses._hear,
    Verb.PASTE: Presses._paste,
    Verb.FORGET: Presses._forget,
    Verb.SHOW: Presses._show,
    Verb.SAMPLE: Presses._sample,
    Verb.PAGE: Presses._page,
}
