"""A listener's own page behind their pass: what they love, where their picks lie, what their ratings changed."""

from __future__ import annotations

from aiohttp import web

from bot.conversation import Talk
from bot.fronts.web.env import env
from bot.fronts.web.handlers import NAME, own
from bot.fronts.web.images import answer
from bot.fronts.web.security import Identity
from bot.portraits import KINDS, Portrait, parts, told
from bot.tastes import WORDINGS
from bot.words import ENGLISH
from core.errors import NotYours
from core.model import Arm
from core.orders import Sheet

#: Pixels, of what a worker draws without a heading.
_SIZES = {"radar": (800, 620), "map": (800, 560), "sizes": (800, 400)}


class PortraitPages:
    """``/me/{token}``; ``/me`` leads whoever uses the chat page to theirs."""

    def __init__(self, talk: Talk, identity: Identity) -> None:
        self._talk = talk
        self._identity = identity

    def routes(self) -> list[web.RouteDef]:
        at = "/me/{token:[A-Za-z0-9_-]{32,128}}"
        return [
            web.get("/me", self.mine),
            web.get(at, self.page),
            web.get(f"{at}/{{name:{'|'.join(_SIZES)}}}.png", self.picture),
        ]

    async def mine(self, request: web.Request) -> web.Response:
        handle = self._identity.known(request)
        if handle is None:  # a stranger has no taste yet
            raise web.HTTPSeeOther("/")
        raise web.HTTPSeeOther(self._talk.passes.taste(await self._talk.commands.listener(NAME, handle)))

    async def page(self, request: web.Request) -> web.Response:
        listener = self._opens(request)
        portrait = await self._talk.portraits.of(listener)
        changed = await self._talk.portraits.effects(listener)
        text = env.get_template("portrait.html").render(
            portrait=portrait,
            told=told(portrait, ENGLISH),
            traits=_traits(portrait),
            sizes=_SIZES,
            changed=changed,
            answers={pick.request_id: pick for pick in reversed(changed.picks)},
            slate=lambda request_id: self._talk.passes.slate(listener, request_id),
            kinds={arm: KINDS[arm] for arm in Arm},
            base=request.path,
        )
        response = own(text)
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    async def picture(self, request: web.Request) -> web.Response:
        listener, name = self._opens(request), request.match_info["name"]
        part = parts(await self._talk.portraits.of(listener), ENGLISH).get(name)
        if part is None:
            raise web.HTTPNotFound
        sheet = Sheet("", "", (("", part),), light=request.query.get("ground") == "light")
        return answer(await self._talk.gallery.picture(listener, sheet))

    def _opens(self, request: web.Request) -> int:
        opens = self._talk.passes.read(request.match_info["token"])
        if opens.request_id:
            raise NotYours()
        return opens.listener


def _traits(portrait: Portrait) -> list[tuple[str, str, int]]:
    """Each feature by name, with its value in words and how many per cent of the catalogue lie below."""
    traits = portrait.taste.traits if portrait.taste else ()
    return [(WORDINGS[one.name].name, WORDINGS[one.name].amount(one.value, ENGLISH), round(100 * one.place))
            for one in traits]  # fmt: skip
