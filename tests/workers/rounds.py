"""Listeners of a made-up catalogue, who ask again and again and rate what they are shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from core.model import Arm, Options, Pick, Playlist, Source, SourceKind, Track, Verdict
from tests.workers.test_recommend import ask, slate
from workers.hearing import Hearing
from workers.house import House

#: Everybody asks with a song that lies in the middle, so that nothing but ratings tells left from right.
MIDDLE = Track("Middle", ("Loved",), "file", "middle")

Rates = Callable[[Pick], int | None]


def listening(house: House) -> Hearing:
    """The ear whose features the catalogue has."""
    return Hearing(house.store, house.pool, [], house.settings.state_dir)


async def rounds(house: House, handle: str, rates: Rates, count: int) -> list[Sequence[Pick]]:
    """Asks so many times for ten picks, and rates each as ``rates`` says; the picks of every round."""
    shown = []
    for _ in range(count):
        source = Source(SourceKind.PLAYLIST, playlist=Playlist("Mine", (MIDDLE,), "file"))
        request = await ask(house, source, Options(count=5, wildcards=5), handle)
        picks = (await slate(house, request)).picks
        for pick in picks:
            if (value := rates(pick)) is not None:
                verdict = Verdict(request.listener_id, pick.recording_id, value, "🙂")
                await house.store.listeners.rate(verdict, pick.id)
        shown.append(picks)
    return shown


def close(picks: Sequence[Pick]) -> list[Pick]:
    return [pick for pick in picks if pick.arm is Arm.CLOSE]
