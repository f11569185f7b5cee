"""Let the photos of cases go when no report will be made of their campaign any more."""

from datetime import timedelta

from sqlmodel import col, select

from backend.campaigns.tables import Campaign
from backend.core.clock import Clock
from backend.core.db import Database
from backend.media import service as media
from backend.media.tables import STANDING, Upload
from backend.reports.tables import TypicalCase

# Next year's campaign is compared with this one, and its report may still be asked for then.
KEPT_AFTER_CLOSING = timedelta(days=400)
_AT_ONCE = 200


async def forget_case_photos(database: Database, clock: Clock) -> int:
    """Let go the photos of cases whose campaign closed more than a year ago; the cases stay as words."""
    now = clock.now()
    async with database.write() as session:
        found = await session.exec(
            select(Upload.id)
            .join(TypicalCase, col(TypicalCase.photo_id) == col(Upload.id))
            .join(Campaign, col(Campaign.id) == col(TypicalCase.campaign_id))
            .where(col(Upload.state).in_(STANDING), col(Campaign.closes_at) <= now - KEPT_AFTER_CLOSING)
            .order_by(col(Upload.id))
            .limit(_AT_ONCE)
        )
        due = [number for number in found if number is not None]
        await media.release(session, due, now)
    return len(due)
