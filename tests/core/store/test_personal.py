"""What is stored about a person is found whole, and erased whole; no table is forgotten."""

from __future__ import annotations

from sqlalchemy import func, select

from core.model import Account, Address, Arm, Options, Post, PostKind, Source, SourceKind, Track, Verdict
from core.said import said
from core.store.engine import reading
from core.store.personal import _mine
from core.store.schema import metadata
from core.store.slates import Chosen
from core.store.store import Store

#: The tables that are about nobody: the catalogue, and the house's own.
IMPERSONAL = {
    "artists", "audiences", "careers", "rulings", "releases", "harvests", "recordings", "tracks", "members", "features",
    "sequences",
    "servers", "notices", "media", "tokens",
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
    assert await store.slates.finish(request.id, "w", "nearest", "1", [pick], ())
    slate = await store.slates.get(request.id)
    assert slate is not None
    await store.listeners.rate(Verdict(me, place.recording_id, 8, "🔥"), slate.picks[0].id)
    await store.listeners.bar(me, place.recording_id)
    await store.accounts.link(me, Account("lastfm", name, "https://www.last.fm/user/x"))
    await store.posts.keep("discord", Post("7/8", f"message of {name}", request.id, PostKind.PICK, slate.picks[0].id))
    await store.blends.invite(me, [other])
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
