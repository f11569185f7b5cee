"""Start and close campaigns on time, or late in the right order after a night off.

A transition is done only from the state before it and only when it is still due in the transaction that does it: an
organiser may move it, or a clock jump back, after the list was read. Nothing ever goes back to a state that was left.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime

from backend.campaigns import queries, service, trail
from backend.core import jobs
from backend.core.clock import Clock
from backend.core.db import Database, ReadSession, WriteSession

START, CLOSE = "campaigns.start", "campaigns.close"


class _Overtaken(Exception):
    """The transition is not due any more: its claim must not stand, or it could never be made when it is due again."""


async def follow_the_calendar(database: Database, clock: Clock) -> int:
    """Start what should run and close what is over; return how many transitions were ours."""
    now = clock.now()  # one instant for both: a clock that jumps in between must not close before it starts
    started = await _transitions(database, now, START, queries.due_to_start, service.start)
    return started + await _transitions(database, now, CLOSE, queries.due_to_close, service.close)


async def _transitions(
    database: Database,
    now: datetime,
    job: str,
    due: Callable[[ReadSession, datetime], Awaitable[list[tuple[int, datetime]]]],
    verb: Callable[[WriteSession, int, datetime], Awaitable[bool]],
) -> int:
    async with database.read() as session:
        waiting = await due(session, now)
    done = 0
    for campaign_id, due_at in waiting:

        async def work(session: WriteSession, now: datetime, campaign_id: int = campaign_id) -> None:
            if not await verb(session, campaign_id, now):
                raise _Overtaken
            trail.note(session, campaign_id, "started" if job == START else "closed", now)

        try:
            done += await jobs.run_once(database, jobs.Due(job, campaign_id, due_at, work), now)
        except _Overtaken:
            continue
    return done
