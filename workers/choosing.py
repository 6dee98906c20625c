"""From a ranking of the catalogue to the rows that are shown: who may be shown, what was learned, what is fair."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from core import moods, newcomer, slate
from core.errors import NoCandidates
from core.model import Arm, Request
from core.ports import Ranking
from core.said import Said
from core.settings import Settings
from core.store.store import Store
from workers.hearing import Ear
from workers.learning.listening import Learned, Learning
from workers.looking import Looking
from workers.models import Look, Model
from workers.moods import suiting
from workers.seeds import Seeds
from workers.snapshot import Snapshot
from workers.standings import Standing, Standings
from workers.together import places


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a model makes of the candidates: its ``ranking``, ``fit`` (N,) the share of them that it places below each,
    and what was ``learned`` to expect of them.
    """

    model: Model
    ranking: Ranking
    fit: NDArray[np.float32]
    learned: Learned


@dataclass(frozen=True, slots=True)
class Selection:
    """The rows, what each model had proposed, of whom it could have been (``eligible``, (N,)), and what the listener
    should know about it.
    """

    choices: list[slate.Choice]
    proposals: Sequence[Proposal]
    eligible: NDArray[np.bool_]
    standing: Standing
    notes: list[Said]

    def of(self, choice: slate.Choice) -> Proposal:
        """The proposal that the choice is of."""
        return self.proposals[choice.rival]


class Choosing:
    """Chooses for one request at a time."""

    def __init__(self, store: Store, ears: Sequence[Ear], looking: Looking, settings: Settings) -> None:
        self._store = store
        self._ears = ears
        self._looking = looking
        self._learning = Learning(store)
        self._standings = Standings(store, settings.catalogue)
        self._limits = settings.catalogue

    async def __call__(
        self, request: Request, field: Snapshot, screened: Mapping[Model, Ranking], seeds: Seeds, ear: Ear
    ) -> Selection:
        """``screened``: how the model ranks the candidates, and its rival, if there is one.

        Raises NoCandidates where nothing may be shown, BadInput where nothing has the moods that were asked for.
        """
        standing = await self._standings.current(len(field))
        eligible = await self._open(seeds, field) & await self._fitting(request, field, standing)
        first = next(iter(screened.values()))
        eligible, notes = await self._suiting(request, field, first, seeds, ear, eligible)
        luck = zlib.crc32(request.id.encode())
        made = [
            await self._propose(model, ranking, field, seeds, ear, eligible, luck)
            for model, ranking in screened.items()
        ]
        choices = await self._chosen(request, field, made, eligible, luck)
        if not choices:
            raise NoCandidates()
        return Selection(choices, made, eligible, standing, notes)

    async def _chosen(
        self, request: Request, field: Snapshot, made: Sequence[Proposal], eligible: NDArray[np.bool_], luck: int
    ) -> list[slate.Choice]:
        """The slate, the close songs that are expected to be liked best first."""
        own, rivals = made[0], made[1:]
        columns = slate.Field(
            scores=own.learned.expected,
            fit=own.fit,
            recording_ids=field.recording_ids,
            artist_ids=field.artist_ids,
            music=field.music,
            space=own.learned.space,
            shown=_told(await self._store.ratings.showings(), field.artist_ids),
        )
        choices = slate.choose(
            columns,
            eligible,
            request.options.count,
            request.options.wildcards,
            chance=np.random.default_rng(luck),
            doubt=own.learned.doubt,
            rival=rivals[0].learned.expected if rivals else None,
        )
        if not rivals:  # models that draft in turns keep their order: no place is better for one of them
            expected = own.learned.expected
            choices.sort(key=lambda choice: -float(expected[choice.row]) if choice.arm is Arm.CLOSE else np.inf)
        return choices

    async def _suiting(
        self,
        request: Request,
        field: Snapshot,
        ranking: Ranking,
        seeds: Seeds,
        ear: Ear,
        eligible: NDArray[np.bool_],
    ) -> tuple[NDArray[np.bool_], list[Said]]:
        """The eligible that have the moods that were asked for, the best looked at first; and what is to be said."""
        wished = moods.of(request.options.moods)
        if not wished or not eligible.any():
            return eligible, []
        best = np.argsort(-ranking.scores, kind="stable")
        others = [other for other in self._ears if other.extractor != ear.extractor]
        suited = await suiting(wished, best[eligible[best]], field.recording_ids, seeds.features, [ear, *others])
        found = eligible & suited.rows
        if not found.any():
            raise moods.unmatched(wished, suited.untold)
        return found, moods.notes(wished, suited.untold)

    async def _propose(
        self,
        model: Model,
        ranking: Ranking,
        field: Snapshot,
        seeds: Seeds,
        ear: Ear,
        eligible: NDArray[np.bool_],
        luck: int,
    ) -> Proposal:
        """``luck``: models that meet in one slate are drawn for alike."""
        if isinstance(model, Look):
            heard = [song.recording_id for song in seeds.songs]
            ranking = await self._looking.again(model, heard, seeds.members, field.recording_ids, eligible, ranking)
        fit = places(ranking.scores).astype(np.float32)
        chance = np.random.default_rng(luck)
        learned = await self._learning(seeds.listeners, ear, field.recording_ids, field.vectors, fit, chance)
        return Proposal(model, ranking, fit, learned)

    async def _open(self, seeds: Seeds, field: Snapshot) -> NDArray[np.bool_]:
        """What none of the listeners gave, was shown or has barred."""
        recordings, artists = set(seeds.barred_recordings), set(seeds.barred_artists)
        for listener in seeds.listeners:
            recordings.update(await self._store.slates.shown(listener))
            artists.update(await self._store.listeners.disliked_artists(listener))
        barred = np.isin(field.recording_ids, list(recordings)) | np.isin(field.artist_ids, list(artists))
        return ~barred

    async def _fitting(self, request: Request, field: Snapshot, standing: Standing) -> NDArray[np.bool_]:
        """The candidates that are as new and as little known as the listener, or else the operator, wishes."""
        limits = self._limits
        wishes = await self._store.listeners.preferences(request.listener_id)
        reach = newcomer.reach_of(request.options.audience or wishes.audience or limits.audience)
        weeks = request.options.weeks or wishes.weeks or limits.weeks
        known = standing.places_of(field.artist_ids)
        small = np.where(np.isnan(known), limits.unknown, known <= newcomer.MOST[reach])
        new = field.released >= (date.today() - timedelta(weeks=weeks)).toordinal()
        fitting = ~field.judged | (small & new)
        if limits.guard == "hide":
            fitting &= ~np.isin(field.artist_ids, list(standing.labels))
        return fitting


def _told(counts: Mapping[int, int], ids: NDArray[np.int64]) -> NDArray[np.int64]:
    """The count of each id (N,), 0 of what is not counted."""
    dense = np.zeros(int(ids.max(initial=0)) + 1, np.int64)
    known = [one for one in counts if one < len(dense)]
    dense[known] = [counts[one] for one in known]
    return dense[ids]
