"""Carry what was agreed to the members, some at a time: tell them, and restate what they earned.

Each step locks its members first, then the amendment, and moves its mark in the same transaction: whoever dies leaves
nothing half done, and of several workers one moves the mark. Who recorded by the older rules while the change was being
committed held their lock; so everybody is looked at once more after a while longer than any transaction.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import col, select, update

from backend.amendments.tables import AGREED, Amendment
from backend.amendments.words import joined, told_changes
from backend.campaigns import queries
from backend.campaigns.queries import Running
from backend.campaigns.tables import SEALED, CampaignRule, Participation
from backend.checkins import desk as desks
from backend.checkins import restating
from backend.core.db import ReadSession, WriteSession, locked
from backend.messages import service as messages

MEMBERS = 20  # at a time: their locks are held until all of them are done
AGAIN_AFTER = timedelta(minutes=15)
PASSES = 2


async def unfinished(session: ReadSession, now: datetime) -> Sequence[Amendment]:
    """Return what was agreed to and has to be carried on now, the oldest first."""
    found = await session.exec(
        select(Amendment)
        .where(col(Amendment.state) == AGREED, col(Amendment.finished_at).is_(None))
        .order_by(col(Amendment.id))
    )
    return [one for one in found if not one.passes or _again_at(one) <= now]


def _again_at(amendment: Amendment) -> datetime:
    assert amendment.decided_at is not None, "it was agreed to"
    return amendment.decided_at + AGAIN_AFTER


async def step(session: WriteSession, seen: Amendment, now: datetime) -> None:
    """Carry an amendment, as it was `seen`, to the next members; do nothing if somebody else has meanwhile."""
    found = await session.exec(
        select(Participation.member_id)
        .where(
            col(Participation.campaign_id) == seen.campaign_id,
            col(Participation.member_id) > seen.reached_member,
        )
        .order_by(col(Participation.member_id))
        .limit(MEMBERS)
    )
    members = list(found)
    await desks.lock_members(session, members)
    amendment = await locked(session, Amendment, seen.id)
    if (amendment.reached_member, amendment.passes, amendment.finished_at) != (seen.reached_member, seen.passes, None):
        return
    if not members:
        await _passed(session, amendment, now)
        return
    running = await queries.one(session, amendment.campaign_id)
    assert running is not None, "an amendment belongs to a campaign"
    # A cancelled campaign too: what two people agreed to before holds, and what was earned stays.
    if amendment.restates and running.campaign.state != SEALED:
        await restating.restate(session, running, members, now)
    await _tell(session, amendment, running, members, now)
    amendment.reached_member = members[-1]
    session.add(amendment)


async def _passed(session: WriteSession, amendment: Amendment, now: datetime) -> None:
    """Note that everybody has been looked at; after the second time all is done."""
    amendment.passes, amendment.reached_member = amendment.passes + 1, 0
    if amendment.passes >= PASSES or not amendment.restates:
        amendment.finished_at = now
        await session.exec(
            update(CampaignRule)
            .where(
                col(CampaignRule.campaign_id) == amendment.campaign_id,
                col(CampaignRule.version) == amendment.version,
            )
            .values(restated_at=now)
        )
    session.add(amendment)


async def _tell(
    session: WriteSession, amendment: Amendment, running: Running, members: Sequence[int], now: datetime
) -> None:
    here = await queries.joined(session, [amendment.campaign_id], members)
    await messages.post(
        session,
        [member_id for _, member_id in here],
        "rules_changed",
        key=f"campaign/{amendment.campaign_id}/rules/{amendment.version}",
        told={
            "campaign": running.rules.title,
            "from_day": amendment.from_day.isoformat(),
            "what": joined(told_changes(amendment.told)),
            "reason": amendment.reason,
        },
        campaign_id=amendment.campaign_id,
        now=now,
    )
