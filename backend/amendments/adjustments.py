"""Give a member points, or take some, by hand: two people, neither of them the member, and a reason that they read.

It is possible after the seal too: then the sealed result stands, and the adjustment shows beside it.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import col, select

from backend.amendments import errors, foresight, proposals, receipts
from backend.amendments.receipts import Done
from backend.amendments.tables import AGREED, PROPOSED, Adjustment
from backend.amendments.words import STANDS, clean
from backend.campaigns import queries
from backend.campaigns.queries import Running
from backend.campaigns.tables import CANCELLED, Participation
from backend.checkins import desk as desks
from backend.core.db import ReadSession, WriteSession
from backend.core.errors import InvalidValue, NotFound
from backend.core.receipts import Order
from backend.core.text import Text
from backend.identity import queries as identity
from backend.identity.queries import Place
from backend.messages import service as messages
from backend.points import queries as points_queries
from backend.points import service as ledger
from backend.points.accounts import AccountKind, account
from backend.points.explain import AdjustmentTerms
from backend.points.tables import POINTS

MOST_POINTS = 1000  # of one adjustment: what is larger is no slip, and two people would not see that it is none
PROOF = "adjustment"


@dataclass(frozen=True)
class Wanted:
    """What somebody proposes for a member."""

    campaign_id: int
    member_id: int
    points: int
    reason: str


async def propose(session: WriteSession, order: Order, wanted: Wanted, now: datetime) -> Done:
    """Keep an adjustment for another person to agree to.

    Raises AnotherPersonNeeded for one's own points, ResultStands, InvalidValue, BudgetExceeded, RequestReused.
    """
    if (known := await receipts.earlier(session, order, wanted.member_id)) is not None:
        return known
    if order.by_member == wanted.member_id:
        raise errors.AnotherPersonNeeded
    reason = clean(wanted.reason, "reason")
    if not 1 <= abs(wanted.points) <= MOST_POINTS:
        limits = Text(f"须为 1 至 {MOST_POINTS}（可为负）", f"it is 1 to {MOST_POINTS}, or as many less")
        raise InvalidValue(field="points", reason=limits)
    running = await _campaign(session, wanted.campaign_id)
    day = day_of(running, now)
    place = await place_in(session, running, wanted.member_id, day)
    await _check_taken(session, running, wanted.member_id, wanted.points)
    await foresight.within_budget(session, running, wanted.points)
    made = Adjustment(
        campaign_id=wanted.campaign_id,
        member_id=wanted.member_id,
        institution_id=place.institution_id,
        department_id=place.department_id,
        day=day,
        points=wanted.points,
        reason=reason,
        state=PROPOSED,
        proposed_by=order.by_member,
        proposed_at=now,
    )
    session.add(made)
    await session.flush()
    return receipts.keep(session, order, made.id, PROPOSED, now)


async def _campaign(session: ReadSession, campaign_id: int) -> Running:
    running = await queries.one(session, campaign_id)
    if running is None:
        raise NotFound(what=Text("活动", "campaign"))
    if running.campaign.state == CANCELLED:
        raise errors.ResultStands(campaign=running.rules.title, state=STANDS[CANCELLED])
    return running


def day_of(running: Running, now: datetime) -> date:
    """Return the campaign day on which an adjustment counts: today, or the nearest day of the campaign."""
    campaign = running.campaign
    return min(max(running.today(now), campaign.starts_on), campaign.ends_on)


async def place_in(session: ReadSession, running: Running, member_id: int, day: date) -> Place:
    """Return where a member belonged in a campaign on a day; raises NotFound."""
    place = await identity.place_of(session, member_id, day)
    # Points are for who has chosen to take part, whoever means well.
    if await session.get(Participation, (running.id, member_id)) is None:
        place = None
    if place is None or not place.institution_path.startswith(running.path):
        raise NotFound(what=Text("参加本活动的人员", "somebody of this campaign"))
    return place


async def _check_taken(session: ReadSession, running: Running, member_id: int, points: int) -> None:
    """Refuse to take more than the member has earned in the campaign."""
    if points < 0:
        earned = await points_queries.earned(session, member_id, running.id)
        if earned + points < 0:
            reason = Text(f"该成员在本活动中只有 {earned} 分", f"the member has {earned} points in this campaign")
            raise InvalidValue(field="points", reason=reason)


async def agree(session: WriteSession, order: Order, adjustment_id: int, now: datetime) -> Done:
    """Let an adjustment count, as a person who neither proposed it nor is its member; tell the member.

    Raises ProposalClosed, AnotherPersonNeeded, ResultStands, InvalidValue, BudgetExceeded, RequestReused.
    """
    member_id = await _member_of(session, adjustment_id)
    if (known := await receipts.earlier(session, order, member_id)) is not None:
        return known
    one = await proposals.waiting(session, Adjustment, adjustment_id, now)
    proposals.refuse_own(one, order.by_member)
    running = await _campaign(session, one.campaign_id)
    await _check_taken(session, running, one.member_id, one.points)
    # Whoever else issues of this campaign waits from here on: two may not both spend what is left.
    left = await desks.hold_budgets(session, [running], now)
    foresight.check_left(running, one.points, left.get(running.id))
    await _move(session, running, one, order.by_member, now)
    one.state, one.decided_by, one.decided_at = AGREED, order.by_member, now
    session.add(one)
    await messages.post(
        session,
        [one.member_id],
        "points_adjusted",
        key=f"adjustment/{one.id}",
        told={"campaign": running.rules.title, "points": f"{one.points:+d}", "reason": one.reason},
        campaign_id=one.campaign_id,
        now=now,
    )
    return receipts.keep(session, order, one.id, AGREED, now)


async def _move(session: WriteSession, running: Running, one: Adjustment, agreed_by: int, now: datetime) -> None:
    fund, own = account(AccountKind.CAMPAIGN, one.campaign_id), account(AccountKind.MEMBER, one.member_id)
    posting = await ledger.open_posting(session, now)
    posting.award(
        ledger.Cause(
            key=f"adjustment/{one.id}",
            campaign_id=one.campaign_id,
            member_id=one.member_id,
            department_id=one.department_id,
            institution_id=one.institution_id,
            day=one.day,
            proof=PROOF,
            rule_version=running.ruling_on(one.day).version,
        ),
        POINTS,
        from_account=fund if one.points > 0 else own,
        to_account=own if one.points > 0 else fund,
        amount=abs(one.points),
        terms=AdjustmentTerms(one.reason, one.proposed_by, agreed_by),
    )
    await posting.write(session)


async def _member_of(session: ReadSession, adjustment_id: int) -> int:
    return (await session.exec(select(Adjustment.member_id).where(col(Adjustment.id) == adjustment_id))).one()
