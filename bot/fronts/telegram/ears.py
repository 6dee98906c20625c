"""Every update that arrives, to whom it belongs; those of one chat one after the other, in their order."""

from __future__ import annotations

import asyncio

import structlog
from telegram import CallbackQuery, ChatMemberUpdated, Message, Update
from telegram.constants import ChatMemberStatus, ChatType, UpdateType

from bot.fronts.telegram import anywhere
from bot.fronts.telegram.commands import Commands
from bot.fronts.telegram.desk import Desk
from bot.fronts.telegram.hearing import Hearing, command_in
from bot.fronts.telegram.html import lines
from bot.fronts.telegram.places import NAME, Place
from bot.fronts.telegram.presses import Presses
from bot.fronts.telegram.reactions import Reactions
from bot.fronts.telegram.turns import Turns
from core.errors import YasrError

log = structlog.get_logger()
#: All that the bot wants to know; Telegram remembers the last list that it was told.
WANTED = [
    UpdateType.MESSAGE, UpdateType.CALLBACK_QUERY, UpdateType.INLINE_QUERY, UpdateType.GUEST_MESSAGE,
    UpdateType.MESSAGE_REACTION, UpdateType.MY_CHAT_MEMBER,
]  # fmt: skip
#: So many messages are dealt with at a time.
CROWD = 8
_OUTSIDE = (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED)


class Ears:
    """Hands updates over. Whatever goes wrong with one is logged, and said where somebody waits."""

    def __init__(self, desk: Desk, presses: Presses) -> None:
        self._desk = desk
        self._commands = Commands(desk)
        self._hearing = Hearing(desk)
        self._presses = presses
        self._reactions = Reactions(desk)
        self._turns = Turns()
        self._crowd = asyncio.Semaphore(CROWD)

    async def hear(self, update: Update) -> None:
        """The edge: it ends when the update is dealt with, and raises nothing. A press does not wait for a crowd."""
        async with self._turns.of(_turn(update)):
            if update.callback_query is not None:
                await self._deal_with(update)
                return
            async with self._crowd:
                await self._deal_with(update)

    async def _deal_with(self, update: Update) -> None:
        try:
            await self._hand_over(update)
        except Exception as error:
            log.error("an update could not be handled", update=update.update_id, exc_info=error)
            await self._apologise(update)

    async def _hand_over(self, update: Update) -> None:
        if update.message is not None:
            await self._message(update.message)
        elif update.callback_query is not None:
            await self._presses(update.callback_query)
        elif update.message_reaction is not None:
            await self._reactions.changed(update.message_reaction)
        elif update.inline_query is not None:
            await anywhere.offer(self._desk, update.inline_query)
        elif update.guest_message is not None:
            await anywhere.answer_guest(self._desk, update.guest_message)
        elif update.my_chat_member is not None:
            await self._standing(update.my_chat_member)

    async def _message(self, message: Message) -> None:
        if message.migrate_to_chat_id:
            await self._desk.talk.people.move_server(NAME, str(message.chat.id), str(message.migrate_to_chat_id))
        if message.from_user is None or message.from_user.is_bot or message.via_bot:
            return
        heard = await self._desk.heard(message.from_user, message)
        command = command_in(message, self._desk.bot.username)
        if command is not None and await self._commands(command, message, heard):
            return
        if message.text or message.caption or message.effective_attachment:
            await self._hearing.heard(message, heard)

    async def _standing(self, change: ChatMemberUpdated) -> None:
        """Somebody has blocked the bot, or let it in again; a group has thrown it out."""
        gone = change.new_chat_member.status in _OUTSIDE
        people = self._desk.talk.people
        if change.chat.type == ChatType.PRIVATE:
            await people.left((await self._desk.caller(change.from_user)).listener, gone=gone)
        elif gone:
            await people.forget_server(NAME, Place(change.chat.id).server)

    async def _apologise(self, update: Update) -> None:
        """An error of ours; what cannot be said either is only logged."""
        try:
            if update.callback_query is not None:
                await _sorry(update.callback_query)
            elif update.message is not None and update.message.from_user is not None:
                heard = await self._desk.heard(update.message.from_user, update.message)
                if not heard.place.group:
                    await self._desk.say(heard, lines.refusal(YasrError(), heard.words))
        except Exception as error:
            log.error("an apology could not be said", exc_info=error)


def _turn(update: Update) -> tuple[int, int]:
    """A press does not wait for what is said in its chat: Telegram gives it 15 seconds."""
    user, chat = update.effective_user, update.effective_chat
    person = user.id if user else 0
    return chat.id if chat else person, person if update.callback_query else 0


async def _sorry(query: CallbackQuery) -> None:
    await query.answer(str(YasrError())[:200], show_alert=True)
