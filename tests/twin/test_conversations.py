"""The conversations that every front end must be able to have, on a Discord that nobody here wrote.

What the twin leaves out, and how the bridge fills it in, is told in :mod:`tests.twin.test_twin`. It knows no locales,
so everybody speaks English here.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conversations.discord import DiscordChat, connected
from tests.conversations.table import CONVERSATIONS, Conversation
from tests.conversations.world import world
from tests.twin.bridge import Twin

pytestmark = pytest.mark.twin


@pytest.mark.parametrize("conversation", CONVERSATIONS, ids=lambda conversation: conversation.name)
async def test_the_conversation(twin: Twin, conversation: Conversation, tmp_path: Path) -> None:
    async with world(tmp_path) as behind, connected(behind, twin) as (front, outbox):
        chat = DiscordChat(twin, front, twin.person("Ada"), twin.channel("music"), behind, outbox)
        for step in conversation.steps:
            await step(chat, behind.hand)
