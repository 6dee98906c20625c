"""The bridge's side towards the twin: requests, commands, and the mirror of what they changed."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import yarl

from tests.fakes.discord.interactions import Interaction
from tests.fakes.discord.state import Message
from tests.twin import gaps
from tests.twin.gaps import File, Json
from tests.twin.mirror import Mirror, world_of
from tests.twin.process import Place, Process

API = "/api/v10"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bot is told; no body is 204."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return self.status < 300


class Upstream:
    """The twin that listens at ``place``. ``users`` are as it shows them; ``unanswered`` is what it does not know."""

    def __init__(self, process: Process, place: Place, session: aiohttp.ClientSession, bot: str, guild: str) -> None:
        self.place = place
        self.session = session
        self.world = world_of(place, bot, guild)
        self.mirror = Mirror(self.world)
        self.users: dict[str, Json] = {}
        self.interactions: dict[str, Interaction] = {}
        self.unanswered: list[str] = []
        self._process = process

    async def meet(self) -> None:
        """Asks the twin how it shows its people."""
        for number in self.world.users:
            self.users[number] = (await self.ask("GET", f"/users/{number}")).body

    async def ask(self, method: str, path: str, body: Any = None) -> Answer:
        """Asks for a path below the API's root; what the twin then holds is mirrored before its answer is given."""
        url = yarl.URL(f"http://127.0.0.1:{self.place.port}{API}{path}", encoded=True)
        async with self.session.request(method, url, json=body) as answer:
            limits = {name: value for name, value in answer.headers.items() if name.lower().startswith("x-ratelimit")}
            text = await answer.text()
            found = json.loads(text) if answer.content_type == "application/json" else None
        if answer.status == 404 and found is None:
            self.unanswered.append(f"{method} {path}")
        if method != "GET":
            await self.refresh()
        return Answer(answer.status, self.whole(found), limits)

    async def tell(self, command: str, **values: Any) -> Any:
        """Has twin.mjs carry out a command, and mirrors what it changed; gives its result."""
        result = await self._process.tell(command, **values)
        await self.refresh()
        return result

    async def refresh(self) -> None:
        """Mirrors what the twin holds now."""
        self.mirror.update(await self._process.tell("state"))
        self.world.changed()

    async def attach(self, message: Message, body: Json, files: list[File], base_url: str) -> None:
        """Tells the twin what ``body`` and its files attach to a message, if that changes."""
        listed = body.get("attachments")
        if listed is None and not files:
            return
        uploaded = {self.world.clock.snowflake(): file for file in files}
        self.mirror.files |= uploaded
        looks = gaps.attachments(message.attachments, listed, uploaded, base_url)
        await self.tell("attach", message=message.id, attachments=looks)

    def whole(self, body: Any) -> Any:
        """The same with what the twin leaves out of messages."""
        if isinstance(body, list):
            return [self.whole(one) for one in body]
        if isinstance(body, dict) and "author" in body:
            return gaps.with_mentions(gaps.whole_message(body), self.users)
        return body
