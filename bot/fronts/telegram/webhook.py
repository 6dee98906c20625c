"""Updates that Telegram brings itself, through a proxy with a certificate. https://core.telegram.org/bots/api#setwebhook"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web
from telegram import Update

from bot.fronts.telegram.ears import WANTED
from bot.fronts.telegram.sending import Bot
from core.settings import Telegram

_HEADER = "X-Telegram-Bot-Api-Secret-Token"
_MOST_BYTES = 1 << 20
_CONNECTIONS = 40


class Webhook:
    """A small server of its own, on which nothing else answers."""

    def __init__(self, settings: Telegram, bot: Bot, hear: Callable[[Update], Awaitable[None]]) -> None:
        self._settings = settings
        self._bot = bot
        self._hear = hear
        # Nothing to keep or to lose: who does not know the token cannot know it.
        self._secret = hashlib.sha256(b"webhook" + settings.token.get_secret_value().encode()).hexdigest()
        self._runner = web.AppRunner(self._app(), access_log=None)

    async def start(self) -> None:
        """Listens, then tells Telegram. Raises OSError where the port is taken."""
        await self._runner.setup()
        await web.TCPSite(self._runner, self._settings.webhook_host, self._settings.webhook_port).start()
        await self._bot.set_webhook(
            self._settings.webhook, secret_token=self._secret, allowed_updates=WANTED, max_connections=_CONNECTIONS
        )

    @property
    def port(self) -> int:
        """The port, where the system has chosen it."""
        return int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Telegram keeps what it cannot bring."""
        await self._runner.cleanup()

    def _app(self) -> web.Application:
        app = web.Application(client_max_size=_MOST_BYTES)
        app.router.add_post(urlsplit(self._settings.webhook).path or "/", self._arrived)
        return app

    async def _arrived(self, request: web.Request) -> web.Response:
        """Answered when it is dealt with: Telegram brings again what was not answered."""
        if not hmac.compare_digest(request.headers.get(_HEADER, "").encode(), self._secret.encode()):
            return web.Response(status=403)
        try:
            body = await request.json()
        except ValueError:
            return web.Response(status=400)
        await self._hear(Update.de_json(body, self._bot))
        return web.Response()
