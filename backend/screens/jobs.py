"""Forget what pairing and beats leave behind, and tell organisers once of a screen that fell silent."""

from datetime import datetime, time, timedelta
from typing import Final

from sqlalchemy import and_, exists, func, tuple_
from sqlmodel import col, delete, select

from backend.campaigns.calendar import Calendar
from backend.core import clock as clocks
from backend.core import jobs
from backend.core.clock import Clock
from backend.core.db import Database, ReadSession, WriteSession
from backend.core.errors import SHOWN_ZONE
from backend.core.jobs import Due, JobRun
from backend.identity import queries as identity
from backend.messages import service as messages
from backend.screens import queries
from backend.screens.tables import PairingGuess, Screen, ScreenPairing, ScreenSighting

SILENT: Final = "screens.silent"
SILENT_FOR = timedelta(hours=1)
OPENS, CLOSES = time(7), time(19)  # Beijing: when somebody eats, and somebody is there to look
LISTENING = timedelta(minutes=15)  # by then every screen that is on has told that it is, some ten times
LONG_AGO = timedelta(days=7)  # who has been silent for longer has been told of, or was before there was this job

PAIRINGS_KEPT = timedelta(hours=1)  # after their end
GUESSES_KEPT = timedelta(days=1)
SIGHTINGS_KEPT = timedelta(days=30)


async def forget_old_traces(database: Database, clock: Clock) -> int:
    """Delete ended pairings, old guesses and old sightings; return how many rows went. It may run twice.

    Of a screen no more sightings are kept than an organiser is shown: a page names itself anew with each loading.
    """
    now = clock.now()
    place = func.row_number().over(
        partition_by=col(ScreenSighting.screen_id),
        order_by=(col(ScreenSighting.seen_at).desc(), col(ScreenSighting.instance)),
    )
    ranked = select(ScreenSighting.screen_id, ScreenSighting.instance, place.label("place")).subquery()
    beyond = select(ranked.c.screen_id, ranked.c.instance).where(ranked.c.place > queries.SIGHTINGS_SHOWN)
    obsolete = (
        delete(ScreenPairing).where(col(ScreenPairing.ends_at) < now - PAIRINGS_KEPT),
        delete(PairingGuess).where(col(PairingGuess.at) < now - GUESSES_KEPT),
        delete(ScreenSighting).where(col(ScreenSighting.seen_at) < now - SIGHTINGS_KEPT),
        delete(ScreenSighting).where(tuple_(col(ScreenSighting.screen_id), col(ScreenSighting.instance)).in_(beyond)),
    )
    async with database.write() as session:
        done = [await session.exec(one.execution_options(synchronize_session=False)) for one in obsolete]
        return sum(one.rowcount for one in done)


class Listening:
    """How long this process has been up to hear screens: after an outage of ours every one of them was silent."""

    def __init__(self) -> None:
        self._first: datetime | None = None

    def is_long(self, now: datetime) -> bool:
        """Tell whether every screen that is on has had the time to say so."""
        self._first = self._first or now
        return now >= self._first + LISTENING


async def tell_of_silence(calendar: Calendar, listening: Listening, database: Database, clock: Clock) -> int:
    """Tell the organisers of each screen that was not heard for an hour of a working day; return how many screens.

    Once for each silence: the claim is named by the instant at which the screen was last heard.
    """
    now = clock.now()
    local = now.astimezone(clocks.zone(SHOWN_ZONE))
    since = datetime.combine(local.date(), OPENS, local.tzinfo)
    # By night, and before they have had an hour to be switched on, screens may be silent.
    if not listening.is_long(now):
        return 0
    if not calendar.is_workday(local.date()) or not since + SILENT_FOR <= local <= since.replace(hour=CLOSES.hour):
        return 0
    async with database.read() as session:
        silent = await _silent(session, now)
    told = 0
    for screen_id, heard_at in silent:

        async def work(
            session: WriteSession, now: datetime, screen_id: int = screen_id, at: datetime = heard_at
        ) -> None:
            await _tell(session, screen_id, at, now)

        told += await jobs.run_once(database, Due(SILENT, screen_id, heard_at, work), now)
    return told


async def _silent(session: ReadSession, now: datetime) -> list[tuple[int, datetime]]:
    """Return the screens that hold a key and have fallen silent, with when they were last heard, but for those told."""
    heard = (
        select(col(ScreenSighting.screen_id).label("screen_id"), func.max(ScreenSighting.seen_at).label("at"))
        .join(Screen, col(Screen.id) == col(ScreenSighting.screen_id))
        .where(col(Screen.revoked_at).is_(None))
        .group_by(col(ScreenSighting.screen_id))
        .subquery()
    )
    is_told = exists().where(
        and_(col(JobRun.job) == SILENT, col(JobRun.unit_id) == heard.c.screen_id, col(JobRun.due_at) == heard.c.at)
    )
    found = await session.exec(
        select(heard.c.screen_id, heard.c.at)
        .where(heard.c.at <= now - SILENT_FOR, heard.c.at > now - LONG_AGO, ~is_told)
        .order_by(heard.c.screen_id)
    )
    return [(screen_id, at) for screen_id, at in found]


async def _tell(session: WriteSession, screen_id: int, heard_at: datetime, now: datetime) -> None:
    found = await queries.screen(session, screen_id)
    assert found is not None, "screens are not deleted"
    screen, institution = found
    today = clocks.campaign_day(now, SHOWN_ZONE, 0)
    organisers = await identity.holders(session, ("organiser",), institution.path, today)
    await messages.post(
        session,
        [member_id for member_id, _ in organisers],
        "screen_silent",
        key=f"screen/{screen_id}/silent/{int(heard_at.timestamp())}",
        told={
            "place": screen.place,
            "institution": institution.name,
            "since": heard_at.astimezone(clocks.zone(SHOWN_ZONE)).strftime("%Y-%m-%d %H:%M"),
        },
        campaign_id=None,
        now=now,
    )
