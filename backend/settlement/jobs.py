"""Take campaigns on from closing to the seal when each step is due, or late in the right order after nights off."""

import hashlib
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

from backend.campaigns import queries as campaigns
from backend.campaigns.tables import CLOSED, PROVISIONAL, REVIEWED, Campaign
from backend.core import jobs
from backend.core.clock import Clock
from backend.core.db import Database, ReadSession, WriteSession
from backend.settlement import document, queries, service, waiting

REVIEW, PUBLISH, SEAL = "settlement.review", "settlement.publish", "settlement.seal"
Work = Callable[[WriteSession, datetime], Awaitable[None]]


async def settle(calendar_file: Path, database: Database, clock: Clock) -> int:
    """Take every campaign that is due one step further, or several; return how many steps were ours."""
    now = clock.now()  # one instant for all steps: a clock that jumps in between must not take them out of order
    steps = 0
    for campaign in await _in_state(database, CLOSED):
        if campaign.review_ends_at <= now:
            steps += await _close_review(database, campaign, now)
    for campaign in await _in_state(database, REVIEWED):
        steps += await _publish(database, campaign, now)
    for campaign in await _in_state(database, PROVISIONAL):
        if campaign.seals_at <= now:
            steps += await _seal(database, campaign, calendar_file, now)
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


async def _seal(database: Database, campaign: Campaign, calendar_file: Path, now: datetime) -> bool:
    # Drawing up takes seconds and changes nothing; what writes is short. Two workers may draw up, one seals.
    number = campaign.id or 0
    calendar = _pinned(calendar_file)
    async with document.reading(database) as (session, last_batch):
        if await _is_open(session, campaign):
            return False
        running = await campaigns.one(session, number)
        assert running is not None, "it has just been read"
        draft = await document.draw_up(session, running, calendar[0], last_batch)

    async def work(session: WriteSession, at: datetime) -> None:
        await service.seal(session, number, draft, calendar, at)

    return await _once(database, jobs.Due(SEAL, number, campaign.seals_at, work), now)


def _pinned(calendar_file: Path) -> tuple[str, str]:
    """Return the calendar's content hash and text, as it stands on the day of the seal."""
    body = calendar_file.read_text(encoding="utf-8")
    return hashlib.sha256(body.encode()).hexdigest(), body


async def _is_open(session: ReadSession, campaign: Campaign) -> bool:
    return bool(await waiting.for_seal(session, campaign))


async def _once(database: Database, due: jobs.Due, now: datetime) -> bool:
    try:
        return await jobs.run_once(database, due, now)
    except service.NotDueError:  # somebody was faster, or opened something: the claim is taken back with the rest
        return False
