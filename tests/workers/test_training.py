"""Training and measuring on labelled files, as the commands do it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.errors import BadInput, NoSuchPath
from core.settings import Settings, Worker
from tests.workers.audio.signals import chord, clicks, encode
from workers import genre
from workers.audio.projection import fitted_here, load, projection
from workers.device import device_for
from workers.evaluate.manifest import read_manifest
from workers.training import train_genre, train_timbre

pytestmark = pytest.mark.process
SONGS = 52


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four artists of two genres: beats and chords, each song another tempo or key."""
    folder = tmp_path_factory.mktemp("labelled")
    rows = ["file,composer,album,style"]
    for number in range(SONGS):
        artist = number % 4
        if artist % 2:
            samples, style = clicks(90 + 2 * number, 4, 44_100) * (1 + artist), "Beats"
        else:
            notes = (110 * 2 ** (number / 12) * (1 + artist), 138.6 * 2 ** (number / 12), 165 * 2 ** (number / 12))
            samples, style = chord(notes, 4, 44_100), "chords"
        (folder / f"{number}.flac").write_bytes(encode(samples.clip(-1, 1).astype(np.float32), "tone.flac"))
        rows.append(f"{number}.flac,Artist {artist},,{style}")
    (folder / "manifest.csv").write_text("\n".join(rows), encoding="utf-8")
    return folder / "manifest.csv"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(state_dir=tmp_path, worker=Worker(processes=2))


async def test_a_vector_of_ones_own(manifest: Path, settings: Settings) -> None:
    file = await train_timbre(manifest, settings)
    made = load(file)
    assert made.version.startswith("1+") and made.version in file.name
    assert len(made.fitted_on) == SONGS
    assert fitted_here(settings.state_dir) == [file]


async def test_genres_of_ones_own(manifest: Path, settings: Settings) -> None:
    file, card = await train_genre(manifest, settings)
    assert set(card["trained_on"]) == {"beats", "chords"}
    assert card["measured_on_artists_not_learned"]["accuracy"] > 0.9
    model = genre.load(file.parent, projection().version)
    assert model is not None and model.genres == ("beats", "chords")


def test_evaluate_prints_a_row_for_each_model(manifest: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "workers", "evaluate", "--json", str(manifest)]
    environment = {"YASR_STATE_DIR": str(tmp_path), "PATH": "", "HOME": str(tmp_path)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=170, check=False)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["songs"] == SONGS
    assert "fitted on other songs" in document["note"]
    rows = {row["model"]: row for row in document["models"]}
    assert {"timbre", "cosine-mfcc", "dtw-mfcc", "musly", "random"} <= set(rows)
    assert rows["timbre"]["map_style"] > rows["random"]["map_style"]
    assert rows["timbre"]["queries_composer"] == SONGS and rows["timbre"]["queries_album"] == 0
    assert rows["timbre"]["map_composer_low"] <= rows["timbre"]["map_composer"] <= rows["timbre"]["map_composer_high"]


@pytest.mark.parametrize(
    ("table", "problem"),
    [("title\nx\n", "no column"), ("", "no column"), ("file,style\n", "no rows"), ("file\n\udcff", "not a table")],
)
def test_a_manifest_that_is_none(table: str, problem: str, tmp_path: Path) -> None:
    file = tmp_path / "m.csv"
    file.write_bytes(table.encode("utf-8", "surrogateescape"))
    with pytest.raises(BadInput, match=problem):
        read_manifest(file)


def test_a_manifest_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NoSuchPath):
        read_manifest(tmp_path / "m.csv")


def test_the_device_is_what_is_asked_for_and_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    assert device_for(Worker()).name == "cpu"
    assert device_for(Worker(batch=4)).batch == 4
    with pytest.raises(BadInput, match="finds no GPU"):
        device_for(Worker(device="cuda"))
    monkeypatch.setattr("torch.cuda.is_available", lambda: True)
    assert (device_for(Worker()).name, device_for(Worker()).batch) == ("cuda", 32)
    assert device_for(Worker(device="cpu")).name == "cpu"
