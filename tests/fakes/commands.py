"""Commands without a store or workers: a test moves each request along by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cards import Card, JobCard, LinkButton, PickCard, SlateCard, StatusCard
from core.errors import NotYours, YasrError
from core.model import Address, Arm, State
from core.verdicts import value_of

if TYPE_CHECKING:
    from bot.commands import Upload


def pick(number: int, **changes: object) -> PickCard:
    """A pick like those of the demo catalogue; ``number`` is its id and rank."""
    card = PickCard(
        id=number,
        rank=number,
        arm=Arm.CLOSE,
        title=f"Song {number}",
        artist=f"Artist {number}",
        evidence=f"{number * 37} fans on Deezer, read on 1 June 2026",
        reason=f"Closest to “Seed {number}” of your list",
        cover_url="",
        sound=True,
        links=(LinkButton("Deezer", f"https://www.deezer.com/track/{number}"),),
        generated=False,
        rated="",
    )
    return replace(card, **changes)


@dataclass
class FakeCommands:
    """Keeps everything in dictionaries; ``calls`` lists what the front end asked for, in order."""

    calls: list[tuple[object, ...]] = field(default_factory=list)
    cards: dict[str, Card] = field(default_factory=dict)
    owners: dict[str, int] = field(default_factory=dict)
    handles: list[str] = field(default_factory=list)
    sounds: dict[int, Path | bytes] = field(default_factory=dict)
    problem: BaseException | None = None

    async def listener(self, front: str, handle: str) -> int:
        if handle not in self.handles:
            self.handles.append(handle)
        return self.handles.index(handle) + 1

    async def recommend(self, listener: int, address: Address, words: str) -> str:
        return self._ask(listener, words.splitlines()[0][:80] if words else "nothing", "recommend", address, words)

    async def recommend_files(self, listener: int, address: Address, uploads: Sequence[Upload]) -> str:
        return self._ask(listener, uploads[0].name, "recommend_files", address, tuple(uploads))

    async def sample(self, listener: int, address: Address) -> str:
        return self._ask(listener, "Sample playlist", "sample", address)

    async def more(self, listener: int, address: Address, request_id: str) -> str:
        return self._ask(listener, self._own(listener, request_id).title, "more", address, request_id)

    async def cancel(self, listener: int, request_id: str) -> None:
        self._own(listener, request_id)
        self.advance(request_id, "", state=State.CANCELLED)

    async def rate(self, listener: int, pick_id: int, emoji: str) -> int | None:
        value = value_of(emoji) if emoji else None
        for card in await self.history(listener):
            if isinstance(card, SlateCard) and any(pick.id == pick_id for pick in card.picks):
                self.calls.append(("rate", listener, pick_id, emoji))
                picks = tuple(replace(pick, rated=emoji) if pick.id == pick_id else pick for pick in card.picks)
                self.cards[card.request_id] = replace(card, picks=picks)
                return value
        raise NotYours

    async def card(self, listener: int, request_id: str) -> Card:
        self.calls.append(("card", listener, request_id))
        return self._own(listener, request_id)

    async def history(self, listener: int) -> list[Card]:
        return [card for name, card in self.cards.items() if self.owners[name] == listener][-20:]

    async def sound(self, listener: int, pick_id: int) -> Path | bytes | None:
        return self.sounds.get(pick_id)

    async def status(self) -> StatusCard:
        return StatusCard(212, 200, "212 songs by little-known artists, 200 of them generated demo songs")

    def advance(self, request_id: str, stage: str, done: int = 0, total: int = 0, state: State = State.WORKING) -> None:
        """What a worker reports."""
        card = self.cards[request_id]
        self.cards[request_id] = JobCard(request_id, card.title, state, stage, done, total, "", "")

    def refuse(self, request_id: str, error: YasrError) -> None:
        """The worker gave up."""
        card = self.cards[request_id]
        self.cards[request_id] = JobCard(request_id, card.title, State.REFUSED, "", 0, 0, "", str(error))

    def answer(self, request_id: str, *picks: PickCard, note: str = "") -> None:
        """The slate is ready."""
        self.cards[request_id] = SlateCard(request_id, self.cards[request_id].title, note, picks)

    def _ask(self, listener: int, title: str, *call: object) -> str:
        self.calls.append((call[0], listener, *call[1:]))
        if self.problem:
            raise self.problem
        request_id = f"r{len(self.cards) + 1}"
        self.owners[request_id] = listener
        self.cards[request_id] = JobCard(request_id, title, State.ASKED, "Waiting for a free worker", 0, 0, "", "")
        return request_id

    def _own(self, listener: int, request_id: str) -> Card:
        if self.owners.get(request_id) != listener:
            raise NotYours
        return self.cards[request_id]
