"""Discord on loopback: a gateway and a REST interface that the unmodified discord.py talks to."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar
from unittest.mock import patch

import yarl
from aiohttp import web

from tests.fakes.discord import errors
from tests.fakes.discord.call import Call, read
from tests.fakes.discord.clock import Clock
from tests.fakes.discord.gateway import Gateway
from tests.fakes.discord.interactions import Interactions
from tests.fakes.discord.limits import Limits
from tests.fakes.discord.registry import Registry
from tests.fakes.discord.rest import Handler, Rest
from tests.fakes.discord.state import Channel, Guild, Message, User
from tests.fakes.discord.users import Person
from tests.fakes.discord.validate import Validator
from tests.fakes.discord.world import MESSAGE_CONTENT, World

T = TypeVar("T")

API = "/api/v10"
TOKEN_FREE = ("/interactions/", "/webhooks/")
_LIMITS = {"X-RateLimit-Limit": "1000", "X-RateLimit-Remaining": "999", "X-RateLimit-Reset-After": "1.000"}


@dataclass(slots=True)
class Fault:
    """Requests whose "METHOD /path" starts with ``prefix`` are refused ``times`` more times, ``after`` so many."""

    prefix: str
    refused: errors.Refused
    times: int
    after: int = 0

    def strikes(self, shown: str) -> bool:
        if not self.times or not shown.startswith(self.prefix):
            return False
        if self.after:
            self.after -= 1
            return False
        self.times -= 1
        return True


@dataclass(slots=True)
class Hold:
    """Keeps requests whose "METHOD /path" starts with ``prefix`` waiting: unread, or (``done``) done but unanswered."""

    prefix: str
    done: bool
    arrived: int = 0
    _gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))
    _over: bool = False

    def release(self) -> None:
        """Lets one request go on."""
        self._gate.release()

    def end(self) -> None:
        """The others never do: whoever waited for them is gone."""
        self._over = True
        for _ in range(self.arrived):
            self._gate.release()

    async def keep(self, shown: str, world: World, *, done: bool) -> None:
        if done is self.done and shown.startswith(self.prefix):
            self.arrived += 1
            world.changed()
            await self._gate.acquire()
            if self._over:
                raise web.HTTPGone


class Discord:
    """``async with Discord() as discord`` starts it and points discord.py at it.

    ``guild``, ``channel`` and ``person`` make what is there; a Person acts; ``clock`` is moved by the test; ``limit``,
    ``fail``, ``hold``, ``cut``, ``reconnect`` and ``invalidate`` cause trouble. ``requests`` holds what was asked, as
    "METHOD /path"; ``violations`` what Discord's OpenAPI description says against requests and answers, unless
    ``validates`` is switched off. ``limits`` are kept where they are given.
    """

    def __init__(
        self,
        *,
        token: str = "token-of-the-bot",  # noqa: S107 - not a secret: this server is its own
        allowed_intents: int = MESSAGE_CONTENT,
        validates: bool = True,
        limits: Limits | None = None,
    ) -> None:
        self.world = World(token=token, allowed_intents=allowed_intents)
        self.gateway = Gateway(self.world)
        self.requests: list[str] = []
        self.violations: list[str] = []
        self._interactions = Interactions(self.world)
        self._validator = Validator() if validates else None
        self.limits = limits
        self._faults: list[Fault] = []
        self._holds: list[Hold] = []
        self._runner: web.AppRunner | None = None
        self._pointed = contextlib.ExitStack()

    @property
    def api_base(self) -> str:
        """Where the REST interface is, as discord.http.Route.BASE wants it."""
        return self.world.base_url + API

    @property
    def gateway_url(self) -> str:
        return self.world.base_url.replace("http", "ws") + "/gateway"

    @property
    def token(self) -> str:
        return self.world.token

    @property
    def clock(self) -> Clock:
        return self.world.clock

    @property
    def bot(self) -> User:
        return self.world.bot

    async def start(self) -> None:
        """Listens on a port of the system's choice."""
        app = web.Application(client_max_size=30 * 2**20)
        for method, path, handler in self._routes():
            app.router.add_route(method, API + path, self._serve(method, path, handler))
        app.router.add_get("/gateway", self.gateway.handle)
        app.router.add_get("/resume", self.gateway.handle)
        app.router.add_get("/attachments/{channel_id}/{attachment_id}/{name}", self._attachment)
        app.router.add_route("*", "/{path:.*}", self._nowhere)
        self._runner = web.AppRunner(app, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.world.base_url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        await self.gateway.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Discord:
        await self.start()
        gateway = yarl.URL(self.gateway_url)
        self._pointed.enter_context(patch("discord.http.Route.BASE", self.api_base))
        self._pointed.enter_context(patch("discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY", gateway))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._pointed.close()
        await self.stop()

    def guild(self, name: str, *, has_bot: bool = True, locale: str = "en-US") -> Guild:
        """A new server; make it before the bot connects."""
        guild = Guild(self.clock.snowflake(apart=True), name, has_bot, locale=locale)
        self.world.guilds[guild.id] = guild
        return guild

    def channel(self, guild: Guild, name: str) -> Channel:
        """A new text channel; make it before the bot connects."""
        channel = Channel(self.clock.snowflake(), name, guild)
        guild.channels.append(channel)
        self.world.channels[channel.id] = channel
        return channel

    def person(self, name: str, *, locale: str = "en-US", blocks_bot: bool = False, manages: bool = False) -> Person:
        """Somebody new."""
        user = User(self.clock.snowflake(), name, locale, blocks_bot=blocks_bot, manages=manages)
        self.world.users[user.id] = user
        return Person(self.world, self._interactions, user)

    def messages(self, channel: Channel) -> list[Message]:
        """What everybody sees in a channel; ``Person.sees`` adds what only one of them does."""
        return [message for message in channel.messages.values() if not message.ephemeral]

    async def next_message(self, channel: Channel) -> Message:
        """Waits for the bot's next message that says something; each message is given once, ephemeral ones too."""

        def unseen() -> Message | None:
            mine = (one for one in channel.messages.values() if one.author is self.bot and not one.loading)
            return next((one for one in mine if int(one.id) > int(channel.seen)), None)

        message = await self.until(unseen)
        channel.seen = message.id
        return message

    async def until(self, answer: Callable[[], T | None], seconds: float = 10) -> T:
        """Waits until ``answer()`` is true, and gives it; asked again after everything that happens on the server."""
        return await self.world.until(answer, seconds)

    def fail(self, prefix: str, refused: errors.Refused, times: int = 1, *, after: int = 0) -> None:
        """Refuses the next requests like "POST /channels/", or those ``after`` so many."""
        self._faults.append(Fault(prefix, refused, times, after))

    def limit(self, prefix: str, retry_after: float = 0.01, *, times: int = 1, everywhere: bool = False) -> None:
        """Answers the next requests like "PUT /channels/" with 429."""
        self.fail(prefix, errors.rate_limited(retry_after, everywhere=everywhere), times)

    @contextlib.contextmanager
    def hold(self, prefix: str, *, done: bool = False) -> Iterator[Hold]:
        """While this lasts, requests like "POST /channels/" hang; those that came meanwhile hang for ever."""
        hold = Hold(prefix, done)
        self._holds.append(hold)
        try:
            yield hold
        finally:
            self._holds.remove(hold)
            hold.end()

    def _routes(self) -> list[tuple[str, str, Handler]]:
        return [*Rest(self.world).routes(), *Registry(self.world).routes(), *self._interactions.routes()]

    def _serve(self, method: str, path: str, handler: Handler) -> Callable[[web.Request], Any]:
        async def serve(request: web.Request) -> web.Response:
            shown = f"{method} {request.path.removeprefix(API)}"
            self.requests.append(shown)
            call = await read(request)
            await self._kept(shown, done=False)
            try:
                headers = self._admit(request, path, shown)
                self._check_request(method, path, call)
                answer = await handler(call)
                status, body = answer.status, answer.body
            except errors.Refused as refused:
                status, body, headers = refused.status, refused.body, refused.headers
            if self._validator:
                self.violations += self._validator.answer(method, path, status, body)
            self.world.changed()
            await self._kept(shown, done=True)
            return _response(status, body, headers | {"X-RateLimit-Bucket": f"{hash((method, path)):x}"})

        return serve

    async def _kept(self, shown: str, *, done: bool) -> None:
        for hold in self._holds:
            await hold.keep(shown, self.world, done=done)

    def _admit(self, request: web.Request, path: str, shown: str) -> dict[str, str]:
        """The limits to tell of."""
        if not path.startswith(TOKEN_FREE) and request.headers.get("Authorization") != f"Bot {self.token}":
            raise errors.unauthorized()
        for fault in self._faults:
            if fault.strikes(shown):
                raise fault.refused
        if self.limits is None or path.startswith(TOKEN_FREE):
            return {}
        return self.limits.admit(shown)

    def _check_request(self, method: str, path: str, call: Call) -> None:
        """Discord refuses what its description does not allow; so do we, and remember it."""
        if self._validator is None:
            return
        wrong = self._validator.request(method, path, call.query, call.body)
        self.violations += wrong
        if wrong:
            raise errors.invalid_form("_", "DESCRIPTION", wrong[0])

    async def _attachment(self, request: web.Request) -> web.Response:
        channel = self.world.channels.get(request.match_info["channel_id"])
        for message in [] if channel is None else channel.messages.values():
            if request.match_info["attachment_id"] in message.files:
                return web.Response(body=message.files[request.match_info["attachment_id"]])
        return web.Response(status=404)

    async def _nowhere(self, request: web.Request) -> web.Response:
        self.requests.append(f"{request.method} {request.path.removeprefix(API)}")
        self.violations.append(f"nothing here answers {request.method} {request.path}")
        refused = errors.not_found()
        return _response(refused.status, refused.body, {})


def _response(status: int, body: Any, headers: dict[str, str]) -> web.Response:
    """discord.py reads a body as JSON only when the content type is exactly this, as Discord's is."""
    headers = {**_LIMITS, **headers}
    if body is None:
        return web.Response(status=status, headers=headers)
    data = json.dumps(body).encode()
    return web.Response(status=status, body=data, headers={**headers, "Content-Type": "application/json"})
