"""Submission: an artist offers songs of theirs to the catalogue, which pass the same tests as those of a harvest."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from core import provenance, recording
from core.errors import BadInput, NotAdmitted, ServiceTrouble, TooManySongs
from core.model import Candidate, Playlist, Progress, Request, Track
from core.newcomer import Standing
from core.ports import PlaylistReader, SoundSource
from core.said import Said, counted, said
from core.settings import Settings
from core.store.artists import Known
from core.store.store import Store
from workers.gate import Gate, Judged, Offer
from workers.hearing import Ear, Song
from workers.reading import opened
from workers.stock import ADDED, MAIN

Report = Callable[[Progress], Awaitable[None]]
#: How many songs may be offered at a time: an album, and no life's work.
MOST = 30
#: What stands in the store in place of a model.
NAME, VERSION = "submission", "1"


@dataclass(frozen=True, slots=True)
class _Fate:
    """What became of a song: it is offered (``why`` is None, ``new`` unless it was before), or why it is not."""

    track: Track
    new: bool = False
    why: Said | None = None


class Submit:
    """The use case, over ports and the store."""

    def __init__(
        self,
        store: Store,
        readers: Sequence[PlaylistReader],
        sounds: Sequence[SoundSource],
        gate: Gate,
        ear: Ear,
        settings: Settings,
    ) -> None:
        self._store = store
        self._readers = readers
        self._sounds = sounds
        self._gate = gate
        self._ear = ear
        self._guard = settings.catalogue.guard

    async def __call__(self, request: Request, worker: str, report: Report) -> bool:
        """Answers the request with what became of each song; False when it is no longer ours.

        Raises NotAdmitted where no song is in the catalogue, TooManySongs, and what a reader raises.
        """
        await report(Progress("reading"))
        playlist = await self._read(request)
        fates = await self._fates(playlist.tracks, report)
        refused = [(fate.track, fate.why) for fate in fates if fate.why is not None]
        if len(refused) == len(fates):
            track, why = refused[0]
            raise NotAdmitted(song=f"“{track}”", why=why)
        return await self._store.slates.finish(request.id, worker, NAME, VERSION, (), list(_told(fates)))

    async def _read(self, request: Request) -> Playlist:
        playlist = await opened(request.source.value, self._readers)
        if (count := max(len(playlist.tracks), playlist.total or 0)) > MOST:
            raise TooManySongs(limit=MOST, count=count)
        await self._store.requests.entitle(request.id, playlist.title)
        return playlist

    async def _fates(self, tracks: Sequence[Track], report: Report) -> list[_Fate]:
        """What becomes of each recording, in order."""
        placed = await self._store.catalogue.record(tracks)
        songs = {place.recording_id: track for place, track in zip(placed, tracks, strict=True)}
        offered = await self._store.members.among(list(songs), [MAIN, ADDED])
        fates = {number: _Fate(songs[number]) for number in offered}
        unknown = {number: track for number, track in songs.items() if number not in offered}
        passed: dict[int, Candidate] = {}
        for number, (judged, why) in zip(unknown, await self._judged(list(unknown.values())), strict=True):
            if why is None:
                passed[number] = judged.candidate
            else:
                fates[number] = _Fate(judged.candidate.track, why=why)
        heard = await self._heard({number: candidate.track for number, candidate in passed.items()}, report)
        await self._store.catalogue.add([replace(passed[number], collection=MAIN) for number in heard])
        for number, candidate in passed.items():
            silent = None if number in heard else said("I could not find the sound")
            fates[number] = _Fate(candidate.track, new=number in heard, why=silent)
        return [fates[number] for number in songs]

    async def _judged(self, tracks: Sequence[Track]) -> list[tuple[Judged, Said | None]]:
        """Each song as the gate judges it, with why it does not pass."""
        dated = [await self._dated(track) for track in tracks]
        judged = await self._gate.judge([Offer.of(Candidate(track)) for track in dated])
        known = await self._store.artists.known([track.artists[0] for track in dated])
        rulings = await self._store.artists.rulings() if self._guard == "hide" else {}
        answers = []
        for one in judged:
            name = one.candidate.track.artists[0]
            key = recording.artist_key(name)
            why = None if one.passes else _why_not(one)
            if why is None and self._guard == "hide":
                careers = known.get(key, Known()).careers
                why = provenance.label(provenance.judge(name, careers, rulings.get(key)))
            answers.append((one, why))
        return answers

    async def _dated(self, track: Track) -> Track:
        """With the day it came out, where the song's own page or another service that has it tells one."""
        if track.release_date is not None:
            return track
        for source in self._sounds:
            try:
                found = await source.find(track)
                day = None if found is None else found.release_date or await self._day(found)
            except (ServiceTrouble, BadInput):  # it stays without a day, and does not pass
                continue
            if day is not None:
                return replace(track, release_date=day)
        return track

    async def _day(self, track: Track) -> date | None:
        """The day that the song's own page tells; lists often leave it out."""
        page = await opened(track.url, self._readers)
        return page.tracks[0].release_date if len(page.tracks) == 1 else None

    async def _heard(self, songs: dict[int, Track], report: Report) -> set[int]:
        """Those of the recordings whose sound is known now."""
        known = await self._ear.known(list(songs))
        unheard = [Song(number, track) for number, track in songs.items() if number not in known]
        heard = await self._ear.listen(unheard, lambda done: report(Progress("listening", done, len(unheard))))
        return set(known | heard.features)


def _why_not(judged: Judged) -> Said:
    """Why a song does not pass, as the end of a sentence."""
    track, judgement = judged.candidate.track, judged.judgement
    if judgement is None:
        return said("nobody can tell me at the moment how well known {artist} is", artist=track.artists[0])
    match judgement.standing:
        case Standing.KNOWN:
            return said("too well known: {evidence}", evidence=judgement.evidence)
        case Standing.VETERAN:
            return said("not a new artist: {evidence}", evidence=judgement.evidence)
        case Standing.OLD:
            return said("not new: {evidence}", evidence=judgement.evidence)
    if track.release_date is None:
        return said("nobody can tell me when it came out")
    return said("nobody can tell me how well known {artist} is", artist=track.artists[0])


def _told(fates: Sequence[_Fate]) -> Iterator[Said]:
    """What became of the songs, those with the same fate in one sentence: what is new first, then what is refused."""
    new = [fate.track for fate in fates if fate.new]
    if new:
        yield counted("{songs} is in the catalogue now.", "{songs} are in the catalogue now.",
                      count=len(new), songs=_names(new))  # fmt: skip
    before = [fate.track for fate in fates if not fate.new and fate.why is None]
    if before:
        yield counted("{songs} is in the catalogue already.", "{songs} are in the catalogue already.",
                      count=len(before), songs=_names(before))  # fmt: skip
    refused = sorted((fate for fate in fates if fate.why is not None), key=lambda fate: str(fate.why))
    for _, alike in groupby(refused, key=lambda fate: str(fate.why)):
        first, *others = alike
        songs = _names([first.track, *(fate.track for fate in others)])
        if first.why is not None:
            yield said("{songs}: {why}.", songs=songs, why=first.why)


def _names(tracks: Sequence[Track]) -> str:
    return ", ".join(f"“{track}”" for track in tracks)
