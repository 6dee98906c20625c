"""An Audius of the simulated week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tests.simulation.shapes import Json, Query, chapter, genre, page_of
from tests.simulation.sounds import TIMBRES, sounds
from tests.simulation.world import Act, Work, World, works_by_act


class Audius:
    """https://docs.audius.org/developers/api: the underground, its artists and their whole songs."""

    name = "audius"

    def __init__(self, world: World) -> None:
        self.base_url = ""
        self._world = world
        self._works = {f"T{work.number:x}": work for work in world.audius}
        self._by_act = works_by_act(world.audius)
        self._users = {f"U{number:x}": world.acts[number] for number in self._by_act}

    def answer(self, path: Sequence[str], query: Query, body: bytes) -> object:
        match path:
            case ["v1", "tracks", "trending", "underground"]:
                return {"data": [self._track(work) for work in page_of(self._world.audius, query, 100)]}
            case ["v1", "tracks", number, "stream"] if number in self._works:
                return {"data": f"{self.base_url}/content/{self._works[number].number % TIMBRES}.mp3"}
            case ["v1", "users", number, *rest] if number in self._users:
                act = self._users[number]
                if rest == ["tracks"]:
                    return {"data": page_of(self._songs(act), query, 100)}
                return {"data": [] if rest else self._user(act)}
            case ["content", number]:
                return sounds()[int(number.removesuffix(".mp3"))]
        return None

    def _songs(self, act: Act) -> list[Json]:
        """All songs of an act, newest first."""
        earlier = [
            self._song(f"E{act.number:x}Z{place}", chapter(place), act, released, 200)
            for place, released in enumerate(act.earlier)
        ]
        newest = sorted(self._by_act[act.number], key=lambda work: work.released, reverse=True)
        return [*map(self._track, newest), *reversed(earlier)]

    def _track(self, work: Work) -> Json:
        return self._song(f"T{work.number:x}", work.title, work.acts[0], work.released, work.seconds)

    def _song(self, number: str, title: str, act: Act, released: date, seconds: int) -> Json:
        artwork = f"https://audius-content-1.cultur3stake.com/content/{number}"
        return {
            "artwork": {size: f"{artwork}/{size}.jpg" for size in ("150x150", "480x480", "1000x1000")},
            "description": None,
            "genre": genre(act.number).title(),
            "id": number,
            "mood": "Empowering",
            "release_date": f"{released}T00:00:00Z",
            "remix_of": {"tracks": None},
            "repost_count": act.followers // 30,
            "favorite_count": act.followers // 20,
            "tags": "bass,beats",
            "title": title,
            "user": self._user(act),
            "duration": seconds,
            "downloadable": False,
            "play_count": 3 * act.followers,
            "permalink": f"/u{act.number}/{number.lower()}",
            "is_streamable": True,
        }

    def _user(self, act: Act) -> Json:
        return {
            "album_count": 0,
            "bio": None,
            "followee_count": 12,
            "follower_count": act.followers,
            "handle": f"u{act.number}",
            "id": f"U{act.number:x}",
            "is_verified": False,
            "name": act.name,
            "playlist_count": 0,
            "track_count": len(self._by_act[act.number]) + len(act.earlier),
            "is_deactivated": False,
            "is_available": True,
        }
