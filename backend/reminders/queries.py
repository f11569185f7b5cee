"""Which reminders are due, still wanted, or chosen."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlmodel import col, select

from backend.campaigns import queries as campaigns
from backend.campaigns.calendar import Calendar
from backend.campaigns.queries import Running
from backend.campaigns.tables import RUNNING, Campaign
from backend.checkins.tables import CheckIn
from backend.core import statements
from backend.core.db import ReadSession
from backend.core.jobs import JobRun
from backend.core.statements import any_of
from backend.messages import switches
from backend.messages.kinds import KINDS as MESSAGES
from backend.messages.tables import Message
from backend.reminders.tables import CHECK_IN, KINDS, ReminderChoice

_LONGEST_WAY_BACK: Final = timedelta(days=1)


async def chosen(session: ReadSession, member_id: int) -> dict[str, str]:
    """Return the time that a member chose for each kind; kinds that they do not want, or switched off, are left out."""
    found = await session.exec(select(ReminderChoice).where(col(ReminderChoice.member_id) == member_id))
    on = await switches.of(session, [member_id], KINDS)
    return {one.kind: one.at_time for one in found if on.kind_is_on(member_id, MESSAGES[one.kind])}


async def under_way(session: ReadSession, now: datetime) -> list[Running]:
    """Return the campaigns that run now."""
    now_running = (col(Campaign.state) == RUNNING, col(Campaign.opens_at) <= now)
    found = await session.exec(select(Campaign.id).where(*now_running).order_by(col(Campaign.id)))
    numbers = [number for number in found if number is not None]
    running = await campaigns.running(session, numbers)
    return [running[number] for number in numbers]


async def done_since(session: ReadSession, jobs: Sequence[str], since: datetime) -> set[tuple[str, int, datetime]]:
    """Return which units of these jobs were done, of those due since then."""
    found = await session.exec(
        select(JobRun.job, JobRun.unit_id, JobRun.due_at).where(col(JobRun.job).in_(jobs), col(JobRun.due_at) >= since)
    )
    return set(found.all())


def first_workday(calendar: Calendar, running: Running) -> date | None:
    """Return the first day of a campaign that is worked, or None when there is none."""
    day = running.campaign.starts_on
    while day <= running.campaign.ends_on:
        if calendar.is_workday(day):
            return day
        day += timedelta(days=1)
    return None


def is_under_way(running: Running | None, day: date) -> bool:
    """Tell whether a campaign runs, and that day is one of its days."""
    if running is None or running.campaign.state != RUNNING:
        return False
    return running.campaign.starts_on <= day <= running.campaign.ends_on


async def still_due(session: ReadSession, messages: Sequence[Message], now: datetime) -> set[int]:
    """Return the numbers of those reminders that should still be sent: see the invariants of this slice."""
    numbers = sorted({message.campaign_id for message in messages if message.campaign_id is not None})
    members = sorted({message.member_id for message in messages})
    running = await campaigns.running(session, numbers)
    joined = await campaigns.joined(session, numbers, members)
    checked_in = await _checked_in(session, numbers, members, now)
    due = set()
    for message in messages:
        one = running.get(message.campaign_id or 0)
        if one is None or (one.id, message.member_id) not in joined or not is_under_way(one, one.today(now)):
            continue
        day = one.today(now)
        is_done = message.kind == CHECK_IN and (
            (message.member_id, one.id, day) in checked_in or not message.key.endswith(day.isoformat())
        )
        if not is_done:
            due.add(message.id or 0)
    return due


_RECENT = columns(col(CheckIn.member_id), col(CheckIn.campaign_id), col(CheckIn.day)).where(
    any_of(col(CheckIn.member_id), "members"),
    any_of(col(CheckIn.campaign_id), "campaigns"),
    col(CheckIn.day) >= bindparam("since"),
    col(CheckIn.counted),
)


async def _checked_in(
    session: ReadSession, campaign_ids: Sequence[int], member_ids: Sequence[int], now: datetime
) -> set[tuple[int, int, date]]:
    since = (now - _LONGEST_WAY_BACK).date()
    found = await statements.rows(session, _RECENT, members=member_ids, campaigns=campaign_ids, since=since)
    return {(member_id, campaign_id, day) for member_id, campaign_id, day in found}
