"""What surrounds a campaign's figures: its rules by version, who joined and left, photos deleted, complaints."""

from sqlalchemy import func
from sqlalchemy import select as columns
from sqlmodel import col, select

from backend.campaigns.tables import Campaign, CampaignRule, Participation
from backend.complaints import queries as filed
from backend.core.db import ReadSession
from backend.identity.tables import Membership
from backend.media.tables import DeletionProof
from backend.reports.figures import Complaints, Deletion, RuleVersion, Scope, Willing


async def rules(session: ReadSession, campaign: Campaign) -> tuple[RuleVersion, ...]:
    """Return the versions of a campaign's rules, the first one first."""
    found = await session.exec(
        select(CampaignRule).where(col(CampaignRule.campaign_id) == campaign.id).order_by(col(CampaignRule.version))
    )
    first = RuleVersion(1, campaign.starts_on, campaign.theme_hash, campaign.factors_hash, restates=False, reason=None)
    changes = (
        RuleVersion(one.version, one.applies_from, one.theme_hash, one.factors_hash, one.restates, one.reason)
        for one in found
    )
    return first, *changes


async def willing(session: ReadSession, scope: Scope, threshold: int) -> Willing:
    """Return how many joined and how many left again."""
    statement = columns(func.count(), func.count(col(Participation.left_at))).where(
        col(Participation.campaign_id) == scope.running.id
    )
    if scope.institution_id is not None:
        campaign = scope.running.campaign
        own = columns(col(Membership.member_id)).where(
            col(Membership.institution_id) == scope.institution_id,
            col(Membership.starts_on) <= campaign.ends_on,
            func.coalesce(col(Membership.ends_on), campaign.ends_on) >= campaign.starts_on,
        )
        statement = statement.where(col(Participation.member_id).in_(own))
    joined, left = (await (await session.connection()).execute(statement)).one()
    return Willing(*(count if count >= threshold or not count else None for count in (joined, left)))


async def deletion(session: ReadSession) -> Deletion | None:
    """Return what the last look at stored photos found, None before the first."""
    found = await session.exec(select(DeletionProof).order_by(col(DeletionProof.id).desc()).limit(1))
    row = found.first()
    return Deletion(row.made_at, row.standing, row.deleted, row.overdue) if row else None


async def complaints(session: ReadSession, scope: Scope) -> Complaints:
    """Return how many complaints and suggestions there were of a campaign, and how many of them were answered."""
    counted = await filed.counts(session, scope.running.id, scope.institution_id)
    return Complaints(counted.filed, counted.answered)
