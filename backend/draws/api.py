"""GraphQL of draws for members: see them and their record, buy tickets, claim a prize."""

from collections.abc import Mapping
from typing import Annotated, Any

import strawberry

from backend.campaigns import api as campaigns_api
from backend.campaigns import queries as campaigns
from backend.campaigns.queries import Running
from backend.checkins.errors import NotJoined as NotJoinedProblem
from backend.checkins.faces import NotJoined
from backend.core import ids
from backend.core.api import Answered, AnswersProblems, Asked, Context, Info, Long, OfCampaign
from backend.core.db import ReadSession, WriteSession
from backend.core.errors import NotFound as NotFoundProblem
from backend.core.receipts import Order, check_request
from backend.draws import faces, queries, service, views
from backend.draws.tables import Draw
from backend.draws.views import DRAW_ID
from backend.identity import sessions
from backend.rewards import faces as reward_faces
from backend.rewards import requests, spending
from backend.rewards.api import REQUEST_ID, Refused

OfDraw = Annotated[strawberry.ID, strawberry.argument(description="Which draw.")]


@strawberry.type(description="Tickets were bought.")
class TicketsBought(Answered):
    numbers: list[int] = strawberry.field(description="Their numbers.")
    points: Long = strawberry.field(description="What was paid.")


@strawberry.type(description="A prize was claimed.")
class PrizeClaimed(Answered):
    pick_up_code: str = strawberry.field(description="To show when it is picked up.")


@strawberry.type(description="What is published of a draw.")
class DrawRecord:
    document: str = strawberry.field(
        description="JSON: seed, seal, ticket numbers, prizes, which ticket won; the command `draw check` reads it."
    )


BuyTicketsResult = Annotated[
    TicketsBought
    | Refused
    | NotJoined
    | reward_faces.PointsShort
    | faces.DrawTooLate
    | faces.DrawEnded
    | faces.TicketsNotSold
    | faces.TicketLimitReached,
    strawberry.union("BuyTicketsResult", description="The tickets, or why there are none."),
]
ClaimPrizeResult = Annotated[
    PrizeClaimed | Refused | faces.PrizeLapsed,
    strawberry.union("ClaimPrizeResult", description="The code to show, or why there is none."),
]


@strawberry.input(description="How many tickets of which draw.")
class BuyTicketsInput:
    request_id: str = strawberry.field(description=REQUEST_ID)
    draw_id: strawberry.ID = strawberry.field(description="The draw.")
    tickets: int = strawberry.field(description="How many.")


@strawberry.input(description="Which prize.")
class ClaimPrizeInput:
    request_id: str = strawberry.field(description=REQUEST_ID)
    draw_id: strawberry.ID = strawberry.field(description="The draw.")
    ticket: int = strawberry.field(description="The number of the ticket that won.")


async def visible(context: Context, session: ReadSession, opaque: str, member_id: int) -> tuple[Draw, Running]:
    """Return a draw of a campaign that covers the member or that they manage, with the campaign; else NotFound."""
    made = await session.get(Draw, ids.decode(DRAW_ID, opaque))
    if made is None:
        raise NotFoundProblem(what=opaque[:40])
    campaign = ids.encode(campaigns_api.CAMPAIGN_ID, made.campaign_id)
    try:
        return made, await campaigns_api.visible(context, session, campaign, member_id)
    except NotFoundProblem:
        raise NotFoundProblem(what=opaque[:40]) from None


@strawberry.type
class DrawsQuery:
    @strawberry.field(description="The draws of a campaign, with the caller's own tickets and prizes.")
    async def draws(self, info: Info, campaign_id: OfCampaign) -> list[views.DrawView]:
        context = info.context
        async with context.database.read() as session:
            member_id = await sessions.member_id(context, session)
            running = await campaigns_api.visible(context, session, campaign_id, member_id)
            found = await queries.of_campaign(session, running.id)
            return await views.draws(session, found, member_id, context)

    @strawberry.field(description="What is published of a draw, for anybody to check; null before it is made.")
    async def draw_record(self, info: Info, draw_id: OfDraw) -> DrawRecord | None:
        context = info.context
        async with context.database.read() as session:
            member_id = await sessions.member_id(context, session)
            made, running = await visible(context, session, draw_id, member_id)
            document = await queries.record(session, made, context.say(running.rules.title))
        return DrawRecord(document=document) if document else None


@strawberry.type
class DrawsMutation:
    @strawberry.mutation(
        description="Buy tickets of a draw before its campaign closes.", extensions=[AnswersProblems()]
    )
    async def buy_tickets(self, info: Info, input: Asked[BuyTicketsInput]) -> BuyTicketsResult:  # noqa: A002
        context = info.context
        check_request(input.request_id)
        async with context.database.write() as session:
            member_id = await sessions.member_id(context, session)
            content = {"draw": input.draw_id, "tickets": input.tickets}
            order = Order(member_id, input.request_id, "buy tickets", content)

            async def work() -> Mapping[str, Any]:
                return await _buy(session, context, order)

            answer = await requests.once(session, order, work, context.now)
        first, count = answer.done["first"], answer.done["tickets"]
        return TicketsBought(
            request_id=answer.request_id,
            replayed=answer.replayed,
            numbers=list(range(first, first + count)),
            points=Long(answer.done["points"]),
        )

    @strawberry.mutation(description="Claim a prize in time.", extensions=[AnswersProblems()])
    async def claim_prize(self, info: Info, input: Asked[ClaimPrizeInput]) -> ClaimPrizeResult:  # noqa: A002
        context = info.context
        check_request(input.request_id)
        async with context.database.write() as session:
            member_id = await sessions.member_id(context, session)

            async def work() -> Mapping[str, Any]:
                award = await queries.award_of(session, ids.decode(DRAW_ID, input.draw_id), input.ticket)
                if award is None or award.member_id != member_id:
                    raise NotFoundProblem(what=input.draw_id[:40])
                await service.claim(session, award, context.now)
                return {"code": award.pick_up_code}

            content = {"draw": input.draw_id, "ticket": input.ticket}
            order = Order(member_id, input.request_id, "claim prize", content)
            answer = await requests.once(session, order, work, context.now)
        return PrizeClaimed(request_id=answer.request_id, replayed=answer.replayed, pick_up_code=answer.done["code"])


async def _buy(session: WriteSession, context: Context, order: Order) -> Mapping[str, Any]:
    place = await spending.place_today(session, order.by_member, context.now)
    made, running = await visible(context, session, order.content["draw"], order.by_member)
    if (running.id, order.by_member) not in await campaigns.joined(session, [running.id], [order.by_member]):
        raise NotJoinedProblem(campaign=running.rules.title)
    bought = await service.buy(session, place, running, made, tickets=order.content["tickets"], now=context.now)
    return {"first": bought.first_number, "tickets": bought.tickets, "points": bought.points}
