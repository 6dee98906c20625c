"""A blend in chat: an invitation that only those who are named can answer, and the start."""

from __future__ import annotations

import discord

from bot import house
from bot.fronts.discord.desk import Desk
from bot.fronts.discord.drawn import Drawn, button
from bot.fronts.discord.places import NAME
from bot.people import Known
from bot.press import Press, Verb
from bot.words import Words
from core.model import Blend


async def invite(desk: Desk, interaction: discord.Interaction, people: list[discord.abc.User]) -> None:
    """Asks people whether they take part. Raises BadInput."""
    caller = await desk.caller(interaction)
    others = [(await desk.talk.people.meet(NAME, str(person.id))).listener for person in people if not person.bot]
    blend = await desk.talk.blends.invite(caller.listener, others)
    drawn = await _invitation(desk, blend, caller.words)
    allowed = discord.AllowedMentions(everyone=False, roles=False, users=people, replied_user=False)
    await interaction.response.send_message(allowed_mentions=allowed, **drawn.sending())


async def press(desk: Desk, interaction: discord.Interaction, caller: Known, pressed: Press) -> None:
    """Joins, leaves or starts. Raises NotYours for one who is not invited."""
    if pressed.verb is Verb.START:
        blend = await desk.talk.blends.get(pressed.what)
        await desk.ask(interaction, lambda who, where: desk.talk.commands.blend(who, where, blend))
        return
    blend = await desk.talk.blends.answer(caller.listener, pressed.what, agreed=pressed.verb is Verb.JOIN)
    drawn = await _invitation(desk, blend, caller.words)
    await interaction.response.edit_message(allowed_mentions=discord.AllowedMentions.none(), **drawn.editing())


async def _invitation(desk: Desk, blend: Blend, words: Words) -> Drawn:
    mentions = {member: f"<@{(await desk.talk.people.of(member)).handle}>" for member in blend.members}
    lines = house.invitation(blend, words, mentions)
    buttons = [
        button(words.say("I take part"), Press(Verb.JOIN, blend.id)),
        button(words.say("Not me"), Press(Verb.LEAVE, blend.id)),
        button(words.say("Start"), Press(Verb.START, blend.id), primary=True),
    ]
    return desk.pen.notice("\n".join(lines), buttons)
