"""`yasr up` as a program: one per state folder, and nothing is left behind however it ends."""

from __future__ import annotations

import asyncio
import signal
import subprocess
from pathlib import Path

import psutil
import pytest

from tests.processes.home import Home, until, yasr

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("processes")]


def everybody(home: Home) -> list[psutil.Process]:
    assert home.process is not None
    return psutil.Process(home.process.pid).children(recursive=True)


def gone(processes: list[psutil.Process]) -> bool:
    return not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in processes)


async def test_sigterm_stops_everything_within_ten_seconds(home: Home) -> None:
    processes = everybody(home)
    assert {"redis", "worker", "bot"} == set(home.family())
    async with asyncio.timeout(10):
        assert await home.stop() == 0
    assert gone(processes)


async def test_kill_9_leaves_no_orphan(home: Home) -> None:
    processes = everybody(home)
    assert home.process is not None
    home.process.kill()
    await home.process.wait()
    await until(lambda: gone(processes), patience_s=10)


@pytest.mark.parametrize("name", ["worker", "bot", "redis"])
async def test_a_child_that_dies_is_started_again(home: Home, name: str) -> None:
    before = home.family()[name].pid
    home.kill(name)
    after = await until(lambda: home.family().get(name))
    assert after.pid != before


async def test_a_second_up_says_so_and_exits_2(home: Home) -> None:
    second = subprocess.run(yasr("up"), env=home.environment, capture_output=True, text=True, timeout=30)
    assert second.returncode == 2
    assert "already running" in second.stderr
    assert "Traceback" not in second.stderr
    assert home.process is not None
    assert str(home.process.pid) in second.stderr


async def test_a_taken_port_is_said_in_one_sentence(home: Home, tmp_path: Path) -> None:
    other = {**home.environment, "YASR_STATE_DIR": str(tmp_path / "other")}
    second = subprocess.run(yasr("up"), env=other, capture_output=True, text=True, timeout=60)
    assert second.returncode == 2
    assert f"Port {home.port} is taken" in second.stderr
    assert "Traceback" not in second.stderr


async def test_the_bot_does_not_load_what_only_workers_need(home: Home) -> None:
    maps = Path(f"/proc/{home.family()['bot'].pid}/maps")
    if not maps.exists():
        pytest.skip("only Linux shows what a process has loaded")
    assert "libtorch" not in maps.read_text()
    assert "libtorch" in await until(
        lambda: text if "libtorch" in (text := Path(f"/proc/{home.family()['worker'].pid}/maps").read_text()) else ""
    )


async def test_the_worker_gives_way_to_the_bot(home: Home) -> None:
    await until(lambda: home.family().keys() >= {"worker", "bot"})
    family = home.family()
    await until(lambda: family["worker"].nice() == family["bot"].nice() + 10)


async def test_sigint_is_ctrl_c(home: Home) -> None:
    processes = everybody(home)
    assert home.process is not None
    home.process.send_signal(signal.SIGINT)
    async with asyncio.timeout(10):
        assert await home.process.wait() == 0
    assert gone(processes)
