"""Starting and closing: killed at every step, behind a clock that jumps, overtaken by an organiser."""

import asyncio
import json
import sys
from datetime import datetime, timedelta

import pytest

from backend.campaigns import jobs, lifecycle, service, trail
from backend.campaigns.errors import CampaignStateForbids
from backend.campaigns.jobs import CLOSE, START, follow_the_calendar
from backend.campaigns.lifecycle import Order
from backend.campaigns.tables import CLOSED, RUNNING, SCHEDULED, Campaign
from backend.core.clock import FixedClock
from backend.core.db import Database, ReadSession
from tests.campaigns.city import MONDAY, City, plant, schedule
from tests.campaigns.test_jobs import runs, state

DAY = timedelta(days=1)


@pytest.fixture
async def city(database: Database) -> City:
    """Build the city in the database of the test."""
    return await plant(database)


async def test_a_worker_killed_at_any_step_leaves_nothing_half_done(database: Database, city: City) -> None:
    campaign = await schedule(database, city.district)
    late = (campaign.closes_at + DAY).isoformat()

    killed = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.campaigns.killed_worker", database.url, late, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await asyncio.wait_for(killed.communicate(), 60)
    looks = [json.loads(line) for line in output.splitlines()]

    whole: tuple[tuple[list[str], list[str], list[str]], ...] = (
        ([SCHEDULED], [], ["opened"]),
        ([RUNNING], [START], ["opened", "started"]),
        ([CLOSED], [START, CLOSE], ["opened", "started", "closed"]),
    )
    seen = [(look["states"], look["claims"], look["trail"]) for look in looks]
    assert [one for one in seen if one not in whole] == []
    assert seen[-1] == whole[-1]
    assert looks[-1]["deaths"] >= 10  # some before, some inside, some after each of the two transactions
    assert whole[0] in seen
    assert whole[1] in seen


async def test_a_clock_that_jumps_back_reopens_and_restarts_nothing(database: Database, city: City) -> None:
    campaign = await schedule(database, city.district)
    clock = FixedClock(campaign.opens_at)
    await follow_the_calendar(database, clock)

    clock.at = campaign.opens_at - 3 * DAY
    back = (await follow_the_calendar(database, clock), await state(database, campaign))
    clock.at = campaign.closes_at
    await follow_the_calendar(database, clock)
    for jump in (campaign.opens_at, campaign.opens_at - DAY, campaign.closes_at, campaign.closes_at + DAY):
        clock.at = jump
        assert await follow_the_calendar(database, clock) == 0
        assert await state(database, campaign) == CLOSED

    assert back == (0, RUNNING)
    assert [job for job, _, _ in await runs(database)] == [START, CLOSE]
    async with database.write() as session:
        with pytest.raises(CampaignStateForbids):
            await lifecycle.resume(session, campaign.id or 0, Order(city.lin, 1, "时钟回拨", campaign.opens_at))


async def test_a_campaign_extended_while_it_was_about_to_close_stays_open_until_then(
    database: Database, city: City
) -> None:
    campaign = await schedule(database, city.district)
    clock, closes_at = FixedClock(campaign.opens_at), campaign.closes_at
    await follow_the_calendar(database, clock)
    clock.at = closes_at

    async def read_before(session: ReadSession, now: datetime) -> list[tuple[int, datetime]]:
        return [(campaign.id or 0, closes_at)]

    async with database.write() as session:
        order = Order(city.lin, 1, "延长", closes_at - timedelta(seconds=1))
        await lifecycle.change(session, campaign.id or 0, order, {"ends_on": MONDAY + 8 * DAY})
    done = await jobs._transitions(database, clock.at, CLOSE, read_before, service.close)
    extended = await state(database, campaign)
    clock.at = closes_at + 2 * DAY
    later = await follow_the_calendar(database, clock)

    assert (done, extended) == (0, RUNNING)
    assert (later, await state(database, campaign)) == (1, CLOSED)
    assert [due_at for job, _, due_at in await runs(database) if job == CLOSE] == [clock.at]


async def test_a_start_that_was_put_off_and_back_again_still_happens(database: Database, city: City) -> None:
    campaign = await schedule(database, city.district)
    number = campaign.id or 0
    before = campaign.opens_at - DAY
    for edition, day in ((1, MONDAY + DAY), (2, MONDAY)):
        async with database.write() as session:
            await lifecycle.change(session, number, Order(city.lin, edition, None, before), {"starts_on": day})

    async with database.write() as session:
        too_early = await service.start(session, number, before)
    done = await follow_the_calendar(database, FixedClock(campaign.opens_at))

    assert not too_early
    assert (done, await state(database, campaign)) == (1, RUNNING)


async def test_several_late_workers_catch_up_in_order(database: Database, city: City) -> None:
    early = await schedule(database, city.office, MONDAY - 2 * DAY, 1)
    later = await schedule(database, city.school, MONDAY, 1)
    clock, workers = FixedClock(later.closes_at + 30 * DAY), [database, Database(database.url), Database(database.url)]

    done = sum(await asyncio.gather(*(follow_the_calendar(one, clock) for one in workers)))
    done += await follow_the_calendar(database, clock)
    for one in workers[1:]:
        await one.close()

    assert done == 4
    assert [await state(database, one) for one in (early, later)] == [CLOSED, CLOSED]
    assert await order_of_events(database, early) == ["opened", "started", "closed"]


async def order_of_events(database: Database, campaign: Campaign) -> list[str]:
    """Return a campaign's trail."""
    async with database.read() as session:
        return [one.what for one in await trail.events(session, campaign.id or 0)]
