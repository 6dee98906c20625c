"""The web front end: builds the application, starts it, stops it within two seconds."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Protocol

from aiohttp import web

from bot.commands import Commands
from bot.fronts.web.env import HERE
from bot.fronts.web.events import Feeds
from bot.fronts.web.faults import sentences
from bot.fronts.web.handlers import MIB, NAME, TEXT_BYTES, Handlers
from bot.fronts.web.security import Guard, Identity
from bot.picks import Picks
from core.model import Address
from core.settings import Web

STOP_S = 1.0


class Pages(Protocol):
    """Pages beside the chat."""

    def routes(self) -> list[web.RouteDef]: ...


class WebFront:
    """A :class:`core.ports.ChatFront`."""

    name = NAME

    def __init__(
        self,
        settings: Web,
        commands: Commands,
        picks: Picks,
        identity: Identity,
        pages: Sequence[Pages] = (),
    ) -> None:
        """``identity`` knows the listeners by their cookies; ``pages`` are those beside the chat."""
        self._settings = settings
        self._commands = commands
        self._picks = picks
        self._pages = pages
        self._identity = identity
        self._feeds = Feeds(commands)
        self._runner: web.AppRunner | None = None

    def app(self) -> web.Application:
        """The application, ready for any aiohttp runner."""
        guard = Guard(self._settings.host, self._settings.public_url)
        app = web.Application(
            middlewares=[sentences, guard.middleware, self._identity.forms],
            client_max_size=max(self._settings.max_upload_mb * MIB, TEXT_BYTES),
        )
        app.add_routes(
            Handlers(self._commands, self._picks, self._identity, self._feeds, self._settings.max_upload_mb).routes()
        )
        for pages in self._pages:
            app.add_routes(pages.routes())
        app.router.add_static("/static", HERE / "static")
        app.on_response_prepare.append(self._identity.on_prepare)
        app.on_shutdown.append(self._close_streams)
        return app

    @property
    def url(self) -> str:
        """Where the page is; valid between :meth:`start` and :meth:`stop`."""
        if self._runner is None:
            raise RuntimeError("the web front end is not running")
        host, port = self._runner.addresses[0][:2]
        shown = "localhost" if host in {"0.0.0.0", "::"} else f"[{host}]" if ":" in host else host  # noqa: S104
        return f"http://{shown}:{port}"

    async def start(self) -> None:
        """Listens. Raises OSError when the port is taken."""
        runner = web.AppRunner(self.app(), access_log=None, shutdown_timeout=STOP_S)
        await runner.setup()
        await web.TCPSite(runner, self._settings.host, self._settings.port).start()
        self._runner = runner

    async def stop(self) -> None:
        """Ends the open streams and stops listening; doing it twice is harmless."""
        runner, self._runner = self._runner, None
        if runner:
            await runner.cleanup()

    async def run(self) -> None:
        """Stays open for ever: the server answers by itself."""
        await asyncio.Event().wait()

    async def post(self, address: Address, request_id: str) -> str:
        """Shows an answer on the listener's open pages; a page that opens later reads it from its history."""
        await self._feeds.publish(int(address.place), request_id)
        return f"{NAME}:{request_id}"

    async def _close_streams(self, app: web.Application) -> None:
        self._feeds.close()
