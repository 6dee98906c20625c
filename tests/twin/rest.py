"""The bridge's REST interface: most is handed on to the twin as it is."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

from aiohttp import web

from tests.fakes.discord import payloads
from tests.fakes.discord.interactions import Callback, Interaction
from tests.fakes.discord.state import Message
from tests.twin import gaps
from tests.twin.gaps import File, Json
from tests.twin.upstream import API, Answer, Upstream

Handler = Callable[[web.Request], Awaitable[Answer]]


class Rest:
    """``add_to`` an application; ``requests`` holds what was asked, as "METHOD /path"."""

    def __init__(self, upstream: Upstream) -> None:
        self.requests: list[str] = []
        self._twin = upstream
        self._world = upstream.world

    def add_to(self, app: web.Application) -> None:
        """Adds everything that is answered."""
        for method, path, handler in self._routes():
            app.router.add_route(method, API + path, self._serve(handler))
        app.router.add_get("/attachments/{attachment_id}/{name}", self._attachment)

    def _routes(self) -> list[tuple[str, str, Handler]]:
        return [
            ("GET", "/oauth2/applications/@me", self._application),
            ("GET", "/gateway/bot", self._gateway_bot),
            ("POST", "/interactions/{interaction_id}/{token}/callback", self._callback),
            ("POST", "/webhooks/{webhook_id}/{token}", self._follow_up),
            ("PATCH", "/webhooks/{webhook_id}/{token}/messages/{message_id}", self._edit),
            ("POST", "/channels/{channel_id}/messages", self._send),
            ("PATCH", "/channels/{channel_id}/messages/{message_id}", self._edit),
            ("*", "/{path:.*}", self._pass_on),
        ]

    def _serve(self, handler: Handler) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def serve(request: web.Request) -> web.Response:
            self.requests.append(f"{request.method} {request.path.removeprefix(API)}")
            answer = await handler(request)
            self._world.changed()
            if answer.body is None:
                return web.Response(status=answer.status, headers=answer.headers)
            body = json.dumps(answer.body).encode()
            headers = answer.headers | {"Content-Type": "application/json"}
            return web.Response(status=answer.status, body=body, headers=headers)

        return serve

    async def _application(self, _: web.Request) -> Answer:
        bot, owner = self._twin.users[self._world.bot.id], payloads.user(self._world.owner)
        return Answer(200, gaps.application(bot, owner))

    async def _gateway_bot(self, request: web.Request) -> Answer:
        answer = await self._pass_on(request)
        return Answer(answer.status, gaps.gateway_here(answer.body, self._world.base_url), answer.headers)

    async def _pass_on(self, request: web.Request) -> Answer:
        body, _ = await gaps.unwrapped(request)
        return await self._twin.ask(request.method, _path(request), body)

    async def _send(self, request: web.Request) -> Answer:
        body, files = await gaps.unwrapped(request)
        return await self._with_files(await self._twin.ask("POST", _path(request), body), body or {}, files)

    async def _edit(self, request: web.Request) -> Answer:
        body, files = await gaps.unwrapped(request)
        return await self._change(_path(request), self._edited(request), body or {}, files)

    def _edited(self, request: web.Request) -> Message | None:
        number = request.match_info["message_id"]
        if number != "@original":
            return self._twin.mirror.message(number)
        interaction = self._twin.interactions.get(request.match_info["token"])
        return interaction.original if interaction else None

    async def _change(self, path: str, message: Message | None, body: Json, files: list[File]) -> Answer:
        if message is not None:
            await self._twin.attach(message, body, files, self._world.base_url)
            body = gaps.whole_edit(body, message.flags)
        return await self._twin.ask("PATCH", path, body)

    async def _callback(self, request: web.Request) -> Answer:
        interaction = self._twin.interactions.get(request.match_info["token"])
        if interaction is None:
            return await self._pass_on(request)
        body, files = await gaps.unwrapped(request)
        answer = await self._acknowledge(interaction, _path(request), body or {}, files)
        if not answer.ok:
            return answer
        shown = await self._original(interaction)
        _note(interaction, body or {}, self._twin.mirror.message(shown["id"]) if shown else None)
        if request.query.get("with_response", "").lower() not in ("1", "true"):
            return answer
        return Answer(200, gaps.callback_response(interaction, shown), answer.headers)

    async def _acknowledge(self, interaction: Interaction, path: str, body: Json, files: list[File]) -> Answer:
        data = body.get("data") or {}
        if body["type"] == Callback.UPDATE and interaction.source is not None:
            await self._twin.attach(interaction.source, data, files, self._world.base_url)
            body = body | {"data": gaps.whole_edit(data, interaction.source.flags)}
        answer = await self._twin.ask("POST", path, gaps.visible_deferral(body))
        if answer.ok and body["type"] == Callback.SAY:
            await self._with_files(Answer(200, await self._original(interaction)), data, files)
        return answer

    async def _original(self, interaction: Interaction) -> Json | None:
        found = await self._twin.ask("GET", f"/webhooks/{self._world.bot.id}/{interaction.token}/messages/@original")
        return found.body if found.ok else None

    async def _follow_up(self, request: web.Request) -> Answer:
        interaction = self._twin.interactions.get(request.match_info["token"])
        if interaction is None:
            return await self._pass_on(request)
        body, files = await gaps.unwrapped(request)
        if gaps.is_waiting(interaction):
            path = f"/webhooks/{self._world.bot.id}/{interaction.token}/messages/@original"
            return await self._change(path, interaction.original, body or {}, files)
        answer = await self._with_files(await self._twin.ask("POST", _path(request), body), body or {}, files)
        if answer.ok and (message := self._twin.mirror.message(answer.body["id"])):
            interaction.followups.append(message)
            message.shown_to = interaction.user
        return answer

    async def _with_files(self, answer: Answer, body: Json, files: list[File]) -> Answer:
        """The answer to a new message, once its files are attached to it."""
        if not answer.ok or not files:
            return answer
        message = self._twin.mirror.message(answer.body["id"])
        assert message is not None
        await self._twin.attach(message, body, files, self._world.base_url)
        return Answer(answer.status, answer.body | {"attachments": message.attachments}, answer.headers)

    async def _attachment(self, request: web.Request) -> web.Response:
        file = self._twin.mirror.files.get(request.match_info["attachment_id"])
        return web.Response(status=404) if file is None else web.Response(body=file.data)


def _path(request: web.Request) -> str:
    """The path and query below the API's root, encoded as they came."""
    return request.raw_path.removeprefix(API)


def _note(interaction: Interaction, body: Json, message: Message | None) -> None:
    """Keeps what came of an interaction, for the test."""
    data = body.get("data") or {}
    interaction.kind = body["type"]
    interaction.original = message
    interaction.choices = data.get("choices") or []
    interaction.modal = data if interaction.kind == Callback.ASK else None
    if message is not None and message is not interaction.source:
        message.shown_to = interaction.user
