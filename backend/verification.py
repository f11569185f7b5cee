"""Gather every slice's checks: sums, acts, devices in custody, boards against a recount, chain."""

from backend.checkins import verify as checkins
from backend.core.db import Database
from backend.custody import verify as custody
from backend.leaderboards import verify as leaderboards
from backend.points import verify as points
from backend.settings import Settings


async def findings(settings: Settings) -> list[str]:
    """Return one line for each thing that is wrong, empty when nothing is."""
    database = Database(settings.database_url)
    try:
        async with database.read() as session:
            return [
                *(await points.findings(session)),
                *(await checkins.findings(session)),
                *(await custody.findings(session)),
                *(await leaderboards.findings(session)),
            ]
    finally:
        await database.close()
