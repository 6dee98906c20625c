"""What is known of artists: their audiences, their careers, and what was ruled about those the guard may suspect."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from core import recording
from core.model import Audience, Career, Ruling, RulingKind
from core.store.engine import reading, upsert
from core.store.schema import artists, audiences, careers, rulings

_CHUNK = 500
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Known:
    """What the store holds about one artist."""

    audiences: tuple[Audience, ...] = ()
    careers: tuple[Career, ...] = ()

    def updated(self, news: Known) -> Known:
        """With the news in place of what they replace."""
        counts = {one.meter: one for one in (*self.audiences, *news.audiences)}
        lives = {one.source: one for one in (*self.careers, *news.careers)}
        return Known(tuple(counts.values()), tuple(lives.values()))


@dataclass(frozen=True, slots=True)
class CareerRow:
    """An artist of the store, with what each source knows of their career."""

    id: int
    key: str
    name: str
    careers: tuple[Career, ...]


class Artists:
    """Artists are told apart by name alone (:func:`core.recording.artist_key`), so that services agree on them."""

    def __init__(self, engine: AsyncEngine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock

    async def save(self, facts: Mapping[str, Known]) -> None:
        """Writes down what is known of artists by name, each fact in place of an older one of its meter or source."""
        async with self._engine.begin() as connection:
            for names in _chunks(list(facts)):
                ids = await self._ids(connection, names)
                counts = {
                    (ids[name], one.meter): {"artist_id": ids[name], "meter": one.meter, "count": one.count,
                                             "seen": one.seen}
                    for name in names for one in facts[name].audiences
                }  # fmt: skip
                lives = {
                    (ids[name], one.source): {"artist_id": ids[name], "source": one.source, "seen": one.seen,
                                              "first_release": one.first_release, "releases": one.releases,
                                              "lately": one.lately, "tracks": one.tracks, "marks": list(one.marks)}
                    for name in names for one in facts[name].careers
                }  # fmt: skip
                await self._write(connection, audiences, ["artist_id", "meter"], list(counts.values()))
                await self._write(connection, careers, ["artist_id", "source"], list(lives.values()))

    async def known(self, names: Sequence[str]) -> dict[str, Known]:
        """What is known of each artist, by :func:`core.recording.artist_key`; nothing for one not met before."""
        found: dict[str, Known] = {}
        async with reading(self._engine).connect() as connection:
            for keys in _chunks(sorted({recording.artist_key(name) for name in names})):
                ids = {row.id: row.key for row in await connection.execute(
                    select(artists.c.id, artists.c.key).where(artists.c.key.in_(keys)))}  # fmt: skip
                heard = await connection.execute(select(audiences).where(audiences.c.artist_id.in_(ids)))
                lives = await connection.execute(select(careers).where(careers.c.artist_id.in_(ids)))
                counts, careers_ = _audiences(heard), _careers(lives)
                found |= {key: Known(counts.get(number, ()), careers_.get(number, ())) for number, key in ids.items()}
        return found

    async def with_careers(self) -> list[CareerRow]:
        """Every artist whose career is known, or about whom something was ruled."""
        mine = or_(artists.c.id.in_(select(careers.c.artist_id)), artists.c.key.in_(select(rulings.c.artist_key)))
        query = select(artists.c.id, artists.c.key, artists.c.name).where(mine)
        async with reading(self._engine).connect() as connection:
            found = list(await connection.execute(query))
            lives = _careers(await connection.execute(select(careers)))
        return [CareerRow(row.id, row.key, row.name, lives.get(row.id, ())) for row in found]

    async def counts(self) -> list[tuple[int, str, int]]:
        """Every audience there is: artist id, meter, count."""
        query = select(audiences.c.artist_id, audiences.c.meter, audiences.c.count)
        async with reading(self._engine).connect() as connection:
            return [(artist, meter, count) for artist, meter, count in await connection.execute(query)]

    async def rule(self, name: str, kind: RulingKind, note: str = "") -> None:
        """Writes down a decision, which answers every appeal, or an appeal, which changes no decision."""
        key = recording.artist_key(name)
        values = {"artist_key": key, "name": name, "kind": kind, "note": note, "at": self._clock()}
        insert = upsert(self._engine.dialect.name, rulings).values(values)
        async with self._engine.begin() as connection:
            if kind is not RulingKind.APPEALED:
                await connection.execute(delete(rulings).where(rulings.c.artist_key == key))
            await connection.execute(insert.on_conflict_do_update(index_elements=["artist_key", "kind"], set_=values))

    async def unrule(self, name: str) -> bool:
        """Forgets what was decided and asked about an artist; False when that is nothing."""
        mine = rulings.c.artist_key == recording.artist_key(name)
        async with self._engine.begin() as connection:
            return (await connection.execute(delete(rulings).where(mine))).rowcount > 0

    async def rulings(self) -> dict[str, Ruling]:
        """What holds of each artist, by key: the decision, else the appeal. People write them, so they are few."""
        every = await self.every_ruling()
        return {
            recording.artist_key(ruling.name): ruling
            for ruling in sorted(every, key=lambda ruling: ruling.kind is not RulingKind.APPEALED)
        }

    async def every_ruling(self) -> list[Ruling]:
        """All decisions and open appeals, oldest first."""
        async with reading(self._engine).connect() as connection:
            rows = await connection.execute(select(rulings).order_by(rulings.c.at))
            return [Ruling(row.name, RulingKind(row.kind), row.note, row.at) for row in rows]

    async def _ids(self, connection: AsyncConnection, names: Sequence[str]) -> dict[str, int]:
        """The id of each artist, made on first sight."""
        keys = {name: recording.artist_key(name) for name in names}
        rows = [{"key": key, "name": name} for name, key in keys.items()]
        await connection.execute(upsert(connection.dialect.name, artists).values(rows).on_conflict_do_nothing())
        query = select(artists.c.key, artists.c.id).where(artists.c.key.in_(keys.values()))
        ids = {row.key: row.id for row in await connection.execute(query)}
        return {name: ids[key] for name, key in keys.items()}

    async def _write(
        self, connection: AsyncConnection, table: Any, keys: list[str], rows: list[dict[str, Any]]
    ) -> None:
        if rows:
            insert = upsert(connection.dialect.name, table).values(rows)
            newer = {name: insert.excluded[name] for name in rows[0] if name not in keys}
            await connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=newer))


def _audiences(rows: Any) -> Mapping[int, tuple[Audience, ...]]:
    found: dict[int, tuple[Audience, ...]] = {}
    for artist_id, meter, count, seen in rows:
        found[artist_id] = (*found.get(artist_id, ()), Audience(meter, count, seen))
    return found


def _careers(rows: Any) -> Mapping[int, tuple[Career, ...]]:
    found: dict[int, tuple[Career, ...]] = {}
    for row in rows:
        career = Career(row.source, row.seen, row.first_release, row.releases, row.lately, row.tracks, tuple(row.marks))
        found[row.artist_id] = (*found.get(row.artist_id, ()), career)
    return found


def _chunks(things: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(things), _CHUNK):
        yield things[start : start + _CHUNK]
