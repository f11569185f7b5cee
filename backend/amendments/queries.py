"""Read changes of rules, adjustments and objections, and where they lie."""

from collections.abc import Collection, Sequence

from sqlmodel import col, select

from backend.amendments.tables import PROPOSED, Adjustment, Amendment, Objection
from backend.campaigns.tables import Campaign
from backend.core.db import ReadSession
from backend.identity.tables import Institution, Member
from backend.points.tables import CampaignBudget

PAGE = 50


async def amendments(session: ReadSession, campaign_id: int, before: int | None) -> Sequence[Amendment]:
    """Return a page (and one more) of the changes of a campaign's rules, newest first."""
    statement = select(Amendment).where(col(Amendment.campaign_id) == campaign_id)
    if before is not None:
        statement = statement.where(col(Amendment.id) < before)
    return (await session.exec(statement.order_by(col(Amendment.id).desc()).limit(PAGE + 1))).all()


async def amendment(session: ReadSession, amendment_id: int) -> tuple[Amendment, str] | None:
    """Return a change with the path of the institution whose campaign it is, or None."""
    found = await session.exec(
        select(Amendment, Institution.path)
        .join(Campaign, col(Campaign.id) == col(Amendment.campaign_id))
        .join(Institution, col(Institution.id) == col(Campaign.institution_id))
        .where(col(Amendment.id) == amendment_id)
    )
    return found.first()


async def adjustments(session: ReadSession, path: str, campaign_id: int, before: int | None) -> Sequence[Adjustment]:
    """Return a page (and one more) of what was adjusted in a campaign for members of a part of the tree."""
    statement = (
        select(Adjustment)
        .join(Institution, col(Institution.id) == col(Adjustment.institution_id))
        .where(col(Adjustment.campaign_id) == campaign_id, col(Institution.path).startswith(path))
    )
    if before is not None:
        statement = statement.where(col(Adjustment.id) < before)
    return (await session.exec(statement.order_by(col(Adjustment.id).desc()).limit(PAGE + 1))).all()


async def adjustment(session: ReadSession, adjustment_id: int) -> tuple[Adjustment, str] | None:
    """Return an adjustment with the path of its member's institution, or None."""
    found = await session.exec(
        select(Adjustment, Institution.path)
        .join(Institution, col(Institution.id) == col(Adjustment.institution_id))
        .where(col(Adjustment.id) == adjustment_id)
    )
    return found.first()


async def objections(session: ReadSession, institution_id: int) -> Sequence[Objection]:
    """Return the objections that wait for an institution's staff, the oldest first."""
    found = await session.exec(
        select(Objection)
        .where(col(Objection.institution_id) == institution_id, col(Objection.state) == PROPOSED)
        .order_by(col(Objection.id))
        .limit(PAGE)
    )
    return found.all()


async def objection(session: ReadSession, objection_id: int) -> tuple[Objection, str] | None:
    """Return an objection with the path of the institution where it is decided, or None."""
    found = await session.exec(
        select(Objection, Institution.path)
        .join(Institution, col(Institution.id) == col(Objection.institution_id))
        .where(col(Objection.id) == objection_id)
    )
    return found.first()


async def own_objections(session: ReadSession, member_id: int) -> Sequence[Objection]:
    """Return a member's newest objections."""
    found = await session.exec(
        select(Objection).where(col(Objection.member_id) == member_id).order_by(col(Objection.id).desc()).limit(PAGE)
    )
    return found.all()


async def names(session: ReadSession, member_ids: Collection[int | None]) -> dict[int | None, str]:
    """Return the names of these members, for who manages them."""
    found = await session.exec(select(Member.id, Member.name).where(col(Member.id).in_(member_ids)))
    return dict(found.all())


async def issued(session: ReadSession, campaign_id: int) -> int | None:
    """Return what a campaign with a budget has issued, or None where it has none."""
    row = await session.get(CampaignBudget, campaign_id)
    return row.issued if row else None
