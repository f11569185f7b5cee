"""Make a draw once its campaign is sealed, and pass on what nobody claimed.

Everything is decided by the seed, the seal and the numbers: made twice, late, or again after a worker died in the
middle, it has the same winners.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import col, select

from backend.campaigns.queries import Running
from backend.campaigns.tables import Participation
from backend.core import short_codes
from backend.core.db import ReadSession, WriteSession, insert_many
from backend.core.text import Text
from backend.core.vault import Vault
from backend.draws import queries, rule, service
from backend.draws.tables import DRAWN, LAPSED, WON, Draw, DrawAward, DrawPrize, DrawTicket, TicketPurchase
from backend.identity import queries as identity
from backend.identity.roles import MANAGERS
from backend.messages import service as messages
from backend.rewards import forms, lots
from backend.rewards.service import PICK_UP_LENGTH
from backend.settlement.tables import Seal, SealedStanding

_NOT_ELIGIBLE = Text("开奖时不符合参加条件", "you could not take part when the draw was made")


async def draw(session: WriteSession, vault: Vault, running: Running, made: Draw, *, seal: Seal, now: datetime) -> None:
    """Make a draw.

    1. Let it be announced no more: of two workers the second stops here, with DrawEnded. 2. Who takes part? 3. A number
    for each of them, beside the tickets that they bought; what others bought is given back. 4. Prizes to the first in
    the order of the rule, and a message to each.
    """
    seed = vault.decrypt(made.seed_ciphertext)
    await service.end(session, made, {"state": DRAWN, "drawn_at": now, "seed": seed, "seal_digest": seal.digest})
    eligible = await _eligible(session, running, made, now)
    purchases = (await session.exec(select(TicketPurchase).where(col(TicketPurchase.draw_id) == made.id))).all()
    tickets = _free(made, seal.digest, eligible) | _bought(purchases, eligible)
    if tickets:
        rows = [{"draw_id": made.id, "number": number, "member_id": whose} for number, whose in sorted(tickets.items())]
        await insert_many(session, DrawTicket, rows)
    others = [one for one in purchases if one.member_id not in eligible]
    await service.return_points(session, others, _NOT_ELIGIBLE, None, now)
    found = await _prizes(session, made.id or 0)
    waiting = rule.pieces((prize.place, prize.pieces) for prize in found.values())
    for rank, (number, place) in enumerate(zip(rule.order(seed, seal.digest, tickets), waiting, strict=False), start=1):
        won = {"rank": rank, "number": number, "member_id": tickets[number]}
        await _award(session, running, made, **won, prize=found[place], now=now)


async def _prizes(session: ReadSession, draw_id: int) -> dict[int, DrawPrize]:
    found = await queries.prizes(session, [draw_id])
    return {prize.place: prize for prize in found[draw_id]}


async def pass_on(session: WriteSession, running: Running, made: Draw, now: datetime) -> int:
    """Let the prizes of a draw lapse that nobody claimed in time, and give them to the next tickets; return how many.

    The draw's row is locked: of two workers the second finds nothing left to do. So are its awards: one that is claimed
    at this moment is either claimed before, and stays so, or refused.
    """
    await session.refresh(made, with_for_update=True)
    found = await session.exec(
        select(DrawAward)
        .where(col(DrawAward.draw_id) == made.id)
        .order_by(col(DrawAward.rank))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    awards = found.all()
    over = [award for award in awards if award.state == WON and award.claim_until <= now]
    if not over:
        return 0
    tickets = await numbers(session, made.id or 0)
    in_order = rule.order(made.seed or "", made.seal_digest or "", tickets)
    given, known = len(awards), await _prizes(session, made.id or 0)
    for award in over:
        award.state, award.ended_at = LAPSED, now
        session.add(award)
        if given < len(in_order):
            number = in_order[given]
            given += 1
            won = {"rank": given, "number": number, "member_id": tickets[number]}
            await _award(session, running, made, **won, prize=known[award.place], now=now)
    return len(over)


async def numbers(session: ReadSession, draw_id: int) -> dict[int, int]:
    """Return the tickets that took part in a draw, and whose each is."""
    found = await session.exec(
        select(DrawTicket.number, DrawTicket.member_id).where(col(DrawTicket.draw_id) == draw_id)
    )
    return dict(found.all())


async def _eligible(session: ReadSession, running: Running, made: Draw, now: datetime) -> set[int]:
    """Return who takes part: acts enough are theirs in the seal, they have not left, and organise nothing here."""
    acts = await session.exec(
        select(SealedStanding.subject_id)
        .join(
            Participation,
            (col(Participation.campaign_id) == col(SealedStanding.campaign_id))
            & (col(Participation.member_id) == col(SealedStanding.subject_id)),
        )
        .where(
            col(SealedStanding.campaign_id) == running.id,
            col(SealedStanding.level) == "person",
            col(SealedStanding.acts) >= made.least_acts,
            col(Participation.left_at).is_(None),
        )
    )
    staff = {member_id for member_id, _ in await identity.holders(session, MANAGERS, running.path, lots.day_of(now))}
    return set(acts) - staff - {made.announced_by}


def _free(made: Draw, seal: str, eligible: set[int]) -> dict[int, int]:
    """Give everybody who takes part a number, in an order that tells nothing of who they are."""
    mixed = sorted(eligible, key=lambda member_id: hashlib.sha256(f"{seal}|{made.id}|{member_id}".encode()).digest())
    return {made.numbered + place: member_id for place, member_id in enumerate(mixed, start=1)}


def _bought(purchases: Sequence[TicketPurchase], eligible: set[int]) -> dict[int, int]:
    return {
        number: one.member_id
        for one in purchases
        if one.member_id in eligible
        for number in range(one.first_number, one.first_number + one.tickets)
    }


async def _award(
    session: WriteSession,
    running: Running,
    made: Draw,
    *,
    rank: int,
    number: int,
    member_id: int,
    prize: DrawPrize,
    now: datetime,
) -> None:
    session.add(
        DrawAward(
            draw_id=made.id or 0,
            rank=rank,
            number=number,
            member_id=member_id,
            place=prize.place,
            state=WON,
            pick_up_code=short_codes.new(PICK_UP_LENGTH),
            won_at=now,
            claim_until=now + timedelta(days=made.claim_days),
        )
    )
    await session.flush()
    await messages.post(
        session,
        [member_id],
        "draw_won",
        key=f"draw/{made.id}/{rank}",
        told={"prize": forms.told(prize.title_zh, prize.title_en), "campaign": running.rules.title},
        campaign_id=running.id,
        now=now,
    )
