"""Gather every slice's checks: sums, acts, custody, boards, chain, reviews, rewards, draws, seals, photos."""

from backend.amendments import verify as amendments
from backend.checkins import retention
from backend.checkins import verify as checkins
from backend.core.db import Database, ReadSession
from backend.custody import verify as custody
from backend.draws import verify as draws
from backend.leaderboards import verify as leaderboards
from backend.media import store
from backend.points import verify as points
from backend.review import verify as review
from backend.rewards import verify as rewards
from backend.settings import Settings, clock_of
from backend.settlement import verify as settlement


async def findings(settings: Settings) -> list[str]:
    """Return one line for each thing that is wrong, empty when nothing is."""
    database = Database(settings.database_url)
    try:
        async with database.read() as session:
            found = await stored(session)
        now = clock_of(settings).now()
        return found + await retention.findings(store.opened(settings), database, now)
    finally:
        await database.close()


async def stored(session: ReadSession) -> list[str]:
    """Return what is wrong within the database: each slice against the ledger, and the ledger against each slice."""
    return [
        *(await points.findings(session)),
        *(await checkins.findings(session)),
        *(await amendments.findings(session)),
        *(await custody.findings(session)),
        *(await leaderboards.findings(session)),
        *(await review.findings(session)),
        *(await rewards.findings(session)),
        *(await draws.findings(session)),
        *(await settlement.findings(session)),
    ]
