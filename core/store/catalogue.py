"""The catalogue: artists, recordings, tracks, and which of them are candidates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import Table, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from core import recording
from core.model import Artist, Audience, Candidate, Track
from core.store.engine import reading, upsert
from core.store.rows import row_of, track_of
from core.store.schema import artists, audiences, features, members, recordings, seeds, tracks

_CHUNK = 500
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Recorded:
    """A track's place in the store: its own id, its recording's and its main artist's."""

    track_id: int
    recording_id: int
    artist_id: int


@dataclass(frozen=True, slots=True)
class Unheard:
    """A candidate whose sound has not been analysed yet."""

    recording_id: int
    track: Track


class Catalogue:
    """Adds tracks so that the same recording, from whatever source, is one row; safe to repeat."""

    def __init__(self, engine: AsyncEngine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock

    async def record(self, songs: Sequence[Track]) -> list[Recorded]:
        """Writes the tracks down without making them candidates; the answer has the order of ``songs``."""
        found: list[Recorded] = []
        for chunk in _chunks(songs):
            async with self._engine.begin() as connection:
                found += await self._record(connection, chunk)
        return found

    async def add(self, candidates: Sequence[Candidate]) -> int:
        """Makes the tracks candidates of their collections; returns how many were not before."""
        new = 0
        for chunk in _chunks(candidates):
            async with self._engine.begin() as connection:
                placed = await self._record(connection, [candidate.track for candidate in chunk])
                new += await self._join(connection, chunk, placed)
                await self._meter(connection, chunk, placed)
        return new

    async def _record(self, connection: AsyncConnection, songs: Sequence[Track]) -> list[Recorded]:
        artist_ids = await self._ids(connection, artists, {_artist_key(s): s for s in songs},
                                     lambda key, song: {"key": key, "name": song.artists[0]})  # fmt: skip
        keys = await self._keys(connection, songs, artist_ids)
        recording_ids = await self._ids(
            connection, recordings, dict(zip(keys, songs, strict=True)),
            lambda key, song: {"key": key, "isrc": song.isrc, "artist_id": artist_ids[_artist_key(song)]},
        )  # fmt: skip
        rows = {(row["source"], row["source_id"]): row | {"recording_id": recording_ids[key]}
                for key, row in zip(keys, map(row_of, songs), strict=True)}  # fmt: skip
        insert = upsert(connection.dialect.name, tracks).values(list(rows.values()))
        changed = {
            name: insert.excluded[name] for name in rows[next(iter(rows))] if name not in ("source", "source_id")
        }
        saved = await connection.execute(
            insert.on_conflict_do_update(index_elements=["source", "source_id"], set_=changed).returning(
                tracks.c.id, tracks.c.source, tracks.c.source_id
            )
        )
        track_ids = {(row.source, row.source_id): row.id for row in saved}
        return [
            Recorded(track_ids[row["source"], row["source_id"]], recording_ids[key],
                     artist_ids[_artist_key(song)])
            for song, key, row in zip(songs, keys, map(row_of, songs), strict=True)
        ]  # fmt: skip

    async def _keys(
        self, connection: AsyncConnection, songs: Sequence[Track], artist_ids: Mapping[str, int]
    ) -> list[str]:
        """The identity key of each song: that of a recording we have by ISRC or by any of its artists, else its own."""
        isrcs = {song.isrc for song in songs if song.isrc}
        rows = await connection.execute(select(recordings.c.isrc, recordings.c.key).where(recordings.c.isrc.in_(isrcs)))
        by_isrc = {row.isrc: row.key for row in rows}
        possible = [recording.keys(song) for song in songs]
        query = select(recordings.c.key).where(recordings.c.key.in_({key for keys in possible for key in keys}))
        filed = set(await connection.scalars(query))
        theirs = await self._titles(connection, set(artist_ids.values()))
        chosen = []
        for song, keys in zip(songs, possible, strict=True):
            known = theirs[artist_ids[_artist_key(song)]]
            key = by_isrc.get(song.isrc) or next((key for key in keys if key in filed), "") or _key_among(song, known)
            chosen.append(key)
            filed.add(key)
            known.setdefault(key, song.title)
            if song.isrc:
                by_isrc.setdefault(song.isrc, key)
        return chosen

    async def _titles(self, connection: AsyncConnection, artist_ids: set[int]) -> defaultdict[int, dict[str, str]]:
        """For each artist the keys of the recordings we have, each with a title of it."""
        query = (
            select(recordings.c.artist_id, recordings.c.key, func.min(tracks.c.title).label("title"))
            .join(tracks, tracks.c.recording_id == recordings.c.id)
            .where(recordings.c.artist_id.in_(artist_ids))
            .group_by(recordings.c.artist_id, recordings.c.key)
        )
        found: defaultdict[int, dict[str, str]] = defaultdict(dict)
        for row in await connection.execute(query):
            found[row.artist_id][row.key] = row.title
        return found

    async def _ids(
        self,
        connection: AsyncConnection,
        table: Table,
        things: dict[str, Track],
        row: Callable[[str, Track], dict[str, Any]],
    ) -> dict[str, int]:
        """The id of each key in ``table``, rows made where they are missing."""
        query = select(table.c.key, table.c.id).where(table.c.key.in_(things))
        known = {row.key: row.id for row in await connection.execute(query)}
        if missing := [row(key, song) for key, song in things.items() if key not in known]:
            insert = upsert(connection.dialect.name, table).values(missing).on_conflict_do_nothing()
            await connection.execute(insert)
            known = {row.key: row.id for row in await connection.execute(query)}
        return known

    async def _join(self, connection: AsyncConnection, chunk: Sequence[Candidate], placed: Sequence[Recorded]) -> int:
        rows = [
            {"collection": candidate.collection, "track_id": place.track_id, "added_at": self._clock()}
            for candidate, place in zip(chunk, placed, strict=True)
        ]
        insert = upsert(connection.dialect.name, members).values(rows).on_conflict_do_nothing()
        return len((await connection.execute(insert.returning(members.c.id))).all())

    async def _meter(self, connection: AsyncConnection, chunk: Sequence[Candidate], placed: Sequence[Recorded]) -> None:
        rows = {
            (place.artist_id, heard.meter): {
                "artist_id": place.artist_id, "meter": heard.meter, "count": heard.count, "seen": heard.seen
            }
            for candidate, place in zip(chunk, placed, strict=True)
            for heard in candidate.audiences
        }  # fmt: skip
        if rows:
            insert = upsert(connection.dialect.name, audiences).values(list(rows.values()))
            newer = {"count": insert.excluded["count"], "seen": insert.excluded["seen"]}
            await connection.execute(insert.on_conflict_do_update(index_elements=["artist_id", "meter"], set_=newer))

    async def artist_ids(self, names: Sequence[str]) -> list[int]:
        """The ids of those artists that are known."""
        keys = {recording.artist_key(name) for name in names}
        found: list[int] = []
        async with reading(self._engine).connect() as connection:
            for chunk in _chunks(sorted(keys)):
                found += await connection.scalars(select(artists.c.id).where(artists.c.key.in_(chunk)))
        return found

    async def keep_seeds(self, request_id: str, recording_ids: Sequence[int]) -> None:
        """Remembers which recordings a request was about."""
        async with self._engine.begin() as connection:
            for chunk in _chunks(recording_ids):
                rows = [{"request_id": request_id, "recording_id": number} for number in chunk]
                insert = upsert(connection.dialect.name, seeds).values(rows).on_conflict_do_nothing()
                await connection.execute(insert)

    async def seed_artists(self, request_id: str, source: str) -> list[Artist]:
        """The artists of a request's songs as ``source`` knows them, those with most songs first."""
        query = (
            select(tracks.c.artist_id, func.max(artists.c.name).label("name"))
            .join(seeds, seeds.c.recording_id == tracks.c.recording_id)
            .join(recordings, recordings.c.id == tracks.c.recording_id)
            .join(artists, artists.c.id == recordings.c.artist_id)
            .where(seeds.c.request_id == request_id, tracks.c.source == source, tracks.c.artist_id != "")
            .group_by(tracks.c.artist_id)
            .order_by(func.count().desc(), tracks.c.artist_id)
        )
        async with reading(self._engine).connect() as connection:
            return [Artist(row.name, source, row.artist_id) for row in await connection.execute(query)]

    async def tracks(self, track_ids: Sequence[int]) -> dict[int, Track]:
        async with reading(self._engine).connect() as connection:
            rows = (await connection.execute(select(tracks).where(tracks.c.id.in_(track_ids)))).mappings()
            return {row["id"]: track_of(dict(row)) for row in rows}

    async def audiences(self, artist_ids: Sequence[int]) -> dict[int, tuple[Audience, ...]]:
        """What is known of the artists' audiences; an artist of whom nothing is known is not in the answer."""
        query = select(audiences).where(audiences.c.artist_id.in_(artist_ids)).order_by(audiences.c.meter)
        known: dict[int, tuple[Audience, ...]] = {}
        async with reading(self._engine).connect() as connection:
            for artist_id, meter, count, seen in await connection.execute(query):
                known[artist_id] = (*known.get(artist_id, ()), Audience(meter, count, seen))
        return known

    async def unheard(self, collections: Sequence[str], extractor: str, version: str) -> list[Unheard]:
        """Candidates without features of this extractor and version: of each source in turn, oldest first."""
        heard = select(features.c.id).where(
            features.c.recording_id == tracks.c.recording_id,
            features.c.extractor == extractor,
            features.c.version == version,
        )
        turn = func.row_number().over(partition_by=tracks.c.source, order_by=members.c.id)
        query = (
            select(tracks)
            .join(members, members.c.track_id == tracks.c.id)
            .where(members.c.collection.in_(collections), ~heard.exists())
            .order_by(turn, members.c.id)
        )
        async with reading(self._engine).connect() as connection:
            rows = (await connection.execute(query)).mappings()
            return [Unheard(row["recording_id"], track_of(dict(row))) for row in rows]

    async def retire(self, collection: str, before: date) -> int:
        """Takes the songs that came out before that day out of the collection; how many. What was heard stays."""
        old = select(tracks.c.id).where(tracks.c.release_date < before)
        async with self._engine.begin() as connection:
            gone = await connection.execute(
                delete(members).where(members.c.collection == collection, members.c.track_id.in_(old))
            )
            return gone.rowcount

    async def count(self, collection: str) -> int:
        """How many candidates the collection holds."""
        query = select(func.count(members.c.id)).where(members.c.collection == collection)
        async with reading(self._engine).connect() as connection:
            return await connection.scalar(query) or 0

    async def collections(self) -> dict[str, int]:
        """Each collection and how many candidates it holds."""
        query = select(members.c.collection, func.count().label("songs")).group_by(members.c.collection)
        async with reading(self._engine).connect() as connection:
            return {row.collection: row.songs for row in await connection.execute(query)}


def _key_among(song: Track, known: Mapping[str, str]) -> str:
    """The key of a recording of the song's artist whose title is the same but for its spelling, else the song's."""
    plain = replace(song, isrc="")
    return next((other for other, title in known.items() if recording.same(plain, replace(plain, title=title))),
                recording.key(song))  # fmt: skip


def _artist_key(song: Track) -> str:
    return recording.key(song).split("|")[0]


def _chunks(things: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(things), _CHUNK):
        yield things[start : start + _CHUNK]
