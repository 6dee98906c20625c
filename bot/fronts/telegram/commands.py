"""The commands, by their names on every front end."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from telegram import InlineKeyboardButton, Message
from telegram.constants import ChatMemberStatus

from bot import accounts, house, showing
from bot.fronts.telegram import blending, data, history, settings
from bot.fronts.telegram.desk import ANSWER, SONGS, Desk, Heard
from bot.fronts.telegram.hearing import Command, music_in
from bot.fronts.telegram.html import lines
from bot.fronts.telegram.keyboards import button
from bot.fronts.telegram.reactions import SCALE
from bot.lines import NAME as LENGTH
from bot.press import Press, Verb
from bot.words import Words
from core import mood_words
from core.errors import BadInput, NothingGiven, YasrError
from core.model import Options
from core.said import mark, said

#: What the menu says of each command, in its order.
MENU = {
    "recommend": mark("Songs by new, little-known artists like those you love"),
    "more": mark("Again from what you gave last, with other songs"),
    "history": mark("What you asked for, and the answers again"),
    "settings": mark("Your settings, and this server's"),
    "taste": mark("A picture of what you love"),
    "blend": mark("Songs that please several of you"),
    "compare": mark("Compare taste"),
    "link": mark("Link an account, to ask without a playlist"),
    "unlink": mark("Forget an account"),
    "submit": mark("You make music? Offer a song, EP or album to the catalogue"),
    "stats": mark("What I have to offer, and how my picks are rated"),
    "mydata": mark("What I keep about you"),
    "setup": mark("Check what I am allowed to do here"),
    "help": mark("What I do, and how"),
}
_OPTION = re.compile(r"\b(count|audience|fresh|model|mood)=(\S+)")
_MOST = 5


class Commands:
    """Does what a command asks for."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._talk = desk.talk

    async def __call__(self, command: Command, message: Message, heard: Heard) -> bool:
        """Answers a command; False for one that is not known."""
        handler = _HANDLERS.get(command.name)
        if handler is None:
            return False
        try:
            await handler(self, command, message, heard)
        except YasrError as error:
            await self._desk.say(heard, lines.refusal(error, heard.words))
        return True

    async def _start(self, command: Command, message: Message, heard: Heard) -> None:
        """What a deep link stands for, or a welcome."""
        kind, what = command.rest[:1], command.rest[1:]
        if kind == ANSWER and len(what) == 32:
            await history.show(self._desk, heard, what)
        elif kind == SONGS and (words := await self._talk.tokens.words(what)):
            await self._desk.ask(heard, lambda who, where: self._talk.commands.recommend(who, where, words))
        else:
            await self._help(command, message, heard)

    async def _help(self, _: Command, __: Message, heard: Heard) -> None:
        sample = button(heard.words.say("Try the sample playlist"), Press(Verb.SAMPLE, "playlist"))
        await self._desk.say(heard, _help(heard.words, self._desk.bot.username), [[sample]])

    async def _recommend(self, command: Command, message: Message, heard: Heard) -> None:
        options, rest = _options(command.rest)
        words = music_in(message, rest)
        commands = self._talk.commands
        if words:
            await self._desk.ask(heard, lambda who, where: commands.recommend(who, where, words, options))
        elif await commands.has_account(heard.listener):
            await self._desk.ask(heard, lambda who, where: commands.recommend_account(who, where, options))
        else:
            sample = button(heard.words.say("Try the sample playlist"), Press(Verb.SAMPLE, "playlist"))
            await self._desk.say(heard, lines.refusal(NothingGiven(), heard.words), [[sample]])

    async def _more(self, command: Command, _: Message, heard: Heard) -> None:
        moods = mood_words.named(command.rest)
        await self._desk.ask(heard, lambda who, where: self._talk.commands.more_of_last(who, where, moods))

    async def _submit(self, command: Command, message: Message, heard: Heard) -> None:
        words = music_in(message, command.rest)
        await self._desk.ask(heard, lambda who, where: self._talk.commands.submit(who, where, words))

    async def _history(self, _: Command, __: Message, heard: Heard) -> None:
        await history.overview(self._desk, heard)

    async def _settings(self, _: Command, __: Message, heard: Heard) -> None:
        await settings.show(self._desk, heard)

    async def _mydata(self, _: Command, __: Message, heard: Heard) -> None:
        await data.show(self._desk, heard)

    async def _stats(self, _: Command, __: Message, heard: Heard) -> None:
        told = await house.stats(self._talk, heard.caller)
        await self._desk.say(heard, [lines.name(line, LENGTH * 2) for line in told])

    async def _blend(self, _: Command, __: Message, heard: Heard) -> None:
        await blending.invite(self._desk, heard)

    async def _compare(self, _: Command, message: Message, heard: Heard) -> None:
        await blending.compare(self._desk, heard, message)

    async def _taste(self, _: Command, __: Message, heard: Heard) -> None:
        await self._desk.show_picture(heard, await showing.taste(self._talk, heard.caller))

    async def _link(self, command: Command, message: Message, heard: Heard) -> None:
        say, talk = heard.words.say, self._talk
        service, name = (*command.rest.split(maxsplit=1), "", "")[:2]
        service = service.lower()
        if accounts.is_asked_for(talk, service, name):
            await self._invite(message, heard, service)
        elif name:
            told = await accounts.link(talk, heard.caller, lines, service, name, shared=heard.place.group)
            await self._desk.say(heard, told)
        else:
            shown = say("Write {command} with a service and your name there, such as: {example}",
                        command="/link", example="/link listenbrainz rob")  # fmt: skip
            known = ", ".join(accounts.services(talk)) or "–"
            asked = [say("{command} asks you by itself.", command=f"/link {one}") for one in talk.linking.titles]
            await self._desk.say(heard, [shown, *asked, say("Services: {names}", names=known)])

    async def _invite(self, message: Message, heard: Heard, service: str) -> None:
        """In the private chat, wherever that was asked."""
        who = message.from_user.name if message.from_user else ""
        invitation = await accounts.invite(self._talk, heard.caller, lines, service, f"{who} (Telegram)")
        row = [InlineKeyboardButton(invitation.label, url=invitation.url)]
        await self._desk.whisper(heard, invitation.lines, [row])

    async def _unlink(self, command: Command, _: Message, heard: Heard) -> None:
        mine = {account.service for account in await self._talk.people.accounts(heard.listener)}
        services = [command.rest.lower()] if command.rest else sorted(mine)
        done = [service for service in services if await self._talk.people.unlink(heard.listener, service)]
        say = heard.words.say
        await self._desk.say(heard, say("Forgotten.") if done else say("No account of yours is linked there."))

    async def _setup(self, _: Command, __: Message, heard: Heard) -> None:
        say = heard.words.say
        if not heard.place.group:
            await self._desk.say(heard, say("Here I can do everything. In a group, {command} tells what is missing.",
                                            command="/setup"))  # fmt: skip
            return
        me = await self._desk.bot.get_chat_member(heard.place.chat, self._desk.bot.id)
        if me.status == ChatMemberStatus.ADMINISTRATOR:
            told = say("I am an admin here, so that I see links and reactions too. Anonymous reactions do not count.")
        else:
            told = say("I see commands, replies and what mentions me. Make me an admin without any rights, and I see "
                       "links and reactions too.")  # fmt: skip
        await self._desk.say(heard, told)


def _help(words: Words, username: str) -> list[str]:
    say = words.say
    scale = " · ".join(f"{row.replace(' ', '')} {value}" for value, row in SCALE.items())
    return [
        say("I find songs by new, little-known artists that sound like what you love."),
        say("Send me the link of a playlist, album or song, songs as text, a list as a file, or a sound file. You can "
            "also forward me a message."),
        say("In a group, mention me beside a link, reply to one with {command}, or write {inline} and a link in any "
            "chat.", command="/recommend", inline=f"@{username}"),
        say("Rate the picks with the buttons or with a reaction: {scale}. The last one counts, and taking a reaction "
            "away takes the rating back. Anonymous reactions do not count, and in groups I see reactions only as an "
            "admin.", scale=scale),
        say("{more} brings other songs, {history} shows what was, {settings} changes what I look for, {mydata} shows, "
            "exports and erases what I keep about you.",
            more="/more", history="/history", settings="/settings", mydata="/mydata"),
    ]  # fmt: skip


def _options(rest: str) -> tuple[Options, str]:
    """The wishes in "link count=3 mood=sad,slower fresh=4", and the words without them. Raises BadInput.

    Moods may also be said in other words, if there are no words but them.
    """
    given, words = dict(_OPTION.findall(rest)), _OPTION.sub("", rest).strip()
    base = Options()
    try:
        count, weeks = int(given.get("count", 0)), int(given.get("fresh", 0))
    except ValueError:
        raise BadInput(problem=said("count and fresh are numbers")) from None
    if not 0 <= count <= _MOST:
        raise BadInput(problem=said("I show 1 to {count} close songs, and as many wildcards", count=_MOST))
    options = Options(
        model=given.get("model", base.model), count=count or base.count, wildcards=count or base.wildcards,
        audience=given.get("audience", ""), weeks=weeks,
        moods=mood_words.named(given["mood"]) if "mood" in given else mood_words.asked(words),
    )  # fmt: skip
    return options, words


_HANDLERS: dict[str, Callable[[Any, Command, Message, Heard], Awaitable[None]]] = {
    "start": Commands._start,
    **{name: getattr(Commands, f"_{name}") for name in MENU},
}
