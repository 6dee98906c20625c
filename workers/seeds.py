"""From what a listener gave to the songs that stand for them: read, heard where that can be, and spoken for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import BadInput, CannotListen, NoFeaturesForSeeds, NoSoundForSeeds, UploadGone, YasrError
from core.model import Features, Playlist, Progress, Request, SourceKind, Vector
from core.ports import Ranking, Recommender
from core.readers.folder import tracks_in
from core.said import Said, counted, said
from core.settings import Settings
from core.store.store import Store
from core.uploads import Uploads
from workers.audio.sequence import VERSION
from workers.blending import Party, gather
from workers.hearing import Ear, Song
from workers.reading import Reading
from workers.stock import Stock
from workers.together import together

Report = Callable[[Progress], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Seeds:
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
        if not self.members:
            return model.rank(matrix, candidates)
        return together(lambda rows: model.rank(matrix[rows], candidates), self.members, len(candidates))


class Seeding:
    """Makes seeds of requests."""

    def __init__(self, store: Store, reading: Reading, stock: Stock, settings: Settings) -> None:
        self._store = store
        self._reading = reading
        self._stock = stock
        self._settings = settings

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
        if source.kind is SourceKind.ACCOUNT:
            return await self._reading.listing(request.listener_id, source.value)
        playlist = await self._reading.link(request.listener_id, source.value)
        await self._store.requests.entitle(request.id, playlist.title)
        return playlist

    async def __call__(self, request: Request, ear: Ear, report: Report, *, in_time: bool = False) -> Seeds:
        """Hears the songs of the one who asks, or of everybody in a blend; ``in_time``: as they go on, too.

        Raises core.errors for what cannot be read, or heard at all.
        """
        if request.source.kind is not SourceKind.BLEND:
            return await self._heard(request, await self._read(request, report), ear, report, in_time)
        party = await gather(self._store, request.source.value, request.listener_id)
        seeds = await self._heard(request, party.playlist, ear, report, in_time)
        members = party.rows(seeds.songs)
        return replace(
            seeds,
            barred_recordings=seeds.barred_recordings | party.barred,
            notes=[*_left_out(party, len(members)), *seeds.notes],
            listeners=party.listeners,
            members=members,
        )

    async def _heard(self, request: Request, playlist: Playlist, ear: Ear, report: Report, in_time: bool) -> Seeds:
        """Hears the playlist: what was heard before, and as much of the rest as one request may."""
        recorded = await self._store.catalogue.record(playlist.tracks)
        songs = {place.recording_id: Song(place.recording_id, track, place.track_id)
                 for place, track in zip(recorded, playlist.tracks, strict=True)}  # fmt: skip
        await self._store.catalogue.keep_seeds(request.id, list(songs))
        known = await self._complete(await ear.known(list(songs)), in_time)
        unheard = _spread(
            [song for song in songs.values() if song.recording_id not in known], self._settings.worker.listen_to
        )
        await report(Progress("listening", 0, len(unheard)))
        heard = await ear.listen(unheard, lambda done: report(Progress("listening", done, len(unheard))))
        features = known | await self._complete(heard.features, in_time)
        if not features and ear.asks:
            raise NoFeaturesForSeeds(count=len(songs), features=ear.extractor)
        if not features:
            raise _why_silent(heard.troubles, len(songs))
        artists = [name for track in playlist.tracks for name in track.artists]
        return Seeds(
            songs=[song for song in songs.values() if song.recording_id in features],
            features=[features[number] for number in songs if number in features],
            barred_recordings=set(songs),
            barred_artists=set(await self._store.catalogue.artist_ids(artists)),
            notes=_notes(playlist, len(songs), len(features), heard.troubles),
            listeners=[request.listener_id],
        )

    async def _complete(self, features: dict[int, Features], in_time: bool) -> dict[int, Features]:
        """Those of which it is also known how they go on, if that is asked for: not of what was heard long ago."""
        missing = await self._store.sequences.missing(list(features), VERSION) if in_time else ()
        return {number: each for number, each in features.items() if number not in missing}


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
