"""Which ear a request is answered with: the newest version that knows the catalogue as well as the one before."""

from __future__ import annotations

from collections.abc import Sequence

from core.errors import UnknownChoice
from core.said import said
from core.store.features import FeatureStore
from workers.hearing import Ear

#: A version takes over when it has heard this share of what the best version has: until then it listens unnoticed.
ENOUGH = 0.9


class Ears:
    """All ears of a worker, those of one extractor from the newest version to the oldest."""

    def __init__(self, features: FeatureStore, ears: Sequence[Ear]) -> None:
        self._features = features
        self._ears = ears

    async def of(self, extractor: str, collections: Sequence[str]) -> Ear:
        """The ear for candidates from these collections. Raises UnknownChoice."""
        versions = [ear for ear in self._ears if ear.extractor == extractor]
        if not versions:
            names = dict.fromkeys(ear.extractor for ear in self._ears)
            raise UnknownChoice(kind=said("extractor"), value=extractor[:32], choices=", ".join(names))
        if len(versions) == 1:
            return versions[0]
        heard = await self._features.coverage(collections, extractor)
        most = max(heard.get(ear.version, 0) for ear in versions)
        return next(ear for ear in versions if heard.get(ear.version, 0) >= ENOUGH * most)
