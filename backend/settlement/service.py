"""Carry a campaign to its seal: end its review early, put the result out, seal it."""

from datetime import datetime
from typing import Any

from sqlmodel import col, select

from backend.campaigns import queries as campaigns
from backend.campaigns import settling
from backend.campaigns.queries import Running
from backend.campaigns.tables import (
    CLOSED,
    PROVISIONAL,
    REVIEWED,
    SEALED,
    Campaign,
    CampaignEvent,
    Participation,
    PinnedDocument,
)
from backend.core import db
from backend.core.db import ReadSession, WriteSession, insert_many, insert_new
from backend.core.text import Text
from backend.leaderboards import pins
from backend.messages import service as messages
from backend.settlement import errors, queries, waiting
from backend.settlement.document import Draft
from backend.settlement.tables import Seal, SealedStanding

_ROWS = 5000


class NotDueError(Exception):
    """The campaign does not stand where this step begins any more, or something has been opened meanwhile."""


async def end_review(session: WriteSession, running: Running, by_member: int, reason: str, now: datetime) -> None:
    """End a closed campaign's review before its time, when nothing waits for it.

    A repeat by the same member changes nothing. Raises StepRefused.
    """
    campaign = await locked(session, running.id)
    what = Text("提前结束审核", "end the review")
    if campaign.state != CLOSED:
        if await _did(session, running.id, REVIEWED, by_member):
            return
        reason_why = Text("活动不在审核期", "it is not closed and under review")
        raise errors.StepRefused(campaign=running.rules.title, what=what, reason=reason_why)
    if open_ones := await waiting.for_review(session, campaign, now):
        raise errors.StepRefused(campaign=running.rules.title, what=what, reason=waiting.listed(open_ones))
    await settling.move(session, running.id, CLOSED, REVIEWED, now, by_member=by_member, reason=reason)


async def _did(session: ReadSession, campaign_id: int, what: str, by_member: int) -> bool:
    found = await session.exec(
        select(CampaignEvent.id).where(
            col(CampaignEvent.campaign_id) == campaign_id,
            col(CampaignEvent.what) == what,
            col(CampaignEvent.by_member) == by_member,
        )
    )
    return found.first() is not None


async def close_review(session: WriteSession, campaign_id: int, now: datetime) -> None:
    """Let nobody review a campaign any more: its time is over."""
    if not await settling.move(session, campaign_id, CLOSED, REVIEWED, now):
        raise NotDueError


async def publish(session: WriteSession, campaign_id: int, now: datetime) -> None:
    """Put the provisional result out, and tell who took part until when they may object."""
    campaign = await locked(session, campaign_id)
    if campaign.state != REVIEWED or await waiting.for_result(session, campaign, now):
        raise NotDueError
    await settling.move(session, campaign_id, REVIEWED, PROVISIONAL, now, provisional_at=now)
    await session.refresh(campaign)
    until = queries.shown(campaign.seals_at)
    await _tell(session, campaign_id, "result_out", {"until": until}, now)


async def seal(
    session: WriteSession,
    campaign_id: int,
    draft: Draft,
    *,
    calendar: tuple[str, str],
    openings: waiting.Openings,
    now: datetime,
) -> None:
    """Write a seal down that was drawn up; the boards of the campaign stand still from now on, and a freeze ends.

    `calendar` is the calendar file's hash and text. Raises NotDueError when anything was opened since it was drawn up.
    """
    campaign = await locked(session, campaign_id)
    if campaign.state != PROVISIONAL or await openings.of(session, campaign):
        raise NotDueError
    content_hash, body = calendar
    await insert_new(session, PinnedDocument, {"content_hash": content_hash, "body": body})
    made = Seal(
        campaign_id=campaign_id,
        sealed_at=now,
        digest=draft.digest,
        document=draft.document,
        last_batch=draft.last_batch,
    )
    session.add(made)
    await session.flush()
    for start in range(0, len(draft.standings), _ROWS):
        await insert_many(session, SealedStanding, draft.standings[start : start + _ROWS])
    await pins.pin(session, campaign_id, draft.boards, now, is_seal=True)
    await settling.move(session, campaign_id, PROVISIONAL, SEALED, now, sealed_at=now, seal_digest=draft.digest)
    await _tell(session, campaign_id, "result_sealed", {}, now)


async def _tell(session: WriteSession, campaign_id: int, kind: str, told: dict[str, str], now: datetime) -> None:
    running = await campaigns.one(session, campaign_id)
    assert running is not None, "it has just been moved"
    members = await session.exec(
        select(Participation.member_id).where(
            col(Participation.campaign_id) == campaign_id, col(Participation.left_at).is_(None)
        )
    )
    words: dict[str, Any] = {"campaign": running.rules.title, **told}
    key = f"campaign/{campaign_id}/{kind}"
    await messages.post(session, members, kind, key=key, told=words, campaign_id=campaign_id, now=now)


async def locked(session: WriteSession, campaign_id: int) -> Campaign:
    """Return a campaign's row, and let nobody else move the campaign until the transaction ends."""
    return await db.locked(session, Campaign, campaign_id)
