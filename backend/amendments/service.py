"""Propose a change of rules, and agree to it as another person."""

import json
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select, update

from backend.amendments import errors, foresight, proposals, receipts
from backend.amendments.changes import Change
from backend.amendments.figures import Figures, Preview
from backend.amendments.foresight import Foreseen, Proposal
from backend.amendments.receipts import Done
from backend.amendments.tables import AGREED, PROPOSED, Amendment
from backend.campaigns import queries, trail
from backend.campaigns import service as campaigns
from backend.campaigns.tables import Campaign, CampaignRule
from backend.campaigns.themes import Theme
from backend.carbon.factors import FactorSet
from backend.core.db import ReadSession, WriteSession, locked
from backend.core.receipts import Order
from backend.core.text import Text


async def propose(session: WriteSession, order: Order, proposal: Proposal, foreseen: Foreseen, now: datetime) -> Done:
    """Keep a change with what it would do, for another person to agree to; raises AmendmentOpen, RequestReused."""
    if (known := await receipts.earlier(session, order)) is not None:
        return known
    await proposals.expire(session, now)
    newest = foreseen.newest
    campaign = await locked(session, Campaign, proposal.campaign_id, key_share=True)
    if campaign.rule_version != newest.version - 1 or await _under_way(session, proposal.campaign_id):
        raise errors.AmendmentOpen
    made = Amendment(
        campaign_id=proposal.campaign_id,
        base_version=campaign.rule_version,
        from_day=proposal.from_day,
        restates=proposal.restates,
        reason=newest.reason,
        theme_body=newest.rules.theme.to_json(),
        factors_body=newest.rules.factors.to_json(),
        told=json.dumps([[one.zh, one.en] for one in foreseen.told], ensure_ascii=False),
        figures=foreseen.preview.figures.to_json(),
        basis=foreseen.preview.basis,
        figured_at=now,
        state=PROPOSED,
        proposed_by=order.by_member,
        proposed_at=now,
    )
    try:
        async with session.begin_nested():
            session.add(made)
    except IntegrityError:
        raise errors.AmendmentOpen from None
    return receipts.keep(session, order, made.id, PROPOSED, now)


async def _under_way(session: ReadSession, campaign_id: int) -> bool:
    """Tell whether a change is still on its first way through the members."""
    found = await session.exec(
        select(Amendment.id).where(
            col(Amendment.campaign_id) == campaign_id, col(Amendment.state) == AGREED, col(Amendment.passes) == 0
        )
    )
    return found.first() is not None


async def refresh(session: WriteSession, amendment_id: int, preview: Preview, now: datetime) -> None:
    """Keep newer figures with a proposal, so that the next look shows them."""
    await session.exec(
        update(Amendment)
        .where(col(Amendment.id) == amendment_id, col(Amendment.state) == PROPOSED)
        .values(figures=preview.figures.to_json(), basis=preview.basis, figured_at=now)
    )


async def agree(session: WriteSession, order: Order, amendment_id: int, basis: str, now: datetime) -> Done:
    """Let a change hold, as another person than who proposed it, having seen the figures that `basis` names.

    The job carries it to the members. Raises ProposalClosed, AnotherPersonNeeded, ResultStands, FiguresChanged,
    BudgetExceeded, InvalidValue for a day that has passed, RequestReused.
    """
    if (known := await receipts.earlier(session, order)) is not None:
        return known
    amendment = await proposals.waiting(session, Amendment, amendment_id, now)
    proposals.refuse_own(amendment, order.by_member)
    campaign = await locked(session, Campaign, amendment.campaign_id, key_share=True)
    running = await queries.one(session, amendment.campaign_id)
    assert running is not None
    foresight.refuse_standing(running)
    foresight.check_day(running, _as_proposed(amendment), now)
    if basis != amendment.basis or campaign.rule_version != amendment.base_version:
        raise errors.FiguresChanged(changes=Text("测算已更新", "they have been computed anew"))
    seen = Figures.from_json(amendment.figures)
    await foresight.within_budget(session, running, seen.points_up)
    await _hold(session, campaign, amendment, order.by_member, now)
    return receipts.keep(session, order, amendment.id, AGREED, now)


def _as_proposed(amendment: Amendment) -> Proposal:
    return Proposal(amendment.campaign_id, Change(), amendment.from_day, amendment.restates, amendment.reason)


async def _hold(session: WriteSession, campaign: Campaign, amendment: Amendment, by_member: int, now: datetime) -> None:
    theme, factors = Theme.from_json(amendment.theme_body), FactorSet.from_json(amendment.factors_body)
    await campaigns.pin(session, theme.content_hash, amendment.theme_body)
    await campaigns.pin(session, factors.content_hash, amendment.factors_body)
    version = amendment.base_version + 1
    session.add(
        CampaignRule(
            campaign_id=amendment.campaign_id,
            version=version,
            applies_from=amendment.from_day,
            theme_hash=theme.content_hash,
            factors_hash=factors.content_hash,
            restates=amendment.restates,
            reason=amendment.reason,
            proposed_by=amendment.proposed_by,
            agreed_by=by_member,
            made_at=now,
        )
    )
    campaign.rule_version = version
    details = {
        "version": version,
        "from_day": str(amendment.from_day),
        "restates": amendment.restates,
        "proposed_by": amendment.proposed_by,
    }
    trail.change(session, campaign, "rules", now, by_member=by_member, reason=amendment.reason, details=details)
    amendment.state, amendment.version = AGREED, version
    amendment.decided_by, amendment.decided_at = by_member, now
    session.add(amendment)
    await session.flush()
