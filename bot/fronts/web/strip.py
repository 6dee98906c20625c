"""The status line of the open pages: one poll for all of them, and none without a page."""

from __future__ import annotations

from bot.commands import Commands
from bot.fronts.web import views
from bot.fronts.web.mailbox import Mailbox
from bot.fronts.web.poll import Poll

POLL_S = 2.0
_KIND = "status"


class Strip:
    """What the catalogue holds, told to each page when it opens and whenever it changes."""

    def __init__(self, commands: Commands) -> None:
        self._commands = commands
        self._mailboxes: set[Mailbox] = set()
        self._told = b""
        self._poll = Poll("web status", self._look, self.close)

    def join(self, mailbox: Mailbox) -> None:
        """The page learns the line as it was last read, and that of the next look if it differs."""
        self._mailboxes.add(mailbox)
        if self._told:
            mailbox.put(_KIND, self._told)
        self._poll.run(POLL_S)

    def leave(self, mailbox: Mailbox) -> None:
        self._mailboxes.discard(mailbox)
        if not self._mailboxes:
            self._poll.stop()
            self._told = b""  # it grows old without a poll

    def close(self) -> None:
        self._poll.stop()
        for mailbox in self._mailboxes:
            mailbox.close()

    async def _look(self) -> bool:
        event = views.status_event(await self._commands.status())
        if event != self._told:
            self._told = event
            for mailbox in self._mailboxes:
                mailbox.put(_KIND, event)
        return bool(self._mailboxes)
