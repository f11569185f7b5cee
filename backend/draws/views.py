"""Draws as GraphQL types, in the caller's language, with the caller's own tickets and prizes and nobody else's."""

from collections.abc import Sequence
from datetime import datetime

import strawberry

from backend.campaigns.api import CAMPAIGN_ID
from backend.core import ids
from backend.core.api import Context, Long
from backend.core.db import ReadSession
from backend.draws import queries
from backend.draws.tables import CLAIMED, Draw, DrawAward, DrawPrize
from backend.rewards import forms

DRAW_ID = "drw"


@strawberry.type(name="DrawPrize", description="A kind of prize.")
class PrizeView:
    title: str = strawberry.field(description="What it is.")
    pieces: int = strawberry.field(description="How many there are.")


@strawberry.type(description="A prize that fell to a ticket of the caller.")
class PrizeWon:
    ticket: int = strawberry.field(description="The ticket's number.")
    title: str = strawberry.field(description="The prize.")
    state: str = strawberry.field(description="won, claimed, handed_over or lapsed.")
    claim_until: datetime = strawberry.field(description="Until when it is to be claimed.")
    pick_up_code: str | None = strawberry.field(description="To show when it is picked up; null: claim it first.")


@strawberry.type(name="Draw", description="A prize draw of a campaign.")
class DrawView:
    id: strawberry.ID = strawberry.field(description="Opaque id.")
    campaign_id: strawberry.ID = strawberry.field(description="Its campaign.")
    state: str = strawberry.field(description="announced, drawn or cancelled.")
    reason: str | None = strawberry.field(description="Why it was cancelled; null: it was not.")
    prizes: list[PrizeView] = strawberry.field(description="In the order in which they are given.")
    least_acts: int = strawberry.field(description="How many counted acts give a ticket.")
    ticket_points: Long | None = strawberry.field(description="The price of a further ticket; null: none are sold.")
    tickets_each: int = strawberry.field(description="How many one member may buy.")
    claim_days: int = strawberry.field(description="How many days a prize waits for its winner.")
    commitment: str = strawberry.field(description="SHA-256 of the seed, shown since the draw was announced.")
    seed: str | None = strawberry.field(description="The seed itself; null before the draw.")
    seal: str | None = strawberry.field(description="The digest of the sealed result; null before the draw.")
    own_tickets: list[int] = strawberry.field(description="The caller's numbers; all of them once the draw is made.")
    own_prizes: list[PrizeWon] = strawberry.field(description="What the caller won.")


async def draws(session: ReadSession, several: Sequence[Draw], member_id: int, context: Context) -> list[DrawView]:
    """Return draws as that member sees them; the number of statements does not grow with them."""
    numbers = [one.id or 0 for one in several]
    prizes = await queries.prizes(session, numbers)
    awards = await queries.own_awards(session, numbers, member_id)
    tickets = await queries.own_numbers(session, several, member_id)
    return [_draw(one, prizes[one.id or 0], awards[one.id or 0], tickets[one.id or 0], context) for one in several]


def _draw(
    made: Draw, prizes: Sequence[DrawPrize], awards: Sequence[DrawAward], tickets: list[int], context: Context
) -> DrawView:
    return DrawView(
        id=strawberry.ID(ids.encode(DRAW_ID, made.id or 0)),
        campaign_id=strawberry.ID(ids.encode(CAMPAIGN_ID, made.campaign_id)),
        state=made.state,
        reason=made.reason,
        prizes=[PrizeView(title=_title(one, context), pieces=one.pieces) for one in prizes],
        least_acts=made.least_acts,
        ticket_points=None if made.ticket_points is None else Long(made.ticket_points),
        tickets_each=made.tickets_each,
        claim_days=made.claim_days,
        commitment=made.commitment,
        seed=made.seed,
        seal=made.seal_digest,
        own_tickets=tickets,
        own_prizes=[prize_won(one, prizes, context) for one in awards],
    )


def prize_won(award: DrawAward, prizes: Sequence[DrawPrize], context: Context) -> PrizeWon:
    """Return a prize as its winner sees it."""
    (prize,) = (one for one in prizes if one.place == award.place)
    return PrizeWon(
        ticket=award.number,
        title=_title(prize, context),
        state=award.state,
        claim_until=award.claim_until,
        pick_up_code=award.pick_up_code if award.state == CLAIMED else None,
    )


def _title(prize: DrawPrize, context: Context) -> str:
    return context.say(forms.told(prize.title_zh, prize.title_en))
