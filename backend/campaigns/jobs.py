"""Start and close campaigns on time, or late in the right order after a night off."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from backend.campaigns import queries, service
from backend.core import jobs
from backend.core.clock import Clock
from backend.core.db import Database, ReadSession, WriteSession

START, CLOSE = "campaigns.start", "campaigns.close"


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
    verb: Callable[[WriteSession, int], Awaitable[None]],
) -> int:
    async with database.read() as session:
        waiting = await due(session, now)
    done = 0
    for campaign_id, due_at in waiting:

        async def work(session: WriteSession, _: datetime, campaign_id: int = campaign_id) -> None:
            await verb(session, campaign_id)

        done += await jobs.run_once(database, jobs.Due(job, campaign_id, due_at, work), now)
    return done
