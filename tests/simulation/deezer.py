"""A Deezer of the simulated week."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeVar

from tests.simulation.shapes import Json, Query, chapter
from tests.simulation.sounds import TIMBRES, sounds
from tests.simulation.world import Act, Work, World, works_by_act

T = TypeVar("T")


class Deezer:
    """https://developers.deezer.com/api; a link to a next page names Deezer's own host, as in life."""

    name = "deezer"
    _REAL = "https://api.deezer.com"
    _ACTS, _ALBUMS, _EARLIER, _PER_ACT, _PER_ALBUM = 100_000_000, 700_000_000, 1_000_000_000, 1_000, 100
    _QUERY = re.compile(r'artist:"([^"]*)" (?:album|track):"([^"]*)"')

    def __init__(self, world: World) -> None:
        self.base_url = ""
        self._world = world
        self._works = {work.number: work for work in world.deezer}
        self._by_act = works_by_act(world.deezer)
        self._by_name: defaultdict[str, list[Work]] = defaultdict(list)
        for work in world.deezer:
            name = work.acts[0].name.casefold()
            for found in {name, name.split(" & ")[0]}:
                self._by_name[found].append(work)

    def answer(self, path: Sequence[str], query: Query, body: bytes) -> object:
        try:
            found = self._found(path, query)
        except (LookupError, ValueError):
            found = None
        return {"error": {"type": "DataException", "message": "no data", "code": 800}} if found is None else found

    def _found(self, path: Sequence[str], query: Query) -> object:
        match path:
            case ["editorial", "0"]:
                return {"id": 0, "name": "All", "type": "editorial"}
            case ["editorial", "0", "releases"]:
                return self._page(path, query, self._world.editorial, self._listed)
            case ["search", "album"]:
                return self._page(path, query, self._hits(query), self._hit)
            case ["search", *_]:
                return {"data": [], "total": 0}
            case ["album", number]:
                return self._album(int(number))
            case ["artist", number, *rest]:
                return self._artist(self._world.acts[int(number) - self._ACTS], path, rest, query)
            case ["track", number]:
                return self._track(int(number))
            case ["preview", number]:
                return sounds()[int(number.removesuffix(".mp3"))]
        return None

    def _artist(self, act: Act, path: Sequence[str], rest: Sequence[str], query: Query) -> object:
        match rest:
            case []:
                return self._act(act)
            case ["albums"]:
                own = [*self._by_act.get(act.number, ()), *reversed(range(len(act.earlier)))]
                return self._page(path, query, own, lambda one: self._of_career(act, one))
            case ["related"]:
                others = self._world.acts[max(0, act.number - 10) : act.number + 11]
                return self._page(path, query, [other for other in others if other is not act], self._act)
        return None

    def _page(self, path: Sequence[str], query: Query, things: Sequence[T], row: Callable[[T], Json]) -> Json:
        start, limit = int(query.get("index", 0)), min(100, int(query.get("limit", 25)))
        page: Json = {"data": [row(thing) for thing in things[start : start + limit]], "total": len(things)}
        if start + limit < len(things):
            page["next"] = f"{self._REAL}/{'/'.join(path)}?limit={limit}&index={start + limit}"
        return page

    def _hits(self, query: Query) -> list[Work]:
        asked = self._QUERY.fullmatch(query.get("q", ""))
        if asked is None:
            return []
        artist, title = asked[1].casefold(), asked[2].casefold()
        return [work for work in self._by_name.get(artist, ()) if title in work.title.casefold()]

    def _act(self, act: Act) -> Json:
        albums = len(self._by_act.get(act.number, ())) + len(act.earlier)
        return {**self._named(act), "nb_album": albums, "nb_fan": act.fans, "radio": True}

    def _named(self, act: Act) -> Json:
        return {**self._pictured(act), "link": f"https://www.deezer.com/artist/{self._ACTS + act.number}"}

    def _pictured(self, act: Act) -> Json:
        return {**self._brief(act), **self._images("artist", "picture", self._ACTS + act.number)}

    def _brief(self, act: Act) -> Json:
        number = self._ACTS + act.number
        top = f"{self._REAL}/artist/{number}/top?limit=50"
        return {"id": number, "name": act.name, "tracklist": top, "type": "artist"}

    def _images(self, kind: str, name: str, number: int) -> Json:
        place = f"https://cdn-images.dzcdn.net/images/{name}/{number:032x}"
        sizes = {"small": 56, "medium": 250, "big": 500, "xl": 1000}
        images = {f"{name}_{size}": f"{place}/{pixels}x{pixels}-000000-80-0-0.jpg" for size, pixels in sizes.items()}
        return {name: f"{self._REAL}/{kind}/{number}/image", **images}

    def _of_career(self, act: Act, one: Work | int) -> Json:
        """A row of an artist's albums: a work of this week, or an earlier one by its place."""
        if isinstance(one, Work):
            row, released = self._row(self._ALBUMS + one.number, one.title, _kind(one)), one.released
        else:
            number = self._EARLIER + act.number * self._PER_ACT + one
            row, released = self._row(number, chapter(one)), act.earlier[one]
        return {**row, "fans": act.fans // 50, "release_date": released.isoformat()}

    def _listed(self, work: Work) -> Json:
        """A row of the editors' list."""
        cover = self._cover(self._ALBUMS + work.number, work.title)
        return {**cover, "release_date": work.released.isoformat(), "artist": self._brief(work.acts[0])}

    def _hit(self, work: Work) -> Json:
        """A row of a search, which does not say when it came out."""
        row = self._row(self._ALBUMS + work.number, work.title, _kind(work))
        return {**row, "nb_tracks": len(work.songs), "artist": self._named(work.acts[0])}

    def _cover(self, number: int, title: str) -> Json:
        """What every row of an album has."""
        tracks = f"{self._REAL}/album/{number}/tracks"
        images = self._images("album", "cover", number)
        return {
            "id": number,
            "title": title,
            **images,
            "md5_image": f"{number:032x}",
            "tracklist": tracks,
            "type": "album",
        }

    def _row(self, number: int, title: str, kind: str = "album") -> Json:
        link = f"https://www.deezer.com/album/{number}"
        more = {"link": link, "genre_id": 106, "record_type": kind, "explicit_lyrics": False}
        return {**self._cover(number, title), **more}

    def _album(self, number: int) -> Json:
        """A work of this week with its songs, or an earlier one, of which nothing can be heard."""
        if number >= self._EARLIER:
            who, place = divmod(number - self._EARLIER, self._PER_ACT)
            act = self._world.acts[who]
            return self._whole(self._row(number, chapter(place)), act, act.earlier[place], [])
        work = self._works[number - self._ALBUMS]
        songs = [self._song(work, place) for place in range(len(work.songs))]
        return self._whole(self._row(number, work.title, _kind(work)), work.acts[0], work.released, songs)

    def _whole(self, row: Json, act: Act, released: date, songs: list[Json]) -> Json:
        return {
            **row,
            "upc": f"{row['id']:012d}",
            "label": f"{act.name} Records",
            "nb_tracks": len(songs),
            "duration": sum(song["duration"] for song in songs),
            "fans": act.fans // 50,
            "release_date": released.isoformat(),
            "available": True,
            "contributors": [{**self._named(act), "role": "Main"}],
            "artist": self._pictured(act),
            "tracks": {"data": songs},
        }

    def _song(self, work: Work, place: int) -> Json:
        """One song in thirty cannot be heard."""
        number = (self._ALBUMS + work.number) * self._PER_ALBUM + place
        timbre = (work.number + place) % TIMBRES
        return {
            "id": number,
            "readable": True,
            "title": work.songs[place],
            "title_short": work.songs[place],
            "title_version": "",
            "link": f"https://www.deezer.com/track/{number}",
            "duration": work.seconds,
            "rank": 100_000 + work.acts[0].fans % 800_000,
            "explicit_lyrics": False,
            "preview": "" if (work.number + place) % 30 == 0 else f"{self.base_url}/preview/{timbre}.mp3",
            "artist": self._brief(work.acts[0]),
            "type": "track",
        }

    def _track(self, number: int) -> Json:
        """A song by itself, which tells more than in its album's answer."""
        album, place = divmod(number, self._PER_ALBUM)
        work = self._works[album - self._ALBUMS]
        released = work.released.isoformat()
        return {
            **self._song(work, place),
            "isrc": f"XX{number % 10**10:010d}",
            "track_position": place + 1,
            "disk_number": 1,
            "release_date": released,
            "contributors": [{**self._named(act), "role": "Main"} for act in work.acts],
            "artist": self._named(work.acts[0]),
            "album": {**self._cover(album, work.title), "release_date": released},
        }


def _kind(work: Work) -> str:
    return {"EP": "ep", "Single": "single"}.get(work.kind, "album")
