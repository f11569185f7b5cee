"""GraphQL of draws for staff: announce one, call it off, hand over what was won."""

from collections.abc import Mapping
from typing import Annotated, Any

import strawberry

from backend.campaigns import api as campaigns_api
from backend.campaigns import queries as campaigns
from backend.campaigns.queries import Running
from backend.core import ids, short_codes
from backend.core.api import Answered, AnswersProblems, Asked, Context, Info, Long
from backend.core.db import ReadSession
from backend.core.errors import NotFound as NotFoundProblem
from backend.core.receipts import Order, check_request
from backend.core.vault import Vault
from backend.draws import faces, queries, service, views
from backend.draws.service import Plan, Prize
from backend.draws.tables import Draw, DrawPrize
from backend.draws.views import DRAW_ID
from backend.identity import queries as identity
from backend.identity import sessions
from backend.identity.roles import DECIDERS, MANAGERS
from backend.rewards import errors as reward_errors
from backend.rewards import faces as reward_faces
from backend.rewards import forms, requests, spending
from backend.rewards.api import REQUEST_ID, Refused


@strawberry.type(description="A draw was announced.")
class DrawAnnounced(Answered):
    draw: views.DrawView = strawberry.field(description="The draw, as it stands.")


@strawberry.type(description="A draw was called off; tickets were paid back.")
class DrawCancelled(Answered):
    returned: int = strawberry.field(description="How many purchases were paid back.")


@strawberry.type(description="A prize was handed over.")
class PrizeHandedOver(Answered):
    title: str = strawberry.field(description="What to hand over.")
    owner: str = strawberry.field(description="Whose it is, masked.")


AnnounceDrawResult = Annotated[
    DrawAnnounced | Refused | faces.DrawTooLate,
    strawberry.union("AnnounceDrawResult", description="The draw, or why there is none."),
]
CancelDrawResult = Annotated[
    DrawCancelled | Refused | faces.DrawEnded,
    strawberry.union("CancelDrawResult", description="The outcome, or why it stands."),
]
HandOverPrizeResult = Annotated[
    PrizeHandedOver | Refused | reward_faces.PickUpCodeUnknown | reward_faces.RedemptionEnded,
    strawberry.union("HandOverPrizeResult", description="What to hand over, or why nothing is."),
]


@strawberry.input(description="A kind of prize, titled in both languages or in one.")
class DrawPrizeInput:
    title_zh: str | None = strawberry.field(default=None, description="At most 40 characters.")
    title_en: str | None = strawberry.field(default=None, description="At most 80 characters.")
    pieces: int = strawberry.field(description="How many: 1 to 1,000.")


@strawberry.input(description="A draw of a campaign that has not closed.")
class AnnounceDrawInput:
    request_id: str = strawberry.field(description=REQUEST_ID)
    campaign_id: strawberry.ID = strawberry.field(description="The campaign.")
    prizes: list[DrawPrizeInput] = strawberry.field(description="1 to 20, the first is given first.")
    least_acts: int = strawberry.field(default=1, description="How many counted acts give a ticket: 1 to 1,000.")
    ticket_points: Long | None = strawberry.field(default=None, description="Price of a ticket; null: none are sold.")
    tickets_each: int = strawberry.field(default=0, description="How many one member may buy: up to 100.")
    claim_days: int = strawberry.field(default=14, description="How long a prize waits: 1 to 90 days.")


@strawberry.input(description="A draw to call off.")
class CancelDrawInput:
    request_id: str = strawberry.field(description=REQUEST_ID)
    draw_id: strawberry.ID = strawberry.field(description="The draw.")
    reason: str = strawberry.field(description="2 to 200 characters that members will read.")


@strawberry.input(description="A prize to hand over.")
class HandOverPrizeInput:
    request_id: str = strawberry.field(description=REQUEST_ID)
    code: str = strawberry.field(description="The pick-up code that its winner shows.")


async def _managed_campaign(context: Context, session: ReadSession, opaque: str) -> tuple[Running, int]:
    """Return a campaign that the caller manages, and who they are; others do not exist for them."""
    await sessions.caller(context, session)
    running = await campaigns.one(session, ids.decode(campaigns_api.CAMPAIGN_ID, opaque))
    missing = NotFoundProblem(what=opaque[:40])
    member_id = await sessions.require_role_at(context, session, MANAGERS, running.path if running else None, missing)
    assert running is not None, "nobody manages what does not exist"
    return running, member_id


async def _managed_draw(context: Context, session: ReadSession, opaque: str) -> tuple[Draw, int]:
    await sessions.caller(context, session)
    made = await session.get(Draw, ids.decode(DRAW_ID, opaque))
    running = await campaigns.one(session, made.campaign_id) if made else None
    missing = NotFoundProblem(what=opaque[:40])
    member_id = await sessions.require_role_at(context, session, MANAGERS, running.path if running else None, missing)
    assert made is not None, "nobody manages what does not exist"
    return made, member_id


@strawberry.type
class DrawsOfficeMutation:
    @strawberry.mutation(
        description="Announce a draw and fix its seed, before the campaign closes (managers).",
        extensions=[AnswersProblems()],
    )
    async def announce_draw(self, info: Info, input: Asked[AnnounceDrawInput]) -> AnnounceDrawResult:  # noqa: A002
        context = info.context
        check_request(input.request_id)
        prizes = [Prize(one.title_zh, one.title_en, one.pieces) for one in input.prizes]
        plan = Plan(input.least_acts, input.ticket_points, input.tickets_each, input.claim_days, prizes)
        async with context.database.write() as session:
            running, member_id = await _managed_campaign(context, session, input.campaign_id)

            async def work() -> Mapping[str, Any]:
                made = await service.announce(
                    session, context.use(Vault), running, plan, by_member=member_id, now=context.now
                )
                return {"draw": made.id}

            content = {"campaign": running.id, **vars(plan), "prizes": [vars(one) for one in prizes]}
            order = Order(member_id, input.request_id, "announce draw", content)
            answer = await requests.once(session, order, work, context.now)
            made = await session.get(Draw, answer.done["draw"])
            assert made is not None, "it was written with the answer"
            (draw,) = await views.draws(session, [made], member_id, context)
        return DrawAnnounced(request_id=answer.request_id, replayed=answer.replayed, draw=draw)

    @strawberry.mutation(
        description="Call a draw off before it is made; tickets are paid back (managers).",
        extensions=[AnswersProblems()],
    )
    async def cancel_draw(self, info: Info, input: Asked[CancelDrawInput]) -> CancelDrawResult:  # noqa: A002
        context = info.context
        check_request(input.request_id)
        async with context.database.write() as session:
            made, member_id = await _managed_draw(context, session, input.draw_id)

            async def work() -> Mapping[str, Any]:
                told = spending.reason(input.reason)
                return {"returned": await service.cancel(session, made, told, member_id, context.now)}

            order = Order(member_id, input.request_id, "cancel draw", {"draw": made.id, "reason": input.reason})
            answer = await requests.once(session, order, work, context.now)
        return DrawCancelled(request_id=answer.request_id, replayed=answer.replayed, returned=answer.done["returned"])

    @strawberry.mutation(
        description="Hand over a claimed prize, to whoever shows its code (deciders).", extensions=[AnswersProblems()]
    )
    async def hand_over_prize(self, info: Info, input: Asked[HandOverPrizeInput]) -> HandOverPrizeResult:  # noqa: A002
        context = info.context
        check_request(input.request_id)
        code = short_codes.plain(input.code)
        async with context.database.write() as session:
            await sessions.caller(context, session)
            found = await queries.award_by_code(session, code)
            missing = reward_errors.PickUpCodeUnknown()
            path = found[1] if found else None
            member_id = await sessions.require_role_at(context, session, DECIDERS, path, missing)
            assert found is not None, "nobody decides on what does not exist"
            award = found[0]

            async def work() -> Mapping[str, Any]:
                await service.hand_over(session, award, by_member=member_id, now=context.now)
                return {"rank": award.rank}

            order = Order(member_id, input.request_id, "hand over prize", {"code": code})
            answer = await requests.once(session, order, work, context.now)
            prize = await session.get(DrawPrize, (award.draw_id, award.place))
            owner = await identity.member(session, award.member_id)
        assert prize is not None, "what was won is a prize of the draw"
        return PrizeHandedOver(
            request_id=answer.request_id,
            replayed=answer.replayed,
            title=context.say(forms.told(prize.title_zh, prize.title_en)),
            owner=identity.masked(owner.name if owner else ""),
        )
