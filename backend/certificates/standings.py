"""Sealed lines as the boards' rules see them: who is listed, who stands where. They never change again."""

from collections.abc import Sequence

from backend.core.db import ReadSession
from backend.leaderboards import periods, standing_still
from backend.leaderboards import queries as boards
from backend.leaderboards.queries import Level, Measure, Scope, Standing, Total


async def totals(session: ReadSession, campaign_id: int, level: Level, institution_id: int) -> list[Total]:
    """Return the totals of a sealed campaign's boards: of persons and departments those of that institution."""
    return await standing_still.totals(session, Scope(campaign_id, level, periods.CAMPAIGN, "points", institution_id))


def ranked(found: Sequence[Total], measure: Measure, threshold: int) -> list[Standing]:
    """Return those that may be listed, in their order."""
    return boards.ranked(boards.listed(found, threshold), measure)
