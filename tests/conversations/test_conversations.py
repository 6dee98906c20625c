"""Every conversation of the table, on every front end, in the languages it speaks."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol

import pytest

from tests.conversations import discord, telegram, web
from tests.conversations.table import CONVERSATIONS, Chat, Conversation
from tests.conversations.world import World, world


class FrontEnd(Protocol):
    LOCALES: tuple[str, ...]

    def chat(self, world: World, locale: str) -> AbstractAsyncContextManager[Chat]: ...


FRONTS: dict[str, FrontEnd] = {"web": web, "discord": discord, "telegram": telegram}
WHERE = [(name, locale) for name, front in FRONTS.items() for locale in front.LOCALES]


@pytest.mark.parametrize("conversation", CONVERSATIONS, ids=lambda conversation: conversation.name)
@pytest.mark.parametrize(("front", "locale"), WHERE)
async def test_the_conversation(front: str, locale: str, conversation: Conversation, tmp_path: Path) -> None:
    async with world(tmp_path) as behind, FRONTS[front].chat(behind, locale) as chat:
        for step in conversation.steps:
            await step(chat, behind.hand)
