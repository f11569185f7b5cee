"""Delete photos when nobody may need them any more."""

from sqlmodel import col, select

from backend.campaigns.tables import Campaign
from backend.checkins.judge import REVIEW_PERIOD
from backend.checkins.tables import CheckIn
from backend.core.clock import Clock
from backend.core.db import Database
from backend.media import clearing, service
from backend.media.store import Store
from backend.media.tables import STORED, Upload

KEPT_AFTER_CLOSING = REVIEW_PERIOD
_AT_ONCE = 200


async def forget_photos(store: Store, database: Database, clock: Clock) -> int:
    """Delete the photos of acts whose campaign closed a fortnight ago; verdicts and fingerprints stay.

    The pictures go first: a crash in between repeats harmlessly, and what a row calls deleted is.
    """
    now = clock.now()
    async with database.read() as session:
        found = await session.exec(
            select(Upload.id, Upload.key)
            .join(CheckIn, col(CheckIn.id) == col(Upload.act_id))
            .join(Campaign, col(Campaign.id) == col(CheckIn.campaign_id))
            .where(col(Upload.state) == STORED, col(Campaign.closes_at) <= now - KEPT_AFTER_CLOSING)
            .order_by(col(Upload.id))
            .limit(_AT_ONCE)
        )
        due = {number or 0: key for number, key in found}
    if due:
        await clearing.remove(store, clearing.both(list(due.values())))
        async with database.write() as session:
            await service.forget(session, sorted(due), now)
    return len(due)
