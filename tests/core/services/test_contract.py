"""What every music service keeps: found by listing the package, so that a new one without its case fails."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, cast

import pytest

from core import links, ports, services, settings
from core.ports import Off
from core.services._http import Manners
from tests.core.services.cases import CASES
from tests.core.services.cases._case import TODAY, Case
from tests.core.services.test_faults import served
from tests.fakes.replay import Replay

PORTS = (
    ports.PlaylistReader,
    ports.ReleaseSource,
    ports.ReleaseFeed,
    ports.ReleaseFinder,
    ports.CareerSource,
    ports.ArtistExplorer,
    ports.AudienceMeter,
    ports.SoundSource,
    ports.FeatureSource,
    ports.LinkSource,
)
README = (Path(__file__).resolve().parents[3] / "README.md").read_text(encoding="utf-8")

every_service = pytest.mark.parametrize("name", services.names())


def case_of(name: str) -> Case:
    assert name in CASES, f"add tests/core/services/cases/{name}.py"
    return CASES[name]


@every_service
async def test_it_fits_the_ports_it_is_tested_by_and_no_others(name: str) -> None:
    case = case_of(name)
    service = services.connect(name, case.on)
    assert not isinstance(service, Off)
    claimed = {call.port for call in case.calls if call.port}
    assert {port for port in PORTS if isinstance(service, port)} == claimed
    await service.close()


@every_service
async def test_its_names_are_those_that_people_and_settings_use(name: str) -> None:
    service = cast(Any, services.connect(name, case_of(name).on))
    assert service.name == name
    assert service.title in README
    assert hasattr(settings.Settings(), name)
    for host in getattr(service, "hosts", ()):
        assert links.checked(f"https://{host}/x?y=1", service.hosts) == f"https://{host}/x?y=1"
    await service.close()


@every_service
async def test_where_it_is_off_it_says_which_setting_turns_it_on(name: str) -> None:
    wanted = case_of(name).off
    off = services.connect(name, wanted or settings.Settings())
    assert isinstance(off, Off) == (wanted is not None)
    if not isinstance(off, Off):
        await off.close()
        return
    assert off.name == name and off.title in README
    named = re.findall(r"YASR_\w+", off.why)
    assert named
    assert all(f"`{setting}`" in settings.table() for setting in named)


@pytest.mark.parametrize("name", [name for name in services.names() if name not in CASES or not CASES[name].exempt])
async def test_a_check_asks_little_and_close_may_come_twice(name: str) -> None:
    case = case_of(name)
    async with Replay() as replay:
        served(replay, case)
        service = case.build(replay.base_url, Manners(requests=100_000, per_s=1), TODAY)
        await service.check()
        await service.close()
        await service.close()
        assert 1 <= len(replay.seen) <= 2  # a token may come first


async def test_no_link_has_two_readers() -> None:
    hosts: dict[str, str] = {}
    for name in services.names():
        service = services.connect(name, case_of(name).on)
        for host in service.hosts if isinstance(service, ports.PlaylistReader) else ():
            assert host not in hosts, f"{host}: {hosts[host]} and {name}"
            hosts[host] = name
        if not isinstance(service, Off):
            await service.close()
    assert hosts["www.deezer.com"] == "deezer"
