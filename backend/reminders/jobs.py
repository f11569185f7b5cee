"""Make the reminders that are due; the outbox of messages sends them."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

from backend.campaigns import queries as campaigns
from backend.campaigns.calendar import Calendar
from backend.campaigns.queries import Running
from backend.campaigns.service import TIME_ZONE
from backend.core import clock as clocks
from backend.core import jobs
from backend.core.clock import Clock
from backend.core.db import Database, WriteSession
from backend.reminders import queries, service
from backend.reminders.service import GOOD_FOR, OFFERED, Slot
from backend.reminders.tables import CAMPAIGN, CHECK_IN

JOB: Final = "reminders."


async def remind(calendar: Calendar, database: Database, clock: Clock) -> int:
    """Make today's reminders whose time has come and is not long past; return how many turns that were.

    A turn is one campaign, one kind and one of the offered times; it is done once, whoever does it. One that was missed
    by more than `GOOD_FOR` is left out: nobody is reminded late.
    """
    now = clock.now()
    if not _times(now, TIME_ZONE):  # most hours of the day
        return 0
    async with database.read() as session:
        running = await queries.under_way(session, now)
        names = [JOB + kind for kind in (CHECK_IN, CAMPAIGN)]
        done = await queries.done_since(session, names, now - GOOD_FOR)
    turns = 0
    for one in running:
        for slot in _slots(calendar, one, now):
            if (JOB + slot.kind, one.id, slot.due_at) in done:
                continue

            async def work(session: WriteSession, now: datetime, one: Running = one, slot: Slot = slot) -> None:
                fresh = await campaigns.one(session, one.id)
                if fresh is not None and queries.is_under_way(fresh, fresh.today(now)):
                    await service.remind(session, fresh, slot, now)

            turns += await jobs.run_once(database, jobs.Due(JOB + slot.kind, one.id, slot.due_at, work), now)
    return turns


def _slots(calendar: Calendar, running: Running, now: datetime) -> Iterator[Slot]:
    """List the offered times that have come, and are not long past, on a workday while the campaign is under way."""
    # Its day may have begun yesterday, when days are cut late; whether people work is the date's.
    zone, day = running.campaign.time_zone, running.today(now)
    if not (calendar.is_workday(_date(now, zone)) and queries.is_under_way(running, day)):
        return
    is_first = day == queries.first_workday(calendar, running)
    for at_time, due_at in _times(now, zone):
        if running.today(due_at) != day:  # that day is over
            continue
        yield Slot(CHECK_IN, at_time, due_at)
        if is_first:
            yield Slot(CAMPAIGN, at_time, due_at)


def _times(now: datetime, zone: str) -> list[tuple[str, datetime]]:
    """Return the offered times of this date that have come and are not long past, with when that is."""
    times = ((at_time, service.due_at(_date(now, zone), at_time, zone).astimezone(now.tzinfo)) for at_time in OFFERED)
    return [(at_time, due_at) for at_time, due_at in times if due_at <= now < due_at + GOOD_FOR]


def _date(now: datetime, zone: str) -> date:
    return now.astimezone(clocks.zone(zone)).date()
