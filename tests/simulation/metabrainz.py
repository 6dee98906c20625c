"""ListenBrainz and MusicBrainz of the simulated week."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from tests.simulation.shapes import NIRVANA, VARIOUS_ARTISTS, Json, Query, chapter, genre, page_of
from tests.simulation.world import Work, World, mbid, works_by_act


class ListenBrainz:
    """https://listenbrainz.readthedocs.io: fresh releases, and how many people heard whom."""

    name = "listenbrainz"

    def __init__(self, world: World) -> None:
        self.base_url = ""
        self._world = world
        self._heard = {act.mbid: act.listeners for act in world.acts}

    def answer(self, path: Sequence[str], query: Query, body: bytes) -> object:
        match path:
            case ["1", "explore", "fresh-releases"]:
                return self._fresh(query["release_date"], int(query["days"]))
            case ["1", "popularity", "artist"]:
                return [self._popularity(number) for number in json.loads(body)["artist_mbids"]]
            case ["1", "user", _, "listen-count"]:
                return {"payload": {"count": 1_000}}
        return None

    def _fresh(self, end: str, days: int) -> Json:
        """The releases of the day ``end`` and of the ``days`` before it."""
        last = date.fromisoformat(end)
        fitting = [work for work in self._world.listenbrainz if last - timedelta(days=days) <= work.released <= last]
        rows = [self._row(work) for work in sorted(fitting, key=lambda work: work.released)]
        return {"payload": {"releases": rows, "total_count": len(rows)}}

    def _row(self, work: Work) -> Json:
        number = mbid("c", work.number)
        return {
            "artist_credit_name": work.credit,
            "artist_mbids": [act.mbid for act in work.acts] or [VARIOUS_ARTISTS],
            "caa_id": 30_000_000_000 + work.number,
            "caa_release_mbid": number,
            "listen_count": (work.acts[0].listeners or 0) // 3 if work.acts else 0,
            "release_date": work.released.isoformat(),
            "release_group_mbid": mbid("b", work.group),
            "release_group_primary_type": work.kind or None,
            "release_group_secondary_type": work.other or None,
            "release_mbid": number,
            "release_name": work.title,
            "release_tags": [genre(work.number)],
        }

    def _popularity(self, number: str) -> Json:
        heard = self._heard.get(number)
        return {
            "artist_mbid": number,
            "total_listen_count": None if heard is None else 8 * heard,
            "total_user_count": heard,
        }


class MusicBrainz:
    """https://musicbrainz.org/doc/MusicBrainz_API: the search for releases, and an artist's release groups."""

    name = "musicbrainz"
    _DATES = re.compile(r"date:\[(\S+) TO (\S+)\]")
    _KINDS = re.compile(r"primarytype:\(([^)]*)\)")

    def __init__(self, world: World) -> None:
        self.base_url = ""
        self._world = world
        self._acts = {act.mbid: act for act in world.acts}
        self._by_act = works_by_act(world.musicbrainz)

    def answer(self, path: Sequence[str], query: Query, body: bytes) -> object:
        match path:
            case ["ws", "2", "release"]:
                works = self._found(query["query"])
                rows = [self._release(work) for work in page_of(works, query, 25)]
                return {
                    "created": f"{self._world.today}T00:00:00.000Z",
                    "count": len(works),
                    "offset": int(query.get("offset", 0)),
                    "releases": rows,
                }
            case ["ws", "2", "release-group"]:
                groups = self._groups(query["artist"], query.get("type", ""))
                listing = {"release-group-count": len(groups), "release-group-offset": int(query.get("offset", 0))}
                return {**listing, "release-groups": page_of(groups, query, 25)} if groups else None
        return None

    def _found(self, query: str) -> list[Work]:
        """By day and by primary type, as far as the query says."""
        days, asked = self._DATES.search(query), self._KINDS.search(query)
        first, last = map(date.fromisoformat, days.groups()) if days else (date.min, date.max)
        kinds = asked[1].lower().split(" or ") if asked else None
        return [
            work
            for work in self._world.musicbrainz
            if first <= work.released <= last and (kinds is None or work.kind.lower() in kinds)
        ]

    def _groups(self, artist: str, kinds: str) -> list[Json]:
        """The release groups of an act, one each; none of whom nobody knows."""
        if artist == NIRVANA:
            return [_group("1b022e01-4da6-387b-8658-8678046e4cef", "Nevermind", "Album", "", date(1991, 9, 23))]
        if (act := self._acts.get(artist)) is None:
            return []
        tags = ["ai-generated"] if act.machine and act.number % 2 else [genre(act.number)]
        works = {work.group: work for work in self._by_act.get(act.number, ())}.values()
        groups = [
            *(_group(mbid("b", one.group), one.title, one.kind, one.other, one.released, tags) for one in works),
            *(
                _group(mbid("d", act.number * 1_000 + place), chapter(place), "Single", "", released, tags)
                for place, released in enumerate(act.earlier)
            ),
        ]
        asked = set(filter(None, kinds.lower().split("|")))
        return [group for group in groups if not asked or str(group["primary-type"]).lower() in asked]

    def _release(self, work: Work) -> Json:
        return {
            "id": mbid("c", work.number),
            "score": 100,
            "count": 1,
            "title": work.title,
            "status": "Official",
            "text-representation": {"language": "eng", "script": "Latn"},
            "artist-credit": _credits(work),
            "release-group": {
                "id": mbid("b", work.group),
                "title": work.title,
                "primary-type": work.kind or None,
                **({"secondary-types": [work.other]} if work.other else {}),
            },
            "date": work.released.isoformat(),
            "country": "XW",
            "track-count": len(work.songs),
            "media": [{"format": "Digital Media", "disc-count": 0, "track-count": len(work.songs)}],
        }


def _credits(work: Work) -> list[Json]:
    if not work.acts:
        various = {"id": VARIOUS_ARTISTS, "name": "Various Artists", "sort-name": "Various Artists"}
        return [{"name": "Various Artists", "artist": various}]
    credited = [{"id": act.mbid, "name": act.name, "sort-name": act.name} for act in work.acts]
    joins = [{"joinphrase": " & "}] * (len(credited) - 1) + [{}]
    return [
        {"name": artist["name"], **join, "artist": artist} for artist, join in zip(credited, joins, strict=True)
    ]  # fmt: skip


def _group(number: str, title: str, kind: str, other: str, released: date, tags: Iterable[str] = ()) -> Json:
    return {
        "id": number,
        "title": title,
        "disambiguation": "",
        "primary-type": kind or None,
        "secondary-types": [other] if other else [],
        "first-release-date": released.isoformat(),
        "tags": [{"name": tag, "count": 1} for tag in tags],
    }
