"""What "warped" means: which steps a path may take, and how far it may stray."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.errors import BadInput
from core.said import said


@dataclass(frozen=True, slots=True)
class Rule:
    """The steps and the band of a path through the cells (i, j), i in 0..n-1 and j in 0..m-1, from corner to corner.

    A cell costs the squared Euclidean distance of its two frames. A path goes to the next row, the next column or both;
    ``symmetric1`` counts each cell once, ``symmetric2`` counts it twice where the path came by the diagonal, so that
    all paths have the weight n + m (Sakoe & Chiba, IEEE Trans. ASSP 26, 1978, P = 0; so does the first cell).

    ``band``: the share of the longer song that a path may stray from the straight line between the corners (Sakoe's
    and Chiba's window, slanted where the songs differ in length); 0 means as far as it likes. With
    r = max(1, ⌊band · max(n, m)⌋), the cells with \\|j (n - 1) - i (m - 1)\\| ≤ r · (max(n, m) - 1) are open. The band
    belongs to the pair alone, and is the same when the songs change places.

    ``normalised``: the distance is divided by n + m, so that long songs are not further away for being long.
    """

    step: Literal["symmetric1", "symmetric2"] = "symmetric2"
    band: float = 0.0
    normalised: bool = True

    def __post_init__(self) -> None:
        if not 0 <= self.band <= 1:
            raise BadInput(problem=said("a band is a share of the song, 0 to 1"))

    @property
    def diagonal(self) -> int:
        """How often a diagonal step counts its cell."""
        return 2 if self.step == "symmetric2" else 1


#: Unless something else is asked for.
RULE = Rule()
