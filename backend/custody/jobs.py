"""Release the bookings that nobody has kept, so that a device may be booked again."""

from datetime import datetime

from sqlmodel import col, select

from backend.campaigns.tables import CANCELLED, PROVISIONAL, REVIEWED, SEALED, Campaign
from backend.core.clock import Clock
from backend.core.db import Database
from backend.custody import chain
from backend.custody.tables import CustodyItem, CustodyStep
from backend.custody.words import Stage

_AT_ONCE = 200
_TAKES_NO_MORE = (CANCELLED, REVIEWED, PROVISIONAL, SEALED)
_NOBODY = "released"


async def release_bookings(database: Database, clock: Clock) -> int:
    """Cancel what is still only booked when a campaign's review is over, or the campaign itself is cancelled.

    Return how many bookings that were.

    Each is looked at again under its lock: a second worker, or a run after a crash, finds it done.
    """
    now, released = clock.now(), 0
    while (some := await _release(database, now)) == _AT_ONCE:  # a whole drive's bookings fall due at one instant
        released += some
    return released + some


async def _release(database: Database, now: datetime) -> int:
    released = 0
    async with database.write() as session:
        found = await session.exec(
            select(CustodyItem)
            .join(Campaign, col(Campaign.id) == col(CustodyItem.campaign_id))
            .where(
                col(CustodyItem.stage) == Stage.BOOKED,
                col(Campaign.state).in_(_TAKES_NO_MORE),
            )
            .order_by(col(CustodyItem.id))
            .limit(_AT_ONCE)
            .with_for_update(of=CustodyItem)
        )
        for item in found.all():
            step = CustodyStep(
                item_id=item.id or 0,
                stage=Stage.CANCELLED.value,
                at=now,
                request_id=_NOBODY,
                details="",
                previous="",
                hash="",
            )
            await chain.append(session, item, step, {})
            released += 1
    return released
