"""Sweep what nobody claimed."""

from datetime import timedelta

from sqlmodel import col, select

from backend.core.clock import Clock
from backend.core.db import Database
from backend.media import clearing, service
from backend.media.store import Store
from backend.media.tables import DELETED, Upload

GRACE = timedelta(hours=70)  # an act that waits in a phone's queue may name its photo days later: see grace windows
_AT_ONCE = 200


async def sweep(store: Store, database: Database, clock: Clock) -> int:
    """Remove uploads that no act has claimed in time; return how many.

    The pictures go first: a crash in between repeats harmlessly, and no picture is left that nothing names.
    """
    now = clock.now()
    async with database.read() as session:
        found = await session.exec(
            select(Upload.id, Upload.key)
            .where(col(Upload.expires_at) < now - GRACE, col(Upload.act_id).is_(None), col(Upload.state) != DELETED)
            .order_by(col(Upload.id))
            .limit(_AT_ONCE)
        )
        orphans = {number or 0: key for number, key in found}
    if not orphans:
        return 0
    await clearing.remove(store, list(orphans.values()))
    async with database.write() as session:
        await service.forget(session, sorted(orphans), now)
    return len(orphans)
