"""Campaigns start and close on time, once, whoever works, and late after a night off."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlmodel import col, select

from backend import worker
from backend.campaigns import service
from backend.campaigns.jobs import CLOSE, START, follow_the_calendar
from backend.campaigns.tables import CANCELLED, CLOSED, RUNNING, SCHEDULED, Campaign
from backend.core.clock import FixedClock
from backend.core.db import Database
from backend.core.errors import Unavailable
from backend.core.jobs import Job, JobRun
from tests.campaigns.city import MONDAY, NOW, City, plant, schedule
from tests.cast import settings_for

HOUR = timedelta(hours=1)


@pytest.fixture
async def city(database: Database) -> City:
    """Build the city in the database of the test."""
    return await plant(database)


async def state(database: Database, campaign: Campaign) -> str:
    """Return a campaign's state."""
    async with database.read() as session:
        return (await session.exec(select(Campaign.state).where(col(Campaign.id) == campaign.id))).one()


async def runs(database: Database) -> list[tuple[str, int, datetime]]:
    """Return what was done, in the order in which it was due."""
    async with database.read() as session:
        found = await session.exec(select(JobRun).order_by(col(JobRun.due_at), col(JobRun.unit_id)))
        return [(run.job, run.unit_id, run.due_at) for run in found]


async def test_a_campaign_starts_at_its_hour_and_not_before(database: Database, city: City) -> None:
    campaign = await schedule(database, city.district)
    clock = FixedClock(campaign.opens_at - timedelta(microseconds=1))

    early = (await follow_the_calendar(database, clock), await state(database, campaign))
    clock.at = campaign.opens_at
    on_time = (await follow_the_calendar(database, clock), await state(database, campaign))

    assert early == (0, SCHEDULED)
    assert on_time == (1, RUNNING)


async def test_a_campaign_closes_when_its_grace_time_is_over_and_not_before(database: Database, city: City) -> None:
    campaign = await schedule(database, city.district)
    clock = FixedClock(campaign.closes_at - timedelta(microseconds=1))

    running = (await follow_the_calendar(database, clock), await state(database, campaign))
    clock.at = campaign.closes_at
    over = (await follow_the_calendar(database, clock), await state(database, campaign))

    assert running == (1, RUNNING)
    assert over == (1, CLOSED)
    assert await follow_the_calendar(database, clock) == 0


async def test_a_worker_that_was_away_over_a_whole_campaign_catches_up_in_order(database: Database, city: City) -> None:
    campaign = await schedule(database, city.district)
    number = campaign.id or 0

    done = await follow_the_calendar(database, FixedClock(campaign.closes_at + timedelta(days=30)))

    assert done == 2
    assert await state(database, campaign) == CLOSED
    assert await runs(database) == [(START, number, campaign.opens_at), (CLOSE, number, campaign.closes_at)]


async def test_three_workers_through_a_day_do_every_transition_once(database: Database, city: City) -> None:
    before = MONDAY - timedelta(days=1)
    starting = [await schedule(database, place) for place in (city.district, city.office)]
    closing = await schedule(database, city.school, before - timedelta(days=2), 1)
    workers = [database, Database(database.url), Database(database.url)]
    clock = FixedClock(closing.closes_at - HOUR)
    done = await follow_the_calendar(database, clock)

    for _ in range(24):
        clock.advance(HOUR)
        done += sum(await asyncio.gather(*(follow_the_calendar(one, clock) for one in workers)))
    for one in workers[1:]:
        await one.close()

    happened = await runs(database)
    assert done == len(happened) == len(set(happened)) == 4
    assert [await state(database, one) for one in (*starting, closing)] == [RUNNING, RUNNING, CLOSED]


async def test_a_cancelled_campaign_neither_starts_nor_closes(database: Database, city: City) -> None:
    campaign = await schedule(database, city.district)
    async with database.write() as session:
        row = await session.get(Campaign, campaign.id)
        assert row
        row.state = CANCELLED

    assert await follow_the_calendar(database, FixedClock(campaign.closes_at)) == 0
    assert await state(database, campaign) == CANCELLED


async def test_the_verbs_move_a_campaign_only_from_the_state_before(database: Database, city: City) -> None:
    campaign = await schedule(database, city.district)
    number = campaign.id or 0

    async with database.write() as session:
        await service.close(session, number)
    not_begun = await state(database, campaign)
    async with database.write() as session:
        await service.start(session, number)
        await service.close(session, number)
        await service.start(session, number)

    assert not_begun == SCHEDULED
    assert await state(database, campaign) == CLOSED


def test_the_worker_wakes_for_what_members_wait_for_at_least_twice_a_minute() -> None:
    jobs = worker.jobs(settings_for("sqlite://"))

    assert {job.name.split(".")[0] for job in jobs} == {
        "amendments",
        "campaigns",
        "checkins",
        "complaints",
        "custody",
        "draws",
        "honours",
        "identity",
        "leaderboards",
        "media",
        "messages",
        "points",
        "reminders",
        "reports",
        "review",
        "rewards",
        "screens",
        "settlement",
        "steps",
        "wechat",
    }
    assert len({job.name for job in jobs}) == len(jobs)
    hourly = ("checkins.", "complaints.", "custody.", "identity.", "reports.", "rewards.", "screens.", "steps.")
    nobody_waits_for = (*hourly, "wechat.", "media.sweep", "messages.forget_the_old")
    assert all(0 < job.every_seconds <= 30 for job in jobs if not job.name.startswith(nobody_waits_for))


@pytest.mark.parametrize("fault", [Unavailable(), RuntimeError("a bug")])
async def test_a_tick_that_fails_does_not_end_the_worker(database: Database, fault: Exception) -> None:
    times = []

    async def tick(_: Database, clock: object) -> int:
        times.append(clock)
        raise fault

    safe = worker.safely(Job("campaigns.test", 1.0, tick), database, FixedClock(NOW))
    for _ in range(2):
        await safe()

    assert len(times) == 2
