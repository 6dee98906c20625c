"""What playlists have in common, learned: richly encoded features, and how they vary between lists and within them.

Model card. Input: vectors of the extractor "ten": Spotify's ten features, key, duration and time signature; what is
unknown lies in the middle. They are read against the candidates at hand (their places among them), encoded in soft bins
and in products, and two probabilistic linear discriminant analyses say how likely a candidate comes from where the
seeds come from; their mean is the score, in standard deviations of the candidates'. Learned on 653 playlists with
77,165 songs of TidyTuesday's spotify_songs.csv (2020-01-21) and of public Exportify exports; `yasr train taste` learns
it anew from your own. A list with several tastes is served in each of them (:mod:`workers.taste.groups`). Known
weakness: those playlists are Western and of 2014 to 2024.
"""

from __future__ import annotations

from pathlib import Path

from core.model import Vector
from core.ports import Ranking
from workers.taste.model import Among, Taste, shipped


class LearnedFeatures:
    """See the module's model card."""

    name = "features"
    features = "ten"

    def __init__(self) -> None:
        self._own: Taste | None = None
        self._held: tuple[Vector, Among] | None = None
        self.version = "1"

    def learn(self, file: Path) -> None:
        """From now on ranks by what is kept in the file."""
        self._own, self._held = Taste.load(file), None
        self.version = f"1+{self._own.digest}"

    def rank(self, seeds: Vector, candidates: Vector) -> Ranking:
        """``seeds`` (S, 13) and ``candidates`` (N, 13), float32 → scores (N,) and nearest seeds."""
        return self._among(candidates).rank(seeds)

    def _among(self, candidates: Vector) -> Among:
        """The candidates are the same again and again, until the catalogue grows."""
        held = self._held
        if held is None or held[0] is not candidates:
            held = self._held = (candidates, (self._own or shipped()).among(candidates))
        return held[1]


MODEL = LearnedFeatures()
