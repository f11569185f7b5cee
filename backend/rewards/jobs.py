"""Let points expire when a year has ended, once, however late; tell members thirty days before."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from backend.core import jobs
from backend.core.clock import Clock
from backend.core.db import Database, WriteSession
from backend.rewards import expiry, lots

Verb = Callable[[WriteSession, int, int, datetime], Awaitable[int]]


async def expire_points(database: Database, clock: Clock) -> int:
    """Let expire what was due at the ends of past years, the oldest first; return how many blocks were ours."""
    now = clock.now()
    last = lots.last_year(now)
    async with database.read() as session:
        waiting = set(await expiry.blocks(session)) - await expiry.worked_through(
            session, expiry.EXPIRE, lots.ends_at(last)
        )
        first = await expiry.first_year(session) if waiting else None
    if not waiting:
        return 0
    years = range(min(last, last if first is None else first + lots.GOOD_YEARS), last + 1)
    done = 0
    for year in years:
        done += await _work(database, expiry.EXPIRE, expiry.expire, year=year, due_at=lots.ends_at(year), now=now)
    return done


async def tell_of_expiry(database: Database, clock: Clock) -> int:
    """Tell members what expires within thirty days; return how many blocks were ours."""
    now = clock.now()
    year = lots.day_of(now).year
    due_at = lots.ends_at(year) - expiry.NOTICE_BEFORE
    if now < due_at:
        return 0
    return await _work(database, expiry.NOTICE, expiry.announce, year=year, due_at=due_at, now=now)


async def _work(database: Database, job: str, verb: Verb, *, year: int, due_at: datetime, now: datetime) -> int:
    async with database.read() as session:
        waiting = set(await expiry.blocks(session)) - await expiry.worked_through(session, job, due_at)
    done = 0
    for block in sorted(waiting):

        async def work(session: WriteSession, at: datetime, block: int = block) -> None:
            await verb(session, block, year, at)

        done += await jobs.run_once(database, jobs.Due(job, block, due_at, work), now)
    return done
