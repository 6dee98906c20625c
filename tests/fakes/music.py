"""A music world in memory behind the ports of the harvest: what tests put in, and every way a service can say no."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import date

from core.errors import ServiceTrouble
from core.model import Artist, Audience, Candidate, Career, Release


class FakeMusic:
    """A feed, a source of songs, a finder, a meter and a career source in one; ``asked`` tells what was asked for.

    ``trouble`` is raised by everything, after ``after`` things of a feed or source.
    """

    name = "fake"
    title = "Fake Music"
    meter = "listeners on Last.fm"

    def __init__(self) -> None:
        self.announced: list[Release] = []
        self.songs: dict[str, list[Candidate]] = {}
        self.counts: dict[str, Audience] = {}
        self.lives: dict[str, Career] = {}
        self.asked: list[tuple[str, str]] = []
        self.trouble: ServiceTrouble | None = None
        self.after = 0

    async def releases(self, since: date) -> AsyncIterator[Release]:
        self.asked.append(("releases", since.isoformat()))
        for place, release in enumerate(self.announced):
            self._fail(place)
            if release.released >= since:
                yield release

    async def songs_of(self, release: Release) -> list[Candidate]:
        self.asked.append(("songs", release.title))
        return self.songs.get(release.title, [])

    async def audience(self, artist: Artist) -> Artist:
        self.asked.append(("audience", artist.name))
        self._fail(self.after)
        return replace(artist, audience=self.counts.get(artist.name))

    async def career(self, artist: Artist) -> Career | None:
        self.asked.append(("career", artist.name))
        self._fail(self.after)
        return self.lives.get(artist.name)

    def questions(self, kind: str) -> list[str]:
        """What was asked for of one kind, in order."""
        return [about for asked, about in self.asked if asked == kind]

    def _fail(self, place: int) -> None:
        if self.trouble is not None and place >= self.after:
            raise self.trouble


class FakeSource:
    """A source of songs."""

    name = "songs"
    title = "Fake Songs"

    def __init__(self, songs: Sequence[Candidate]) -> None:
        self.songs = list(songs)

    async def new_releases(self, since: date) -> AsyncIterator[Candidate]:
        for song in self.songs:
            yield song
