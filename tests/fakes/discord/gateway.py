"""The gateway, version 10, in plain text frames (https://discord.com/developers/docs/events/gateway)."""

from __future__ import annotations

import asyncio
import contextlib
import json
from enum import IntEnum
from typing import Any

from aiohttp import WSMsgType, web

from tests.fakes.discord import payloads
from tests.fakes.discord.world import GUILDS, KNOWN, PRIVILEGED, Session, World

HEARTBEAT_MS = 41_250


class Op(IntEnum):
    """The opcodes; DISPATCH, 0, is written by Session."""

    HEARTBEAT = 1
    IDENTIFY = 2
    PRESENCE = 3
    VOICE_STATE = 4
    RESUME = 6
    RECONNECT = 7
    REQUEST_MEMBERS = 8
    INVALID_SESSION = 9
    HELLO = 10
    HEARTBEAT_ACK = 11


class Connection:
    """One websocket: from HELLO to its end."""

    def __init__(self, world: World, socket: web.WebSocketResponse, transport: asyncio.Transport) -> None:
        self.socket = socket
        self.transport = transport
        self.session: Session | None = None
        self._world = world
        self._next = 0
        self._writer: asyncio.Task[None] | None = None

    async def serve(self) -> None:
        await self.send(Op.HELLO, {"heartbeat_interval": HEARTBEAT_MS})
        try:
            async for frame in self.socket:
                if frame.type is WSMsgType.TEXT:
                    await self._hear(json.loads(frame.data))
        finally:
            if self._writer is not None:
                self._writer.cancel()

    async def send(self, op: int, data: Any = None) -> None:
        with contextlib.suppress(ConnectionError):  # the other side has left: it resumes, or it does not
            await self.socket.send_str(json.dumps({"op": op, "d": data, "s": None, "t": None}))

    async def _hear(self, message: dict[str, Any]) -> None:
        match message["op"]:
            case Op.HEARTBEAT:
                await self.send(Op.HEARTBEAT_ACK)
            case Op.IDENTIFY if self.session is None:
                await self._identify(message["d"])
            case Op.RESUME if self.session is None:
                await self._resume(message["d"])
            case Op.IDENTIFY | Op.RESUME:
                await self.socket.close(code=4005, message=b"Already authenticated.")
            case Op.PRESENCE | Op.VOICE_STATE | Op.REQUEST_MEMBERS:
                if self.session is None:
                    await self.socket.close(code=4003, message=b"Not authenticated.")
            case _:
                await self.socket.close(code=4001, message=b"Unknown opcode.")

    async def _identify(self, data: dict[str, Any]) -> None:
        intents = data["intents"]
        number, total = data.get("shard", (0, 1))
        if data["token"] != self._world.token:
            await self.socket.close(code=4004, message=b"Authentication failed.")
        elif not 0 <= number < total:
            await self.socket.close(code=4010, message=b"Invalid shard.")
        elif intents & ~KNOWN:
            await self.socket.close(code=4013, message=b"Invalid intent(s).")
        elif intents & PRIVILEGED & ~self._world.allowed_intents:
            await self.socket.close(code=4014, message=b"Disallowed intent(s).")
        else:
            session = Session(self._world.clock.snowflake(), intents, (number, total))
            self._world.sessions[session.id] = session
            self._greet(session)
            self._follow(session, 0)

    def _greet(self, session: Session) -> None:
        world = self._world
        guilds = [one for one in world.guilds.values() if one.has_bot and session in world.concerned(one)]
        ready = {
            "v": 10,
            "user": payloads.myself(world.bot),
            "guilds": [{"id": guild.id, "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "resume_gateway_url": world.base_url.replace("http", "ws") + "/resume",
            "shard": list(session.shard),
            "application": {"id": world.bot.id, "flags": 0},
        }
        session.dispatch("READY", ready)
        if session.intents & GUILDS:
            for guild in guilds:
                session.dispatch("GUILD_CREATE", payloads.guild(guild, world.bot))

    async def _resume(self, data: dict[str, Any]) -> None:
        session = self._world.sessions.get(data["session_id"])
        if data["token"] != self._world.token:
            await self.socket.close(code=4004, message=b"Authentication failed.")
        elif session is None or not session.valid:
            await self.send(Op.INVALID_SESSION, False)
        elif data["seq"] > len(session.log):
            await self.socket.close(code=4007, message=b"Invalid seq.")
        else:
            session.dispatch("RESUMED", {})
            self._follow(session, data["seq"])

    def _follow(self, session: Session, position: int) -> None:
        self.session, self._next = session, position
        self._writer = asyncio.create_task(self._write(session))
        self._world.changed()

    async def _write(self, session: Session) -> None:
        with contextlib.suppress(ConnectionError):
            while True:
                session.news.clear()
                while self._next < len(session.log):
                    await self.socket.send_str(json.dumps(session.log[self._next]))
                    self._next += 1
                await session.news.wait()


class Gateway:
    """All connections, and the faults a test may cause."""

    def __init__(self, world: World) -> None:
        self.connections: list[Connection] = []
        self._world = world

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        assert isinstance(request.transport, asyncio.Transport)
        connection = Connection(self._world, socket, request.transport)
        self.connections.append(connection)
        try:
            await connection.serve()
        finally:
            self.connections.remove(connection)
            self._world.changed()
        return socket

    def cut(self) -> None:
        """The network breaks: no close frame."""
        for connection in self.connections:
            connection.transport.abort()

    async def reconnect(self) -> None:
        """Discord asks everybody to come back (opcode 7)."""
        for connection in list(self.connections):
            await connection.send(Op.RECONNECT)

    async def invalidate(self, *, resumable: bool = False) -> None:
        """Discord ends all sessions (opcode 9)."""
        for connection in list(self.connections):
            if connection.session is not None:
                connection.session.valid = resumable
            await connection.send(Op.INVALID_SESSION, resumable)

    async def close(self) -> None:
        for connection in list(self.connections):
            await connection.socket.close(code=1001)
