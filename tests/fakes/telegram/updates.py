"""The queue of updates: told by getUpdates, or sent to a webhook (https://core.telegram.org/bots/api#getting-updates)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Any

import aiohttp
import yarl

from tests.fakes.telegram import errors
from tests.fakes.telegram.call import Call, Handler
from tests.fakes.telegram.clock import Clock

UNASKED = ("chat_member", "message_reaction", "message_reaction_count")
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
RETRY_SECONDS = 1
MOST_UPDATES = 100
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


class Updates:
    """What happened and was not confirmed yet. ``allowed`` is None as long as the bot never said what it wants."""

    def __init__(self, clock: Clock, changed: Callable[[], None], judge: Callable[[dict[str, Any]], None]) -> None:
        self.pending: list[dict[str, Any]] = []
        self.allowed: list[str] | None = None
        self.webhook: Webhook | None = None
        self.poll: asyncio.Future[None] | None = None
        self._last = 700_000_000
        self.changed = changed
        self._clock = clock
        self._judge = judge

    def add(self, kind: str, what: dict[str, Any]) -> None:
        """Remembers an update, if the bot wants its kind."""
        if kind in self.allowed if self.allowed else kind not in UNASKED:
            self._last += 1
            update = {"update_id": self._last, kind: what}
            self._judge(update)
            self.pending.append(update)
            self.wake()
        self.changed()

    def allow(self, kinds: list[str] | None) -> None:
        """None leaves what was said before; an empty list is the default."""
        if kinds is not None:
            self.allowed = kinds

    def wake(self) -> None:
        if self.poll is not None and not self.poll.done():
            self.poll.set_result(None)
        if self.webhook is not None:
            self.webhook.bell.set()

    def handlers(self) -> dict[str, Handler]:
        return {
            "getUpdates": self._take,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "getWebhookInfo": self._describe,
        }

    async def _take(self, call: Call) -> list[dict[str, Any]]:
        """A second poller ends the first one."""
        if self.webhook is not None:
            method = "can't use getUpdates method while webhook is active"
            raise errors.conflict(f"{method}; use deleteWebhook to delete the webhook first")
        if self.poll is not None and not self.poll.done():
            other = "terminated by other getUpdates request; make sure that only one bot instance is running"
            self.poll.set_exception(errors.conflict(other))
        self.allow(call.get("allowed_updates"))
        self.confirm(call.get("offset", 0))
        if not self.pending and call.get("timeout", 0) > 0:
            await self._wait(call.get("timeout"))
        return self.pending[: min(max(call.get("limit", MOST_UPDATES), 1), MOST_UPDATES)]

    def confirm(self, offset: int) -> None:
        """Forgets the updates before ``offset``; a negative one keeps only so many of the last."""
        if offset < 0:
            self.pending = self.pending[offset:]
        else:
            self.pending = [one for one in self.pending if one["update_id"] >= offset]
        self.changed()

    async def _wait(self, seconds: float) -> None:
        poll = self.poll = asyncio.get_running_loop().create_future()
        self.changed()
        try:
            await asyncio.wait_for(poll, seconds)
        except TimeoutError:
            pass
        finally:
            if self.poll is poll:
                self.poll = None

    async def _set_webhook(self, call: Call) -> bool:
        if not call.get("url"):
            return await self._delete_webhook(call)
        url, secret = yarl.URL(call.get("url")), call.get("secret_token", "")
        if _needs_https(url):
            raise errors.bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        if secret and not _SECRET.fullmatch(secret):
            raise errors.bad_request("secret token contains unallowed characters")
        await self._delete_webhook(call)
        self.allow(call.get("allowed_updates"))
        self.webhook = Webhook(self, self._clock, url, secret, call.get("max_connections", 40))
        self.changed()
        return True

    async def _delete_webhook(self, call: Call) -> bool:
        if call.get("drop_pending_updates"):
            self.pending = []
        await self.close()
        return True

    async def _describe(self, _: Call) -> dict[str, Any]:
        hook = self.webhook
        info: dict[str, Any] = {"url": "" if hook is None else str(hook.url), "has_custom_certificate": False}
        info["pending_update_count"] = len(self.pending)
        if hook is not None:
            info |= {"max_connections": hook.most, **hook.trouble}
        return info | ({"allowed_updates": self.allowed} if self.allowed else {})

    async def close(self) -> None:
        """Ends the webhook, if there is one."""
        hook, self.webhook = self.webhook, None
        if hook is not None:
            await hook.close()


class Webhook:
    """Sends the updates to an address, one after the other; what is not taken is sent again a second later (by the
    clock that the test moves)."""

    def __init__(self, updates: Updates, clock: Clock, url: yarl.URL, secret: str, most: int) -> None:
        self.url = url
        self.most = most
        self.bell = asyncio.Event()
        self.trouble: dict[str, Any] = {}
        self._updates = updates
        self._clock = clock
        self._headers = {SECRET_HEADER: secret} if secret else {}
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.wait([self._task])

    async def _run(self) -> None:
        async with aiohttp.ClientSession(headers=self._headers) as session:
            while True:
                self.bell.clear()
                while self._updates.pending:
                    await self._deliver(session, self._updates.pending[0])
                await self.bell.wait()

    async def _deliver(self, session: aiohttp.ClientSession, update: dict[str, Any]) -> None:
        try:
            async with session.post(self.url, json=update) as answer:
                failed = "" if answer.ok else f"Wrong response from the webhook: {answer.status} {answer.reason}"
        except aiohttp.ClientError:
            failed = "Connection failed"
        if failed:
            self.trouble = {"last_error_date": self._clock.stamp(), "last_error_message": failed}
            self._updates.changed()
            await self._clock.reach(self._clock.now + RETRY_SECONDS)
        else:
            self._updates.confirm(update["update_id"] + 1)


def _needs_https(url: yarl.URL) -> bool:
    """The server itself takes plain HTTP only on the machine it runs on."""
    return url.scheme != "https" and url.host not in ("localhost", "127.0.0.1")
