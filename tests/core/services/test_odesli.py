"""What Odesli's links must be to be shown; faults and recordings are tested with those of every service."""

from __future__ import annotations

import pytest

from core.services.odesli import Odesli, http_for
from core.settings import Odesli as Settings
from tests.core.services.conftest import FAST
from tests.fakes.replay import Replay

SONG = "https://www.deezer.com/track/3135556"


async def links(platforms: object) -> list[tuple[str, str]]:
    async with Replay() as replay:
        replay.answer("/v1-alpha.1/links", lambda request: {"linksByPlatform": platforms, "for": request.query["url"]})
        settings = Settings(base_url=replay.base_url)
        service = Odesli(settings, http_for(settings, FAST))
        try:
            return list((await service.links(SONG)).items())
        finally:
            await service.close()


async def test_they_come_in_one_order_by_the_names_people_know() -> None:
    spotify, tidal = "https://open.spotify.com/track/1", "https://tidal.com/track/2"
    platforms = {"tidal": tidal, "yandex": "https://music.yandex.ru/1", "spotify": spotify}
    found = await links({name: {"url": link} for name, link in platforms.items()})
    assert found == [("Spotify", spotify), ("Tidal", tidal)]


@pytest.mark.parametrize(
    "link",
    [
        "http://open.spotify.com/track/1",
        "https://open.spotify.com.evil.example/track/1",
        "https://evil.example/open.spotify.com",
        "https://open.spotify.com@evil.example/",
        "https://user@open.spotify.com/track/1",
        "https://open.spotify.com:8443/track/1",
        "https://[open.spotify.com/track/1",
        "javascript:alert(1)",
        "",
        7,
        None,
    ],
)
async def test_only_links_to_the_platform_itself_are_shown(link: object) -> None:
    assert await links({"spotify": {"url": link}}) == []
