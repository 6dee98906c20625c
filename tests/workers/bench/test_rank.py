"""The benchmark of ranking: the same problem for everybody, wrong peers noticed, and what is printed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from core.errors import NoSuchPath
from core.settings import Settings
from workers.bench import rank
from workers.bench.rank import ours, peers, problems
from workers.bench.rank.rows import row


def test_the_first_round_warms_up() -> None:
    made = row("somebody", 7, [9.0, *np.arange(1, 21) / 1000], 0.5, 3)
    assert (made.p50_ms, made.p95_ms) == (10.5, 19.05)


def test_seeds_are_of_so_many_tastes(tmp_path: Path) -> None:
    problems.write(tmp_path, 2_000)
    vectors, numbers = np.load(tmp_path / "vectors.npy"), np.load(tmp_path / "numbers.npy")
    assert (vectors.shape, numbers.shape) == ((2_000, problems.DIMS), (2_000, 13))
    assert np.isfinite(numbers).all()
    one, three = (np.load(tmp_path / f"{name}.npy") for name in ("one", "three"))
    assert one.shape == three.shape == (problems.SETS, problems.SEEDS)
    alike = [np.corrcoef(vectors[rows[0]]).mean() for rows in (one, three)]
    assert alike[0] > alike[1] + 0.1


async def test_ours_and_the_peers_in_one_run(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ours, "CONTESTANTS", {name: ours.CONTESTANTS[name] for name in ("features", "timbre")})
    await rank.run(Settings(state_dir=tmp_path), as_json=True, sizes=(600,))
    told = json.loads(capsys.readouterr().out)
    who = [line["who"] for line in told["rows"]]
    assert who[: len(ours.CONTESTANTS)] == list(ours.CONTESTANTS)
    assert "scikit-learn" in who
    assert all(0 < line["p50_ms"] <= line["p95_ms"] and line["candidates"] == 600 for line in told["rows"])


def test_a_peer_that_finds_other_songs_is_no_peer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    problems.write(tmp_path, 300)
    liar = tmp_path / "child.py"
    liar.write_text("print('{\"right\": 0.5}')")
    monkeypatch.setattr(peers, "_CHILD", liar)
    with pytest.raises(RuntimeError, match="other songs"):
        peers.measured("", tmp_path, 300, 1)


def test_a_python_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NoSuchPath):
        peers.measured("/nowhere/python", tmp_path, 300, 1)
