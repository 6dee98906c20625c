"""The sound of a song in pictures: waveform, what of it is heard, spectrograms, cepstrum."""

from __future__ import annotations

from aiohttp import web

from bot.conversation import Talk
from bot.fronts.web.env import env
from bot.fronts.web.handlers import own
from bot.fronts.web.images import answer
from core.orders import Portrait


class FigurePages:
    """For songs of a request, beside its other pages, and for the listener's song that a pick is nearest to."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk

    def routes(self) -> list[web.RouteDef]:
        at = "/s/{token:[A-Za-z0-9_-]{32,128}}"
        song, seed = f"{at}/figures/{{track:[0-9]{{1,18}}}}", f"{at}/pick/{{pick:[0-9]{{1,18}}}}/figures"
        return [
            web.get(song, self.page),
            web.get(f"{song}.png", self.picture),
            web.get(seed, self.page),
            web.get(f"{seed}.png", self.picture),
        ]

    async def page(self, request: web.Request) -> web.Response:
        """It waits for the picture, so that it can say what there is to be seen."""
        listener, order = await self._order(request)
        picture = await self._talk.gallery.picture(listener, order)
        base = "/".join(request.path.split("/")[:3])
        text = env.get_template("figures.html").render(order=order, picture=picture, at=request.path, base=base)
        response = own(text)
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    async def picture(self, request: web.Request) -> web.Response:
        return answer(await self._talk.gallery.picture(*await self._order(request)))

    async def _order(self, request: web.Request) -> tuple[int, Portrait]:
        opens, what = self._talk.passes.read(request.match_info["token"]), request.match_info
        if "pick" in what:
            order = await self._talk.listings.seed_figures(opens.listener, opens.request_id, int(what["pick"]))
        else:
            order = await self._talk.listings.figures(opens.listener, opens.request_id, int(what["track"]))
        return opens.listener, order
