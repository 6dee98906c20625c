"""Telegram on loopback: a Bot API that the unmodified python-telegram-bot talks to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any, TypeVar

from aiohttp import web

from tests.fakes.telegram import errors
from tests.fakes.telegram.call import Call, Handler, read
from tests.fakes.telegram.clock import Clock
from tests.fakes.telegram.editing import Editing
from tests.fakes.telegram.faults import Faults, Hold, Trouble
from tests.fakes.telegram.media import Remote
from tests.fakes.telegram.people import Person
from tests.fakes.telegram.places import Places
from tests.fakes.telegram.profile import Profile
from tests.fakes.telegram.queries import Queries
from tests.fakes.telegram.rates import Peaks, Rates
from tests.fakes.telegram.reactions import Reactions
from tests.fakes.telegram.sending import ACTION_SECONDS, Sending
from tests.fakes.telegram.state import ADMINISTRATOR, CHANNEL, GROUP, MEMBER, SUPERGROUP, Chat, Message, User
from tests.fakes.telegram.updates import Updates
from tests.fakes.telegram.validate import Validator
from tests.fakes.telegram.world import BOT_ID, World

T = TypeVar("T")

MOST_BYTES = 60 * 2**20
Requests = list[tuple[str, dict[str, Any]]]


class Telegram:
    """``async with Telegram() as telegram`` starts it; python-telegram-bot is pointed at it by ``base_url``,
    ``base_file_url`` and ``token``.

    ``person``, ``group``, ``supergroup`` and ``channel`` make what is there; a Person acts; ``serves`` fills the web
    that files are fetched from; ``clock`` is moved by the test; ``limit``, ``fail``, ``hold`` and ``enforce_limits``
    cause trouble; without ``privacy`` the bot reads all that is said in groups. ``requests`` holds what was asked,
    as (method, parameters); ``unmodelled`` the methods that are not known here; ``violations`` what the description
    of the Bot API says against requests, answers and updates; ``refused`` counts what was too fast.
    """

    def __init__(self, *, token: str = f"{BOT_ID}:token-of-the-bot", privacy: bool = True) -> None:
        self.token = token
        self.requests: Requests = []
        self.violations: list[str] = []
        self.unmodelled: list[str] = []
        self.world = World(lambda update: self.violations.extend(self._validator.update(update)))
        self.world.privacy = privacy
        self.profile = Profile(self.world)
        self._validator = Validator()
        self._queries = Queries(self.world)
        self._reactions = Reactions(self.world)
        self._sending = Sending(self.world)
        self._faults = Faults(self.world.changed)
        self._rates = Rates(self.clock.moment)
        self._enforced = False
        self.refused = 0
        self._closing = asyncio.Event()
        self._handlers = {name.lower(): (name, handler) for name, handler in self._all_handlers().items()}
        self._runner: web.AppRunner | None = None
        self._origin = ""

    @property
    def base_url(self) -> str:
        """Where the Bot API is, as ``Application.builder().base_url`` wants it."""
        return f"{self._origin}/bot"

    @property
    def base_file_url(self) -> str:
        return f"{self._origin}/file/bot"

    @property
    def clock(self) -> Clock:
        return self.world.clock

    @property
    def bot(self) -> User:
        return self.world.bot

    @property
    def updates(self) -> Updates:
        return self.world.updates

    async def start(self) -> None:
        """Listens on a port of the system's choice."""
        app = web.Application(client_max_size=MOST_BYTES)
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        app.router.add_get("/file/bot{token}/{path:.+}", self._download)
        self._runner = web.AppRunner(app, shutdown_timeout=1, handler_cancellation=True)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._origin = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        self._closing.set()
        self._faults.release()
        await self.updates.close()
        self.updates.wake()
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Telegram:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def person(
        self, name: str, language_code: str | None = "en", *, username: str | None = None, premium: bool = False
    ) -> Person:
        """Somebody new, who never met the bot."""
        user = User(1_000_000 + self.world.number(), name, username or name.lower(), language_code, premium)
        self.world.users[user.id] = user
        self.world.direct(user)
        return Person(self.world, self._queries, self._reactions, user)

    def group(self, title: str, *members: Person, bot: str | None = MEMBER) -> Chat:
        """A new group; ``bot`` is its status there ("member", "administrator"), None where it never was."""
        return self.world.chat(GROUP, title, tuple(one.user for one in members), bot=bot)

    def supergroup(
        self, title: str, *members: Person, topics: tuple[str, ...] = (), username: str | None = None,
        bot: str | None = MEMBER,
    ) -> Chat:  # fmt: skip
        """A new supergroup; its ``topics`` are by thread id in ``chat.topics``."""
        chat = self.world.chat(SUPERGROUP, title, tuple(one.user for one in members), bot=bot, username=username)
        for name in topics:
            chat.last_id += 1
            chat.topics[chat.last_id] = name
        return chat

    def channel(self, title: str, *, username: str | None = None, bot: str | None = MEMBER) -> Chat:
        """A new channel; only an administrator may write there."""
        return self.world.chat(CHANNEL, title, (), bot=bot, username=username)

    def promote(self, chat: Chat, person: Person) -> None:
        """Makes a person administrator."""
        chat.members[person.id] = ADMINISTRATOR

    def serves(self, url: str, content_type: str, data: bytes | None = None, *, size: int | None = None) -> None:
        """Lets Telegram find something at an address; without ``data`` it is ``size`` bytes that do not matter."""
        self.world.library.remote[url] = Remote(content_type, data, len(data or b"") if size is None else size)

    def messages(self, chat: Chat) -> list[Message]:
        """What stands in a chat."""
        return list(chat.messages.values())

    def calls(self, method: str) -> list[dict[str, Any]]:
        """The parameters of all requests of a method."""
        return [parameters for name, parameters in self.requests if name == method]

    def busy(self, chat: Chat) -> str | None:
        """What the bot shows to be doing: "typing", or nothing."""
        recent = [
            one.name
            for one in self._sending.actions
            if one.chat is chat and self.clock.now - one.began < ACTION_SECONDS
        ]
        return recent[-1] if recent else None

    async def next_message(self, chat: Chat) -> Message:
        """Waits for the bot's next message; each message is given once."""

        def unseen() -> Message | None:
            mine = (one for one in chat.messages.values() if one.author is self.bot)
            return next((one for one in mine if one.id > chat.seen), None)

        message = await self.until(unseen)
        chat.seen = message.id
        return message

    async def until(self, answer: Callable[[], T | None], seconds: float = 10) -> T:
        """Waits until ``answer()`` is true, and gives it; asked again after everything that happens on the server."""
        return await self.world.until(answer, seconds)

    async def listening(self) -> None:
        """Waits until the bot waits for updates, and so has said which it wants."""
        await self.until(lambda: self.updates.poll is not None or self.updates.webhook is not None)

    def fail(self, method: str | None, what: errors.Refused | Trouble, times: int = 1) -> None:
        """Refuses the next requests of a method, or lets the network fail; None stands for all but getUpdates."""
        self._faults.add(method, what, times)

    def limit(
        self, retry_after: int = 1, *, method: str | None = None, chat: Chat | None = None, times: int = 1
    ) -> None:
        """Answers the next requests of a method, of a chat or any with 429."""
        refused = errors.retry_after(retry_after)
        self._faults.add(method, refused, times, None if chat is None else chat.id)

    def hold(self, method: str, *, done: bool = False) -> Hold:
        """Keeps the requests of a method waiting until ``release()``; their answers, if they shall be ``done``."""
        return self._faults.hold(method, done=done)

    def enforce_limits(self) -> None:
        """From now on answers 429 to what is faster than Telegram allows."""
        self._enforced = True

    def rates(self) -> dict[int | str | None, Peaks]:
        """The most messages in a second and in a minute, by chat id; under None those of all chats together."""
        return self._rates.peaks()

    def _all_handlers(self) -> dict[str, Handler]:
        sent = self._sending.handlers() | Editing(self.world).handlers() | self._reactions.handlers()
        known = self.profile.handlers() | Places(self.world).handlers()
        return sent | known | self._queries.handlers() | self.updates.handlers()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        method, handler = self._handlers.get(method.lower(), (method, None))
        trouble, status, body = None, 200, {}
        try:
            call = await read(request, method)
            self.requests.append((method, call.parameters))
            self.world.changed()
            if request.match_info["token"] != self.token:
                raise errors.unauthorized()
            await self._faults.pass_holds(call)
            trouble = self._faults.next(call)
            if trouble in (Trouble.CLOSED, Trouble.SILENT):
                return await self._break(request, trouble)
            self._note(call)
            body = {"ok": True, "result": await self._answer(call, handler)}
            await self._faults.pass_holds(call, done=True)
        except errors.Refused as refused:
            status, body = refused.status, refused.body
        self.violations += self._validator.answer(method, status, body)
        self.world.changed()
        if trouble is Trouble.LOST:
            return await self._break(request, trouble)
        return web.Response(status=status, body=json.dumps(body).encode(), content_type="application/json")

    def _note(self, call: Call) -> None:
        """Counts what is sent; raises Refused for what is faster than Telegram allows."""
        try:
            self._rates.note(call, enforced=self._enforced)
        except errors.Refused:
            self.refused += 1
            raise

    async def _answer(self, call: Call, handler: Handler | None) -> Any:
        if handler is None:
            self.unmodelled.append(call.method)
            raise errors.Refused(404, "method not modelled")
        wrong = self._validator.request(call.method, call.parameters)
        self.violations += wrong
        if wrong:
            raise errors.bad_request(wrong[0])
        return await handler(call)

    async def _break(self, request: web.Request, trouble: Trouble) -> web.StreamResponse:
        if trouble is Trouble.SILENT:
            await self._closing.wait()
        assert isinstance(request.transport, asyncio.Transport)
        request.transport.abort()
        return web.Response()

    async def _download(self, request: web.Request) -> web.Response:
        wanted = request.match_info["path"]
        found = [one for one in self.world.library.stored.values() if one.path == wanted]
        if request.match_info["token"] != self.token or not found or found[0].data is None:
            return web.Response(status=404)
        return web.Response(body=found[0].data)
