"""Blends: picks that please several people, once each of them has agreed."""

from __future__ import annotations

from collections.abc import Sequence

from core.errors import BadInput, NotYours
from core.model import Blend
from core.said import said
from core.store.store import Store

#: How many people one blend pleases: with more, nobody is pleased.
MOST = 8


class Blends:
    """Invitations and answers. The asker starts it by :meth:`bot.commands.Commands.blend`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def invite(self, asker: int, others: Sequence[int]) -> Blend:
        """A new blend of the asker, who takes part, and the others, who may. Raises BadInput."""
        others = [other for other in dict.fromkeys(others) if other != asker]
        if not others:
            raise BadInput(problem=said("a blend needs somebody beside you"))
        if len(others) >= MOST:
            raise BadInput(problem=said("a blend is for at most {count} people", count=MOST))
        return await self._store.blends.invite(asker, others)

    async def open(self, asker: int) -> Blend:
        """A new blend that anybody may join who sees it."""
        return await self._store.blends.invite(asker, [])

    async def join(self, listener: int, blend_id: str) -> Blend:
        """Takes part in an open blend. Raises NotYours for one that is gone, BadInput for one that is full."""
        blend = await self.get(blend_id)
        if listener not in blend.members and len(blend.members) >= MOST:
            raise BadInput(problem=said("a blend is for at most {count} people", count=MOST))
        await self._store.blends.join(blend_id, listener)
        return await self.get(blend_id)

    async def get(self, blend_id: str) -> Blend:
        """The blend as it stands. Raises NotYours for one that is gone."""
        blend = await self._store.blends.get(blend_id)
        if blend is None:
            raise NotYours()
        return blend

    async def answer(self, listener: int, blend_id: str, *, agreed: bool) -> Blend:
        """Notes an invited listener's answer. Raises NotYours for anybody else."""
        if not await self._store.blends.answer(blend_id, listener, agreed=agreed):
            raise NotYours()
        return await self.get(blend_id)
