"""More songs for a request than its picks: page by page, narrowed down as the listener wishes."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlencode

from bot import drawing
from bot.cards import LinkButton, PickCard
from bot.explaining import KEYS, key_of
from bot.picks import Clip
from bot.words import ENGLISH, Words
from core import newcomer, verdicts
from core.errors import BadInput, NotYours
from core.model import Arm, Pick, Request, Slate, Track, Verdict
from core.newcomer import evidence
from core.orders import Portrait
from core.said import said
from core.settings import Catalogue
from core.store.shortlists import Listed, Place
from core.store.store import Store

#: Songs of a page, and the pictures of a song.
PAGE = 50
FIGURES = ("waveform", "trimmed", "spectrogram", "log-spectrogram", "mfcc")
_WEEKS, _BPM, _PAGES = 520, 400, 1000


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the listener wants to see: artists at most so well known, songs at most so many weeks old, those of one
    model, tempi between two (BPM), one key, and which page. Empty and 0 are no wish."""

    audience: str = ""
    weeks: int = 0
    model: str = ""
    slowest: int = 0
    fastest: int = 0
    key: str = ""
    page: int = 1

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Wishes:
        """As the parameters of an address say. Raises UnknownChoice and BadInput."""
        audience, key = query.get("audience", ""), query.get("key", "")
        if audience:
            newcomer.reach_of(audience)
        if key and key not in KEYS:
            raise BadInput(problem=said("there is no key called “{key}”", key=key[:16]))
        return cls(
            audience, _number(query, "weeks", _WEEKS), query.get("model", "")[:32], _number(query, "slowest", _BPM),
            _number(query, "fastest", _BPM), key, max(1, _number(query, "page", _PAGES)),
        )  # fmt: skip

    @property
    def narrow(self) -> bool:
        """Whether it depends on the song itself, and not on who thought well of it alone."""
        return bool(self.audience or self.weeks or self.slowest or self.fastest or self.key)

    def query(self, page: int = 0) -> str:
        """The parameters that say the same, of another page where it is given."""
        wished = replace(self, page=page or self.page)
        told = {name: getattr(wished, name) for name in Wishes.__slots__}
        return urlencode({name: value for name, value in told.items() if value and (name, value) != ("page", 1)})


@dataclass(frozen=True, slots=True)
class SongCard:
    """A song of the page. ``track`` and ``recording`` are its ids; ``heard`` is its tempo and key in words; ``fit`` the
    share of the candidates that it fits better than (per cent); ``pick`` is the id of a pick, ``arm``, ``reason`` and
    ``label`` what it has beside.
    """

    track: int
    recording: int
    title: str
    artist: str
    evidence: str
    released: str
    heard: str
    cover_url: str
    licence_url: str
    sound: bool
    generated: bool
    links: tuple[LinkButton, ...]
    rated: str
    fit: int
    pick: int = 0
    arm: Arm | None = None
    reason: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """A request's page: its ``title``, its ``picks`` (on the first page alone), the ``songs`` of this page of ``total``
    that fit the ``wishes``, of ``pages``, and the ``models`` there are."""

    title: str
    picks: tuple[SongCard, ...]
    songs: tuple[SongCard, ...]
    total: int
    pages: int
    models: tuple[str, ...]
    wishes: Wishes


class Listings:
    """The songs of listeners' requests; each method raises NotYours for somebody else's request, or none."""

    def __init__(
        self, store: Store, clip: Clip, sounding: Container[str], titles: Mapping[str, str], limits: Catalogue
    ) -> None:
        """``sounding`` are the services whose songs have a clip, ``titles`` those of services by name."""
        self._store = store
        self._clip = clip
        self._sounding = sounding
        self._titles = titles
        self._limits = limits

    async def page(self, listener: int, request_id: str, wishes: Wishes, words: Words = ENGLISH) -> Listing:
        """A page; what it shows counts as shown to the listener."""
        request, slate = await self._answer(listener, request_id)
        places = await self._store.shortlists.places(request_id)
        found = await self._narrowed(request_id, places, wishes)
        pages = max(1, -(-len(found) // PAGE))
        wishes = replace(wishes, page=min(wishes.page, pages))
        shown = await self._store.shortlists.songs(request_id, found[(wishes.page - 1) * PAGE : wishes.page * PAGE])
        await self._store.shortlists.show(listener, request_id, [song.recording_id for song in shown])
        return Listing(
            title=drawing.title(request, words),
            picks=tuple(self._pick(pick, words) for pick in slate.picks) if wishes.page == 1 else (),
            songs=tuple(self._song(song, words) for song in shown),
            total=len(found),
            pages=pages,
            models=tuple(dict.fromkeys(model for place in places for model in place.models)),
            wishes=wishes,
        )

    async def tracks(self, listener: int, request_id: str, wishes: Wishes) -> tuple[str, list[Track]]:
        """The title, and the songs of all pages, the picks first."""
        request, slate = await self._answer(listener, request_id)
        found = await self._narrowed(request_id, await self._store.shortlists.places(request_id), wishes)
        songs = await self._store.shortlists.songs(request_id, found)
        return request.title, [pick.track for pick in slate.picks] + [song.track for song in songs]

    async def rate(self, listener: int, request_id: str, track_id: int, emoji: str) -> int | None:
        """Keeps a rating of a song of the page, or takes it back, as :meth:`bot.picks.Picks.rate`."""
        _, slate = await self._answer(listener, request_id)
        if await self._store.shortlists.holds(request_id, track_id) is None:
            raise NotYours()
        recording = await self._store.shortlists.recording(track_id)
        if not emoji:
            await self._store.listeners.withdraw(listener, recording)
            return None
        value = verdicts.value_of(emoji)
        pick = next((pick.id for pick in slate.picks if pick.recording_id == recording), None)
        await self._store.listeners.rate(Verdict(listener, recording, value, emoji), pick)
        return value

    async def explain(
        self, listener: int, request_id: str, pick_id: int, words: Words = ENGLISH
    ) -> tuple[Pick, PickCard, SongCard]:
        """A pick of the request, as it is kept and as it is shown."""
        _, slate = await self._answer(listener, request_id)
        pick = next((pick for pick in slate.picks if pick.id == pick_id), None)
        if pick is None:
            raise NotYours()
        return pick, drawing.pick(pick, self._sounding, self._titles, words), self._pick(pick, words)

    async def seed_sound(self, listener: int, request_id: str, pick_id: int) -> Path | bytes | None:
        """The clip of the listener's song that has a passage in common with a pick; None where there is none."""
        pick, _, _ = await self.explain(listener, request_id, pick_id)
        return await self._clip(pick.passage.seed) if pick.passage else None

    async def figures(self, listener: int, request_id: str, track_id: int) -> Portrait:
        """The pictures of a song of the page, to be ordered."""
        await self._answer(listener, request_id)
        track = await self._store.shortlists.holds(request_id, track_id)
        if track is None:
            raise NotYours()
        return Portrait(track_id, str(track), FIGURES)

    async def seed_figures(self, listener: int, request_id: str, pick_id: int) -> Portrait:
        """Those of the listener's song that a pick is nearest to."""
        pick, _, _ = await self.explain(listener, request_id, pick_id)
        if pick.seed_track_id is None:
            raise NotYours()
        return Portrait(pick.seed_track_id, pick.nearest_seed, FIGURES)

    async def sound(self, listener: int, request_id: str, track_id: int) -> Path | bytes | None:
        """The clip of a song of the page, as :meth:`bot.picks.Picks.sound`."""
        await self._answer(listener, request_id)
        track = await self._store.shortlists.holds(request_id, track_id)
        if track is None:
            raise NotYours()
        return await self._clip(track)

    async def _answer(self, listener: int, request_id: str) -> tuple[Request, Slate]:
        request, slate = await self._store.requests.get(request_id), await self._store.slates.get(request_id)
        if request is None or slate is None or request.listener_id != listener:
            raise NotYours()
        return request, slate

    async def _narrowed(self, request_id: str, places: Sequence[Place], wishes: Wishes) -> list[Place]:
        """The places of songs that are as the listener wishes; the songs are looked at only where it takes that."""
        found = [place for place in places if not wishes.model or wishes.model in place.models]
        if not wishes.narrow:
            return found
        songs = await self._store.shortlists.songs(request_id, found)
        return [song.place for song in songs if self._fits(song, wishes)]

    def _fits(self, song: Listed, wishes: Wishes) -> bool:
        tempo, released = song.named.get("tempo", 0.0), song.track.release_date or date.min
        return (
            (not wishes.slowest or tempo >= wishes.slowest)
            and (not wishes.fastest or 0 < tempo <= wishes.fastest)
            and (not wishes.key or _key(song.named) == wishes.key)
            and (
                not wishes.weeks or (released is not None and released >= date.today() - timedelta(weeks=wishes.weeks))
            )
            and (not wishes.audience or self._is_small(song, wishes.audience))
        )

    def _is_small(self, song: Listed, reach: str) -> bool:
        """Whether the artist is so little known; of one whose audience nobody counts the operator decides."""
        place = newcomer.percentile(song.audiences, self._limits.scales)
        return self._limits.unknown if place is None else place <= newcomer.MOST[newcomer.reach_of(reach)]

    def _song(self, song: Listed, words: Words) -> SongCard:
        heard = [f"{song.named['tempo']:.0f} BPM"] if song.named.get("tempo") else []
        return replace(
            self._track(song.track, song.place.track_id, song.recording_id, words),
            evidence=_evidence(song.track, song, words), heard=" · ".join(filter(None, [*heard, _key(song.named)])),
            rated=song.rated, fit=min(99, round(100 * song.place.fit)),
        )  # fmt: skip

    def _pick(self, pick: Pick, words: Words) -> SongCard:
        card = drawing.pick(pick, self._sounding, self._titles, words)
        return replace(
            self._track(pick.track, pick.track_id, pick.recording_id, words), evidence=card.evidence, rated=card.rated,
            pick=pick.id, arm=pick.arm, reason=card.reason, label=card.label, fit=min(99, round(100 * (pick.fit or 0))),
        )  # fmt: skip

    def _track(self, track: Track, track_id: int, recording: int, words: Words) -> SongCard:
        return SongCard(
            track=track_id,
            recording=recording,
            title=track.title,
            artist=track.artist,
            evidence="",
            released=str(track.release_date or ""),
            heard="",
            cover_url=track.cover_url,
            licence_url=track.licence_url,
            sound=drawing.sounds(track, self._sounding),
            generated=track.generated,
            links=drawing.links(track, self._titles),
            rated="",
            fit=0,
        )


def _evidence(track: Track, song: Listed, words: Words) -> str:
    return words.say("generated demo song") if track.generated else words.render(evidence(song.audiences))


def _key(named: Mapping[str, float]) -> str:
    return key_of(named.get("key", -1.0), named.get("mode"))


def _number(query: Mapping[str, str], name: str, most: int) -> int:
    """A parameter that is a number from 0 to ``most``; 0 without one. Raises BadInput."""
    given = query.get(name, "") or "0"
    if not (given.isascii() and given.isdigit() and len(given) < 6 and int(given) <= most):
        raise BadInput(problem=said("“{name}” is a number of at most {most}", name=name, most=most))
    return int(given)
