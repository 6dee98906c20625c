"""LRCLIB's rows are chosen by names and length; faults are tested with those of every service."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import web

from core import ports
from core.errors import UnexpectedAnswer
from core.model import UNKNOWN_ARTIST, Track
from core.ports import Lyrics
from core.services.lrclib import Lrclib, http_for
from core.settings import Lrclib as Settings
from tests.core.services.cases.lrclib import GET, MISSING, SEARCH, SINGLE, SONG, row
from tests.core.services.conftest import FAST
from tests.fakes.replay import Replay

WORDS = Lyrics("The boats lie still\nand wait")


async def asked(track: Track, exact: object, found: object) -> tuple[Lyrics | None, list[str]]:
    """The words, and what LRCLIB was asked for, where it has ``exact`` (None: nothing) and finds ``found``."""
    async with Replay() as replay:
        replay.answer(GET, lambda _: web.json_response(MISSING, status=404) if exact is None else exact)
        replay.answer(SEARCH, lambda _: found)
        settings = Settings(base_url=f"{replay.base_url}/", enabled=True)
        service = Lrclib(settings, http_for(settings, FAST))
        try:
            return await service.lyrics_of(track), replay.seen
        finally:
            await service.close()


def query(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def test_it_is_a_source_of_lyrics() -> None:
    settings = Settings()
    assert isinstance(Lrclib(settings, http_for(settings)), ports.LyricsSource)


async def test_with_all_names_and_the_length_one_request_is_enough() -> None:
    words, seen = await asked(SONG, row(), [])
    assert words == WORDS
    assert [urlsplit(address).path for address in seen] == [GET]
    assert query(seen[0]) == {
        "artist_name": "Ada Reed", "track_name": "Low Tide", "album_name": "Harbour", "duration": "201"
    }  # fmt: skip


async def test_what_is_not_there_exactly_is_searched_for_by_plain_names() -> None:
    track = replace(SONG, title="Low Tide (Remastered 2024)", artists=("Ada Reed & The Quay", "Bo"))
    words, seen = await asked(track, None, [row()])
    assert words == WORDS
    assert [urlsplit(address).path for address in seen] == [GET, SEARCH]
    assert query(seen[1]) == {"artist_name": "Ada Reed", "track_name": "Low Tide"}


@pytest.mark.parametrize(
    "track",
    [SINGLE, replace(SONG, album=""), replace(SONG, duration_s=None), replace(SONG, duration_s=0.4),
     replace(SONG, duration_s=3601.0)],
    ids=["names alone", "no album", "no length", "too short", "too long"],
)  # fmt: skip
async def test_without_an_album_or_a_length_it_is_only_searched_for(track: Track) -> None:
    _, seen = await asked(track, row(), [row()])
    assert [urlsplit(address).path for address in seen] == [SEARCH]


async def test_of_several_rows_the_same_song_of_the_same_length_is_taken() -> None:
    rows = [
        row(trackName="High Tide", plainLyrics="another title"),
        row(artistName="Eve Stone", plainLyrics="another artist"),
        row(duration=240.5, plainLyrics="another length"),
        row(trackName="Low Tide (Somebody's Remix)", plainLyrics="a remix"),
        row(plainLyrics=None),
        row(trackName="Low Tide (Live)", plainLyrics="a version"),
        row(duration=203.9, plainLyrics="this one"),
        None,
        7,
    ]
    words, _ = await asked(SONG, None, rows)
    assert words == Lyrics("this one")
    assert (await asked(SONG, None, rows[:5]))[0] is None
    assert (await asked(SONG, None, rows[:6]))[0] == Lyrics("a version")


async def test_a_song_without_words_is_known_to_have_none() -> None:
    silent = row(instrumental=True, plainLyrics=None)
    assert (await asked(SONG, silent, []))[0] == Lyrics("", instrumental=True)
    # One person's instrumental is doubted where another wrote down the words.
    assert (await asked(SONG, None, [silent, row(trackName="Low tide")]))[0] == WORDS


async def test_an_exact_song_without_anything_is_searched_for() -> None:
    words, seen = await asked(SONG, row(plainLyrics="", syncedLyrics=None), [row()])
    assert words == WORDS and len(seen) == 2


async def test_timed_words_lose_their_times() -> None:
    timed = "[ar:Ada Reed]\n[00:12.34] The boats <00:12.90>lie still\n[00:15.00][01:15.00] and wait\n[02:00]"
    words, _ = await asked(SONG, row(plainLyrics=None, syncedLyrics=timed), [])
    assert words is not None
    assert words.text.split() == ["The", "boats", "lie", "still", "and", "wait"]


async def test_songs_of_unknown_artists_are_not_asked_for() -> None:
    assert await asked(replace(SONG, artists=(UNKNOWN_ARTIST,)), row(), [row()]) == (None, [])


@pytest.mark.parametrize("length", [None, "201", True, 0, -1, float("nan"), float("inf"), 10**400])
async def test_a_length_that_is_none_counts_as_unknown(length: object) -> None:
    assert (await asked(SONG, row(duration=length), []))[0] == WORDS


@pytest.mark.parametrize(("exact", "found"), [([], [row()]), (None, {"rows": []})])
async def test_answers_of_another_shape(exact: object, found: object) -> None:
    with pytest.raises(UnexpectedAnswer):
        await asked(SONG, exact, found)
