"""The simulated week on loopback, in the recorded shapes of five music services, each at an address of its own.

``python -m tests.simulation.serving --seed 7`` prints the addresses as one line of JSON and serves until it is stopped.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from pathlib import Path

from aiohttp import web

from core import settings
from core.settings import Settings
from tests.simulation.audius import Audius
from tests.simulation.deezer import Deezer
from tests.simulation.jamendo import Jamendo
from tests.simulation.metabrainz import ListenBrainz, MusicBrainz
from tests.simulation.sounds import sounds
from tests.simulation.world import World

Handler = Callable[[web.BaseRequest], Awaitable[web.Response]]
Site = Deezer | ListenBrainz | MusicBrainz | Audius | Jamendo


class Serving:
    """Every service of ``world``, each on a port that the system chose; ``async with Serving(world) as serving``.

    ``requests`` counts what each was asked.
    """

    def __init__(self, world: World) -> None:
        self.requests: Counter[str] = Counter()
        self._sites: list[Site] = [site(world) for site in (Deezer, ListenBrainz, MusicBrainz, Audius, Jamendo)]
        self._runners: list[web.ServerRunner] = []

    async def __aenter__(self) -> Serving:
        sounds()  # made beforehand, so that no request waits for them
        for site in self._sites:
            runner = web.ServerRunner(web.Server(self._handler(site)), shutdown_timeout=1)
            await runner.setup()
            self._runners.append(runner)
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            site.base_url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        for runner in self._runners:
            await runner.cleanup()

    @property
    def base_urls(self) -> dict[str, str]:
        return {site.name: site.base_url for site in self._sites}

    def settings(self, state_dir: Path) -> Settings:
        """Settings under which the services live here, and no other is used."""
        return settings_for(self.base_urls, state_dir)

    def _handler(self, site: Site) -> Handler:
        async def handle(request: web.BaseRequest) -> web.Response:
            self.requests[site.name] += 1
            path = [part for part in request.path.split("/") if part]
            answer = site.answer(path, request.query, await request.read())
            if isinstance(answer, bytes):
                return web.Response(body=answer, content_type="audio/mpeg")
            if answer is None:
                return web.json_response({"error": "Not Found"}, status=404)
            return web.json_response(answer)

        return handle


def settings_for(base_urls: Mapping[str, str], state_dir: Path) -> Settings:
    """Settings under which the five services live at ``base_urls``, and no other is used."""
    return Settings(
        state_dir=state_dir,
        deezer=settings.Deezer(base_url=base_urls["deezer"]),
        listenbrainz=settings.ListenBrainz(base_url=base_urls["listenbrainz"]),
        musicbrainz=settings.MusicBrainz(base_url=base_urls["musicbrainz"]),
        audius=settings.Audius(base_url=base_urls["audius"]),
        jamendo=settings.Jamendo(base_url=base_urls["jamendo"], client_id="simulated"),
        lastfm=settings.LastFm(),
        itunes=settings.Itunes(enabled=False),
        tidal=settings.Tidal(),
        spotify=settings.Spotify(),
        youtube=settings.Youtube(enabled=False),
        reccobeats=settings.ReccoBeats(),
        odesli=settings.Odesli(enabled=False),
        spotdl=settings.Spotdl(),
        catalogue=settings.Catalogue(demo="never", sources=tuple(base_urls)),
    )


async def _serve(seed: int) -> None:
    async with Serving(World(seed, date.today())) as serving:
        sys.stdout.write(json.dumps(serving.base_urls) + "\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=7)
    asyncio.run(_serve(parser.parse_args().seed))
