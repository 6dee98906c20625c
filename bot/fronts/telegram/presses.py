"""Presses on buttons. Telegram waits 15 seconds for an answer and then forgets the press, so it comes first."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from telegram import CallbackQuery, InlineKeyboardButton, Message
from telegram.error import BadRequest, NetworkError

from bot import leading, showing
from bot.fronts.telegram import blending, data, drawn, history, settings
from bot.fronts.telegram.delivery import Delivery
from bot.fronts.telegram.desk import Desk, Heard, place_of
from bot.fronts.telegram.html import lines
from bot.fronts.telegram.keyboards import AGAIN
from bot.fronts.telegram.limits import Lane
from bot.fronts.telegram.places import NAME, Place
from bot.fronts.telegram.sending import Closed
from bot.lines import NAME as LENGTH
from bot.lines import URL
from bot.press import Press, Verb
from bot.text import link, plain
from core import verdicts
from core.errors import NotYours, YasrError

log = structlog.get_logger()
#: The longest toast.
_TOAST = 200


@dataclass(frozen=True, slots=True)
class Pressed:
    """A press: what Telegram sent, what it means, who pressed it where."""

    query: CallbackQuery
    press: Press
    heard: Heard

    async def toast(self, text: str = "", *, alert: bool = False) -> None:
        """Ends the waiting; an alert must be closed by hand. A press from before a restart may be too old for it."""
        try:
            await self.query.answer(plain(text, _TOAST) if text else None, show_alert=alert)
        except BadRequest as refused:
            log.info("a press was answered too late", error=refused.message)
        except NetworkError as trouble:
            log.info("a press was not answered", error=type(trouble).__name__)


class Presses:
    """Does what a press means."""

    def __init__(self, desk: Desk, delivery: Delivery) -> None:
        self._desk = desk
        self._talk = desk.talk
        self._delivery = delivery

    async def __call__(self, query: CallbackQuery) -> None:
        """Answers a press, whatever it is."""
        press = Press.parse(query.data or "")
        heard = await self._heard(query)
        pressed = Pressed(query, press or Press(Verb.SHOW, "nothing"), heard)
        try:
            if press is None:
                raise NotYours()
            await _HANDLERS.get(press.verb, Presses._unknown)(self, pressed)
        except YasrError as error:
            await pressed.toast(heard.words.error(error), alert=True)

    async def _heard(self, query: CallbackQuery) -> Heard:
        caller = await self._desk.caller(query.from_user)
        if query.inline_message_id:
            return Heard(caller, Place(inline=query.inline_message_id), press=query.id)
        message = query.message
        place = place_of(message) if isinstance(message, Message) else Place(message.chat.id if message else 0)
        return Heard(caller, place, message.message_id if message else 0, query.id)

    async def _unknown(self, _: Pressed) -> None:
        raise NotYours()

    async def _rate(self, pressed: Pressed) -> None:
        """The data of the marked button says so: pressed by whose it is, it takes the rating back, twice if need be."""
        heard, pick_id = pressed.heard, int(pressed.press.what)
        value = int(pressed.press.value.removesuffix(AGAIN))
        mine = await self._talk.picks.card(heard.listener, pick_id, heard.words)
        back = pressed.press.value.endswith(AGAIN) and mine is not None
        emoji = "" if back else verdicts.emoji_of(value)
        kept = await self._talk.picks.rate(heard.listener, pick_id, emoji, shared=True)
        say = heard.words.say
        done = say("Your rating is taken back.") if kept is None else say("Saved: {value} of 10.", value=kept)
        await pressed.toast(done)
        card = await self._talk.picks.card(heard.listener, pick_id, heard.words)
        if card is not None:  # in somebody else's answer the mark is theirs
            shown = drawn.pick(card, heard.words, play=heard.place.group)
            self._desk.sender.mark(heard.place, heard.message, shown)

    async def _ask_again(self, pressed: Pressed) -> None:
        commands, what = self._talk.commands, pressed.press.what
        await pressed.toast()
        if pressed.press.verb is Verb.MORE:
            await self._desk.ask(pressed.heard, lambda who, where: commands.more(who, where, what))
        elif pressed.press.verb is Verb.LESSER:
            await self._desk.ask(pressed.heard, lambda who, where: commands.lesser(who, where, what))
        elif pressed.press.verb is Verb.LIKE:
            await self._desk.ask(pressed.heard, lambda who, where: commands.like(who, where, int(what)))
        else:
            await self._desk.ask(pressed.heard, commands.sample)

    async def _hear(self, pressed: Pressed) -> None:
        """Songs that were named in a message of another chat: their token is in the button."""
        words = await self._talk.tokens.words(pressed.press.what)
        if not words:
            raise NotYours()
        await pressed.toast()
        await self._desk.ask(pressed.heard, lambda who, where: self._talk.commands.recommend(who, where, words))

    async def _cancel(self, pressed: Pressed) -> None:
        heard, number = pressed.heard, pressed.press.what
        await self._talk.commands.cancel(heard.listener, number)
        await pressed.toast()
        card = await self._talk.commands.card(heard.listener, number, heard.words)
        await self._desk.sender.edit(heard.post(number), drawn.card(card, heard.words))

    async def _never(self, pressed: Pressed) -> None:
        artist = await self._talk.picks.never(pressed.heard.listener, int(pressed.press.what))
        await pressed.toast(pressed.heard.words.say("You will not see {artist} again.", artist=artist))

    async def _where(self, pressed: Pressed) -> None:
        await pressed.toast()  # another service is asked
        heard = pressed.heard
        found = await self._talk.picks.links(None, int(pressed.press.what))
        safe = {place.label: url for place in found if (url := link(place.url, URL))}
        shown = [f"{lines.name(label, LENGTH)}: {lines.url(url)}" for label, url in safe.items()]
        await self._desk.say(heard, shown or heard.words.say("Nobody I asked knows another place for this song."))

    async def _why(self, pressed: Pressed) -> None:
        await pressed.toast()  # it is drawn first
        heard = pressed.heard
        await self._desk.show_picture(heard, await showing.why(self._talk, heard.caller, int(pressed.press.what)))

    async def _play(self, pressed: Pressed) -> None:
        heard, pick_id = pressed.heard, int(pressed.press.what)
        await pressed.toast()
        card = await self._talk.picks.card(None, pick_id, heard.words)
        post = await self._talk.posts.at(NAME, str(heard.place), str(heard.message))
        if card is None or post is None:
            return
        try:
            if not await self._delivery.sound(heard.place, card, heard.message, post.request_id, Lane.ACKNOWLEDGE):
                await self._desk.say(heard, heard.words.say("Its sound cannot be had at the moment."))
        except Closed:
            return

    async def _appeal(self, pressed: Pressed) -> None:
        await self._talk.picks.appeal(pressed.heard.listener, int(pressed.press.what))
        thanks = pressed.heard.words.say("Thank you. Whoever runs this bot will look at the artist again.")
        await pressed.toast(thanks, alert=True)

    async def _blend(self, pressed: Pressed) -> None:
        await pressed.toast()
        await blending.pressed(self._desk, pressed.heard, pressed.press)

    async def _data(self, pressed: Pressed) -> None:
        await pressed.toast()
        await data.pressed(self._desk, pressed.heard, pressed.press)

    async def _set(self, pressed: Pressed) -> None:
        await pressed.toast(await settings.pressed(self._desk, pressed.heard, pressed.press))

    async def _page(self, pressed: Pressed) -> None:
        """Its address opens the listener's own page, so that it comes in private."""
        heard = pressed.heard
        url = await leading.to_slate(self._talk, heard.caller, pressed.press.what)
        await pressed.toast()
        text, label = leading.told(heard.caller)
        await self._desk.whisper(heard, text, [[InlineKeyboardButton(label, url=url)]])

    async def _show(self, pressed: Pressed) -> None:
        await pressed.toast()
        if pressed.press.what == "pick":
            await history.show_pick(self._desk, pressed.heard, int(pressed.press.value))
        else:
            await history.show(self._desk, pressed.heard, pressed.press.value)


_HANDLERS: dict[Verb, Callable[[Presses, Pressed], Awaitable[None]]] = {
    Verb.RATE: Presses._rate,
    Verb.MORE: Presses._ask_again,
    Verb.LESSER: Presses._ask_again,
    Verb.LIKE: Presses._ask_again,
    Verb.SAMPLE: Presses._ask_again,
    Verb.HEAR: Presses._hear,
    Verb.CANCEL: Presses._cancel,
    Verb.NEVER: Presses._never,
    Verb.WHERE: Presses._where,
    Verb.PLAY: Presses._play,
    Verb.WHY: Presses._why,
    Verb.APPEAL: Presses._appeal,
    Verb.ENTER: Presses._blend,
    Verb.LEAVE: Presses._blend,
    Verb.START: Presses._blend,
    Verb.EXPORT: Presses._data,
    Verb.FORGET: Presses._data,
    Verb.SET: Presses._set,
    Verb.HOUSE: Presses._set,
    Verb.SHOW: Presses._show,
    Verb.PAGE: Presses._page,
}
