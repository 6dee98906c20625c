"""The load test itself, with hardly any load, so that it still runs when it is needed."""

from __future__ import annotations

import pytest

from tests.load import telegram
from tests.load.crowd import PICKS
from tests.load.discord import alone, crowded

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("processes")]


async def test_the_bot_alone_says_nothing_that_discord_does_not_take() -> None:
    assert await alone(shards=1, rest_s=0) > 0


async def test_a_small_crowd_is_answered() -> None:
    report = await crowded(guilds=5, shards=1, askers=4, little=0, rest_s=0)
    assert report.memory_mib > 0 and report.ready_s > 0 and report.posted_s > 0
    assert 0 < report.ack_p50_ms <= report.ack_p95_ms <= report.ack_p99_ms <= report.ack_max_ms
    assert (report.ask_refused, report.post_refused) == (0, 0)
    assert report.busiest["POST /interactions/…/…/callback"] == 4
    assert 0 < report.busiest["POST /channels/…/messages"] <= 4 * (1 + PICKS)


async def test_a_small_crowd_on_telegram_is_acknowledged() -> None:
    report = await telegram.crowded(people=20, groups=1, rush_s=0.5)
    assert (report.acknowledged, report.links, report.in_order) == (21, 21, True)
    assert (report.private, report.refused) == (1, 0)
    assert 0 < report.overall <= 30
    assert 0 < report.ack_p50_s <= report.ack_p95_s <= report.ack_max_s
    assert report.ratings > 0 and report.memory_mib > 0
