"""Reading a folder of sound files, on real files: encoded by PyAV, tagged by mutagen."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import av
import mutagen
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mutagen.id3 import TALB, TDRC, TIT2, TPE1, TSRC
from mutagen.mp4 import MP4FreeForm

from core.errors import NoSongs, NoSuchPath
from core.model import UNKNOWN_ARTIST
from core.readers import folder
from core.readers.folder import SOUND, tracks_in

CODECS = {
    "mp3": "libmp3lame",
    "m4a": "aac",
    "mp4": "aac",
    "ogg": "libopus",
    "oga": "libopus",
    "opus": "libopus",
    "flac": "flac",
    "wav": "pcm_s16le",
    "aiff": "pcm_s16be",
    "webm": "libopus",
    "aac": "aac",
}
CONTAINERS = {"m4a": "mp4", "oga": "ogg", "aac": "adts"}
ID3_KINDS = ("mp3", "wav", "aiff")
VORBIS_KINDS = ("ogg", "oga", "opus", "flac")
MP4_KINDS = ("m4a", "mp4")


def sound(path: Path) -> Path:
    """Half a second of a quiet tone, in the format that the suffix of ``path`` names."""
    kind = path.suffix[1:].lower()
    path.parent.mkdir(parents=True, exist_ok=True)
    tone = (0.1 * np.sin(np.arange(24_000) * 0.05)).astype(np.float32)
    with av.open(str(path), "w", format=CONTAINERS.get(kind, kind)) as container:
        stream = container.add_stream(CODECS[kind], rate=48_000, layout="mono")
        frame = av.AudioFrame.from_ndarray(tone[None], format="fltp", layout="mono")
        frame.sample_rate = 48_000
        resampler = av.AudioResampler(
            stream.codec_context.format, "mono", 48_000, stream.codec_context.frame_size or None
        )
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return path


def tag(path: Path) -> None:
    """Title, two artists, album, ISRC and date, in the way of the file's format."""
    file = mutagen.File(path)
    kind = path.suffix[1:]
    if kind in ID3_KINDS:
        if file.tags is None:
            file.add_tags()
        file.tags.delall("TIT2")
        for frame in (
            TIT2(text="Bridge of Sighs"),
            TPE1(text=["Ada Quill", "Ben Orr"]),
            TALB(text="Maps"),
            TSRC(text="GB-AYE-68-00001"),
            TDRC(text="2026-03-04"),
        ):
            file.tags.add(frame)
    else:
        names = (
            ("©nam", "©ART", "©alb", "----:com.apple.iTunes:ISRC", "©day")
            if kind in MP4_KINDS
            else ("title", "artist", "album", "isrc", "date")
        )
        isrc = MP4FreeForm(b"GBAYE6800001") if kind in MP4_KINDS else "GBAYE6800001"
        values = (["Bridge of Sighs"], ["Ada Quill", "Ben Orr"], ["Maps"], [isrc], ["2026-03-04"])
        if file.tags is None:
            file.add_tags()
        for name, value in zip(names, values, strict=True):
            file.tags[name] = value
    file.save()


@pytest.mark.parametrize("kind", [*ID3_KINDS, *VORBIS_KINDS, *MP4_KINDS])
def test_tags_are_read_from_every_format_that_has_them(tmp_path: Path, kind: str) -> None:
    path = sound(tmp_path / f"Wrong - Name.{kind}")
    tag(path)
    (track,) = tracks_in(tmp_path)
    assert (track.title, track.artists, track.album) == ("Bridge of Sighs", ("Ada Quill", "Ben Orr"), "Maps")
    assert track.isrc == "GBAYE6800001"
    assert track.release_date == date(2026, 3, 4)
    assert track.duration_s == pytest.approx(0.5, abs=0.15)
    assert (track.source, track.source_id, track.path) == ("file", str(path), path)
    assert not track.generated


@pytest.mark.parametrize("kind", CODECS)
def test_without_tags_the_name_speaks(tmp_path: Path, kind: str) -> None:
    sound(tmp_path / f"Ada Quill - Slow Train.{kind}")
    (track,) = tracks_in(tmp_path)
    assert (track.artists, track.title) == (("Ada Quill",), "Slow Train")


@pytest.mark.parametrize(
    ("name", "artist", "title"),
    [
        ("Ada Quill - Slow Train - Live", "Ada Quill", "Slow Train - Live"),
        ("07 - Ada Quill - Slow Train", "Ada Quill", "Slow Train"),
        ("07 - Slow Train", UNKNOWN_ARTIST, "Slow Train"),
        ("311 - Slow Train", "311", "Slow Train"),
        ("Ada Quill – Slow Train", "Ada Quill", "Slow Train"),
        ("Slow-Train", UNKNOWN_ARTIST, "Slow-Train"),
        ("-", UNKNOWN_ARTIST, "-"),
    ],
)
def test_names_of_many_shapes(tmp_path: Path, name: str, artist: str, title: str) -> None:
    (tmp_path / f"{name}.mp3").write_bytes(b"")
    (track,) = tracks_in(tmp_path)
    assert (track.artist, track.title) == (artist, title)


def test_a_missing_tag_is_filled_from_the_name(tmp_path: Path) -> None:
    path = sound(tmp_path / "Ada Quill - Slow Train.flac")
    file = mutagen.File(path)
    file["artist"] = ["\x00Ben\tOrr ", "  "]
    file["date"] = "not a date"
    file.save()
    (track,) = tracks_in(tmp_path)
    assert (track.artists, track.title, track.release_date) == (("Ben Orr",), "Slow Train", None)


@pytest.mark.parametrize("kind", ["mp3", "flac", "m4a"])
def test_odd_tags_are_cleaned(tmp_path: Path, kind: str) -> None:
    path = sound(tmp_path / f"Ada Quill - Slow Train.{kind}")
    file = mutagen.File(path, easy=True)
    if file.tags is None:
        file.add_tags()
    file["title"] = ["two\nlines\u2028more " + "x" * 10_000]
    file["artist"] = [" ", "\n"]
    file["album"] = []
    file.save()
    (track,) = tracks_in(path)
    assert track.title.startswith("two lines more xxx")
    assert len(track.title) == 300
    assert (track.artists, track.album) == (("Ada Quill",), "")


@pytest.mark.parametrize("name", ["x" * 5_000, "a\0b", "nowhere/at all"])
def test_a_path_that_cannot_be(name: str) -> None:
    with pytest.raises(NoSuchPath):
        tracks_in(Path(name))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("2025", date(2025, 1, 1)), ("2025-07", date(2025, 7, 1)), ("2025-13-40", None), ("0000", None), ("", None)],
)
def test_partial_and_impossible_dates(tmp_path: Path, text: str, expected: date | None) -> None:
    path = sound(tmp_path / "a.flac")
    file = mutagen.File(path)
    file["date"] = text
    file.save()
    assert tracks_in(path)[0].release_date == expected


def test_a_tree_is_read_in_the_order_of_its_paths(tmp_path: Path) -> None:
    for name in ("b/2.mp3", "b/1.MP3", "a.mp3", "c/d/3.mp3", ".hidden/4.mp3", "b/.5.mp3", "cover.jpg", "song.wma"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "folder.mp3").mkdir()
    found = [str(track.path.relative_to(tmp_path)) for track in tracks_in(tmp_path) if track.path]
    assert found == ["a.mp3", "b/1.MP3", "b/2.mp3", "c/d/3.mp3"]


def test_a_loop_of_links_ends_and_a_broken_link_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "song.mp3").write_bytes(b"")
    (tmp_path / "in" / "up").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "gone.mp3").symlink_to(tmp_path / "nowhere.mp3")
    assert [track.title for track in tracks_in(tmp_path)] == ["song"]


def test_an_unreadable_file_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("open.mp3", "locked.mp3"):
        (tmp_path / name).write_bytes(b"")
    # The superuser may read anything, so that taking the permission away would prove nothing.
    may: Callable[..., bool] = os.access
    monkeypatch.setattr(folder.os, "access", lambda path, mode: "locked" not in Path(path).name and may(path, mode))
    assert [track.title for track in tracks_in(tmp_path)] == ["open"]


def test_a_name_that_is_not_unicode_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "good.mp3").write_bytes(b"")
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/bad\xff.mp3")).write_bytes(b"")
    except OSError:
        pytest.skip("this file system takes Unicode names only")
    assert [track.title for track in tracks_in(tmp_path)] == ["good"]


def test_no_more_than_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "MOST", 2)
    for name in "cab":
        (tmp_path / f"{name}.mp3").write_bytes(b"")
    assert [track.title for track in tracks_in(tmp_path)] == ["a", "b"]


def test_a_relative_path_becomes_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.mp3").write_bytes(b"")
    monkeypatch.chdir(tmp_path)
    assert tracks_in(Path("a.mp3"))[0].source_id == str(tmp_path / "a.mp3")


def test_what_is_not_there_and_what_holds_no_sound(tmp_path: Path) -> None:
    with pytest.raises(NoSuchPath, match="nowhere"):
        tracks_in(tmp_path / "nowhere")
    (tmp_path / "notes.txt").write_text("not a song")
    with pytest.raises(NoSongs, match=f"the folder {tmp_path.name}"):
        tracks_in(tmp_path)
    with pytest.raises(NoSongs, match=r"the file notes\.txt"):
        tracks_in(tmp_path / "notes.txt")


@pytest.fixture(scope="module")
def tagged(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The bytes of one well-tagged file of each format."""
    found = {}
    for kind in CODECS:
        path = sound(tmp_path_factory.mktemp("tagged") / f"a.{kind}")
        if kind in (*ID3_KINDS, *VORBIS_KINDS, *MP4_KINDS):
            tag(path)
        found[kind] = path.read_bytes()
    return found


MAGIC = (b"", b"ID3\x04\0\0", b"OggS\0\x02", b"fLaC", b"\0\0\0\x20ftypM4A ", b"RIFF", b"FORM")


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(suffix=st.sampled_from(sorted(SOUND)), magic=st.sampled_from(MAGIC), noise=st.binary(max_size=400))
def test_random_bytes_never_raise(tmp_path: Path, suffix: str, magic: bytes, noise: bytes) -> None:
    path = tmp_path / f"Ada Quill - Slow Train{suffix}"
    path.write_bytes(magic + noise)
    (track,) = tracks_in(path)
    assert track.title
    assert all(track.artists)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)
@given(data=st.data())
def test_damaged_files_never_raise(tmp_path: Path, tagged: dict[str, bytes], data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(sorted(CODECS)))
    damaged = bytearray(tagged[kind])
    # Tags and headers are at either end.
    ends = [*range(min(600, len(damaged))), *range(max(0, len(damaged) - 600), len(damaged))]
    for at, value in data.draw(st.lists(st.tuples(st.sampled_from(ends), st.integers(0, 255)), max_size=12)):
        damaged[at] = value
    path = tmp_path / f"Ada Quill - Slow Train.{kind}"
    path.write_bytes(damaged[: data.draw(st.integers(0, len(damaged)) | st.just(len(damaged)))])
    (track,) = tracks_in(path)
    assert track.title
    assert track.artists
    assert all(track.artists)
