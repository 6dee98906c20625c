"""The conversations that every front end must be able to have, as a table of what is done and what is then seen.

What is seen is given as the English template and put into the person's language, so that one table serves them all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from bot.words import Words
from core.errors import NoSongs, NoSoundForSeeds, UnknownLink, YasrError
from core.model import State
from core.said import Said, said
from tests.conversations.world import Hand

PATIENCE_S = 5
LINK = "https://www.deezer.com/playlist/908622995"
SONGS = ("First Light", "Second Wind", "Third Rail")
OTHERS = ("Fourth Wall", "Fifth Element", "Sixth Sense")


class Chat(Protocol):
    """A person in front of a front end."""

    words: Words

    async def asks(self, words: str) -> None: ...

    async def more(self) -> None: ...

    async def cancels(self) -> None: ...

    async def rates(self, title: str, emoji: str) -> None:
        """By a button."""
        ...

    async def takes_back(self, title: str) -> None: ...

    async def looks_back(self) -> None:
        """At the history."""
        ...

    async def forgets(self) -> None:
        """Has everything erased."""
        ...

    async def sees(self) -> str:
        """All text before the person's eyes, once the front end has shown what there is to show."""
        ...


async def eventually(holds: Callable[[], Awaitable[None]]) -> None:
    """Lets everybody work until ``holds`` raises no AssertionError, or patience ends with its last one."""
    end = asyncio.get_running_loop().time() + PATIENCE_S
    while True:
        try:
            return await holds()
        except AssertionError:
            if asyncio.get_running_loop().time() > end:
                raise
            await asyncio.sleep(0)


Step: TypeAlias = Callable[[Chat, Hand], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Conversation:
    """A name and what happens."""

    name: str
    steps: tuple[Step, ...]


def does(action: str, *args: str) -> Step:
    """The person acts."""

    async def step(chat: Chat, _: Hand) -> None:
        await getattr(chat, action)(*args)

    return step


def sees(*expected: Said | str | YasrError) -> Step:
    """All of this is before the person's eyes."""

    async def step(chat: Chat, _: Hand) -> None:
        async def shown() -> None:
            shown = await chat.sees()
            for what in expected:
                assert _text(chat, what) in shown, f"{_text(chat, what)!r} not in:\n{shown}"

        await eventually(shown)

    return step


def sees_not(*expected: Said | str | YasrError) -> Step:
    """None of this is."""

    async def step(chat: Chat, _: Hand) -> None:
        shown = await chat.sees()
        for what in expected:
            assert _text(chat, what) not in shown, f"{_text(chat, what)!r} in:\n{shown}"

    return step


def worker(action: str, *args: object) -> Step:
    """The worker acts."""

    async def step(_: Chat, hand: Hand) -> None:
        await getattr(hand, action)(*args)

    return step


def kept(ratings: dict[str, int]) -> Step:
    """The store holds these ratings, and no others."""

    async def step(_: Chat, hand: Hand) -> None:
        async def stored() -> None:
            assert await hand.ratings() == ratings

        await eventually(stored)

    return step


def stands(state: State | None) -> Step:
    """So the last request stands."""

    async def step(chat: Chat, hand: Hand) -> None:
        async def stored() -> None:
            await chat.sees()
            assert await hand.state() is state

        await eventually(stored)

    return step


def _text(chat: Chat, what: Said | str | YasrError) -> str:
    if isinstance(what, YasrError):
        return chat.words.error(what)
    return what if isinstance(what, str) else chat.words.render(what)


_ASKED = (does("asks", LINK), worker("answers", SONGS), sees(*SONGS))

CONVERSATIONS = (
    Conversation("a link, its progress and its answer", (
        does("asks", LINK),
        stands(State.ASKED),
        worker("reports", "listening", 12, 40),
        sees("12", "40"),
        worker("answers", SONGS),
        sees(*SONGS, "Newcomer of First Light", said("Sounds like your {song}.", song="A seed"), "412"),
        stands(State.DELIVERED),
    )),
    Conversation("songs as text", (
        does("asks", "Low – Lullaby"),
        worker("answers", SONGS),
        sees(*SONGS),
    )),
    Conversation("a rating, changed, and taken back", (
        *_ASKED,
        does("rates", "First Light", "🔥"),
        kept({"First Light": 8}),
        does("rates", "First Light", "👎"),
        kept({"First Light": 2}),
        does("rates", "Third Rail", "💯"),
        kept({"First Light": 2, "Third Rail": 10}),
        does("takes_back", "First Light"),
        kept({"Third Rail": 10}),
    )),
    Conversation("more of the same, and nothing twice", (
        *_ASKED,
        does("more"),
        stands(State.ASKED),
        worker("answers", OTHERS),
        sees(*OTHERS),
        stands(State.DELIVERED),
    )),
    Conversation("cancelled on the way", (
        does("asks", LINK),
        worker("reports", "listening", 1, 40),
        sees("40"),
        does("cancels"),
        stands(State.CANCELLED),
    )),
    Conversation("the history shows what was", (
        *_ASKED,
        does("looks_back"),
        sees(*SONGS),
    )),
    Conversation("everything is forgotten", (
        *_ASKED,
        does("rates", "First Light", "🔥"),
        does("forgets"),
        stands(None),
        kept({}),
        does("looks_back"),
    )),
    Conversation("a link that nobody reads", (
        does("asks", "https://example.com/playlist/1"),
        sees(UnknownLink(host="example.com")),
    )),
    Conversation("words that are no songs", (
        does("asks", "hello?"),
        sees(NoSongs(what=said("the pasted text"))),
    )),
    Conversation("an honest refusal", (
        does("asks", LINK),
        worker("refuses", NoSoundForSeeds(count=3)),
        sees(NoSoundForSeeds(count=3)),
        stands(State.REFUSED),
    )),
)  # fmt: skip
