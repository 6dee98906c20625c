"""`yasr recommend` as a program: one JSON document, one sentence for bad input, nothing left running."""

from __future__ import annotations

import json
import os
import subprocess
import wave
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fakes.deezer import FakeDeezer
from tests.processes.home import OFFLINE, yasr

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("processes")]

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs `yasr recommend` on a state folder of this module's own, without any network."""
    state = tmp_path_factory.mktemp("state")

    def run(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[str]:
        away = {"YASR_STATE_DIR": str(state), "YASR_DEEZER__BASE_URL": "http://127.0.0.1:9"}
        environment = {**os.environ, **OFFLINE, **away}
        done = subprocess.run(
            yasr("recommend", *arguments), env=environment, input=stdin, capture_output=True, timeout=120
        )
        return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


@pytest.fixture(scope="module")
def halves(music: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The music, split into a listener's six songs and eighteen others."""
    mine, theirs = tmp_path_factory.mktemp("mine"), tmp_path_factory.mktemp("theirs")
    for number, file in enumerate(sorted(music.iterdir())):
        ((mine if number % 4 == 0 else theirs) / file.name).symlink_to(file)
    return mine, theirs


def test_a_folder_against_a_folder(run: Run, halves: tuple[Path, Path]) -> None:
    mine, theirs = halves
    done = run(str(mine), "--catalogue", str(theirs), "--json")
    assert done.returncode == 0, done.stderr
    picks = json.loads(done.stdout)["picks"]
    assert [pick["arm"] for pick in picks] == ["close"] * 5 + ["wildcard"] * 5
    assert [pick["rank"] for pick in picks] == list(range(1, 11))
    assert len({pick["artist"] for pick in picks}) == 10
    for pick in picks:
        assert Path(pick["track"]["file"]).parent == theirs
        assert pick["track"]["title"]
        assert pick["nearest_seed"] in pick["reason"]
        assert 0 <= pick["score"] <= 10
        assert 0 <= pick["fit"] <= 1
        assert not pick["random"], "of so few songs chance takes none"
    again = json.loads(run(str(mine), "--catalogue", str(theirs), "--json").stdout)["picks"]
    assert again == picks, "the same question has the same answer"
    table = run(str(mine), "--catalogue", str(theirs), "--count", "2", "--wildcards", "1")
    assert table.returncode == 0
    assert table.stdout.count("wildcard") == 1
    assert picks[0]["artist"].split()[0] in table.stdout


def test_a_named_listener_sees_nothing_twice(run: Run, halves: tuple[Path, Path]) -> None:
    mine, theirs = halves
    options = ["--catalogue", str(theirs), "--count", "4", "--wildcards", "4", "--listener", "me", "--json"]
    first, second = (json.loads(run(str(mine), *options).stdout)["picks"] for _ in range(2))
    files = [pick["track"]["file"] for pick in first + second]
    assert len(set(files)) == len(files) == 16


def test_songs_of_the_catalogue_by_name_need_no_network(run: Run, halves: tuple[Path, Path]) -> None:
    mine, theirs = halves
    picks = json.loads(run(str(mine), "--catalogue", str(theirs), "--json").stdout)["picks"]
    line = f"{picks[0]['artist']} – {picks[0]['track']['title']}\n"
    done = run("-", "--catalogue", str(theirs), "--json", stdin=line.encode())
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)["picks"]
    assert len(found) == 10
    assert picks[0]["artist"] not in {pick["artist"] for pick in found}


def _wav(path: Path, samples: bytes, rate: int) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(rate)
        file.writeframes(samples)
    return path


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory, music: Path) -> dict[str, str]:
    """Sources that cannot be used, by name."""
    folder = tmp_path_factory.mktemp("bad")
    whole = next(iter(sorted(music.iterdir()))).read_bytes()
    made = {
        "zero bytes": folder / "zero.mp3",
        "text called mp3": folder / "text.mp3",
        "truncated": folder / "truncated.mp3",
        "wrong columns": folder / "columns.csv",
        "half broken UTF-8": folder / "broken.txt",
        "10,000 lines": folder / "many.txt",
        "not JSON": folder / "export.json",
        "empty folder": folder / "empty",
        "silence": _wav(folder / "silent.wav", b"\x80" * 80_000, 8_000),
        "three hours": _wav(folder / "long.wav", b"\x80\x84" * (2_000 * 3 * 3_600 // 2), 2_000),
    }
    made["zero bytes"].touch()
    made["text called mp3"].write_text("this is a text\n" * 99)
    made["truncated"].write_bytes(whole[5_000:14_000])
    made["wrong columns"].write_text("colour,shape\nred,round\n")
    made["half broken UTF-8"].write_bytes(b"\xff\xfe\x00garbage\x81\n\xc3\x28\n")
    made["10,000 lines"].write_text("\n".join(f"Artist {n} – Song {n}" for n in range(10_000)))
    made["not JSON"].write_text('{"playlists": [')
    made["empty folder"].mkdir()
    return {name: str(path) for name, path in made.items()}


@pytest.mark.parametrize(
    ("name", "status", "words"),
    [
        ("zero bytes", 2, "not a sound file"),
        ("text called mp3", 2, "not a sound file"),
        ("truncated", 2, "truncated.mp3"),
        ("silence", 2, "silent from beginning to end"),
        ("three hours", 2, "longer than 30 minutes"),
        ("wrong columns", 2, "colour, shape"),
        ("half broken UTF-8", 2, "no songs in broken"),
        ("not JSON", 2, "not complete JSON"),
        ("empty folder", 2, "no songs"),
        ("10,000 lines", 1, "I know your 10,000 songs by name, but Deezer"),
        ("/no/such/place", 2, "no file or folder"),
        ("file:///etc/passwd", 2, "only open https links"),
        ("http://127.0.0.1:6379/", 2, "only open https links"),
        ("https://192.168.1.1/playlist", 2, "only open https links"),
        ("https://example.org/playlist/1", 2, "example.org"),
        ("https://open.spotify.com/playlist/37i9dQZF1DX1R3yDogYrbo", 2, "Spotify no longer lets bots read playlists"),
        ("https://www.deezer.com/playlist/1", 1, "Deezer does not answer"),
    ],
)
def test_bad_input_is_one_clear_sentence(run: Run, bad: dict[str, str], name: str, status: int, words: str) -> None:
    done = run(bad.get(name, name), "--json")
    assert done.returncode == status, done.stderr
    assert done.stdout == ""
    (sentence,) = [line for line in done.stderr.splitlines() if line.startswith("yasr: ")]
    assert words in sentence
    assert "Traceback" not in done.stderr


def test_a_wrong_model_mood_and_setting(run: Run, halves: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    done = run(str(halves[0]), "--model", "psychic", "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert "Choose one of: blend, dtw, mfcc, nearest, timbre." in done.stderr
    done = run(str(halves[0]), "--mood", "slower", "--mood", "gloomy", "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert "There is no mood called “gloomy”. Choose one of: slower, faster, " in done.stderr
    done = run(str(halves[0]), "--mood", "slower", "--mood", "faster")
    assert (done.returncode, "no song is slower and faster at once" in done.stderr) == (2, True)
    monkeypatch.setenv("YASR_WEB__PORT", "eighty")
    done = run(str(halves[0]))
    assert done.returncode == 2
    assert "YASR_WEB__PORT" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("kind", "words"), [("no data", "private, empty or gone"), ("quota", "asks us to wait")])
async def test_what_deezer_refuses(heard: Path, tmp_path: Path, deezer: FakeDeezer, kind: str, words: str) -> None:
    import asyncio
    import shutil

    shutil.copytree(heard, tmp_path / "state")
    deezer.fail("/playlist", kind)
    own = {"YASR_STATE_DIR": str(tmp_path / "state"), "YASR_DEEZER__BASE_URL": deezer.base_url}
    environment = {**os.environ, **OFFLINE, **own}
    command = yasr("recommend", "https://www.deezer.com/playlist/1", "--json")
    process = await asyncio.create_subprocess_exec(*command, env=environment, stderr=asyncio.subprocess.PIPE)
    _, stderr = await process.communicate()
    assert words in stderr.decode()
    assert process.returncode == (2 if kind == "no data" else 1)
