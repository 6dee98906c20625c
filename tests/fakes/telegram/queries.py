"""Questions that a bot answers by their id: a pressed button, an inline query, a guest's message."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeVar

from tests.fakes.telegram import errors, payloads, results
from tests.fakes.telegram.call import Call, Handler
from tests.fakes.telegram.state import Chat, Message, User
from tests.fakes.telegram.world import World

SECONDS_TO_ANSWER = 15
MOST_RESULTS = 50
LONGEST_TOAST = 200


@dataclass(frozen=True, slots=True)
class Toast:
    """What a press on a button was answered with; an alert must be closed by hand."""

    text: str
    alert: bool
    url: str | None


@dataclass(slots=True, eq=False)
class CallbackQuery:
    """A pressed button, and the answer to it once there is one."""

    id: str
    user: User
    message: Message
    data: str
    created: float
    world: World
    answer: Toast | None = None

    async def answered(self) -> Toast:
        """Waits for the answer."""
        return await self.world.until(lambda: self.answer)


@dataclass(slots=True, eq=False)
class InlineQuery:
    """What somebody typed after the bot's name, and what was offered to them."""

    id: str
    user: User
    query: str
    created: float
    world: World
    answer: Call | None = None

    @property
    def results(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = [] if self.answer is None else self.answer.get("results")
        return found

    async def answered(self) -> list[dict[str, Any]]:
        """Waits for the results."""
        await self.world.until(lambda: self.answer)
        return self.results


@dataclass(slots=True, eq=False)
class GuestQuery:
    """A message that calls the bot where it is no member, and the bot's message there."""

    id: str
    user: User
    message: Message
    created: float
    world: World
    answer: Message | None = None

    async def answered(self) -> Message:
        """Waits for the bot's message."""
        return await self.world.until(lambda: self.answer)


Q = TypeVar("Q", CallbackQuery, InlineQuery, GuestQuery)


@dataclass(slots=True)
class Queries:
    """All that was asked, by id, and the handlers of answer…"""

    world: World
    asked: dict[str, CallbackQuery | InlineQuery | GuestQuery] = field(default_factory=dict)

    def handlers(self) -> dict[str, Handler]:
        return {
            "answerCallbackQuery": self._answer_press,
            "answerInlineQuery": self._answer_inline,
            "answerGuestQuery": self._answer_guest,
        }

    def press(self, user: User, message: Message, data: str) -> CallbackQuery:
        query = CallbackQuery(str(self.world.number()), user, message, data, self.world.clock.now, self.world)
        looks: dict[str, Any] = {"id": query.id, "from": payloads.user(user), "data": data}
        looks["chat_instance"] = f"instance-{message.chat.id}"
        if message.number:
            looks["inline_message_id"] = message.number
        elif message.deleted:
            looks["message"] = payloads.inaccessible(message)
        else:
            looks["message"] = payloads.message(message, self.world.bot)
        return self._ask(query, "callback_query", looks)

    def inline(self, user: User, text: str, offset: str, chat: Chat | None) -> InlineQuery:
        query = InlineQuery(str(self.world.number()), user, text, self.world.clock.now, self.world)
        looks = {"id": query.id, "from": payloads.user(user), "query": text, "offset": offset}
        if chat is not None:
            looks["chat_type"] = "sender" if chat.private and chat.person is user else chat.type
        return self._ask(query, "inline_query", looks)

    def guest(self, user: User, message: Message) -> GuestQuery:
        query = GuestQuery(str(self.world.number()), user, message, self.world.clock.now, self.world)
        looks = payloads.message(message, self.world.bot) | {"guest_query_id": query.id}
        return self._ask(query, "guest_message", looks)

    def post(self, result: dict[str, Any], call: Call, message: Message) -> Message:
        """Puts a result into a chat; the bot knows the message by its inline_message_id only."""
        results.fill(self.world, message, result, call)
        message.number = f"inline-{self.world.number()}"
        self.world.inline_messages[message.number] = message
        self.world.publish(message)
        return message

    def _ask(self, query: Q, kind: str, looks: dict[str, Any]) -> Q:
        self.asked[query.id] = query
        self.world.updates.add(kind, looks)
        return query

    def _open(self, number: str, kind: type[Q]) -> Q:
        query = self.asked.get(number)
        if not isinstance(query, kind) or query.answer is not None:
            raise errors.bad_request(errors.QUERY_TOO_OLD)
        if self.world.clock.now - query.created > SECONDS_TO_ANSWER:
            raise errors.bad_request(errors.QUERY_TOO_OLD)
        return query

    async def _answer_press(self, call: Call) -> bool:
        query = self._open(call.get("callback_query_id"), CallbackQuery)
        text = call.get("text", "")
        if len(text) > LONGEST_TOAST:
            raise errors.bad_request("MESSAGE_TOO_LONG")
        query.answer = Toast(text, call.get("show_alert", False), call.get("url"))
        return True

    async def _answer_inline(self, call: Call) -> bool:
        query = self._open(call.get("inline_query_id"), InlineQuery)
        offered = call.get("results")
        if len(offered) > MOST_RESULTS:
            raise errors.bad_request("RESULTS_TOO_MUCH")
        if len({one["id"] for one in offered}) < len(offered):
            raise errors.bad_request("RESULT_ID_DUPLICATE")
        for one in offered:
            results.fill(self.world, self._draft(), one, call)
        query.answer = call
        return True

    async def _answer_guest(self, call: Call) -> dict[str, Any]:
        query = self._open(call.get("guest_query_id"), GuestQuery)
        results.fill(self.world, self._draft(), call.get("result"), call)
        message = self.world.message(query.message.chat, self.world.bot)
        message.reply_to, message.caller = query.message, query.user
        query.answer = self.post(call.get("result"), call, message)
        return {"inline_message_id": query.answer.number}

    def _draft(self) -> Message:
        """A message that never becomes one: only to see whether a result would be taken."""
        return Message(0, self.world.direct(self.world.bot), self.world.bot, 0)
