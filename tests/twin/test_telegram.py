"""The conversations that every front end must be able to have, on a Telegram that nobody here wrote: the npm package
telegram-test-api 4.2.1.

What it leaves out, and how the bridge fills it in:

1. ``getMe`` does not say that the bot is one: ``is_bot`` is added.
2. A press has no ``chat_instance``: it is added.
3. The date of a sent message is in milliseconds: it is divided.
4. Edits, and answers to presses, have ``null`` for a result: they become ``true``.
5. ``getUpdates`` never waits: the bridge asks again when somebody has said something.
6. Markup is not read: the bridge makes plain text of HTML.
7. Toasts are thrown away: the bridge keeps them for the one who pressed.
8. ``setMyCommands``, ``setMyDescription``, ``setMyShortDescription``, ``sendChatAction`` are unknown: ``true``.
9. There are no pictures, sounds, groups, reactions, limits, errors, nor replies; updates need no confirmation. These
   are left to our own fake.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

from tests.conversations.table import CONVERSATIONS, Conversation
from tests.conversations.telegram import TelegramChat, connected
from tests.conversations.world import world
from tests.twin.foreign_telegram import ForeignTelegram

pytestmark = pytest.mark.twin


class ForeignChat(TelegramChat):
    """The same person, who looks at the foreign server."""

    async def sees(self) -> str:
        await self.settle()
        await cast(ForeignTelegram, self.server).look()
        return await super().sees()


@pytest.mark.usefixtures("modules")
@pytest.mark.parametrize("conversation", CONVERSATIONS, ids=lambda conversation: conversation.name)
async def test_the_conversation(conversation: Conversation, tmp_path: Path) -> None:
    async with ForeignTelegram() as server, world(tmp_path) as behind:
        theirs: Any = server
        async with connected(behind, theirs) as (front, outbox):
            person: Any = server.person("Ada")
            chat = ForeignChat(theirs, front, person, person.private, outbox)
            await chat.said(person.says(person.private, "/start"))
            for step in conversation.steps:
                await step(chat, behind.hand)
