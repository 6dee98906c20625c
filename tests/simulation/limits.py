"""Rate limits on a clock of their own."""

from __future__ import annotations

from collections import defaultdict


class SimulatedLimits:
    """Lets every request through at once, and tells how long they would have taken.

    Each host has a clock that every request sets forward by what its limit allows it. Previews, which Deezer keeps on
    hosts of their own, come from the same address here, so that Deezer's clock runs ahead rather than behind.
    """

    def __init__(self) -> None:
        self._clocks: defaultdict[str, float] = defaultdict(float)

    async def admit(self, host: str, requests: int, per_s: float) -> None:
        """See :class:`core.services._limits.Limits`."""
        self._clocks[host] += per_s / requests

    @property
    def elapsed_s(self) -> float:
        """The seconds that all of it would have taken, hosts at the same time."""
        return max(self._clocks.values(), default=0.0)
