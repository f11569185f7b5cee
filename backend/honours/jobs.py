"""Scheduled work of honours: follow the ledger, behind the boards."""

from backend.campaigns.calendar import Calendar
from backend.core.clock import Clock
from backend.core.db import Database
from backend.honours import service


async def follow_the_ledger(calendar: Calendar, threshold: int, database: Database, clock: Clock) -> int:
    """Note what every waiting batch earned; return how many there were."""
    total = 0
    while True:
        async with database.read() as session:
            if not await service.waiting(session):
                return total
        async with database.write() as session:
            total += await service.follow(session, calendar, threshold, clock.now())
