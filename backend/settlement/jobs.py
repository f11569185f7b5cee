"""Take campaigns on from closing to the seal when each step is due, or late in the right order after nights off."""

import hashlib
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from weakref import WeakKeyDictionary

import structlog

from backend.campaigns import queries as campaigns
from backend.campaigns.tables import CLOSED, PROVISIONAL, REVIEWED, Campaign
from backend.core import jobs
from backend.core.clock import Clock
from backend.core.db import Database, WriteSession
from backend.settlement import document, queries, service, waiting
from backend.settlement.document import Draft
from backend.settlement.entries import NotInOrderError
from backend.settlement.waiting import Openings

log = structlog.get_logger()

# A result that cannot be sealed is not drawn up again at each tick: that takes seconds, and holds up who records.
RESTS = timedelta(minutes=10)
_rests_until: WeakKeyDictionary[Database, dict[int, datetime]] = WeakKeyDictionary()

REVIEW, PUBLISH, SEAL = "settlement.review", "settlement.publish", "settlement.seal"
Work = Callable[[WriteSession, datetime], Awaitable[None]]


async def settle(calendar_file: Path, openings: Openings, database: Database, clock: Clock) -> int:
    """Take every campaign that is due one step further, or several; return how many steps were ours.

    A result that cannot be sealed, because acts and ledger disagree, is logged, and holds up no other.
    """
    now = clock.now()  # one instant for all steps: a clock that jumps in between must not take them out of order
    steps = 0
    for campaign in await _in_state(database, CLOSED):
        if campaign.review_ends_at <= now:
            steps += await _close_review(database, campaign, now)
    for campaign in await _in_state(database, REVIEWED):
        steps += await _publish(database, campaign, now)
    for campaign in await _in_state(database, PROVISIONAL):
        if campaign.seals_at <= now:
            steps += await _seal(database, campaign, (calendar_file, openings), now)
    return steps


async def _in_state(database: Database, state: str) -> list[Campaign]:
    async with database.read() as session:
        return await queries.in_state(session, state)


async def _close_review(database: Database, campaign: Campaign, now: datetime) -> bool:
    async def work(session: WriteSession, at: datetime) -> None:
        await service.close_review(session, campaign.id or 0, at)

    return await _once(database, jobs.Due(REVIEW, campaign.id or 0, campaign.review_ends_at, work), now)


async def _publish(database: Database, campaign: Campaign, now: datetime) -> bool:
    async with database.read() as session:
        if await waiting.for_result(session, campaign, now):
            return False

    async def work(session: WriteSession, at: datetime) -> None:
        await service.publish(session, campaign.id or 0, at)

    return await _once(database, jobs.Due(PUBLISH, campaign.id or 0, campaign.review_ends_at, work), now)


async def _seal(database: Database, campaign: Campaign, given: tuple[Path, Openings], now: datetime) -> bool:
    number, (calendar_file, openings) = campaign.id or 0, given
    resting = _rests_until.setdefault(database, {})
    until = resting.get(number)
    if until is not None and now < until <= now + RESTS:  # not longer, should the clock be set back
        return False
    async with database.read() as session:
        if await openings.of(session, campaign):
            return False
    calendar = _pinned(calendar_file)
    # Drawing up takes seconds and changes nothing; what writes is short. Two workers may draw up, one seals.
    try:
        draft = await _drawn_up(database, number, calendar[0])
    except NotInOrderError as fault:
        log.warning("a result cannot be sealed: run `verify`", campaign=number, fault=str(fault))
        resting[number] = now + RESTS
        return False

    async def work(session: WriteSession, at: datetime) -> None:
        await service.seal(session, number, draft, calendar=calendar, openings=openings, now=at)

    return await _once(database, jobs.Due(SEAL, number, campaign.seals_at, work), now)


async def _drawn_up(database: Database, campaign_id: int, calendar_hash: str) -> Draft:
    async with document.reading(database) as (session, last_batch):
        running = await campaigns.one(session, campaign_id)
        assert running is not None, "it has just been read"
        return await document.draw_up(session, running, calendar_hash, last_batch)


def _pinned(calendar_file: Path) -> tuple[str, str]:
    """Return the calendar's content hash and text, as it stands on the day of the seal."""
    body = calendar_file.read_text(encoding="utf-8")
    return hashlib.sha256(body.encode()).hexdigest(), body


async def _once(database: Database, due: jobs.Due, now: datetime) -> bool:
    try:
        return await jobs.run_once(database, due, now)
    except service.NotDueError:  # somebody was faster, or opened something: the claim is taken back with the rest
        return False
