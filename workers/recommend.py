"""The main job: from a request to a slate. Reads the seeds, hears what is unheard, ranks, chooses, explains, saves."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core import links, newcomer, reasons, slate
from core.errors import (
    BadInput,
    CannotListen,
    NoCandidates,
    NoFeaturesForSeeds,
    NoSoundForSeeds,
    UnknownChoice,
    UploadGone,
    YasrError,
)
from core.model import Features, Playlist, Progress, Request, SourceKind
from core.ports import PlaylistReader, Ranking
from core.readers.folder import tracks_in
from core.settings import Settings
from core.store.slates import Chosen
from core.store.store import Store
from core.uploads import Uploads
from workers import models
from workers.hearing import Ear, Song
from workers.snapshot import Snapshot, Snapshots
from workers.standings import Standing, Standings
from workers.stock import Stock
from workers.told import Told

Report = Callable[[Progress], Awaitable[None]]
#: How often a slate is chosen anew when another slate of the same listener took one of its songs meanwhile.
_RETRIES = 5


@dataclass(frozen=True, slots=True)
class _Seeds:
    """The listener's songs that could be heard, row by row, and every song and artist that must not come back."""

    songs: list[Song]
    features: list[Features]
    barred_recordings: set[int]
    barred_artists: set[int]
    notes: list[str]


class Recommend:
    """The use case, over ports and the store."""

    def __init__(
        self, store: Store, readers: Sequence[PlaylistReader], ears: Sequence[Ear], stock: Stock, settings: Settings
    ) -> None:
        self._store = store
        self._readers = readers
        self._ears = {ear.extractor: ear for ear in ears}
        self._stock = stock
        self._standings = Standings(store, settings.catalogue)
        self._snapshots = {ear.extractor: Snapshots(store.features, ear.extractor, ear.version) for ear in ears}
        self._settings = settings

    async def __call__(self, request: Request, worker: str, report: Report) -> bool:
        """Answers the request; False when it is no longer ours. Raises core.errors for an honest refusal."""
        model, ear = models.model(request.options.model), self._ear(request.options.features)
        await report(Progress("reading"))
        playlist = await self._read(request, report)
        seeds = await self._seeds(request, playlist, ear, report)
        collections = await self._stock.ready(request.options.collection, report)
        if isinstance(ear, Told):
            await self._stock.hear_all(collections, report, ear=ear)
        await report(Progress("comparing", note=" ".join(seeds.notes)))
        field = await self._snapshots[ear.extractor].current(collections)
        if not len(field):
            raise NoCandidates()
        matrix = np.stack([features.vector for features in seeds.features])
        ranking = await asyncio.to_thread(model.rank, matrix, field.vectors)
        for _ in range(_RETRIES):
            chosen = await self._choose(request, field, ranking, seeds)
            note = " ".join([*seeds.notes, *self._shortfall(request, chosen)])
            if await self._store.slates.finish(request.id, worker, model.name, model.version, chosen, note):
                return True
        return False

    def _ear(self, features: str) -> Ear:
        if features not in self._ears:
            raise UnknownChoice(kind="extractor", value=features[:32], choices=", ".join(self._ears))
        return self._ears[features]

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
        link = links.checked(source.value, [host for reader in self._readers for host in reader.hosts])
        reader = next(reader for reader in self._readers if links.belongs(links.host_of(link), reader.hosts))
        playlist = await reader.read(link)
        await self._store.requests.entitle(request.id, playlist.title)
        return playlist

    async def _seeds(self, request: Request, playlist: Playlist, ear: Ear, report: Report) -> _Seeds:
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
        if not features and isinstance(ear, Told):
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
        )

    async def _choose(self, request: Request, field: Snapshot, ranking: Ranking, seeds: _Seeds) -> list[Chosen]:
        columns = slate.Field(ranking.scores, field.recording_ids, field.artist_ids, field.music)
        shown = await self._store.slates.shown(request.listener_id)
        disliked = await self._store.listeners.disliked_artists(request.listener_id)
        standing = await self._standings.current(len(field))
        eligible = columns.open_to({*shown, *seeds.barred_recordings}, {*disliked, *seeds.barred_artists})
        eligible &= await self._fitting(request, field, standing)
        choices = slate.choose(columns, eligible, request.options.count, request.options.wildcards)
        if not choices:
            raise NoCandidates()
        ear = self._ear(request.options.features)
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
                    label=standing.labels.get(int(field.artist_ids[choice.row]), ""),
                )
            )
        return chosen

    def _shortfall(self, request: Request, chosen: Sequence[Chosen]) -> list[str]:
        asked = request.options.count + request.options.wildcards
        if len(chosen) == asked:
            return []
        return [f"The catalogue has only {len(chosen)} songs left for you; you asked for {asked}."]


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


def _notes(playlist: Playlist, songs: int, heard: int, troubles: Sequence[YasrError]) -> list[str]:
    """What the listener should know about how much of the list was used."""
    notes = list(playlist.notes)
    if playlist.partial:
        notes.insert(0, f"Read {len(playlist.tracks)} of {playlist.total} songs.")
    if heard < songs:
        notes.append(f"Compared with the {heard} of {songs} songs whose sound I found.")
    bad = [trouble for trouble in troubles if isinstance(trouble, BadInput)]
    return notes + [str(trouble) for trouble in bad[:3]]
