"""Whom a campaign concerns: who is told of its changes, and who still sees it after it was cancelled."""

from datetime import date

from sqlalchemy import bindparam
from sqlmodel import col, select

from backend.campaigns import queries
from backend.campaigns.queries import Running
from backend.campaigns.tables import CANCELLED, Campaign, Participation
from backend.core.db import ReadSession
from backend.identity.tables import Institution, Membership
from backend.identity.tree import paths_above

_PATH_OF = (
    select(Institution.path)
    .join(Campaign, col(Campaign.institution_id) == col(Institution.id))
    .where(col(Campaign.id) == bindparam("campaign"))
)


async def participants(session: ReadSession, campaign_id: int, day: date) -> list[int]:
    """Return who takes part in a campaign and is on a roster that it covers on a day."""
    covered = (await session.exec(_PATH_OF, params={"campaign": campaign_id})).one()
    found = await session.exec(
        select(Participation.member_id)
        .join(Membership, col(Membership.member_id) == col(Participation.member_id))
        .join(Institution, col(Institution.id) == col(Membership.institution_id))
        .where(
            col(Participation.campaign_id) == campaign_id,
            col(Participation.left_at).is_(None),
            col(Membership.starts_on) <= day,
            col(Membership.ends_on).is_(None) | (col(Membership.ends_on) >= day),
            col(Institution.path).startswith(covered),
        )
        .distinct()
    )
    return list(found)


async def called_off(session: ReadSession, path: str, member_id: int, today: date) -> list[Running]:
    """Return the cancelled campaigns that a member of an institution had joined and whose days are not over."""
    found = await session.exec(
        select(Campaign.id)
        .join(Institution, col(Institution.id) == col(Campaign.institution_id))
        .join(Participation, col(Participation.campaign_id) == col(Campaign.id))
        .where(
            col(Institution.path).in_(paths_above(path)),
            col(Campaign.state) == CANCELLED,
            col(Campaign.ends_on) >= today,
            col(Participation.member_id) == member_id,
            col(Participation.left_at).is_(None),
        )
        .order_by(col(Campaign.opens_at), col(Campaign.id))
    )
    ids = [campaign_id for campaign_id in found if campaign_id is not None]
    rules = await queries.running(session, ids)
    return [rules[campaign_id] for campaign_id in ids]
