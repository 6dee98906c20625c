"""The main job: from a request to a slate. Reads the seeds, hears what is unheard, ranks, chooses, explains, saves."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core import newcomer, reasons, slate
from core.errors import (
    BadInput,
    CannotListen,
    NoCandidates,
    NoFeaturesForSeeds,
    NoSoundForSeeds,
    UploadGone,
    YasrError,
)
from core.model import Features, Playlist, Progress, Request, SourceKind, Vector
from core.ports import PlaylistReader, Ranking, Recommender
from core.readers.folder import tracks_in
from core.said import Said, counted, said
from core.settings import Settings
from core.store.slates import Chosen
from core.store.store import Store
from core.uploads import Uploads
from workers import models, stock
from workers.blending import Party, gather
from workers.ears import Ears
from workers.hearing import Ear, Song
from workers.reading import opened
from workers.snapshot import Snapshot, Snapshots
from workers.standings import Standing, Standings
from workers.stock import Stock
from workers.together import together

Report = Callable[[Progress], Awaitable[None]]
#: How often a slate is chosen anew when another slate of the same listener took one of its songs meanwhile.
_RETRIES = 5


@dataclass(frozen=True, slots=True)
class _Seeds:
    """The songs that could be heard, row by row, and every song and artist that must not come back.

    ``listeners`` are those to be pleased; of several, ``members`` are the rows of each.
    """

    songs: list[Song]
    features: list[Features]
    barred_recordings: set[int]
    barred_artists: set[int]
    notes: list[Said]
    listeners: Sequence[int]
    members: Sequence[NDArray[np.intp]] = ()

    def rank(self, model: Recommender, candidates: Vector) -> Ranking:
        """The candidates, (N, D), as the model ranks them for whoever is to be pleased."""
        matrix = np.stack([features.vector for features in self.features])
        return together(model, matrix, self.members, candidates) if self.members else model.rank(matrix, candidates)


class Recommend:
    """The use case, over ports and the store."""

    def __init__(
        self, store: Store, readers: Sequence[PlaylistReader], ears: Sequence[Ear], stock: Stock, settings: Settings
    ) -> None:
        self._store = store
        self._readers = readers
        self._ears = Ears(store.features, ears)
        self._stock = stock
        self._standings = Standings(store, settings.catalogue)
        self._snapshots = {ear: Snapshots(store.features, ear.extractor, ear.version) for ear in ears}
        self._settings = settings

    async def __call__(self, request: Request, worker: str, report: Report) -> bool:
        """Answers the request; False when it is no longer ours. Raises core.errors for an honest refusal."""
        options = request.options
        ear = await self._ears.of(options.features, stock.choice_of(options.collection))
        model = models.model(options.model or ear.model, ear.extractor)
        await report(Progress("reading"))
        seeds = await self._seeds(request, ear, report)
        collections = await self._stock.ready(options.collection, report, ear)
        await report(Progress("comparing", note=tuple(seeds.notes)))
        field = await self._snapshots[ear].current(collections)
        if not len(field):
            raise NoCandidates()
        ranking = await asyncio.to_thread(seeds.rank, model, field.vectors)
        for _ in range(_RETRIES):
            chosen = await self._choose(request, field, ranking, seeds, ear)
            note = [*seeds.notes, *self._shortfall(request, chosen)]
            if await self._store.slates.finish(request.id, worker, model.name, model.version, chosen, note):
                return True
        return False

    async def _read(self, request: Request, report: Report) -> Playlist:
        source = request.source
        if source.playlist is not None:
            return source.playlist
        if source.kind is SourceKind.FOLDER:
            folder = Path(source.value)
            if Uploads(self._settings.state_dir).lost(folder):
                raise UploadGone()
            return Playlist(folder.name, await asyncio.to_thread(tracks_in, folder), "folder")
        if source.kind is SourceKind.SAMPLE:
            return await self._stock.sample(report)
        playlist = await opened(source.value, self._readers)
        await self._store.requests.entitle(request.id, playlist.title)
        return playlist

    async def _seeds(self, request: Request, ear: Ear, report: Report) -> _Seeds:
        """Hears the songs of the one who asks, or of everybody in a blend."""
        if request.source.kind is not SourceKind.BLEND:
            return await self._heard(request, await self._read(request, report), ear, report)
        party = await gather(self._store, request.source.value, request.listener_id)
        seeds = await self._heard(request, party.playlist, ear, report)
        members = party.rows(seeds.songs)
        return replace(
            seeds,
            barred_recordings=seeds.barred_recordings | party.barred,
            notes=[*_left_out(party, len(members)), *seeds.notes],
            listeners=party.listeners,
            members=members,
        )

    async def _heard(self, request: Request, playlist: Playlist, ear: Ear, report: Report) -> _Seeds:
        """Hears the playlist: what was heard before, and as much of the rest as one request may."""
        recorded = await self._store.catalogue.record(playlist.tracks)
        songs = {place.recording_id: Song(place.recording_id, track)
                 for place, track in zip(recorded, playlist.tracks, strict=True)}  # fmt: skip
        await self._store.catalogue.keep_seeds(request.id, list(songs))
        known = await ear.known(list(songs))
        unheard = _spread(
            [song for song in songs.values() if song.recording_id not in known], self._settings.worker.listen_to
        )
        await report(Progress("listening", 0, len(unheard)))
        heard = await ear.listen(unheard, lambda done: report(Progress("listening", done, len(unheard))))
        features = known | heard.features
        if not features and ear.asks:
            raise NoFeaturesForSeeds(count=len(songs), features=ear.extractor)
        if not features:
            raise _why_silent(heard.troubles, len(songs))
        artists = [name for track in playlist.tracks for name in track.artists]
        return _Seeds(
            songs=[song for song in songs.values() if song.recording_id in features],
            features=[features[number] for number in songs if number in features],
            barred_recordings=set(songs),
            barred_artists=set(await self._store.catalogue.artist_ids(artists)),
            notes=_notes(playlist, len(songs), len(features), heard.troubles),
            listeners=[request.listener_id],
        )

    async def _choose(
        self, request: Request, field: Snapshot, ranking: Ranking, seeds: _Seeds, ear: Ear
    ) -> list[Chosen]:
        columns = slate.Field(ranking.scores, field.recording_ids, field.artist_ids, field.music)
        recordings, artists = set(seeds.barred_recordings), set(seeds.barred_artists)
        for listener in seeds.listeners:
            recordings.update(await self._store.slates.shown(listener))
            artists.update(await self._store.listeners.disliked_artists(listener))
        standing = await self._standings.current(len(field))
        eligible = columns.open_to(recordings, artists)
        eligible &= await self._fitting(request, field, standing)
        choices = slate.choose(columns, eligible, request.options.count, request.options.wildcards)
        if not choices:
            raise NoCandidates()
        return await self._explained(choices, field, ranking, seeds, standing, ear)

    async def _fitting(self, request: Request, field: Snapshot, standing: Standing) -> NDArray[np.bool_]:
        """The candidates that are as new and as little known as the listener, or else the operator, wishes."""
        limits = self._settings.catalogue
        wishes = await self._store.listeners.preferences(request.listener_id)
        reach = newcomer.reach_of(request.options.audience or wishes.audience or limits.audience)
        weeks = request.options.weeks or wishes.weeks or limits.weeks
        places = standing.places_of(field.artist_ids)
        small = np.where(np.isnan(places), limits.unknown, places <= newcomer.MOST[reach])
        new = field.released >= (date.today() - timedelta(weeks=weeks)).toordinal()
        fitting = ~field.judged | (small & new)
        if limits.guard == "hide":
            fitting &= ~np.isin(field.artist_ids, list(standing.labels))
        return fitting

    async def _explained(
        self,
        choices: Sequence[slate.Choice],
        field: Snapshot,
        ranking: Ranking,
        seeds: _Seeds,
        standing: Standing,
        ear: Ear,
    ) -> list[Chosen]:
        rows = [choice.row for choice in choices]
        heard = await ear.known([int(field.recording_ids[row]) for row in rows])
        audiences = await self._store.catalogue.audiences([int(field.artist_ids[row]) for row in rows])
        chosen = []
        for choice in choices:
            seed = int(ranking.nearest[choice.row])
            title = str(seeds.songs[seed].track)
            recording_id = int(field.recording_ids[choice.row])
            chosen.append(
                Chosen(
                    arm=choice.arm,
                    score=float(ranking.scores[choice.row]),
                    recording_id=recording_id,
                    track_id=int(field.track_ids[choice.row]),
                    nearest_seed=title,
                    reason=reasons.reason(choice.arm, title, seeds.features[seed].named, heard[recording_id].named),
                    audiences=audiences.get(int(field.artist_ids[choice.row]), ()),
                    label=standing.labels.get(int(field.artist_ids[choice.row])),
                )
            )
        return chosen

    def _shortfall(self, request: Request, chosen: Sequence[Chosen]) -> list[Said]:
        asked = request.options.count + request.options.wildcards
        if len(chosen) == asked:
            return []
        return [
            counted(
                "The catalogue has only {count} song left for you; you asked for {asked}.",
                "The catalogue has only {count} songs left for you; you asked for {asked}.",
                count=len(chosen),
                asked=asked,
            )
        ]


def _spread(songs: Sequence[Song], most: int) -> list[Song]:
    """At most ``most`` of the songs, evenly from beginning to end."""
    if len(songs) <= most:
        return list(songs)
    return [songs[i * len(songs) // most] for i in range(most)]


def _why_silent(troubles: Sequence[YasrError], songs: int) -> YasrError:
    """The error to refuse with: a bad file's own sentence, else which service is away, else that nothing was found."""
    for trouble in sorted(troubles, key=lambda trouble: not isinstance(trouble, BadInput)):
        return trouble if isinstance(trouble, BadInput) else CannotListen(count=songs, service=trouble.args_["service"])
    return NoSoundForSeeds(count=songs)


def _left_out(party: Party, heard: int) -> list[Said]:
    """That not everybody who takes part has songs that could be heard."""
    silent = len(party.listeners) - heard
    if not silent:
        return []
    return [
        counted(
            "I know no song of {count} of you, whose taste is left out.",
            "I know no song of {count} of you, whose tastes are left out.",
            count=silent,
        )
    ]


def _notes(playlist: Playlist, songs: int, heard: int, troubles: Sequence[YasrError]) -> list[Said]:
    """What the listener should know about how much of the list was used."""
    notes = list(playlist.notes)
    if playlist.partial:
        notes.insert(0, said("Read {read} of {total} songs.", read=len(playlist.tracks), total=playlist.total or 0))
    if heard < songs:
        notes.append(said("Compared with the {heard} of {songs} songs whose sound I found.", heard=heard, songs=songs))
    bad = [trouble for trouble in troubles if isinstance(trouble, BadInput)]
    return notes + [trouble.said for trouble in bad[:3]]
