"""Scheduled work of the ledger: extend the chain of checkpoints."""

from backend.core.clock import Clock
from backend.core.db import Database
from backend.points import chain


async def extend_the_chain(database: Database, clock: Clock) -> int:
    """Make checkpoints until every committed transfer is covered; return how many transfers that were."""
    total = 0
    while True:
        async with database.read() as session:
            if not await chain.uncovered(session):
                return total
        async with database.write() as session:
            total += await chain.checkpoint(session, clock.now())
