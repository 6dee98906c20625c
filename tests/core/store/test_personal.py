"""What is stored about a person is found whole, and erased whole; no table is forgotten."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import numpy as np
from sqlalchemy import create_engine, func, inspect, select

from core.model import Account, Address, Arm, Options, Post, PostKind, Source, SourceKind, Track, Verdict
from core.orders import Sheet
from core.said import said
from core.store.engine import reading
from core.store.grants import Begun
from core.store.personal import FEWEST_KEPT, _mine
from core.store.schema import metadata
from core.store.shortlists import Shortlist
from core.store.slates import Chosen
from core.store.store import Store

#: The tables that are about nobody: the catalogue, and the house's own.
IMPERSONAL = {
    "artists", "audiences", "careers", "rulings", "releases", "harvests", "recordings", "tracks", "members", "features",
    "sequences",
    "servers", "notices", "media", "tokens", "farewells",
}  # fmt: skip


async def lived(store: Store, name: str) -> int:
    """A listener with a row in every personal table."""
    me = await store.listeners.find("discord", name)
    other = await store.listeners.find("discord", "somebody else")
    request = await store.requests.ask(me, Address("discord", "7/8"), Source(SourceKind.SAMPLE), Options(), name)
    (place,) = await store.catalogue.record([Track("Song", (f"Artist of {name}",))])
    await store.catalogue.keep_seeds(request.id, [place.recording_id])
    await store.requests.claim(request.id, "w", 10)
    pick = Chosen(Arm.CLOSE, 0.5, place.recording_id, place.track_id, "Seed", said("Because."))
    more = Shortlist("nearest", np.array([place.track_id]), np.array([0.5], np.float32))
    assert await store.slates.finish(request.id, "w", "nearest", "1", [pick], (), [more])
    slate = await store.slates.get(request.id)
    assert slate is not None
    await store.listeners.rate(Verdict(me, place.recording_id, 8, "🔥"), slate.picks[0].id)
    await store.listeners.bar(me, place.recording_id)
    await store.accounts.link(me, Account("lastfm", name, "https://www.last.fm/user/x"), sealed="a token")
    await store.grants.begin(f"state of {name}", Begun(me, "spotify", "a verifier"))
    await store.posts.keep("discord", Post("7/8", f"message of {name}", request.id, PostKind.PICK, slate.picks[0].id))
    await store.blends.invite(me, [other])
    await store.pictures.order(me, Sheet("Your taste", "", ()))
    return me


async def rows(store: Store) -> dict[str, int]:
    async with reading(store._engine).connect() as connection:
        return {
            table.name: await connection.scalar(select(func.count()).select_from(table)) or 0
            for table in metadata.sorted_tables
        }


def test_every_table_is_about_somebody_or_known_to_be_about_nobody() -> None:
    personal = {table.name for table in metadata.sorted_tables if _mine(table, 1) is not None}
    assert personal | IMPERSONAL == set(metadata.tables)
    assert not personal & IMPERSONAL


async def test_the_export_holds_a_row_of_every_personal_table(store: Store) -> None:
    me = await lived(store, "ada")
    await lived(store, "ben")
    export = await store.personal.export(me)
    assert set(export) == set(metadata.tables) - IMPERSONAL
    assert {name: len(found) for name, found in export.items()} == dict.fromkeys(export, 1)
    assert export["accounts"][0]["handle"] == "ada"


async def test_nothing_is_left_of_one_who_is_forgotten_and_all_of_the_others(store: Store) -> None:
    await lived(store, "ben")
    before = await rows(store)
    me = await lived(store, "ada")
    await store.personal.forget(me)
    after = await rows(store)
    assert {name: after[name] for name in after if name not in IMPERSONAL} == {
        name: before[name] for name in before if name not in IMPERSONAL
    }
    assert not any((await store.personal.export(me)).values())


def test_the_database_has_no_table_that_the_schema_does_not_know(tmp_path: Path) -> None:
    """What is exported and erased is found by the schema, so the schema must be all there is."""
    asyncio.run(_made(tmp_path))
    engine = create_engine(f"sqlite:///{tmp_path / 'yasr.db'}")
    found = inspect(engine)
    assert set(found.get_table_names()) - {"alembic_version"} == set(metadata.tables)
    for name in found.get_table_names():
        keys = [key for key in found.get_foreign_keys(name) if key["referred_table"] == "listeners"]
        assert all(key["options"].get("ondelete") == "CASCADE" for key in keys), name
        if any("listener" in column["name"] for column in found.get_columns(name)):
            assert name not in IMPERSONAL
    engine.dispose()


async def _made(folder: Path) -> None:
    await (await Store.open(f"sqlite+aiosqlite:///{folder / 'yasr.db'}")).close()


async def test_what_is_sealed_is_named_and_not_handed_over(store: Store) -> None:
    export = await store.personal.export(await lived(store, "ada"))
    assert export["accounts"][0]["sealed"] == export["grants"][0]["sealed"] == "(sealed)"
    assert "a token" not in str(export) and "a verifier" not in str(export)
    json.dumps(export, default=str)


async def rated(store: Store, name: str, values: list[int]) -> int:
    """A listener who was shown so many songs and rated them so; every other one is a wildcard."""
    me = await store.listeners.find("discord", name)
    request = await store.requests.ask(me, Address("discord", "7/8"), Source(SourceKind.SAMPLE), Options(), name)
    places = await store.catalogue.record([Track(f"Song {n}", (f"Artist {n} of {name}",)) for n in range(len(values))])
    await store.requests.claim(request.id, "w", 10)
    picks = [
        Chosen((Arm.CLOSE, Arm.WILDCARD)[n % 2], 0.5, place.recording_id, place.track_id, "Seed", said("Because."))
        for n, place in enumerate(places)
    ]
    assert await store.slates.finish(request.id, "w", "nearest", "1", picks, ())
    slate = await store.slates.get(request.id)
    assert slate is not None
    for pick, value in zip(slate.picks, values, strict=True):
        await store.listeners.rate(Verdict(me, pick.recording_id, value, "🔥"), pick.id)
    return me


async def test_bare_counts_stay_of_those_who_agree(store: Store) -> None:
    for name in ("ada", "ben"):
        await store.personal.forget(await rated(store, name, [8, 2, 8, 3, 9]), keep_counts=True)
    await store.personal.forget(await rated(store, "cleo", [1] * 9))
    assert await store.scores.farewells() == {
        ("close", 8): 4, ("close", 9): 2, ("wildcard", 2): 2, ("wildcard", 3): 2,
    }  # fmt: skip
    assert set(metadata.tables["farewells"].c.keys()) == {"arm", "value", "count"}  # no time, no song, nobody


async def test_of_one_who_rated_little_nothing_stays(store: Store) -> None:
    await store.personal.forget(await rated(store, "ada", [8] * (FEWEST_KEPT - 1)), keep_counts=True)
    assert await store.scores.farewells() == {}
