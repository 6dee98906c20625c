"""A Jamendo of the simulated week."""

from __future__ import annotations

from collections.abc import Sequence

from tests.simulation.shapes import Json, Query, page_of
from tests.simulation.sounds import TIMBRES, sounds
from tests.simulation.world import Work, World


class Jamendo:
    """https://developer.jamendo.com/v3.0/tracks: songs under Creative Commons, with their sound."""

    name = "jamendo"

    def __init__(self, world: World) -> None:
        self.base_url = ""
        self._newest = sorted(world.jamendo, key=lambda work: work.released, reverse=True)
        self._works = {str(work.number): work for work in world.jamendo}

    def answer(self, path: Sequence[str], query: Query, body: bytes) -> object:
        match path:
            case ["v3.0", "tracks"]:
                rows = [self._track(work) for work in page_of(self._found(query), query, 10, 200)]
                headers = {"status": "success", "code": 0, "error_message": "", "warnings": ""}
                return {"headers": {**headers, "results_count": len(rows)}, "results": rows}
            case []:  # https://…/?trackid=…, the address of a song's sound
                return sounds()[int(query["trackid"]) % TIMBRES]
        return None

    def _found(self, query: Query) -> list[Work]:
        """By id, by artist and by day, as far as the query says, newest first."""
        first, _, last = query.get("datebetween", "0001-01-01_9999-12-31").partition("_")
        works = self._newest
        if "id" in query:
            works = [self._works[query["id"]]] if query["id"] in self._works else []
        if "artist_id" in query:
            works = [work for work in works if str(work.acts[0].number) == query["artist_id"]]
        return [work for work in works if first <= work.released.isoformat() <= last]

    def _track(self, work: Work) -> Json:
        number, act = str(work.number), work.acts[0]
        image = f"https://usercontent.jamendo.com?type=album&id={number}&width=300&trackid={number}"
        return {
            "id": number,
            "name": work.title,
            "duration": work.seconds,
            "artist_id": str(act.number),
            "artist_name": act.name,
            "artist_idstr": f"u{act.number}",
            "album_name": "",
            "album_id": "",
            "license_ccurl": "http://creativecommons.org/licenses/by-nc/4.0/",
            "position": 0,
            "releasedate": work.released.isoformat(),
            "album_image": image,
            "audio": f"{self.base_url}/?trackid={number}&format=mp32",
            "audiodownload": "",
            "audiodownload_allowed": False,
            "prourl": "",
            "shorturl": f"https://jamen.do/t/{number}",
            "shareurl": f"https://www.jamendo.com/track/{number}",
            "image": image,
        }
