"""Make the reminders that are due; the outbox of messages sends them."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from backend.campaigns import queries as campaigns
from backend.campaigns.calendar import Calendar
from backend.campaigns.queries import Running
from backend.core import clock as clocks
from backend.core import jobs
from backend.core.clock import Clock
from backend.core.db import Database, WriteSession
from backend.reminders import queries, service
from backend.reminders.service import GOOD_FOR, OFFERED
from backend.reminders.tables import CAMPAIGN, CHECK_IN

JOB: Final = "reminders."
Slot = tuple[str, str, datetime]  # kind, offered time, when that is


async def remind(calendar: Calendar, database: Database, clock: Clock) -> int:
    """Make today's reminders whose time has come and is not long past; return how many turns that were.

    A turn is one campaign, one kind and one of the offered times; it is done once, whoever does it. One that was missed
    by more than `GOOD_FOR` is left out: nobody is reminded late.
    """
    now = clock.now()
    async with database.read() as session:
        running = await queries.under_way(session, now)
        names = [JOB + kind for kind in (CHECK_IN, CAMPAIGN)]
        done = await queries.done_since(session, names, now - GOOD_FOR)
    turns = 0
    for one in running:
        for kind, at_time, due_at in _slots(calendar, one, now):
            if (JOB + kind, one.id, due_at) in done:
                continue

            async def work(
                session: WriteSession, now: datetime, one: Running = one, kind: str = kind, at_time: str = at_time
            ) -> None:
                fresh = await campaigns.one(session, one.id)
                if fresh is not None and queries.is_under_way(fresh, fresh.today(now)):
                    await service.remind(session, fresh, kind=kind, at_time=at_time, day=fresh.today(now), now=now)

            turns += await jobs.run_once(database, jobs.Due(JOB + kind, one.id, due_at, work), now)
    return turns


def _slots(calendar: Calendar, running: Running, now: datetime) -> Iterator[Slot]:
    """List the offered times of today that have come, and are not long past, on a workday of the campaign."""
    zone = running.campaign.time_zone
    day = now.astimezone(clocks.zone(zone)).date()
    if not (calendar.is_workday(day) and queries.is_under_way(running, day)):
        return
    is_first = day == queries.first_workday(calendar, running)
    for at_time in OFFERED:
        due_at = service.due_at(day, at_time, zone).astimezone(now.tzinfo)
        if due_at <= now < due_at + GOOD_FOR:
            yield CHECK_IN, at_time, due_at
            if is_first:
                yield CAMPAIGN, at_time, due_at
