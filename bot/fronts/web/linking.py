"""Linking accounts on the page, and the end of a link that was begun in a chat.

A browser that comes back from a service says who agreed there, not who asked here: somebody could send others an
address of his making, and have their accounts linked to himself. So the page first says whose link it is, and nothing
is linked before that is confirmed; a link of the page's own listener is ended by the browser with their cookie alone.
"""

from __future__ import annotations

from aiohttp import web

from bot import linking
from bot.conversation import Talk
from bot.fronts.web import views
from bot.fronts.web.env import env
from bot.fronts.web.handlers import NAME, own
from bot.fronts.web.security import Identity
from bot.people import Known
from core.errors import ConsentLost


class LinkPages:
    """``/accounts`` are a listener's own; ``/link/…`` is where services send browsers back to."""

    def __init__(self, talk: Talk, identity: Identity) -> None:
        self._talk = talk
        self._identity = identity

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/accounts", self.accounts),
            web.post("/accounts/link", self.link),
            web.post("/accounts/unlink", self.unlink),
            web.get(f"{linking.PATH}/{{service:[a-z]+}}", self.back),
            web.post(f"{linking.PATH}/{{service:[a-z]+}}/{{token:[A-Za-z0-9_-]+}}", self.confirmed),
        ]

    async def accounts(self, request: web.Request) -> web.Response:
        """What is linked, and what can be."""
        if self._identity.comes_from_elsewhere(request):
            return own(views.onward("/accounts?again"))
        caller = await self._caller(request)
        people, asked = self._talk.people, self._talk.linking.titles
        return self._html(
            request, "accounts.html",
            accounts=await people.accounts(caller.listener), titles=people.linkable | asked, asked=asked,
        )  # fmt: skip

    async def link(self, request: web.Request) -> web.Response:
        """By a name or a token; or to where the owner is asked."""
        fields, caller = await request.post(), await self._caller(request)
        service, name = str(fields.get("service", "")), str(fields.get("name", "")).strip()
        if service in self._talk.linking.titles and not name:
            url = await self._talk.linking.begin(caller, service, "")
            return self._html(
                request, "asked.html", title=self._talk.linking.titles[service], url=url,
                service=service, saving=False, is_public=self._talk.linking.is_public,
            )  # fmt: skip
        await self._talk.linking.link(caller.listener, service, name)
        raise web.HTTPSeeOther("/accounts")

    async def unlink(self, request: web.Request) -> web.Response:
        fields, caller = await request.post(), await self._caller(request)
        await self._talk.people.unlink(caller.listener, str(fields.get("service", "")))
        raise web.HTTPSeeOther("/accounts")

    async def back(self, request: web.Request) -> web.Response:
        """A browser comes back: nothing is done but to ask whose link this is."""
        consent = linking.consent(request.match_info["service"], request.query)
        waiting = await self._talk.linking.waiting(consent)
        return self._html(
            request, "confirm.html",
            csrf=self._identity.csrf_of(consent.state), consent=consent, waiting=waiting,
        )  # fmt: skip

    async def confirmed(self, request: web.Request) -> web.Response:
        """It is theirs. Raises ConsentLost, ConsentRefused, or a ServiceTrouble."""
        form = {name: str(value) for name, value in (await request.post()).items()}
        fields = {**form, "state": request.match_info["token"]}
        consent = linking.consent(request.match_info["service"], fields)
        waiting = await self._talk.linking.waiting(consent)
        if not waiting.place and (await self._caller(request)).listener != waiting.listener:
            raise ConsentLost()
        account = await self._talk.linking.finish(consent, waiting.listener)
        return self._html(request, "linked.html", account=account, waiting=waiting)

    async def _caller(self, request: web.Request) -> Known:
        return await self._talk.people.meet(NAME, self._identity.handle(request))

    def _html(self, request: web.Request, template: str, **shown: object) -> web.Response:
        shown.setdefault("csrf", self._identity.csrf(request))
        return own(env.get_template(template).render(**shown))
