"""Scheduled work of the boards: follow the ledger."""

from backend.core.clock import Clock
from backend.core.db import Database
from backend.leaderboards import service


async def follow_the_ledger(database: Database, clock: Clock) -> int:
    """Project every waiting batch; return how many there were."""
    total = 0
    while True:
        async with database.read() as session:
            # Looking first keeps an idle worker from taking SQLite's write lock five times a second.
            if not await service.waiting(session):
                return total
        async with database.write() as session:
            total += await service.project(session, clock.now())
