"""Every recorded answer of an endpoint that we ask, read over HTTP by the code that meets it."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatch
from urllib.parse import urlsplit

import pytest

from core.model import Artist, Candidate, Career, Features, Playlist, Release, Track
from tests.core.services.cases import CASES
from tests.core.services.cases._case import Ask, Case, Read, is_error
from tests.core.services.test_faults import outcome
from tests.fakes.replay import Replay
from tests.recordings import FOLDER, needs_recordings

#: Folders of services whose recorded endpoints nobody asks.
NOBODYS = {
    "applemusic": "the charts of Apple's feed are no new releases",
}

READS = [
    pytest.param(case, read, id=read.recording.removesuffix(".json")) for case in CASES.values() for read in case.reads
]


def said(result: object) -> object:
    """The few facts of a result that a row of the table names."""
    match result:
        case Playlist(title=title, tracks=tracks, total=total):
            return title, len(tracks), total, str(tracks[0])
        case Track():
            return str(result), result.source_id
        case Candidate(track=track, audiences=audiences):
            return str(track), *(audience.count for audience in audiences)
        case Artist(name=name, audience=audience):
            return name, audience.count if audience else None
        case Release(title=title, artists=artists, released=released):
            return f"{', '.join(artists)} – {title}", str(released)
        case Career(first_release=first, releases=releases, lately=lately):
            return str(first), releases, lately
        case Features(vector=vector, named=named):
            return len(vector), round(named.get("tempo", 0))
        case list():
            return len(result), *(said(one) for one in result[:1])
        case Mapping():
            return len(result), *((key, said(value)) for key, value in sorted(result.items())[:1])
    return result


@needs_recordings
@pytest.mark.parametrize(("case", "read"), READS)
async def test_a_recording(case: Case, read: Read) -> None:
    recordings = read.recordings()
    paths = [urlsplit(recording.url).path for recording in recordings]
    async with Replay() as replay:
        replay.add(*recordings)
        for path, answer in case.answers.items():
            if path not in paths:
                replay.answer(path, lambda _, answer=answer: answer(Ask(replay.base_url)))
        for path, body in read.own.items():
            replay.answer(path, lambda _, body=body: body)
        found = await outcome(replay, case, read.call, today=read.today)
        assert paths[0] in [urlsplit(path).path for path in replay.seen]
    if is_error(read.expected):
        assert type(found) is read.expected, repr(found)
    else:
        assert said(found) == read.expected, repr(found)


@needs_recordings
def test_no_recording_is_left_out() -> None:
    names = {str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.json")}
    read = {read.recording for case in CASES.values() for read in case.reads}
    unused = {name for name in names if why_unused(name)}
    assert sorted(names - read - unused) == []
    assert sorted(read - names) == []
    assert sorted(read & unused) == []


def why_unused(name: str) -> str:
    """Why nobody reads the recording, "" when somebody should."""
    folder, _, file = name.partition("/")
    if folder in NOBODYS:
        return NOBODYS[folder]
    patterns = next((case.unused for case in CASES.values() if case.folder == folder), {})
    return next((why for pattern, why in patterns.items() if fnmatch(file, pattern)), "")
