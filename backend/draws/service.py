"""Announce a draw, sell its tickets, call it off; claim a prize and hand it over."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import col, select, update

from backend.campaigns.queries import Running
from backend.campaigns.tables import PAUSED, RUNNING, SCHEDULED
from backend.core.db import ReadSession, WriteSession
from backend.core.errors import InvalidValue
from backend.core.text import Text
from backend.core.vault import Vault
from backend.draws import errors, rule
from backend.draws.tables import (
    ANNOUNCED,
    CANCELLED,
    CLAIMED,
    DRAWN,
    HANDED_OVER,
    LAPSED,
    WON,
    Draw,
    DrawAward,
    DrawPrize,
    TicketPurchase,
)
from backend.identity.queries import Place
from backend.points.accounts import AccountKind
from backend.points.explain import SpendingTerms
from backend.rewards import errors as reward_errors
from backend.rewards import expiry, forms, spending

MOST_PRIZES, MOST_PIECES = 20, 1000
_SEED_BYTES = 32
_ENDED = {DRAWN: Text("已开奖", "was made"), CANCELLED: Text("已取消", "was cancelled")}
_GIVEN = {
    WON: Text("尚未由本人确认领奖", "was not claimed by its winner yet"),
    HANDED_OVER: Text("已领取", "was handed over"),
    LAPSED: Text("已顺延", "has lapsed"),
}
_PRIZES = Text(f"须设 1 至 {MOST_PRIZES} 种奖品", f"a draw has 1 to {MOST_PRIZES} kinds of prizes")


@dataclass(frozen=True)
class Prize:
    """What staff say of one kind of prize."""

    title_zh: str | None
    title_en: str | None
    pieces: int


@dataclass(frozen=True)
class Plan:
    """What staff say of a draw; a price of None means that no tickets are sold."""

    least_acts: int
    ticket_points: int | None
    tickets_each: int
    claim_days: int
    prizes: Sequence[Prize]


async def announce(
    session: WriteSession, vault: Vault, running: Running, plan: Plan, *, by_member: int, now: datetime
) -> Draw:
    """Announce a draw before its campaign closes, and fix its seed, of which the SHA-256 is shown from now on.

    Raises InvalidValue, DrawTooLate.
    """
    _require_open(running, now)
    if not 1 <= len(plan.prizes) <= MOST_PRIZES:
        raise InvalidValue(field="prizes", reason=_PRIZES)
    price = plan.ticket_points
    seed = secrets.token_hex(_SEED_BYTES)
    draw = Draw(
        campaign_id=running.id,
        least_acts=forms.whole(plan.least_acts, "leastActs", 1, 1000),
        ticket_points=None if price is None else forms.whole(price, "ticketPoints", 1, forms.MOST_POINTS),
        tickets_each=forms.whole(plan.tickets_each, "ticketsEach", 0 if price is None else 1, 100),
        claim_days=forms.whole(plan.claim_days, "claimDays", 1, 90),
        commitment=rule.commitment(seed),
        seed_ciphertext=vault.encrypt(seed),
        announced_by=by_member,
        announced_at=now,
    )
    session.add(draw)
    await session.flush()
    for place, prize in enumerate(plan.prizes, start=1):
        zh, en = forms.pair(prize.title_zh, prize.title_en, "title", 40, must=True)
        pieces = forms.whole(prize.pieces, "pieces", 1, MOST_PIECES)
        session.add(DrawPrize(draw_id=draw.id or 0, place=place, title_zh=zh, title_en=en, pieces=pieces))
    await session.flush()
    return draw


async def buy(
    session: WriteSession, place: Place, running: Running, draw: Draw, *, tickets: int, now: datetime
) -> TicketPurchase:
    """Sell a member tickets, with numbers of their own; the caller holds the member's lock.

    Raises TicketsNotSold, DrawEnded, DrawTooLate, InvalidValue, TicketLimitReached, PointsShort.
    """
    if draw.ticket_points is None:
        raise errors.TicketsNotSold
    require_announced(draw)
    _require_open(running, now)
    forms.whole(tickets, "tickets", 1, draw.tickets_each)
    had = await _bought(session, draw, place.member_id)
    if had + tickets > draw.tickets_each:
        raise errors.TicketLimitReached(limit=draw.tickets_each, count=had)
    price = tickets * draw.ticket_points
    await expiry.require_points(session, place.member_id, price, now)
    purchase = TicketPurchase(
        draw_id=draw.id or 0,
        member_id=place.member_id,
        tickets=tickets,
        points=price,
        first_number=await _numbers(session, draw, tickets),
        bought_at=now,
    )
    session.add(purchase)
    await session.flush()
    title = running.rules.title
    cause, to = f"{spending.TICKETS}{purchase.id}", (AccountKind.TICKETS, draw.id or 0)
    await spending.spend(
        session, place, cause, to=to, amount=price, terms=SpendingTerms("tickets", title.zh, title.en), now=now
    )
    return purchase


async def cancel(session: WriteSession, draw: Draw, told: str, by_member: int | None, now: datetime) -> int:
    """Call a draw off before it is made, and give back what tickets cost; return how many purchases that were.

    The caller has read the reason. Raises DrawEnded.
    """
    await end(session, draw, {"state": CANCELLED, "reason": told})
    found = await session.exec(select(TicketPurchase).where(col(TicketPurchase.draw_id) == draw.id))
    return await return_points(session, found.all(), Text(told, told), by_member, now)


async def end(session: WriteSession, draw: Draw, columns: dict[str, object]) -> None:
    """Let a draw be announced no more; of two who end it at once, the second gets DrawEnded."""
    ended = await session.exec(
        update(Draw)
        .where(col(Draw.id) == draw.id, col(Draw.state) == ANNOUNCED)
        .values(**columns)
        .execution_options(synchronize_session=False)
    )
    await session.refresh(draw)
    if ended.rowcount == 0:
        require_announced(draw)


async def return_points(
    session: WriteSession, purchases: Sequence[TicketPurchase], why: Text, by_member: int | None, now: datetime
) -> int:
    """Give back what these tickets cost."""
    for purchase in purchases:
        purchase.returned_at = now
        session.add(purchase)
    await session.flush()
    return await spending.give_back(session, [f"{spending.TICKETS}{one.id}" for one in purchases], why, by_member, now)


async def claim(session: WriteSession, award: DrawAward, now: datetime) -> None:
    """Claim a prize for its winner; claimed before, it stays so. Raises PrizeLapsed."""
    await session.exec(
        update(DrawAward)
        .where(
            col(DrawAward.draw_id) == award.draw_id,
            col(DrawAward.rank) == award.rank,
            col(DrawAward.state) == WON,
            col(DrawAward.claim_until) > now,
        )
        .values(state=CLAIMED)
        .execution_options(synchronize_session=False)
    )
    await session.refresh(award)
    if award.state in (WON, LAPSED):
        raise errors.PrizeLapsed(until=award.claim_until)


async def hand_over(session: WriteSession, award: DrawAward, *, by_member: int, now: datetime) -> None:
    """Note that a claimed prize was handed over, to whoever showed its code; raises RedemptionEnded."""
    ended = await session.exec(
        update(DrawAward)
        .where(
            col(DrawAward.draw_id) == award.draw_id, col(DrawAward.rank) == award.rank, col(DrawAward.state) == CLAIMED
        )
        .values(state=HANDED_OVER, ended_at=now, ended_by=by_member)
        .execution_options(synchronize_session=False)
    )
    await session.refresh(award)
    if ended.rowcount == 0:
        raise reward_errors.RedemptionEnded(how=_GIVEN[award.state])


def require_announced(draw: Draw) -> None:
    """Raise DrawEnded for a draw that was made or cancelled."""
    if draw.state != ANNOUNCED:
        raise errors.DrawEnded(how=_ENDED[draw.state])


def _require_open(running: Running, now: datetime) -> None:
    campaign = running.campaign
    if campaign.state not in (SCHEDULED, RUNNING, PAUSED) or now >= campaign.closes_at:
        raise errors.DrawTooLate(campaign=running.rules.title)


async def _bought(session: ReadSession, draw: Draw, member_id: int) -> int:
    found = await session.exec(
        select(func.coalesce(func.sum(TicketPurchase.tickets), 0)).where(
            col(TicketPurchase.draw_id) == draw.id, col(TicketPurchase.member_id) == member_id
        )
    )
    return int(found.one())


async def _numbers(session: WriteSession, draw: Draw, count: int) -> int:
    """Give the next numbers of a draw and return the first; a draw that has ended meanwhile gives none."""
    given = await session.exec(
        update(Draw)
        .where(col(Draw.id) == draw.id, col(Draw.state) == ANNOUNCED)
        .values(numbered=col(Draw.numbered) + count)
        .execution_options(synchronize_session=False)
    )
    await session.refresh(draw)
    if given.rowcount == 0:
        require_announced(draw)
    return draw.numbered - count + 1
