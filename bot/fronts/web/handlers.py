"""What each address of the page does."""

from __future__ import annotations

import asyncio
import re
from pathlib import PureWindowsPath

from aiohttp import web
from aiohttp.web_request import FileField

from bot.commands import Commands, Upload
from bot.fronts.web import art, events, sound, views
from bot.fronts.web.faults import wants_json
from bot.fronts.web.security import Identity
from bot.picks import Picks
from core import mood_words
from core.errors import NoSongs, NotReadable, TooBig
from core.model import Address, Options, Preferences

NAME = "web"
MIB = 2**20
#: Characters; about 20,000 pasted songs.
TEXT_LIMIT = 1_000_000
#: A character has at most 4 bytes in UTF-8, and each of them three in a percent-encoded form.
TEXT_BYTES = 12 * TEXT_LIMIT


class Handlers:
    """The routes over :class:`bot.commands.Commands`; every write answers JSON to the script, a redirect to a form."""

    def __init__(
        self, commands: Commands, picks: Picks, identity: Identity, feeds: events.Feeds, max_upload_mb: int
    ) -> None:
        self._commands = commands
        self._picks = picks
        self._identity = identity
        self._feeds = feeds
        self._max_upload_mb = max_upload_mb

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/", self.page),
            web.get("/healthz", self.healthz),
            web.get("/events", self.events, allow_head=False),
            web.get("/card/{id}", self.card),
            web.get("/sound/{pick:[0-9]{1,18}}", self.sound),
            web.get("/sound/{pick:[0-9]{1,18}}/mine", self.seed_sound),
            web.get("/art/{seed:[0-9a-f]{16}}.svg", self.art),
            web.post("/ask", self.ask),
            web.post("/upload", self.upload),
            web.post("/more/{id}", self.more),
            web.post("/cancel/{id}", self.cancel),
            web.post("/rate/{pick:[0-9]{1,18}}", self.rate),
            web.post("/settings", self.settings),
            web.post("/forget", self.forget),
            web.post("/links/{pick:[0-9]{1,18}}", self.links),
            web.post("/appeal/{pick:[0-9]{1,18}}", self.appeal),
        ]

    async def page(self, request: web.Request) -> web.Response:
        if self._identity.comes_from_elsewhere(request):
            return own(views.onward("/?again"))
        history, chosen = [], Preferences()
        if handle := self._identity.known(request):
            listener = await self._commands.listener(NAME, handle)
            history, chosen = await self._commands.history(listener), await self._commands.preferences(listener)
        elif request.headers.get("Sec-Fetch-Site", "none") in {"none", "same-origin"}:
            self._identity.handle(request)
        status, csrf = await self._commands.status(), self._identity.csrf(request)
        return own(views.page(history, status, TEXT_LIMIT, self._knobs(chosen), csrf))

    async def healthz(self, request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def events(self, request: web.Request) -> web.StreamResponse:
        return await events.stream(request, self._feeds, await self._listener(request))

    async def card(self, request: web.Request) -> web.Response:
        return own(views.card(await self._commands.card(await self._listener(request), request.match_info["id"])))

    async def sound(self, request: web.Request) -> web.StreamResponse:
        clip = await self._picks.sound(await self._listener(request), int(request.match_info["pick"]))
        return await sound.answer(request, clip)

    async def seed_sound(self, request: web.Request) -> web.StreamResponse:
        clip = await self._picks.seed_sound(await self._listener(request), int(request.match_info["pick"]))
        return await sound.answer(request, clip)

    async def art(self, request: web.Request) -> web.Response:
        return web.Response(
            text=art.draw(request.match_info["seed"]),
            content_type="image/svg+xml",
            headers={"Cache-Control": "public, max-age=31536000, immutable"},
        )

    async def ask(self, request: web.Request) -> web.Response:
        fields = await self._fields(request)
        listener = await self._listener(request)
        options = Options(moods=mood_words.named(str(fields.get("mood") or "")))
        if fields.get("sample"):
            return await self._asked(
                request, listener, await self._commands.sample(listener, _address(listener), options)
            )
        words = _storable(str(fields.get("text") or "")).replace("\r\n", "\n")  # as the page counts
        if len(words) > TEXT_LIMIT:
            raise TooBig(what="This text", limit=f"{TEXT_LIMIT:,} characters")
        request_id = await self._commands.recommend(listener, _address(listener), words, options)
        return await self._asked(request, listener, request_id)

    async def upload(self, request: web.Request) -> web.Response:
        await self._fields(request)
        files = [field for field in (await request.post()).values() if isinstance(field, FileField)]
        if not files:
            raise NoSongs(what="this upload: it holds no file")
        uploads = [Upload(_file_name(field), await asyncio.to_thread(field.file.read)) for field in files]
        if sum(len(upload.data) for upload in uploads) > self._max_upload_mb * MIB:
            raise self._too_big()
        listener = await self._listener(request)
        request_id = await self._commands.recommend_files(listener, _address(listener), uploads)
        return await self._asked(request, listener, request_id)

    async def more(self, request: web.Request) -> web.Response:
        listener = await self._listener(request)
        request_id = await self._commands.more(listener, _address(listener), request.match_info["id"])
        return await self._asked(request, listener, request_id)

    async def cancel(self, request: web.Request) -> web.Response:
        listener = await self._listener(request)
        await self._commands.cancel(listener, request.match_info["id"])
        return await self._asked(request, listener, request.match_info["id"])

    async def rate(self, request: web.Request) -> web.Response:
        listener, pick = await self._listener(request), int(request.match_info["pick"])
        emoji = str((await self._fields(request)).get("emoji", ""))
        value = await self._picks.rate(listener, pick, emoji)
        if not wants_json(request):
            raise web.HTTPSeeOther("/")
        said = "Rating withdrawn" if value is None else f"{value}/10 saved"
        return web.json_response({"value": value, "html": views.rating(pick, emoji), "said": said})

    async def settings(self, request: web.Request) -> web.Response:
        fields, listener = await self._fields(request), await self._listener(request)
        audience, weeks = str(fields.get("audience", "")), str(fields.get("weeks", "0"))
        if not re.fullmatch("[0-9]{1,4}", weeks):
            raise NotReadable(what="this form", problem="the number of weeks is not a number")
        await self._commands.prefer(listener, audience, int(weeks))
        if not wants_json(request):
            raise web.HTTPSeeOther("/")
        html = views.settings(self._knobs(await self._commands.preferences(listener)))
        return web.json_response({"html": html, "said": "Saved"})

    async def forget(self, request: web.Request) -> web.Response:
        fields = await self._fields(request)
        await self._commands.forget(await self._listener(request), keep_counts=bool(fields.get("counts")))
        self._identity.replace(request)
        raise web.HTTPSeeOther("/")

    async def links(self, request: web.Request) -> web.Response:
        found = await self._picks.links(await self._listener(request), int(request.match_info["pick"]))
        said = f"{len(found)} {'place' if len(found) == 1 else 'places'} to listen"
        return _piece(request, views.links(found), said)

    async def appeal(self, request: web.Request) -> web.Response:
        await self._picks.appeal(await self._listener(request), int(request.match_info["pick"]))
        return _piece(request, views.thanks(), "Thank you")

    def _knobs(self, chosen: Preferences) -> views.Knobs:
        return views.Knobs(chosen, self._commands.defaults, self._commands.longest)

    async def _listener(self, request: web.Request) -> int:
        return await self._commands.listener(NAME, self._identity.handle(request))

    async def _asked(self, request: web.Request, listener: int, request_id: str) -> web.Response:
        """Shows the request at once, and follows it."""
        self._feeds.watch(listener, request_id)
        if not wants_json(request):
            raise web.HTTPSeeOther("/")
        return web.json_response(views.message(await self._commands.card(listener, request_id)))

    async def _fields(self, request: web.Request) -> dict[str, object]:
        """The fields of a form or of a JSON object. Raises TooBig and NotReadable."""
        try:
            fields = await request.json() if request.content_type == "application/json" else await request.post()
            return dict(fields)
        except web.HTTPRequestEntityTooLarge as error:
            raise self._too_big() from error
        except (ValueError, TypeError, LookupError) as error:  # a charset nobody knows is a LookupError
            raise NotReadable(what="this form", problem="it is not what its content type says") from error

    def _too_big(self) -> TooBig:
        return TooBig(what="This upload", limit=f"{self._max_upload_mb} MiB")


def own(text: str) -> web.Response:
    """A page of somebody's own, which no cache may keep."""
    return web.Response(text=text, content_type="text/html", headers={"Cache-Control": "private, no-store"})


def _piece(request: web.Request, html: str, said: str) -> web.Response:
    """A piece for the script to put in place of the form, or a page for a browser without it."""
    return web.json_response({"html": html, "said": said}) if wants_json(request) else own(views.alone(html))


def _address(listener: int) -> Address:
    return Address(front=NAME, place=str(listener))


def _file_name(field: FileField) -> str:
    """The name without folders, whichever slash the listener's system uses."""
    return _storable(PureWindowsPath(field.filename).name[-200:]) or "upload"


def _storable(text: str) -> str:
    """Half of a surrogate pair, which no store could keep, becomes a question mark."""
    return text.encode("utf-8", "replace").decode()
