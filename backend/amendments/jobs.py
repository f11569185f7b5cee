"""Scheduled work: end old proposals, carry agreed changes to the members, watch the budgets."""

from backend.amendments import budgets, carrying, proposals
from backend.core.clock import Clock
from backend.core.db import Database


async def carry_on(database: Database, clock: Clock) -> int:
    """Do what is due of changes and budgets; return how many steps that were. It may be killed anywhere."""
    return await _expire(database, clock) + await _carry(database, clock) + await _watch(database, clock)


async def _expire(database: Database, clock: Clock) -> int:
    async with database.read() as session:
        # Looking first keeps an idle worker from taking SQLite's write lock.
        if not await proposals.overdue(session, clock.now()):
            return 0
    async with database.write() as session:
        return await proposals.expire(session, clock.now())


async def _carry(database: Database, clock: Clock) -> int:
    steps = 0
    while True:
        async with database.read() as session:
            waiting = await carrying.unfinished(session, clock.now())
        if not waiting:
            return steps
        async with database.write() as session:
            await carrying.step(session, waiting[0], clock.now())
        steps += 1


async def _watch(database: Database, clock: Clock) -> int:
    async with database.read() as session:
        campaigns = await budgets.due(session, clock.now())
    for campaign_id in campaigns:
        async with database.write() as session:
            await budgets.watch(session, campaign_id, clock.now())
    return len(campaigns)
