"""The whole installation while its broker dies: nothing acknowledged is lost, nothing is done twice, and nothing of
ours has to be restarted."""

import asyncio
import random
import time
from pathlib import Path

import pytest

from core.testing.brokers import Broker
from tests.crash.installation import served
from tests.crash.trial import under_load

MINUTE = 60.0

pytestmark = [pytest.mark.interop, pytest.mark.timeout(660)]


async def test_a_minute_of_kill_9_of_the_broker_loses_and_doubles_nothing(
    own_broker: Broker, folder: Path
) -> None:
    with served(folder, DESKGRAPH_BROKER_URL=own_broker.url) as installation:
        async with under_load(installation):
            assert await _killed_at_random(own_broker) >= 4

        assert "relay.sends_again" in installation.output()
        assert "service.died" not in installation.output()


async def test_what_arrives_in_a_minute_without_broker_is_done_when_it_is_back(
    own_broker: Broker, folder: Path
) -> None:
    with served(folder, DESKGRAPH_BROKER_URL=own_broker.url) as installation:
        async with under_load(installation):
            own_broker.kill()
            await asyncio.sleep(MINUTE)
            waiting = await installation.count("select count(*) from jobs where state <> 'done'")
            await asyncio.to_thread(own_broker.start)

        assert waiting > 20
        assert installation.output().count("relay.broker_unavailable") == 1
        assert "service.died" not in installation.output()


async def _killed_at_random(broker: Broker) -> int:
    chance, kills, until = random.Random(11), 0, time.monotonic() + MINUTE
    while time.monotonic() < until:
        await asyncio.sleep(chance.uniform(0.5, 6))
        broker.kill()
        kills += 1
        await asyncio.sleep(chance.uniform(0, 2))
        await asyncio.to_thread(broker.start)
    return kills
