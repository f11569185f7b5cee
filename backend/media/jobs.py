"""Sweep what nobody claimed, and what nothing names."""

from datetime import timedelta

from backend.core.clock import Clock
from backend.core.db import Database
from backend.media import clearing, service
from backend.media.store import Store

GRACE = timedelta(hours=70)  # an act that waits in a phone's queue may name its photo days later: see grace windows


async def sweep(store: Store, database: Database, clock: Clock) -> int:
    """Remove uploads that no act has claimed in time, and pictures that no upload names; return how many.

    The row goes first, under the lock of claims: an act may claim a photo until then and not after it. A crash
    before its pictures are gone leaves pictures that nothing names, which the next sweep removes.
    """
    now = clock.now()
    async with database.write() as session:
        await service.lock_claims(session)
        orphans = await service.forget_unclaimed(session, now - GRACE, now)
    unnamed = await clearing.leftovers(store, database)
    await clearing.remove(store, unnamed)
    return max(len(orphans), len({name.split("/")[0] for name in unnamed}))
