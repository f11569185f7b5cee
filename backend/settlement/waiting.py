"""What a campaign still waits for before its next step, in words."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select

from backend.campaigns import restatements
from backend.campaigns.tables import Campaign
from backend.checkins.tables import CheckIn
from backend.core.clock import campaign_day
from backend.core.db import ReadSession
from backend.core.errors import SHOWN_ZONE
from backend.core.text import Text
from backend.custody.tables import CustodyItem
from backend.custody.words import Stage
from backend.review import drawing, jobs
from backend.review.appeals import APPEAL_WITHIN
from backend.review.queries import PROVED
from backend.review.tables import ASKED, OPEN, REFUSED, WAITING, ReviewAppeal, ReviewCase
from backend.settlement.tables import ResultObjection

# After the review: the last refusal may be appealed, and appeals are decided. Those still open then are waited for
# by the seal, while the result is out.
APPEAL_DAYS = APPEAL_WITHIN


async def for_review(session: ReadSession, campaign: Campaign, now: datetime) -> list[Text]:
    """Return why the review cannot end early: an act that will still be drawn, a case, a device to be weighed."""
    found = []
    last_day = campaign_day(campaign.closes_at - timedelta(seconds=1), SHOWN_ZONE, 0)
    if now < drawing.span(last_day)[1] + jobs.AFTER_MIDNIGHT:
        found.append(Text("最后一天的行动还未抽查", "the acts of the last day have not been drawn yet"))
    cases = await _count(
        session,
        select(func.count())
        .select_from(ReviewCase)
        .join(CheckIn, col(CheckIn.id) == col(ReviewCase.act_id))
        .where(
            col(ReviewCase.campaign_id) == campaign.id,
            col(ReviewCase.state).in_((WAITING, ASKED)),
            col(CheckIn.counted),
            col(CheckIn.proof).not_in(PROVED),
        ),
    )
    if cases:
        found.append(Text(f"{cases} 项待审核", f"{cases} cases wait for review"))
    devices = await _count(
        session,
        select(func.count())
        .select_from(CustodyItem)
        .where(
            col(CustodyItem.campaign_id) == campaign.id, col(CustodyItem.stage).in_((Stage.HANDED_OVER, Stage.SEALED))
        ),
    )
    if devices:
        found.append(Text(f"{devices} 件设备待称重", f"{devices} devices wait to be weighed"))
    return found


async def for_result(session: ReadSession, campaign: Campaign, now: datetime) -> list[Text]:
    """Return why the result is not out yet: an open appeal, or a refusal that may still be appealed.

    After `APPEAL_DAYS` it is out whatever is open.
    """
    if now >= campaign.review_ends_at + APPEAL_DAYS:
        return []
    refusals = await _count(
        session,
        select(func.count())
        .select_from(ReviewCase)
        .join(ReviewAppeal, col(ReviewAppeal.case_id) == col(ReviewCase.id), isouter=True)
        .where(
            col(ReviewCase.campaign_id) == campaign.id,
            col(ReviewCase.state) == REFUSED,
            col(ReviewAppeal.id).is_(None),
            col(ReviewCase.decided_at) > now - APPEAL_WITHIN,
        ),
    )
    found = await _appeals(session, campaign)
    if refusals:
        found.append(Text(f"{refusals} 项仍可申诉", f"{refusals} refusals may still be appealed"))
    return found


Waits = Callable[[ReadSession, Campaign], Awaitable[list[Text]]]


@dataclass(frozen=True)
class Openings:
    """Everything that a result is not sealed beside; slices above this one say theirs in `also`."""

    also: tuple[Waits, ...] = ()

    async def of(self, session: ReadSession, campaign: Campaign) -> list[Text]:
        """Return what is open of a campaign."""
        return [one for waits in (_for_seal, *self.also) for one in await waits(session, campaign)]


async def _for_seal(session: ReadSession, campaign: Campaign) -> list[Text]:
    """Return what a result is not sealed beside: an open appeal, an objection, acts that are still to be restated."""
    found = await _appeals(session, campaign)
    objections = await _count(
        session,
        select(func.count())
        .select_from(ResultObjection)
        .where(col(ResultObjection.campaign_id) == campaign.id, col(ResultObjection.answered_at).is_(None)),
    )
    if objections:
        found.append(Text(f"{objections} 项异议待答复", f"{objections} objections wait for an answer"))
    if await restatements.is_restating(session, campaign.id or 0):
        found.append(Text("规则调整尚未重算完毕", "acts are still to be restated by the new rules"))
    return found


async def _appeals(session: ReadSession, campaign: Campaign) -> list[Text]:
    open_ones = await _count(
        session,
        select(func.count())
        .select_from(ReviewAppeal)
        .join(ReviewCase, col(ReviewCase.id) == col(ReviewAppeal.case_id))
        .where(col(ReviewCase.campaign_id) == campaign.id, col(ReviewAppeal.state) == OPEN),
    )
    return [Text(f"{open_ones} 项申诉待处理", f"{open_ones} appeals are open")] if open_ones else []


async def _count(session: ReadSession, statement: Any) -> int:
    return int((await session.exec(statement)).one())


def listed(reasons: Sequence[Text]) -> Text:
    """Join reasons into one sentence."""
    return Text("；".join(one.zh for one in reasons), "; ".join(one.en for one in reasons))
