"""Delete photos when nobody may need them any more, and prove every day that they are gone."""

from datetime import datetime

import structlog
from sqlmodel import col, select

from backend.checkins import retention
from backend.core import jobs
from backend.core.clock import Clock, campaign_day, day_starts_at
from backend.core.db import Database, WriteSession
from backend.core.errors import SHOWN_ZONE
from backend.media import clearing, service
from backend.media.store import Store
from backend.media.tables import DeletionProof

log = structlog.get_logger()

PROOF = "checkins.prove_deletion"
_AT_ONCE = 200


async def forget_photos(store: Store, database: Database, clock: Clock) -> int:
    """Delete the photos of acts whose campaign closed a fortnight ago; verdicts and fingerprints stay.

    The pictures go first: a crash in between repeats harmlessly, and what a row calls deleted is.
    """
    now, gone = clock.now(), 0
    while due := await _due(database, now):
        await clearing.remove(store, clearing.both(list(due.values())))
        async with database.write() as session:
            await service.forget(session, sorted(due), now)
        gone += len(due)
    return gone


async def _due(database: Database, now: datetime) -> dict[int, str]:
    async with database.read() as session:
        return {row.id or 0: row.key for row in await session.exec(retention.over(now).limit(_AT_ONCE))}


async def prove_deletion(store: Store, database: Database, clock: Clock) -> int:
    """Look once a day whether anything is left that should be gone, and keep what was found; return how much was."""
    now = clock.now()
    today = day_starts_at(campaign_day(now, SHOWN_ZONE, 0), SHOWN_ZONE, 0)
    async with database.read() as session:
        if (await session.exec(select(DeletionProof.id).where(col(DeletionProof.made_at) >= today))).first():
            return 0
    found = await retention.look(store, database, now)

    async def work(session: WriteSession, at: datetime) -> None:
        counts = {name: getattr(found, name) for name in ("pictures", "standing", "deleted", "held")}
        left = {"unnamed": len(found.unnamed), "overdue": len(found.overdue)}
        session.add(DeletionProof(made_at=at, **counts, **left))

    ours = await jobs.run_once(database, jobs.Due(PROOF, 0, today, work), now)
    left = len(found.unnamed) + len(found.overdue)
    if ours and left:
        log.error("photos left that should be gone", unnamed=len(found.unnamed), overdue=len(found.overdue))
    return left
