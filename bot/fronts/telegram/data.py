"""/mydata: what is stored about a person, to see, to take away, to erase."""

from __future__ import annotations

from bot import house
from bot.fronts.telegram.desk import Desk, Heard
from bot.fronts.telegram.html import lines
from bot.fronts.telegram.keyboards import button
from bot.fronts.telegram.sending import Closed
from bot.press import Press, Verb

_SURE = "sure"


async def show(desk: Desk, heard: Heard) -> None:
    """How much there is of what."""
    say = heard.words.say
    told = (await house.data(desk.talk, heard.caller, lines))[:-1]  # the last line names commands; here are buttons
    rows = [
        [button(say("All of it as a file"), Press(Verb.EXPORT, "me"))],
        [button(say("Erase everything"), Press(Verb.FORGET, "me"))],
    ]
    await desk.whisper(heard, told, rows)


async def pressed(desk: Desk, heard: Heard, press: Press) -> None:
    """Hands it over, or erases it when it was asked for twice."""
    if press.verb is Verb.EXPORT:
        await _export(desk, heard)
    elif press.value in (_SURE, house.COUNTS):
        await desk.talk.commands.forget(heard.listener, keep_counts=press.value == house.COUNTS)
        await desk.whisper(heard, heard.words.say("Everything about you is erased."))
    else:
        text = heard.words.say("This erases your requests, answers, ratings, settings and accounts here, for good.")
        rows = [
            [button(heard.words.say("Erase everything"), Press(Verb.FORGET, "me", _SURE))],
            [button(heard.words.say("Erase, but keep bare counts"), Press(Verb.FORGET, "me", house.COUNTS))],
        ]
        await desk.whisper(heard, [text, heard.words.say(house.COUNTED)], rows)


async def _export(desk: Desk, heard: Heard) -> None:
    document = await desk.talk.people.export(heard.listener)
    caption = heard.words.say("Everything I keep about you.")
    try:
        await desk.sender.file(heard.home, document, "yasr.json", caption)
    except Closed:
        return  # they have pressed a button of a private chat that they have closed since
