"""The npm package telegram-test-api, and a bridge in front of it that closes its gaps for python-telegram-bot.

The gaps are listed in :mod:`tests.twin.test_telegram`.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar

import aiohttp
from aiohttp import web

from tests.fakes.telegram.entities import parse_html
from tests.fakes.telegram.state import Chat, Message, User
from tests.twin.install import FOLDER

T = TypeVar("T")

TOKEN = "666:token-of-the-bot"  # noqa: S105 - of a server on loopback
_WAIT_S = 10.0
#: What the package does not know at all; True is what Telegram answers.
UNKNOWN = frozenset({"setMyCommands", "setMyDescription", "setMyShortDescription", "sendChatAction"})


@dataclass(slots=True)
class Press:
    """A press, and the toast that ended it."""

    toast: asyncio.Future[str] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    async def answered(self) -> str:
        async with asyncio.timeout(_WAIT_S):
            return await self.toast


class Person:
    """Somebody in a private chat, by the package's own endpoints for clients."""

    def __init__(self, foreign: ForeignTelegram, user: User) -> None:
        self.user = user
        self.id = user.id
        self.private = Chat(user.id, "private", person=user)
        self._foreign = foreign

    async def says(self, _: Chat, words: str) -> None:
        await self._foreign.client(
            "sendCommand" if words.startswith("/") else "sendMessage",
            {**self._meta(), "text": words, "entities": [], "chat": self._chat(), "from": self._from()},
        )

    async def press(self, message: Message, data: str) -> Press:
        pressed = self._foreign.expect_toast()
        shown = {"message_id": message.id, "date": message.date, "chat": self._chat(), "text": message.text}
        await self._foreign.client(
            "sendCallback", {**self._meta(), "from": self._from(), "message": shown, "data": data}
        )
        return pressed

    def sees(self, _: Chat) -> list[Message]:
        """What was to be seen when the server was looked at last."""
        return self._foreign.seen

    def _meta(self) -> dict[str, Any]:
        return {"botToken": TOKEN, "date": int(time.time())}

    def _chat(self) -> dict[str, Any]:
        return {"id": self.id, "type": "private", "first_name": self.user.name}

    def _from(self) -> dict[str, Any]:
        known = {"id": self.id, "first_name": self.user.name, "is_bot": False}
        return {**known, "language_code": self.user.language}


class ForeignTelegram:
    """``async with ForeignTelegram() as telegram``; it has the parts of our own fake that a conversation needs."""

    token = TOKEN

    def __init__(self) -> None:
        self.bot = User(666, "Test First name", "TestNameBot", bot=True)
        self.seen: list[Message] = []
        self._process: Process | None = None
        self._session: aiohttp.ClientSession | None = None
        self._exit = AsyncExitStack()
        self._news = asyncio.Event()
        self._presses: dict[str, Press] = {}
        self._callbacks = 0
        self._listening = asyncio.Event()
        self._origin = self._foreign = ""

    @property
    def base_url(self) -> str:
        return f"{self._origin}/bot"

    base_file_url = base_url

    async def __aenter__(self) -> Self:
        node = shutil.which("node")
        assert node is not None, "the foreign Telegram needs node"
        self._process = await asyncio.create_subprocess_exec(
            node, str(FOLDER / "telegram.mjs"), stdin=PIPE, stdout=PIPE, cwd=FOLDER
        )
        self._exit.push_async_callback(self._end)
        assert self._process.stdout is not None
        self._foreign = f"http://127.0.0.1:{json.loads(await self._process.stdout.readline())['port']}"
        self._session = await self._exit.enter_async_context(aiohttp.ClientSession())
        app = web.Application()
        app.router.add_post("/bot{token}/{method}", self._serve)
        runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=1)
        await runner.setup()
        self._exit.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self._origin = f"http://127.0.0.1:{runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._exit.aclose()

    def person(self, name: str) -> Person:
        """The one who speaks; the package keeps no people."""
        return Person(self, User(1001, name, name.lower(), "en"))

    async def listening(self) -> None:
        async with asyncio.timeout(_WAIT_S):
            await self._listening.wait()

    async def until(self, answer: Callable[[], T | None]) -> T:
        """Looks again and again until there is an answer."""
        async with asyncio.timeout(_WAIT_S):
            while True:
                await self.look()
                if found := answer():
                    return found
                await asyncio.sleep(0.02)

    async def client(self, endpoint: str, body: dict[str, Any]) -> Any:
        """One of the package's endpoints for those who play a person."""
        assert self._session is not None
        async with self._session.post(f"{self._foreign}/{endpoint}", json=body) as answer:
            found = await answer.json()
        self._news.set()
        return found["result"]

    async def look(self) -> None:
        """Reads what stands in the chat."""
        found = await self.client("getUpdatesHistory", {"token": TOKEN})
        self.seen = [self._message(one) for one in sorted(found, key=lambda one: one["messageId"]) if "message" in one]

    def expect_toast(self) -> Press:
        """The next press: the package counts them."""
        self._callbacks += 1
        return self._presses.setdefault(str(self._callbacks), Press())

    def _message(self, one: dict[str, Any]) -> Message:
        said = one["message"]
        chat = Chat(1001, "private")
        author = self.bot if "chat_id" in said else User(1001, "Ada")
        message = Message(one["messageId"], chat, author, one["time"] // 1000, said.get("text", ""))
        message.controls = said.get("reply_markup")
        return message

    async def _serve(self, request: web.Request) -> web.Response:
        """One call of the bot: gaps are closed on its way there and back."""
        method, given = request.match_info["method"], dict(await request.post())
        call = {name: _read(value) for name, value in given.items()}
        if method in UNKNOWN:
            return web.json_response({"ok": True, "result": True})
        if call.pop("parse_mode", None) == "HTML":
            call["text"] = parse_html(call["text"])[0]
        if method == "answerCallbackQuery":
            self._presses.setdefault(str(call["callback_query_id"]), Press()).toast.set_result(call.get("text", ""))
        result = await self._ask(method, call)
        if method == "getUpdates":
            self._listening.set()
            while not result and call.get("timeout"):
                self._news.clear()
                await self._news.wait()
                result = await self._ask(method, call)
        return web.json_response({"ok": True, "result": _closed(method, result)})

    async def _ask(self, method: str, call: dict[str, Any]) -> Any:
        assert self._session is not None
        async with self._session.post(f"{self._foreign}/bot{TOKEN}/{method}", json=call) as answer:
            return (await answer.json())["result"]

    async def _end(self) -> None:
        assert self._process is not None and self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()


def _read(value: Any) -> Any:
    """A parameter as it is in JSON: the library sends everything as text."""
    try:
        return json.loads(value)
    except ValueError:
        return value


def _closed(method: str, result: Any) -> Any:
    """What the package answers, with its gaps closed."""
    match method:
        case "getMe":
            return {**result, "is_bot": True}
        case "sendMessage":
            return {**result, "date": result["date"] // 1000}
        case "getUpdates":
            for update in result:
                if "callback_query" in update:
                    update["callback_query"]["chat_instance"] = "instance"
            return result
        case "editMessageText" | "editMessageReplyMarkup" | "answerCallbackQuery":
            return True
    return result
