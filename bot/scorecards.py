"""The public scorecard, for the chats and the page: made when somebody asks, and kept for a while."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from datetime import datetime

from core.scorecard import Scorecard, scorecard, with_farewells
from core.settings import SCALES
from core.store.scores import Scores

#: How old a card may be (seconds): it takes seconds to make from a million picks.
FRESH_S = 600
#: How unlike the songs of a slate are, the last so many picks tell.
_LAST = 5_000


async def card(
    scores: Scores, since: datetime | None = None, *, public: bool, scales: Mapping[str, tuple[int, int, int]] = SCALES
) -> Scorecard:
    """The card of what was shown since then, or ever."""
    shown, catalogue = await scores.shown(since), await scores.catalogue()
    space = await scores.vectors({pick.recording_id for pick in shown[-_LAST:]})
    made = await asyncio.to_thread(scorecard, shown, catalogue, public=public, scales=scales, space=space)
    return made if since else with_farewells(made, await scores.farewells())


class Scorecards:
    """Whoever asks while the card is made waits for the same."""

    def __init__(
        self,
        scores: Scores,
        scales: Mapping[str, tuple[int, int, int]] = SCALES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._scores = scores
        self._scales = scales
        self._clock = clock
        self._making = asyncio.Lock()
        self._held: tuple[float, Scorecard] | None = None

    async def public(self) -> Scorecard:
        """The card that everybody may see."""
        async with self._making:
            if self._held is None or self._clock() >= self._held[0]:
                self._held = self._clock() + FRESH_S, await card(self._scores, public=True, scales=self._scales)
            return self._held[1]
