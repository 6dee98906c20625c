"""The main job over the real store, pool and services: what is read, what is said, what is never shown."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import stamina

from core import errors
from core.model import (
    Address,
    Arm,
    Audience,
    Candidate,
    Career,
    Options,
    Playlist,
    Preferences,
    Request,
    RulingKind,
    Slate,
    Source,
    SourceKind,
    State,
    Track,
    Verdict,
)
from core.settings import Settings
from core.store import schema
from core.store.artists import Known
from tests.fakes.deezer import FakeDeezer
from workers.audio.sequence import VERSION
from workers.house import House
from workers.serve import serve


async def ask(house: House, source: Source, options: Options | None = None, handle: str = "x") -> Request:
    listener = await house.store.listeners.find("web", handle)
    request = await house.store.requests.ask(listener, Address("web", "x"), source, options or Options(), "t")
    await serve(house, request.id)
    served = await house.store.requests.get(request.id)
    assert served is not None
    return served


async def slate(house: House, request: Request) -> Slate:
    assert request.state is State.READY, errors.revive(request.error, request.error_args)
    found = await house.store.slates.get(request.id)
    assert found is not None
    return found


def files(folder: Path, clips: Sequence[bytes], artist: str) -> list[Track]:
    """The clips as sound files, each by an artist of its own."""
    folder.mkdir(exist_ok=True)
    tracks = []
    for number, clip in enumerate(clips):
        path = folder / f"{number}.mp3"
        path.write_bytes(clip)
        tracks.append(Track(f"Song {number}", (f"{artist} {number}",), "file", str(path), path=path))
    return tracks


async def stocked(house: House, tmp_path: Path, clips: Sequence[bytes]) -> list[Track]:
    tracks = files(tmp_path / "theirs", clips, "Newcomer")
    await house.store.catalogue.add([Candidate(track, collection="added") for track in tracks])
    await house.stock.hear_all(["added"], _nothing)
    return tracks


def songs(*tracks: Track, total: int | None = None) -> Source:
    return Source(SourceKind.PLAYLIST, playlist=Playlist("Mine", tracks, "file", total))


async def test_the_same_sound_is_the_closest(house: House, tmp_path: Path, clips: list[bytes]) -> None:
    await stocked(house, tmp_path, clips)
    (mine,) = files(tmp_path / "mine", clips[3:4], "Mine")
    answer = await slate(house, await ask(house, songs(mine), Options(count=2, wildcards=2)))
    first = answer.picks[0]
    assert first.track.title == "Song 3"
    assert 5 < first.score <= 10
    assert first.fit is not None
    assert first.fit > 0.9
    assert first.nearest_seed == "Mine 0 – Song 0"
    assert str(first.reason) == "Sounds like your Mine 0 – Song 0.", "so few songs do not tell what is near"
    assert [pick.arm for pick in answer.picks] == [Arm.CLOSE] * 2 + [Arm.WILDCARD] * 2
    scores = [pick.score for pick in answer.picks]
    assert min(scores[:2]) > max(scores[2:])


async def test_nobody_of_the_playlist_comes_back(house: House, tmp_path: Path, clips: list[bytes]) -> None:
    theirs = await stocked(house, tmp_path, clips)
    featured = replace(theirs[0], source_id="other", artists=("Somebody", theirs[5].artists[0]), title="Duet")
    answer = await slate(house, await ask(house, songs(theirs[0], featured), Options(count=8, wildcards=0)))
    shown = {pick.track.artist for pick in answer.picks}
    assert shown == {track.artist for track in theirs} - {theirs[0].artist, theirs[5].artist}


async def test_never_twice_and_never_a_disliked_artist(house: House, tmp_path: Path, clips: list[bytes]) -> None:
    theirs = await stocked(house, tmp_path, clips)
    encore = replace(theirs[0], source_id="encore", title="Another song", path=theirs[1].path)
    await house.store.catalogue.add([Candidate(encore, collection="added")])
    await house.stock.hear_all(["added"], _nothing)
    (mine,) = files(tmp_path / "mine", clips[:1], "Mine")
    first = await ask(house, songs(mine), Options(count=3, wildcards=1))
    shown = await slate(house, first)
    assert shown.picks[0].track.artist == encore.artist, "the same sound, by an artist with a second song"
    await house.store.listeners.rate(
        Verdict(first.listener_id, shown.picks[0].recording_id, 2, "👎"), shown.picks[0].id
    )
    more = await slate(house, await ask(house, songs(mine), Options(count=5, wildcards=3)))
    assert len(more.picks) == 4, "what is left"
    assert not {pick.recording_id for pick in shown.picks} & {pick.recording_id for pick in more.picks}
    assert encore.artist not in {pick.track.artist for pick in more.picks}
    note = (await house.store.requests.get(more.request_id)).progress.note  # type: ignore[union-attr] # it is there
    assert list(map(str, note)) == ["The catalogue has only 4 songs left for you; you asked for 8."]
    over = await ask(house, songs(mine))
    assert (over.state, over.error) == (State.REFUSED, "NoCandidates")
    other = await slate(house, await ask(house, songs(mine), handle="somebody else"))
    assert len(other.picks) == 9


async def test_old_releases_are_not_new(house: House, tmp_path: Path, clips: list[bytes]) -> None:
    theirs = files(tmp_path / "theirs", clips[:3], "Newcomer")
    for track, weeks in zip(theirs, (1, 12, 14), strict=True):
        dated = replace(track, release_date=date.today() - timedelta(weeks=weeks))
        await house.store.catalogue.add([Candidate(dated)])
    await house.stock.hear_all(["main"], _nothing)
    (mine,) = files(tmp_path / "mine", clips[4:5], "Mine")
    answer = await slate(house, await ask(house, songs(mine)))
    assert {pick.track.title for pick in answer.picks} == {"Song 0", "Song 1"}


async def test_as_new_and_as_little_known_as_the_listener_wishes(
    house: House, tmp_path: Path, clips: list[bytes]
) -> None:
    theirs = files(tmp_path / "theirs", clips[:5], "Artist")
    counts: list[int | None] = [400, 12_000, 150_000, None, 400]
    for track, count, weeks in zip(theirs, counts, (1, 1, 1, 1, 20), strict=True):
        dated = replace(track, release_date=date.today() - timedelta(weeks=weeks))
        heard = () if count is None else (Audience("fans on Deezer", count, date.today()),)
        await house.store.catalogue.add([Candidate(dated, heard)])
    await house.stock.hear_all(["main"], _nothing)
    (mine,) = files(tmp_path / "mine", clips[6:7], "Mine")

    async def shown(options: Options, handle: str) -> set[str]:
        answer = await slate(house, await ask(house, songs(mine), options, handle))
        return {pick.track.title for pick in answer.picks}

    assert await shown(Options(), "a") == {"Song 0", "Song 1", "Song 3"}, "the operator's wish: small, and 13 weeks"
    assert await shown(Options(audience="tiny"), "b") == {"Song 0", "Song 3"}
    assert await shown(Options(audience="medium"), "c") == {"Song 0", "Song 1", "Song 2", "Song 3"}
    assert await shown(Options(audience="tiny", weeks=26), "d") == {"Song 0", "Song 3", "Song 4"}
    listener = await house.store.listeners.find("web", "e")
    await house.store.listeners.prefer(listener, Preferences("tiny", 26))
    assert await shown(Options(), "e") == {"Song 0", "Song 3", "Song 4"}, "the listener's own wish"
    wrong = await ask(house, songs(mine), Options(audience="huge"))
    assert (wrong.state, wrong.error) == (State.REFUSED, "UnknownChoice")


@pytest.mark.parametrize(("guard", "picks"), [("label", 2), ("hide", 1), ("off", 2)])
async def test_the_guard_labels_or_hides_until_the_operator_decides(
    settings: Settings, tmp_path: Path, clips: list[bytes], guard: str, picks: int
) -> None:
    limits = settings.catalogue.model_copy(update={"guard": guard})
    async with House(settings.model_copy(update={"catalogue": limits})) as house:
        theirs = files(tmp_path / "theirs", clips[:2], "Artist")
        fresh = [Candidate(replace(track, release_date=date.today())) for track in theirs]
        await house.store.catalogue.add(fresh)
        await house.stock.hear_all(["main"], _nothing)
        flood = Career("deezer", date.today(), date(2025, 1, 1), 500, 400)
        await house.store.artists.save({"Artist 0": Known((), (flood,))})
        (mine,) = files(tmp_path / "mine", clips[6:7], "Mine")
        answer = await slate(house, await ask(house, songs(mine)))
        labels = {pick.track.artist: str(pick.label or "") for pick in answer.picks}
        assert len(labels) == picks
        assert labels["Artist 1"] == ""
        if guard == "label":
            assert labels["Artist 0"] == "may be machine-made: 400 releases within a year"
        await house.store.artists.rule("Artist 0", RulingKind.ALLOW)
        await house.store.catalogue.add([Candidate(replace(fresh[1].track, source_id="x", title="Grown"))])
        await house.stock.hear_all(["main"], _nothing)
        cleared = await slate(house, await ask(house, songs(mine), handle="another"))
        assert {pick.track.artist: pick.label for pick in cleared.picks}["Artist 0"] is None


async def _nothing(_progress: object) -> None:
    return None


async def test_a_partial_read_goes_on_and_says_so(
    house: House, deezer: FakeDeezer, tmp_path: Path, clips: list[bytes]
) -> None:
    await stocked(house, tmp_path, clips)
    artist = deezer.artist("Loved", 500_000)
    album = deezer.album(artist, "Album", date(2020, 1, 1))
    tracks = [deezer.track(f"S{n}", artist, album, preview=clips[n % 8] if n < 3 else b"") for n in range(5)]
    link = f"https://www.deezer.com/playlist/{deezer.playlist('Mine', [*tracks, None])}"
    request = await ask(house, Source(SourceKind.LINK, link), Options(count=3, wildcards=0))
    await slate(house, request)
    notes = list(map(str, request.progress.note))
    assert notes[0] == "Read 5 of 6 songs."
    assert "Compared with the 3 of 5 songs whose sound I found." in notes
    assert request.title == "Mine"


async def test_names_alone_are_found_at_a_service(
    house: House, deezer: FakeDeezer, tmp_path: Path, clips: list[bytes]
) -> None:
    await stocked(house, tmp_path, clips)
    artist = deezer.artist("Loved", 500_000)
    deezer.track("The Song", artist, deezer.album(artist, "Album", date(2020, 1, 1)), preview=clips[2])
    named = Track("The Song (feat. Nobody)", ("Loved",))
    answer = await slate(house, await ask(house, songs(named, Track("Unheard of", ("Nobody",)))))
    assert answer.picks[0].track.title == "Song 2"
    artists = await house.store.catalogue.seed_artists(answer.request_id, "deezer")
    assert [found.source_id for found in artists] == [str(artist)]


@pytest.mark.parametrize(
    ("content", "error"),
    [(b"", "NotAudio"), (b"this is text", "NotAudio"), (bytes(range(256)) * 99, "NotAudio")],
)
async def test_one_bad_file_refuses_and_among_good_ones_costs_itself(
    house: House, tmp_path: Path, clips: list[bytes], content: bytes, error: str
) -> None:
    await stocked(house, tmp_path, clips)
    bad = tmp_path / "mine"
    bad.mkdir()
    (bad / "bad.mp3").write_bytes(content)
    alone = await ask(house, Source(SourceKind.FOLDER, str(bad)))
    assert (alone.state, alone.error) == (State.REFUSED, error)
    (bad / "good.mp3").write_bytes(clips[0])
    both = await ask(house, Source(SourceKind.FOLDER, str(bad)))
    assert len((await slate(house, both)).picks) == 8
    assert any("bad.mp3" in str(note) for note in both.progress.note)


async def test_refusals_name_their_cause(house: House, deezer: FakeDeezer, tmp_path: Path, clips: list[bytes]) -> None:
    await stocked(house, tmp_path, clips)
    private = await ask(house, Source(SourceKind.LINK, "https://www.deezer.com/playlist/77"))
    assert private.error == "PrivateOrEmpty"
    unknown = await ask(house, songs(Track("Unheard of", ("Nobody",))))
    assert (unknown.error, unknown.error_args) == ("NoSoundForSeeds", {"count": 1})
    with stamina.set_testing(True, attempts=1):
        deezer.fail("/", "503")
        away = await ask(house, songs(Track("A", ("B",)), Track("C", ("D",))))
    assert (away.error, away.error_args) == ("CannotListen", {"count": 2, "service": "Deezer"})
    model = await ask(house, songs(Track("A", ("B",))), Options(model="psychic"))
    assert model.error == "UnknownChoice"


async def test_a_service_that_wants_a_day_keeps_the_request(
    house: House, deezer: FakeDeezer, tmp_path: Path, clips: list[bytes]
) -> None:
    await stocked(house, tmp_path, clips)
    deezer.fail("/playlist", "429", headers={"Retry-After": "86400"})
    kept = await ask(house, Source(SourceKind.LINK, "https://www.deezer.com/playlist/77"))
    assert (kept.state, kept.error) == (State.ASKED, "QuotaReached")
    assert str(kept.progress.note[0]) == "Deezer asks me to wait about 24 hours. Your request is saved."
    assert kept.not_before is not None
    assert timedelta(hours=23) < kept.not_before - datetime.now(UTC) <= timedelta(days=1)


async def test_an_upload_that_was_removed_is_said(house: House, tmp_path: Path) -> None:
    gone = await ask(house, Source(SourceKind.FOLDER, str(tmp_path / "uploads" / "gone")))
    assert gone.error == "UploadGone"
    elsewhere = await ask(house, Source(SourceKind.FOLDER, str(tmp_path / "elsewhere")))
    assert elsewhere.error == "NoSuchPath"


async def test_without_any_candidate_it_says_so(house: House, tmp_path: Path, clips: list[bytes]) -> None:
    (mine,) = files(tmp_path / "mine", clips[:1], "Mine")
    assert (await ask(house, songs(mine))).error == "NoCandidates"


async def test_a_folder_as_the_catalogue(house: House, tmp_path: Path, clips: list[bytes]) -> None:
    await stocked(house, tmp_path, clips)
    other = tmp_path / "other"
    files(other, clips[:2], "Other")
    (mine,) = files(tmp_path / "mine", clips[4:5], "Mine")
    answer = await slate(house, await ask(house, songs(mine), Options(collection=str(other))))
    assert {pick.track.path for pick in answer.picks} == {other / "0.mp3", other / "1.mp3"}


@pytest.mark.parametrize("model", ["dtw", "blend", "mfcc"])
async def test_models_that_look_twice(house: House, tmp_path: Path, clips: list[bytes], model: str) -> None:
    """The same sound comes first, with the passage that both share; the far ones stay those of the screening."""
    await stocked(house, tmp_path, clips)
    mine = files(tmp_path / "mine", clips[3:5], "Mine")
    plain = await slate(house, await ask(house, songs(*mine), Options(count=2, wildcards=2), handle="one"))
    answer = await slate(house, await ask(house, songs(*mine), Options(model, count=2, wildcards=2), handle="other"))
    assert (answer.model, plain.model) == (model, "timbre")
    close, far = answer.picks[:2], answer.picks[2:]
    assert {pick.track.title for pick in close} == {"Song 3", "Song 4"}
    assert all(pick.fit is not None and pick.fit > 0.7 for pick in close)
    assert {pick.nearest_seed for pick in close} == {str(track) for track in mine}
    assert [pick.arm for pick in far] == [Arm.WILDCARD] * 2


async def test_a_close_pick_tells_its_passage(house: House, tmp_path: Path, clips: list[bytes]) -> None:
    await stocked(house, tmp_path, clips)
    (mine,) = files(tmp_path / "mine", clips[3:4], "Mine")
    answer = await slate(house, await ask(house, songs(mine), Options(count=1, wildcards=2)))
    first, *far = answer.picks
    assert first.passage is not None
    assert first.passage.seed == mine
    assert first.passage.mine == first.passage.theirs
    assert 0.9 <= first.passage.closer < 1
    assert all(here == there for here, there in first.passage.path)
    assert [pick.passage for pick in far] == [None, None]


async def test_songs_heard_long_ago_are_heard_again_for_warping(
    house: House, tmp_path: Path, clips: list[bytes]
) -> None:
    """Their features are known, but not how they go on."""
    await stocked(house, tmp_path, clips)
    (mine,) = files(tmp_path / "mine", clips[3:4], "Mine")
    await slate(house, await ask(house, songs(mine), handle="one"))
    async with house.store._engine.begin() as connection:
        await connection.execute(schema.sequences.delete())
    shutil.rmtree(house.settings.state_dir / "sequences")
    timbre = await slate(house, await ask(house, songs(mine), Options(count=1, wildcards=0), handle="two"))
    assert timbre.picks[0].passage is None
    await slate(house, await ask(house, songs(mine), Options("dtw", count=1, wildcards=0), handle="three"))
    (place,) = await house.store.catalogue.record([mine])
    assert await house.store.sequences.missing([place.recording_id], VERSION) == set()
