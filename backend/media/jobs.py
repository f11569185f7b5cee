"""Ask the platform about photos; sweep what nobody claimed, and what nothing names."""

import asyncio

from backend.core.clock import Clock
from backend.core.db import Database
from backend.media import asking, clearing, moderation, queries, service
from backend.media.asking import Platform
from backend.media.store import Store

_ASKED_AT_ONCE, _TURNS = 8, 10  # a long queue must not hold up a worker's other work
_EXPIRED_AT_ONCE = 200


async def ask_the_platform(platform: Platform, database: Database, clock: Clock) -> int:
    """Ask about every photo that waits, and follow up the questions that stay open; return how many there were.

    1. Is anything due? Most ticks end here. 2. Follow up what is overdue. 3. Claim a few, ask, note; repeat.
    Several workers share the photos: each is claimed by one. See `moderation` for what becomes of them.
    """
    async with database.read() as session:
        if not await moderation.something_is_due(session, clock.now()):
            return 0
    done = 0
    async with database.write() as session:
        done += await moderation.expire(session, clock.now(), _EXPIRED_AT_ONCE, asks=platform.is_reachable)
    for _ in range(_TURNS):
        if platform.is_resting(clock.now()):
            break
        async with database.write() as session:
            claimed = await moderation.claim(session, clock.now(), _ASKED_AT_ONCE)
        if not claimed:
            break
        known = await asking.openids(platform, database, {one.member_id for one in claimed})
        openids = known if platform.is_reachable else {}
        asked = (asking.ask(platform, database, clock, one, openids.get(one.member_id)) for one in claimed)
        # Each is let come to its end: a question that is asked and not noted is lost.
        for outcome in await asyncio.gather(*asked, return_exceptions=True):
            if isinstance(outcome, BaseException):
                raise outcome
        done += len(claimed)
    return done


async def sweep(store: Store, database: Database, clock: Clock) -> int:
    """Remove uploads that no act has claimed in time, and pictures that no upload names; return how many.

    1. Under the lock of claims they are let go: an act may claim a photo until then and not after it. 2. Their pictures
    are deleted, with whatever else nothing names. 3. Only then a row says that its picture is gone. A crash or a store
    that is down leaves the rest to the next sweep.
    """
    now = clock.now()
    async with database.write() as session:
        await service.lock_claims(session)
        await service.let_go(session, now - clearing.UNCLAIMED_FOR)
        await moderation.forget_unknown(session, now)
    async with database.read() as session:
        leaving = await queries.leaving(session)
    unnamed = await clearing.leftovers(store, database)
    await clearing.remove(store, unnamed)
    async with database.write() as session:
        await service.forget(session, leaving, now)
    return max(len(leaving), len({name.split("/")[0] for name in unnamed}))
