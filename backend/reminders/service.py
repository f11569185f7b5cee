"""Choose a reminder; make the reminders of one campaign at one time."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import bindparam, exists
from sqlalchemy import select as columns
from sqlmodel import col, delete

from backend.campaigns.queries import Running
from backend.campaigns.tables import Participation
from backend.checkins.tables import CheckIn
from backend.core import clock, statements
from backend.core.db import ReadSession, WriteSession, put
from backend.messages import service as messages
from backend.messages import switches
from backend.messages.tables import MessageSwitch
from backend.reminders.errors import ReminderTimeUnknown
from backend.reminders.tables import CAMPAIGN, CHECK_IN, KINDS, ReminderChoice

# Off the full and the half hour, when everybody sends; before work, before lunch, before going home, in the evening.
OFFERED: Final = ("08:10", "11:20", "17:10", "19:40")
# A reminder that could not be made or sent by then is not worth disturbing anybody.
GOOD_FOR: Final = timedelta(minutes=90)


DAY_ENDS: Final = "23:59"  # told as a time that every template takes; a day that is cut later takes acts longer


async def choose(session: WriteSession, member_id: int, kind: str, at_time: str | None, now: datetime) -> None:
    """Ask for a kind of reminder at one of the offered times, or for none; raises ReminderTimeUnknown."""
    assert kind in KINDS, f"{kind} is no reminder"
    if at_time is not None and at_time not in OFFERED:
        raise ReminderTimeUnknown(at_time=at_time[:10], offered="、".join(OFFERED))
    if at_time is None:
        own = (col(ReminderChoice.member_id) == member_id, col(ReminderChoice.kind) == kind)
        await session.exec(delete(ReminderChoice).where(*own))
    else:
        row = {"member_id": member_id, "kind": kind, "at_time": at_time, "chosen_at": now}
        await put(session, ReminderChoice, [row], ["member_id", "kind"])
    await switches.turn(session, member_id, switches.of_kind(kind), now, is_on=at_time is not None)


def due_at(day: date, at_time: str, zone: str) -> datetime:
    """Return the instant of an offered time on a calendar day."""
    return datetime.combine(day, time.fromisoformat(at_time), clock.zone(zone))


_ASKED = (
    columns(col(ReminderChoice.member_id))
    .join(Participation, col(Participation.member_id) == col(ReminderChoice.member_id))
    .join(MessageSwitch, col(MessageSwitch.member_id) == col(ReminderChoice.member_id))
    .where(
        col(ReminderChoice.kind) == bindparam("kind"),
        col(ReminderChoice.at_time) == bindparam("at_time"),
        col(Participation.campaign_id) == bindparam("campaign"),
        col(Participation.left_at).is_(None),
        col(MessageSwitch.subject) == bindparam("switch"),
        col(MessageSwitch.is_on),
    )
)
_CHECKED_IN = exists().where(
    col(CheckIn.member_id) == col(ReminderChoice.member_id),
    col(CheckIn.campaign_id) == bindparam("campaign"),
    col(CheckIn.day) == bindparam("day"),
    col(CheckIn.counted),
)
_NOT_CHECKED_IN = _ASKED.where(~_CHECKED_IN)


async def asked(session: ReadSession, running: Running, kind: str, at_time: str, day: date) -> list[int]:
    """Return who is to be reminded at that time: joined, asked, and (of checking in) has not done so that day."""
    statement = _NOT_CHECKED_IN if kind == CHECK_IN else _ASKED
    values = {"kind": kind, "at_time": at_time, "campaign": running.id, "switch": switches.of_kind(kind)}
    more = {"day": day} if kind == CHECK_IN else {}
    return [member_id for (member_id,) in await statements.rows(session, statement, **values, **more)]


@dataclass(frozen=True)
class Slot:
    """A kind of reminder at one of the offered times, and when that is."""

    kind: str
    at_time: str
    due_at: datetime


async def remind(session: WriteSession, running: Running, slot: Slot, now: datetime) -> int:
    """Make the reminders of one campaign at one time of its present day; return how many were asked for.

    The key is the day's, not the campaign's: who takes part in two campaigns is reminded once.
    """
    kind, day, campaign = slot.kind, running.today(now), running.campaign
    members = await asked(session, running, kind, slot.at_time, day)
    told = {"campaign": running.rules.title} | (
        {"starts_on": campaign.starts_on.isoformat(), "ends_on": campaign.ends_on.isoformat()}
        if kind == CAMPAIGN
        else {"until": DAY_ENDS}
    )
    await messages.post(
        session,
        members,
        kind,
        key=f"{kind}/{running.id}" if kind == CAMPAIGN else f"{kind}/{day.isoformat()}",
        told=told,
        campaign_id=running.id,
        now=now,
        sent_until=slot.due_at + GOOD_FOR,
    )
    return len(members)
