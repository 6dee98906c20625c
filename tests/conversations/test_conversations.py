"""Every conversation of the table, on every front end, in the languages it speaks."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol

import pytest

from core.model import Post, PostKind
from tests.conversations import discord, telegram, web
from tests.conversations.table import CONVERSATIONS, LINK, SONGS, Chat, Conversation, sees
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


@pytest.mark.parametrize("front", ["discord", "telegram"])
async def test_an_answer_that_is_there_before_the_progress_is_written_down_ends_it(
    front: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with world(tmp_path) as behind, FRONTS[front].chat(behind, "en") as chat:
        written, keep = asyncio.Event(), behind.talk.posts.keep

        async def late(name: str, post: Post) -> None:
            if post.kind is PostKind.JOB:
                await written.wait()
            await keep(name, post)

        monkeypatch.setattr(behind.talk.posts, "keep", late)
        await chat.asks(LINK)
        await behind.hand.answers(SONGS)
        reading = asyncio.create_task(chat.sees())
        await asyncio.wait({reading}, timeout=0.5)  # an answer that does not wait is posted by then
        assert not reading.done()
        written.set()
        await sees("Done", *SONGS)(chat, behind.hand)
        await reading
