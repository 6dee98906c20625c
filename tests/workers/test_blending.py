"""Blends through the real worker: whose songs count, what is barred, and when it is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.model import Address, Candidate, Options, Request, Source, SourceKind, State, Track, Verdict
from core.store.features import vector_of
from tests.workers.test_recommend import ask, files, slate, songs, stocked
from workers import blending
from workers.audio.extractor import Timbre
from workers.audio.projection import projection
from workers.house import House
from workers.models.timbre import MODEL
from workers.together import places, together


@pytest.fixture
async def theirs(house: House, tmp_path: Path, clips: list[bytes]) -> list[Track]:
    """A catalogue of eight songs."""
    return await stocked(house, tmp_path, clips)


@pytest.fixture
def mine(tmp_path: Path, clips: list[bytes]) -> list[Track]:
    """Eight songs that sound the same as those of the catalogue."""
    return files(tmp_path / "mine", clips, "Loved")


async def give(house: House, who: str, *tracks: Track) -> int:
    """A listener who has asked with these songs."""
    listener = await house.store.listeners.find("web", who)
    request = await house.store.requests.ask(listener, Address("web", "x"), songs(*tracks), Options(), "t")
    placed = await house.store.catalogue.record(tracks)
    await house.store.catalogue.keep_seeds(request.id, [place.recording_id for place in placed])
    return listener


async def blended(house: House, asker: int, *agreed: int, invited: tuple[int, ...] = ()) -> Request:
    """The blend of the asker and those who agreed, as it was served; the others were only invited."""
    blend = await house.store.blends.invite(asker, [*agreed, *invited])
    for listener in agreed:
        await house.store.blends.answer(blend.id, listener, agreed=True)
    handle, _ = await house.store.listeners.known(asker)
    return await ask(house, Source(SourceKind.BLEND, blend.id), Options(count=8, wildcards=0), handle)


async def titles(house: House, request: Request) -> list[str]:
    return [pick.track.title for pick in (await slate(house, request)).picks]


def notes(request: Request) -> list[str]:
    return [str(note) for note in request.progress.note]


async def test_the_slate_is_the_ranking_for_both(house: House, theirs: list[Track], mine: list[Track]) -> None:
    me, you = await give(house, "me", mine[0], mine[1]), await give(house, "you", mine[1], mine[5])
    answer = await slate(house, await blended(house, me, you))
    rows = await house.store.features.candidates("added", Timbre.name, projection().version, 0, 0)
    vectors = np.stack([vector_of(row.vector) for row in rows])
    expected = together(
        lambda rows: MODEL.rank(vectors[[0, 1, 5]][rows], vectors), [np.array([0, 1]), np.array([1, 2])], len(vectors)
    )
    order = np.argsort(-expected.scores, kind="stable")
    assert [pick.track.title for pick in answer.picks] == [f"Song {row}" for row in order]
    seeds = np.array([0, 1, 5])[expected.nearest[order]]
    assert [pick.nearest_seed for pick in answer.picks] == [str(mine[seed]) for seed in seeds]
    assert [pick.fit for pick in answer.picks] == pytest.approx(places(expected.scores)[order].tolist())
    assert answer.picks[0].track.title == "Song 1", "what both gave"


async def test_what_is_barred_for_one_is_barred_for_all(house: House, theirs: list[Track], mine: list[Track]) -> None:
    me, you = await give(house, "me", mine[0]), await give(house, "you", mine[5], theirs[2])
    seen = await slate(house, await ask(house, songs(mine[3]), Options(count=1, wildcards=1), "you"))
    liked, disliked = seen.picks
    encore = Track("Encore", disliked.track.artists, "file", "encore", path=theirs[7].path)
    await house.store.catalogue.add([Candidate(encore, collection="added")])
    await house.stock.hear_all(["added"], _nothing)
    await house.store.listeners.rate(Verdict(you, disliked.recording_id, 2, "👎"), disliked.id)
    left = {track.title for track in theirs} - {liked.track.title, disliked.track.title, "Song 2"}
    assert len(left) == 5
    assert set(await titles(house, await blended(house, me, you))) == left


async def test_what_any_of_them_gave_long_ago_does_not_come_back(
    house: House, theirs: list[Track], mine: list[Track], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blending, "SONGS", 1)
    me, you = await give(house, "me", mine[0]), await give(house, "you", theirs[2])
    await give(house, "you", mine[5])
    picks = (await slate(house, await blended(house, me, you))).picks
    assert {pick.track.title for pick in picks} == {track.title for track in theirs} - {"Song 2"}
    assert {pick.nearest_seed for pick in picks} <= {str(mine[0]), str(mine[5])}, "only the latest count"


async def _nothing(_progress: object) -> None:
    return None


async def test_who_has_not_agreed_is_not_looked_at(house: House, theirs: list[Track], mine: list[Track]) -> None:
    me, you = await give(house, "me", mine[0]), await give(house, "you", mine[5])
    refused = await blended(house, me, invited=(you,))
    assert (refused.state, refused.error, refused.error_args) == (State.REFUSED, "NotEnoughTastes", {"count": 1})


async def test_who_gave_no_songs_is_left_out(house: House, theirs: list[Track], mine: list[Track]) -> None:
    me, you = await give(house, "me", mine[0]), await give(house, "you", mine[5])
    silent = await house.store.listeners.find("web", "silent")
    refused = await blended(house, me, silent)
    assert (refused.error, refused.error_args) == ("NotEnoughTastes", {"count": 1})
    answered = await blended(house, me, you, silent)
    assert notes(answered) == ["I know no song of 1 of you, whose taste is left out."]
    assert len(await titles(house, answered)) == 8


async def test_songs_without_sound_are_no_taste(house: House, theirs: list[Track], mine: list[Track]) -> None:
    me, you = await give(house, "me", mine[0]), await give(house, "you", Track("Unheard of", ("Nobody",)))
    refused = await blended(house, me, you)
    assert (refused.error, refused.error_args) == ("NotEnoughTastes", {"count": 1})


async def test_only_those_who_take_part_may_ask(house: House, mine: list[Track]) -> None:
    me, you = await give(house, "me", mine[0]), await give(house, "you", mine[5])
    blend = await house.store.blends.invite(me, [you])
    assert (await ask(house, Source(SourceKind.BLEND, blend.id), handle="you")).error == "NotYours"
    assert (await ask(house, Source(SourceKind.BLEND, "none"), handle="me")).error == "NotYours"
