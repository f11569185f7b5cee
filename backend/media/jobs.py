"""Sweep what nobody claimed, and what nothing names."""

from datetime import timedelta

from backend.core.clock import Clock
from backend.core.db import Database
from backend.media import clearing, queries, service
from backend.media.store import Store

GRACE = timedelta(hours=70)  # an act that waits in a phone's queue may name its photo days later: see grace windows


async def sweep(store: Store, database: Database, clock: Clock) -> int:
    """Remove uploads that no act has claimed in time, and pictures that no upload names; return how many.

    1. Under the lock of claims they are let go: an act may claim a photo until then and not after it. 2. Their pictures
    are deleted, with whatever else nothing names. 3. Only then a row says that its picture is gone. A crash or a store
    that is down leaves the rest to the next sweep.
    """
    now = clock.now()
    async with database.write() as session:
        await service.lock_claims(session)
        await service.let_go(session, now - GRACE)
    async with database.read() as session:
        leaving = await queries.leaving(session)
    unnamed = await clearing.leftovers(store, database)
    await clearing.remove(store, unnamed)
    async with database.write() as session:
        await service.forget(session, leaving, now)
    return max(len(leaving), len({name.split("/")[0] for name in unnamed}))
