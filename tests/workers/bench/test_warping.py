"""The benchmark of warping: equal problems for everybody, wrong answers noticed, and what is printed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.errors import NoSuchPath
from core.settings import Settings
from workers.bench import warping
from workers.bench.warping import child, measuring, table
from workers.bench.warping.contestants import Contestant, Ours, Peer
from workers.bench.warping.measuring import Effort, Measured
from workers.bench.warping.peak import meter
from workers.bench.warping.peers import Child, Failed, interpreter
from workers.bench.warping.problems import Problem, for_peers, make
from workers.bench.warping.rows import SAME, rows
from workers.tools import COMMANDS
from workers.warping import reference
from workers.warping.distances import Path as Way
from workers.warping.distances import paths
from workers.warping.rule import Rule
from workers.warping.sequences import unfixed

TINY = Effort(lengths=(40,), songs=20, queries=2, rounds=2, span_s=0.001)
ABOUT = {"note": "", "exact": True, "package": True, "version": "1"}


@pytest.fixture(scope="module")
def problems() -> list[Problem]:
    return [make(40, band, 6, 2) for band in (0.0, 0.1)]


@pytest.fixture(scope="module")
def songs(problems: list[Problem], tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("songs") / "songs.npz"
    assert for_peers(problems, file) == 6
    return file


@pytest.fixture
def process(songs: Path) -> Iterator[Child]:
    with Child(interpreter(""), songs) as process:
        yield process


def contestant(rates: list[float], error: float = 0.0, *, package: bool = False) -> Contestant:
    """As if it had been measured."""
    made = Contestant("somebody", make(20, 0.0, 1, 1))
    made.rates, made.error, made.package = rates, error, package
    return made


def test_the_problem_is_what_it_says(problems: list[Problem]) -> None:
    free, banded = problems
    again = make(40, 0.1, 6, 2)
    assert (again.songs.frames == banded.songs.frames).all()
    assert banded.songs.lengths.tolist() == [40] * 6
    assert banded.cells.tolist() == [40 * 9 - 4 * 5] * 6
    assert set(free.songs.lengths) <= set(range(33, 48))
    assert len(set(free.songs.lengths)) > 1
    assert (free.cells == 40 * free.songs.lengths).all()
    frames = unfixed(make(360, 0.1, 16, 1).songs.frames)
    assert 0.6 < frames.std() < 1.4
    assert np.corrcoef(frames[:-1, 0], frames[1:, 0])[0, 1] > 0.8


@pytest.mark.parametrize("name", child.PEERS)
def test_a_peer_gives_our_distances(name: str, problems: list[Problem], process: Child) -> None:
    """Roots squared, and the band neither a cell wider nor narrower than ours."""
    if name not in process.ask()["peers"]:
        pytest.skip(f"needs {child.PEERS[name].distribution}")
    for problem in problems:
        if problem.band and not child.PEERS[name].bands:
            continue
        answer = process.ask(peer=name, length=40, band=problem.band, pairs=6)
        assert answer["seconds"] >= 0
        if child.PEERS[name].exact:
            np.testing.assert_allclose(answer["values"], problem.expected[0], rtol=1e-9)
        else:
            np.testing.assert_allclose(answer["values"], problem.expected[0], rtol=0.2)
            assert (np.array(answer["values"]) >= problem.expected[0] * (1 - 1e-9)).all()


def test_another_band_would_be_noticed(problems: list[Problem]) -> None:
    query, song = (unfixed(songs[0]) for songs in (problems[1].queries, problems[1].songs))
    distances = [
        reference.distance(query, song, Rule("symmetric1", cells / 40, normalised=False)) for cells in (3, 4, 5)
    ]
    assert distances[1] == problems[1].expected[0, 0]
    assert distances[0] > distances[1] * (1 + SAME) > distances[2] * (1 + SAME) ** 2


def test_a_peer_that_fails_says_why(problems: list[Problem], process: Child) -> None:
    with pytest.raises(Failed, match="KeyError: 'nobody'"):
        process.ask(peer="nobody", length=40, band=0.0, pairs=1)
    with pytest.raises(Failed, match="KeyError: 'nobody'"):
        process.ask()
    peer = Peer("nobody", problems[0], process, ABOUT, 6)
    measuring._in_turn([peer], lambda each: each.prepare())
    (row,) = rows([peer])
    assert (row.gcells_per_s, row.ratio, row.wrong) == (None, None, False)
    assert "KeyError" in row.note


def test_an_interpreter_that_is_not_there() -> None:
    with pytest.raises(NoSuchPath):
        interpreter("/nowhere/python")


async def test_the_command_looks_for_the_interpreter_first(settings: Settings) -> None:
    with pytest.raises(NoSuchPath):
        await COMMANDS["bench"](settings, ["--json", "--peers", "/nowhere/python", "dtw"])


def test_ratios_are_round_by_round() -> None:
    best, worse = contestant([1, 2, 4], package=True), contestant([0.5, 1, 1], package=True)
    wrong = contestant([9, 9, 9], error=1e-3, package=True)
    ours = contestant([10, 40, 20])
    found = rows([ours, worse, wrong, best])
    assert [row.ratio for row in found] == [10, 0.5, 4.5, 1]
    assert (found[0].ratio_low, found[0].ratio_high) == (7.5, 15)
    assert [row.wrong for row in found] == [False, False, True, False]


@pytest.mark.parametrize("answer", [[1.0, 2.1], [1.0, float("nan")], [float("inf"), 2.0]])
def test_a_wrong_distance_is_noticed(answer: list[float]) -> None:
    made = contestant([1])
    made.check([1.0, 2.0 * (1 + SAME / 2)], np.array([1.0, 2.0]))
    assert not rows([made])[0].wrong
    made.check(answer, np.array([1.0, 2.0]))
    assert rows([made])[0].wrong


async def test_wrong_distances_end_the_command(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    row = replace(rows([contestant([1], package=True)])[0], error=2 * SAME)
    monkeypatch.setattr(measuring, "measure", lambda peers, effort: Measured([row], [], {}, []))
    with pytest.raises(SystemExit, match="off the right distances: somebody") as ended:
        await warping.run(settings, as_json=True)
    assert ended.value.code not in (0, None)
    assert json.loads(capsys.readouterr().out)["rows"][0]["error"] == 2 * SAME


@pytest.mark.parametrize("way", [way for way in paths().values() if way.name != "plain"], ids=lambda way: way.name)
def test_the_peak_is_one_of_this_world(way: Way) -> None:
    """The loop is not optimised away: no processor does forty vector instructions a nanosecond."""
    for fixed in (False, True) if way.fixed else (False,):
        assert 0.01 < meter(way, fixed=fixed)() < 40


@pytest.fixture(scope="module")
def measured() -> Measured:
    return measuring.measure("", TINY)


def test_everybody_is_measured_and_right(measured: Measured) -> None:
    document: dict[str, Any] = json.loads(json.dumps(measured.document, allow_nan=False))
    fields = {"name", "ours", "same_problem", "length", "threads", "band", "gcells_per_s", "ratio", "error", "note"}
    assert all(fields <= set(row) for row in document["rows"])
    assert not any(row.wrong for row in measured.rows)
    for band in (0.0, 0.1):
        names = {row.name for row in measured.rows if row.band == band and row.threads == 1}
        assert {f"ours, float32, {name}" for name in paths()} <= names
        assert {f"ours, fixed point, {way.name}" for way in paths().values() if way.fixed} <= names
        assert "textbook loop" in names
        packages = [row for row in measured.rows if row.band == band and row.ratio == 1]
        assert len(packages) <= 1
    assert set(document["machine"]["peers"]) == {row.name for row in measured.rows if not row.ours}
    assert {peak["path"] for peak in document["peak"].values()} == set(paths()) - {"plain"}
    assert all(0 < peak["share"] < 1 for peak in document["peak"].values())


def test_the_table_has_every_row_and_problem(measured: Measured, capsys: pytest.CaptureFixture[str]) -> None:
    table.show(measured)
    printed = " ".join(capsys.readouterr().out.split())
    for word in ("textbook loop", "Threads", "band", "seconds of the processor", *measured.headline):
        assert word in printed


def test_ours_can_be_wrong(problems: list[Problem]) -> None:
    """The check compares with the reference, not with ours."""
    way = next(iter(paths().values()))
    lying = replace(problems[0], expected=problems[0].expected * (1 + 3 * SAME))
    for problem, wrong in ((problems[0], False), (lying, True)):
        ours = Ours("ours", problem, way, fixed=way.fixed)
        ours.prepare()
        ours.measure()
        assert rows([ours])[0].wrong == wrong
