"""A blend in a group: anybody there may say yes, for a bot cannot know whom a @name belongs to; and tastes compared."""

from __future__ import annotations

from telegram import Message
from telegram.error import BadRequest, Forbidden

from bot import house, tastes
from bot.fronts.telegram import drawn
from bot.fronts.telegram.desk import Desk, Heard
from bot.fronts.telegram.drawn import Drawn
from bot.fronts.telegram.html import lines
from bot.fronts.telegram.keyboards import button
from bot.press import Press, Verb
from core.errors import BadInput
from core.model import Blend
from core.said import said

_LENGTH = 64


async def invite(desk: Desk, heard: Heard) -> None:
    """Asks a group who takes part. Raises BadInput in a private chat."""
    if not heard.place.group:
        raise BadInput(problem=said("a blend needs somebody beside you"))
    blend = await desk.talk.blends.open(heard.listener)
    await desk.reply(heard, await _invitation(desk, heard, blend))


async def pressed(desk: Desk, heard: Heard, press: Press) -> None:
    """Joins, leaves or starts. Raises NotYours for one who takes no part, BadInput where a blend is full."""
    blends = desk.talk.blends
    if press.verb is Verb.START:
        blend = await blends.get(press.what)
        await desk.ask(heard, lambda who, where: desk.talk.commands.blend(who, where, blend))
        return
    if press.verb is Verb.ENTER:
        blend = await blends.join(heard.listener, press.what)
    else:
        blend = await blends.answer(heard.listener, press.what, agreed=False)
    await desk.sender.edit(heard.post(), await _invitation(desk, heard, blend))


async def compare(desk: Desk, heard: Heard, message: Message) -> None:
    """Compares tastes with the author of the message that is replied to, who has to have allowed it."""
    other = message.reply_to_message.from_user if message.reply_to_message else None
    if other is None or other.is_bot:
        await desk.say(heard, heard.words.say("Reply with {command} to somebody's message.", command="/compare"))
        return
    them = await desk.caller(other)
    if not them.preferences.compare and them.listener != heard.listener:
        who = lines.name(other.full_name, _LENGTH)
        closed = "{who} has not opened their taste to others. They can, with {command}."
        await desk.say(heard, heard.words.say(closed, who=who, command=lines.command("settings", heard.words)))
        return
    comparison = await desk.talk.tastes.compare(heard.listener, them.listener)
    await desk.say(heard, tastes.describe_comparison(comparison, heard.words))


async def _invitation(desk: Desk, heard: Heard, blend: Blend) -> Drawn:
    mentions = {member: await _name(desk, heard, member) for member in blend.members}
    say = heard.words.say
    rows = [
        [button(say("I take part"), Press(Verb.ENTER, blend.id)), button(say("Not me"), Press(Verb.LEAVE, blend.id))],
        [button(say("Start"), Press(Verb.START, blend.id))],
    ]
    return drawn.notice(house.invitation(blend, heard.words, mentions), rows)


async def _name(desk: Desk, heard: Heard, member: int) -> str:
    """How Telegram calls a member of the group: names are not kept here."""
    handle = (await desk.talk.people.of(member)).handle
    try:
        user = (await desk.bot.get_chat_member(heard.place.chat, int(handle))).user
    except (BadRequest, Forbidden):
        return "–"
    return f'<a href="tg://user?id={handle}">{lines.name(user.full_name, _LENGTH)}</a>'
