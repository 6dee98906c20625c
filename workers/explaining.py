"""From the chosen rows to picks as they are stored: what each is like, and what its reason rests on."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from core import reasons
from core.model import Arm, Passage
from core.store.slates import Chosen
from core.store.store import Store
from workers.choosing import Selection
from workers.hearing import Ear
from workers.looking import Looking, Pair
from workers.seeds import Seeds
from workers.snapshot import Snapshot
from workers.spreads import Spreads, evidence


class Explaining:
    """Explains the choices of one request at a time."""

    def __init__(self, store: Store, looking: Looking) -> None:
        self._store = store
        self._looking = looking
        self._spreads = Spreads(store.tastes)

    async def __call__(self, made: Selection, field: Snapshot, seeds: Seeds, ear: Ear) -> list[Chosen]:
        """The picks, in their order."""
        rows = [choice.row for choice in made.choices]
        nearest = {choice.row: int(made.of(choice).ranking.nearest[np.array([choice.row])][0])
                   for choice in made.choices}  # fmt: skip
        heard = await ear.known([int(field.recording_ids[row]) for row in rows])
        audiences = await self._store.catalogue.audiences([int(field.artist_ids[row]) for row in rows])
        passages = await self._passages(made, field, seeds, nearest)
        varies = await self._spreads.current(ear.extractor, len(field))
        chosen = []
        for choice in made.choices:
            seed, proposal = nearest[choice.row], made.of(choice)
            title = str(seeds.songs[seed].track)
            recording_id, artist_id = int(field.recording_ids[choice.row]), int(field.artist_ids[choice.row])
            told = evidence([title], seeds.features[seed], heard[recording_id], varies)
            chosen.append(
                Chosen(
                    arm=choice.arm,
                    score=min(10.0, max(0.0, float(proposal.learned.expected[choice.row]))),
                    recording_id=recording_id,
                    track_id=int(field.track_ids[choice.row]),
                    nearest_seed=title,
                    reason=reasons.reason(choice.arm, told, random=choice.random),
                    audiences=audiences.get(artist_id, ()),
                    label=made.standing.labels.get(artist_id),
                    passage=passages.get(choice.row),
                    seed_track_id=seeds.songs[seed].track_id,
                    fit=float(proposal.fit[choice.row]),
                    opinion=float(proposal.learned.opinion[choice.row]),
                    swayed=proposal.learned.swayed(choice.row, float(proposal.fit[choice.row])),
                    model=proposal.model.name,
                    random=choice.random,
                    told=told,
                )
            )
        return chosen

    async def _passages(
        self, made: Selection, field: Snapshot, seeds: Seeds, nearest: Mapping[int, int]
    ) -> dict[int, Passage]:
        """By row, what the close picks share with their nearest seeds."""
        close = [choice.row for choice in made.choices if choice.arm is Arm.CLOSE]
        songs = [seeds.songs[nearest[row]] for row in close]
        pairs = [Pair(song.recording_id, int(field.recording_ids[row]), song.track)
                 for row, song in zip(close, songs, strict=True)]  # fmt: skip
        found = await self._looking.passages(pairs, field.recording_ids)
        return {row: passage for row, passage in zip(close, found, strict=True) if passage is not None}
