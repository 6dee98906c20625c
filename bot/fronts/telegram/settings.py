"""/settings: what holds for a listener, by buttons; in a group, for its admins, what holds for the group."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from babel import Locale
from telegram.constants import ChatMemberStatus

from bot import house
from bot.fronts.telegram import drawn
from bot.fronts.telegram.desk import Desk, Heard
from bot.fronts.telegram.keyboards import MARK, Row, button
from bot.fronts.telegram.places import NAME
from bot.people import Known
from bot.press import Press, Verb
from bot.words import LANGUAGES
from core.errors import NotYours
from core.model import Server
from core.newcomer import MOST

AUTO, ON, OFF = "auto", "on", "off"
_WEEKS = (2, 4, 8, 13, 26)
_ADMINS = (ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR)


async def show(desk: Desk, heard: Heard) -> None:
    """A listener's settings, and in a group the group's, if they are its admin."""
    await desk.whisper(heard, *_mine(desk, heard.caller))
    if heard.place.group and await is_admin(desk, heard):
        server = await desk.talk.people.server(NAME, heard.place.server)
        await desk.say(heard, *_groups(heard, server))


async def pressed(desk: Desk, heard: Heard, press: Press) -> str:
    """Changes a setting; returns what is to be said about it. Raises NotYours for one who may not."""
    if press.verb is Verb.HOUSE:
        if not await is_admin(desk, heard):
            return heard.words.say("Only the admins of this group can change its settings.")
        server = await _set_group(desk, heard, press)
        shown = drawn.notice(*_groups(heard, server))
    else:
        await _set_mine(desk, heard, press)
        person = await desk.talk.people.of(heard.listener)
        heard = replace(heard, caller=person)
        shown = drawn.notice(*_mine(desk, person))
    await desk.sender.edit(heard.post(), shown)
    return heard.words.say("Done.")


async def is_admin(desk: Desk, heard: Heard) -> bool:
    """Whether the one who speaks may manage the group."""
    member = await desk.bot.get_chat_member(heard.place.chat, int(heard.caller.handle))
    return member.status in _ADMINS


async def _set_mine(desk: Desk, heard: Heard, press: Press) -> None:
    people, kept, value = desk.talk.people, heard.caller.preferences, press.value
    if press.what == "audience":
        await desk.talk.commands.prefer(heard.listener, value, kept.weeks)
    elif press.what == "fresh" and value.isdecimal():
        await desk.talk.commands.prefer(heard.listener, kept.audience, int(value))
    elif press.what == "language":
        await people.set(heard.listener, language="" if value == AUTO else value)
    elif press.what == "private":
        await people.set(heard.listener, private=value == ON)
    elif press.what == "compare":
        await people.set(heard.listener, compare=value == ON)
    else:
        raise NotYours()


async def _set_group(desk: Desk, heard: Heard, press: Press) -> Server:
    before = await desk.talk.people.server(NAME, heard.place.server)
    if press.what == "links":
        after = replace(before, links=press.value == ON)
    elif press.what == "language" and press.value in (AUTO, *LANGUAGES):
        after = replace(before, language="" if press.value == AUTO else press.value)
    else:
        raise NotYours()
    await desk.talk.people.set_server(NAME, heard.place.server, after)
    return after


def _mine(desk: Desk, person: Known) -> tuple[list[str], list[Row]]:
    kept, defaults, say = person.preferences, desk.talk.commands.defaults, person.words.say
    weeks = kept.weeks or defaults.weeks
    rows = [
        [
            _choice(Verb.SET, "audience", reach, reach, on=reach == (kept.audience or defaults.audience))
            for reach in MOST
        ],
        [_choice(Verb.SET, "fresh", str(n), str(n), on=n == weeks) for n in _WEEKS if n <= desk.talk.commands.longest],
        *_languages(Verb.SET, kept.language, person),
        [_switch("private", say("Answers in direct messages"), on=kept.private)],
        [_switch("compare", say("Others may compare"), on=kept.compare)],
    ]
    return house.settings(desk.talk, person), rows


def _groups(heard: Heard, server: Server) -> tuple[list[str], list[Row]]:
    label = heard.words.say("Answer links that people share")
    links = _choice(Verb.HOUSE, "links", OFF if server.links else ON, label, on=server.links)
    return house.server(heard.words, server), [[links], *_languages(Verb.HOUSE, server.language, heard.caller)]


def _languages(verb: Verb, chosen: str, person: Known) -> list[Row]:
    named = {AUTO: person.words.say("automatic")}
    named |= {code: (Locale(code).get_display_name() or code).capitalize() for code in LANGUAGES}
    row = [_choice(verb, "language", code, name, on=code == (chosen or AUTO)) for code, name in named.items()]
    return [row[:4], row[4:]]


def _choice(verb: Verb, what: str, value: str, label: str, *, on: bool) -> Any:
    return button(f"{MARK} {label}" if on else label, Press(verb, what, value))


def _switch(what: str, label: str, *, on: bool) -> Any:
    return _choice(Verb.SET, what, OFF if on else ON, label, on=on)
