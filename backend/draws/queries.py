"""Read draws: what members and staff see of them, what is published, what is due."""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, select

from backend.campaigns.tables import CANCELLED as CAMPAIGN_CANCELLED
from backend.campaigns.tables import Campaign
from backend.core.db import ReadSession
from backend.draws import rule
from backend.draws.tables import ANNOUNCED, LAPSED, WON, Draw, DrawAward, DrawPrize, DrawTicket, TicketPurchase
from backend.identity.tables import Institution
from backend.settlement.tables import Seal


async def of_campaign(session: ReadSession, campaign_id: int) -> Sequence[Draw]:
    """Return the draws of a campaign in the order of their announcement."""
    found = await session.exec(select(Draw).where(col(Draw.campaign_id) == campaign_id).order_by(col(Draw.id)))
    return found.all()


async def prizes(session: ReadSession, draw_ids: Sequence[int]) -> dict[int, list[DrawPrize]]:
    """Return the prizes of these draws, in the order in which they are given."""
    found = await session.exec(
        select(DrawPrize)
        .where(col(DrawPrize.draw_id).in_(draw_ids))
        .order_by(col(DrawPrize.draw_id), col(DrawPrize.place))
    )
    of: dict[int, list[DrawPrize]] = {draw_id: [] for draw_id in draw_ids}
    for prize in found:
        of[prize.draw_id].append(prize)
    return of


async def own_numbers(session: ReadSession, draws: Sequence[Draw], member_id: int) -> dict[int, list[int]]:
    """Return a member's ticket numbers, by draw: before it those they bought, then those that took part."""
    before = [one.id for one in draws if one.state == ANNOUNCED]
    bought = await session.exec(
        select(TicketPurchase)
        .where(col(TicketPurchase.draw_id).in_(before), col(TicketPurchase.member_id) == member_id)
        .order_by(col(TicketPurchase.first_number))
    )
    took_part = await session.exec(
        select(DrawTicket)
        .where(
            col(DrawTicket.draw_id).in_([one.id for one in draws if one.state != ANNOUNCED]),
            col(DrawTicket.member_id) == member_id,
        )
        .order_by(col(DrawTicket.number))
    )
    numbers: dict[int, list[int]] = {one.id or 0: [] for one in draws}
    for purchase in bought:
        numbers[purchase.draw_id] += range(purchase.first_number, purchase.first_number + purchase.tickets)
    for ticket in took_part:
        numbers[ticket.draw_id].append(ticket.number)
    return numbers


async def own_awards(session: ReadSession, draw_ids: Sequence[int], member_id: int) -> dict[int, list[DrawAward]]:
    """Return what a member won, by draw, lapsed prizes too."""
    found = await session.exec(
        select(DrawAward)
        .where(col(DrawAward.draw_id).in_(draw_ids), col(DrawAward.member_id) == member_id)
        .order_by(col(DrawAward.rank))
    )
    awards: dict[int, list[DrawAward]] = {draw_id: [] for draw_id in draw_ids}
    for award in found:
        awards[award.draw_id].append(award)
    return awards


async def award_of(session: ReadSession, draw_id: int, number: int) -> DrawAward | None:
    """Return what a ticket won, or None."""
    found = await session.exec(
        select(DrawAward).where(col(DrawAward.draw_id) == draw_id, col(DrawAward.number) == number)
    )
    return found.first()


async def award_by_code(session: ReadSession, code: str) -> tuple[DrawAward, str] | None:
    """Return the award with this pick-up code, and the path of its campaign's institution, or None."""
    if not code.isalnum():
        return None  # no code has it, and PostgreSQL refuses to look for a NUL
    found = await session.exec(
        select(DrawAward, Institution.path)
        .join(Draw, col(Draw.id) == col(DrawAward.draw_id))
        .join(Campaign, col(Campaign.id) == col(Draw.campaign_id))
        .join(Institution, col(Institution.id) == col(Campaign.institution_id))
        .where(col(DrawAward.pick_up_code) == code)
    )
    return found.first()


async def record(session: ReadSession, draw: Draw, title: str) -> str | None:
    """Return the published record of a draw as JSON text, None before it is made: numbers, and no persons."""
    if draw.seed is None:
        return None
    tickets = await session.exec(
        select(DrawTicket.number).where(col(DrawTicket.draw_id) == draw.id).order_by(col(DrawTicket.number))
    )
    given = await session.exec(select(DrawAward).where(col(DrawAward.draw_id) == draw.id).order_by(col(DrawAward.rank)))
    document = {
        "format": rule.FORMAT,
        "rule": rule.RULE,
        "campaign": title,
        "announced_at": draw.announced_at.isoformat(),
        "commitment": draw.commitment,
        "seed": draw.seed,
        "seal": draw.seal_digest,
        "tickets": list(tickets),
        "prizes": [
            {"place": one.place, "title": one.title_zh or one.title_en, "pieces": one.pieces}
            for one in (await prizes(session, [draw.id or 0]))[draw.id or 0]
        ],
        "awards": [
            {"rank": one.rank, "ticket": one.number, "prize": one.place, "lapsed": one.state == LAPSED} for one in given
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


async def due(session: ReadSession) -> list[int]:
    """Return the draws that are announced and whose campaign is sealed, the first to be sealed first."""
    found = await session.exec(
        select(Draw.id)
        .join(Seal, col(Seal.campaign_id) == col(Draw.campaign_id))
        .where(col(Draw.state) == ANNOUNCED)
        .order_by(col(Seal.sealed_at), col(Draw.id))
    )
    return [draw_id for draw_id in found if draw_id is not None]


async def orphaned(session: ReadSession) -> list[int]:
    """Return the draws that are announced and whose campaign was cancelled."""
    found = await session.exec(
        select(Draw.id)
        .join(Campaign, col(Campaign.id) == col(Draw.campaign_id))
        .where(col(Draw.state) == ANNOUNCED, col(Campaign.state) == CAMPAIGN_CANCELLED)
        .order_by(col(Draw.id))
    )
    return [draw_id for draw_id in found if draw_id is not None]


async def unclaimed(session: ReadSession, now: datetime) -> list[int]:
    """Return the draws of which a prize was not claimed in time."""
    found = await session.exec(
        select(DrawAward.draw_id)
        .where(col(DrawAward.state) == WON, col(DrawAward.claim_until) <= now)
        .distinct()
        .order_by(col(DrawAward.draw_id))
    )
    return list(found)
