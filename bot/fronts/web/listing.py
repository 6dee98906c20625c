"""A request's own page behind its pass: the picks and what comes after them, to be heard, rated and taken along."""

from __future__ import annotations

import re

from aiohttp import web

from bot.conversation import Talk
from bot.explaining import KEYS, facets
from bot.fronts.web import sound
from bot.fronts.web.env import env
from bot.fronts.web.faults import wants_json
from bot.fronts.web.handlers import own
from bot.fronts.web.security import Identity
from bot.listing import Wishes
from bot.passes import Pass
from core.errors import MayNotSave
from core.newcomer import MOST
from core.writers.lists import FORMATS

#: Nobody finds by searching what somebody else's pass opens.
_UNFOUND = {"X-Robots-Tag": "noindex, nofollow"}
#: Songs of a playlist that is made: each may cost two searches.
_MOST_SAVED = 60
_ROBOTS = "User-agent: *\nDisallow: /s/\nDisallow: /me/\nDisallow: /link/\n"
#: What a file may be called everywhere.
_NAME = re.compile(r"[^A-Za-z0-9 -]+")


class ListingPages:
    """``/s/{token}``: whoever has the address looks, and rates, as the listener whose request it is."""

    def __init__(self, talk: Talk, identity: Identity) -> None:
        self._talk = talk
        self._identity = identity

    def routes(self) -> list[web.RouteDef]:
        at = "/s/{token:[A-Za-z0-9_-]{32,128}}"
        return [
            web.get(at, self.page),
            web.get(f"{at}/list.{{form:{'|'.join(FORMATS)}}}", self.file),
            web.get(f"{at}/sound/{{track:[0-9]{{1,18}}}}", self.sound),
            web.get(f"{at}/pick/{{pick:[0-9]{{1,18}}}}", self.explained),
            web.get(f"{at}/pick/{{pick:[0-9]{{1,18}}}}/mine", self.seed_sound),
            web.post(f"{at}/rate/{{track:[0-9]{{1,18}}}}", self.rate),
            web.post(f"{at}/save/{{service:[a-z]+}}", self.save),
            web.get("/robots.txt", self.robots),
        ]

    async def page(self, request: web.Request) -> web.Response:
        opens, wishes = self._opens(request), Wishes.of(request.query)
        listing = await self._talk.listings.page(opens.listener, opens.request_id, wishes)
        return self._shown(
            "listing.html",
            listing=listing,
            wishes=listing.wishes,
            query=f"?{listing.wishes.query()}",
            base=request.path,
            keys=KEYS,
            reaches=tuple(MOST),
            saving=await self._talk.saving.services(opens.listener),
            csrf=self._identity.csrf(request),
        )

    async def file(self, request: web.Request) -> web.Response:
        """The songs of all pages, as they are narrowed down now."""
        opens, form = self._opens(request), request.match_info["form"]
        title, tracks = await self._talk.listings.tracks(opens.listener, opens.request_id, Wishes.of(request.query))
        written, name = FORMATS[form], _NAME.sub("", title).strip()[:60] or "songs"
        headers = {**_UNFOUND, "Content-Disposition": f'attachment; filename="{name}.{form}"',
                   "Cache-Control": "private, no-store"}  # fmt: skip
        text = written.write(title, tracks)
        return web.Response(text=text, content_type=written.media_type, charset="utf-8", headers=headers)

    async def sound(self, request: web.Request) -> web.StreamResponse:
        opens, track = self._opens(request), int(request.match_info["track"])
        return await sound.answer(request, await self._talk.listings.sound(opens.listener, opens.request_id, track))

    async def explained(self, request: web.Request) -> web.Response:
        """Why a pick is here."""
        opens, number = self._opens(request), int(request.match_info["pick"])
        pick, card, song = await self._talk.listings.explain(opens.listener, opens.request_id, number)
        return self._shown(
            "explained.html",
            pick=pick,
            card=card,
            song=song,
            facets=facets(pick),
            base=request.path.partition("/pick/")[0],
            query="",
            csrf=self._identity.csrf(request),
        )

    async def seed_sound(self, request: web.Request) -> web.StreamResponse:
        opens, number = self._opens(request), int(request.match_info["pick"])
        clip = await self._talk.listings.seed_sound(opens.listener, opens.request_id, number)
        return await sound.answer(request, clip)

    async def rate(self, request: web.Request) -> web.Response:
        opens, track = self._opens(request), int(request.match_info["track"])
        emoji = str((await request.post()).get("emoji", ""))
        value = await self._talk.listings.rate(opens.listener, opens.request_id, track, emoji)
        if not wants_json(request):
            back = Wishes.of(request.query).query()
            raise web.HTTPSeeOther(f"{request.path.partition('/rate/')[0]}?{back}#song-{track}")
        html = env.get_template("rating.html").render(action=request.path_qs, rated=emoji)
        return web.json_response({"html": html, "said": "Rating withdrawn" if value is None else f"{value}/10 saved"})

    async def save(self, request: web.Request) -> web.Response:
        """Into a playlist of the listener's own, or to where they are asked for leave to make one."""
        opens, wishes = self._opens(request), Wishes.of(request.query)
        title, tracks = await self._talk.listings.tracks(opens.listener, opens.request_id, wishes)
        service = request.match_info["service"]
        try:
            saved = await self._talk.saving.save(opens.listener, service, f"YASR: {title}", tracks[:_MOST_SAVED])
        except MayNotSave:
            return await self._asked(opens.listener, service)
        return self._shown("saved.html", saved=saved, back=f"{request.path.partition('/save/')[0]}?{wishes.query()}")

    async def _asked(self, listener: int, service: str) -> web.Response:
        linking = self._talk.linking
        known = await self._talk.people.of(listener)
        url = await linking.begin(known, service, "the listener of an answer’s page", saving=True)
        title = linking.titles[service]
        return self._shown(
            "asked.html", title=title, url=url, service=service, is_public=linking.is_public, saving=True, csrf=""
        )

    async def robots(self, request: web.Request) -> web.Response:
        return web.Response(text=_ROBOTS, headers={"Cache-Control": "max-age=86400"})

    def _opens(self, request: web.Request) -> Pass:
        return self._talk.passes.read(request.match_info["token"])

    def _shown(self, template: str, **values: object) -> web.Response:
        response = own(env.get_template(template).render(**values))
        response.headers.update(_UNFOUND)
        return response
