"""Which badges were earned, which are held, and which their holders chose to show."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import func
from sqlmodel import col, select

from backend.campaigns.queries import Running
from backend.campaigns.tables import SEALED, Participation
from backend.core.db import ReadSession
from backend.core.statements import any_of
from backend.honours.badges import Progress
from backend.honours.tables import EarnedBadge
from backend.identity import queries as identity
from backend.identity.tables import Member, Membership

MOST_NAMES = 50


async def earned(
    session: ReadSession, member_ids: Sequence[int], campaign_ids: Sequence[int]
) -> dict[tuple[int, int, str], EarnedBadge]:
    """Return the badges that these members ever earned in these campaigns, by campaign, member and key."""
    found = await session.exec(
        select(EarnedBadge).where(
            any_of(col(EarnedBadge.member_id), "members"), any_of(col(EarnedBadge.campaign_id), "campaigns")
        ),
        params={"members": list(member_ids), "campaigns": list(campaign_ids)},
    )
    return {(row.campaign_id, row.member_id, row.key): row for row in found}


def holds(own: Running, derived: Progress, row: EarnedBadge | None) -> bool:
    """Tell whether a badge is held: as derived, and once the result is sealed also what was held then."""
    kept = own.campaign.state == SEALED and row is not None and row.lost_at is None
    return derived.held or kept


async def shown(session: ReadSession, campaign_id: int, institution_id: int, day: date) -> dict[str, list[str]]:
    """Return what colleagues chose to show, by badge: the names that boards show, in their order, at most fifty each.

    Only of an institution's members of that day who take part, and only what they hold.
    """
    found = await session.exec(
        select(EarnedBadge.key, Member.name, Member.display_name)
        .join(Member, col(Member.id) == col(EarnedBadge.member_id))
        .join(
            Participation,
            (col(Participation.campaign_id) == col(EarnedBadge.campaign_id))
            & (col(Participation.member_id) == col(EarnedBadge.member_id)),
        )
        .join(Membership, col(Membership.member_id) == col(EarnedBadge.member_id))
        .where(
            col(EarnedBadge.campaign_id) == campaign_id,
            col(EarnedBadge.shown),
            col(EarnedBadge.lost_at).is_(None),
            col(Participation.left_at).is_(None),
            col(Membership.institution_id) == institution_id,
            col(Membership.starts_on) <= day,
            func.coalesce(col(Membership.ends_on), day + timedelta(days=1)) >= day,
        )
    )
    names: dict[str, list[str]] = defaultdict(list)
    for key, name, display_name in found:
        names[key].append(display_name or identity.masked(name))
    return {key: sorted(several)[:MOST_NAMES] for key, several in names.items()}
