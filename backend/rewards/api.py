"""GraphQL for members: what can be had for points, redeem it, call it off; what of theirs expires when."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import strawberry

from backend.core import ids
from backend.core.api import (
    After,
    Answered,
    AnswersProblems,
    Asked,
    Context,
    Info,
    InvalidValue,
    Long,
    NotFound,
    RequestIdInvalid,
    RequestReused,
    carbon,
)
from backend.core.db import ReadSession, WriteSession
from backend.core.errors import NotFound as NotFoundProblem
from backend.core.receipts import Order, check_request
from backend.core.vault import Vault
from backend.identity import faces as identity_faces
from backend.identity import queries as identity
from backend.identity import sessions
from backend.identity.roles import MANAGERS
from backend.points import queries as points
from backend.points.tables import CARBON_MG
from backend.rewards import expiry, faces, lots, queries, requests, service, spending, views
from backend.rewards.requests import Answer
from backend.rewards.tables import Redemption
from backend.rewards.views import REDEMPTION_ID, REWARD_ID

REQUEST_ID = "8 to 64 letters, digits, '-' or '_'; keep it for every retry."
# What any request that carries an id may be answered.
Refused = NotFound | InvalidValue | RequestReused | RequestIdInvalid | identity_faces.NotOnRoster


@strawberry.type(description="A reward was redeemed.")
class RewardRedeemed(Answered):
    redemption_id: strawberry.ID = strawberry.field(description="The redemption; `redemptions` says how it stands.")
    points: Long = strawberry.field(description="What was paid.")
    pick_up_code: str | None = strawberry.field(description="To show when it is picked up; null for a code.")
    code: str | None = strawberry.field(description="The code that it is; null for things.")
    redeemed_at: datetime = strawberry.field(description="When it was redeemed.")


@strawberry.type(description="A redemption was called off; points and item went back.")
class RedemptionCancelled(Answered):
    points: Long = strawberry.field(description="What was given back.")


RedeemRewardResult = Annotated[
    RewardRedeemed
    | Refused
    | faces.PointsShort
    | faces.PriceChanged
    | faces.RewardSoldOut
    | faces.RewardNotOffered
    | faces.RewardLimitReached,
    strawberry.union("RedeemRewardResult", description="The redemption, or why there is none."),
]
CancelRedemptionResult = Annotated[
    RedemptionCancelled | Refused | faces.RedemptionEnded | faces.CancelClosed,
    strawberry.union("CancelRedemptionResult", description="The outcome, or why it stands."),
]


@strawberry.input(description="Which reward, at which price.")
class RedeemRewardInput:
    request_id: str = strawberry.field(description=REQUEST_ID)
    reward_id: strawberry.ID = strawberry.field(description="The reward.")
    points: Long = strawberry.field(description="The price that the member saw: another one is asked about first.")


@strawberry.input(description="Which redemption.")
class CancelRedemptionInput:
    request_id: str = strawberry.field(description=REQUEST_ID)
    redemption_id: strawberry.ID = strawberry.field(description="The redemption, not handed over yet.")
    reason: str | None = strawberry.field(
        default=None, description="2 to 200 characters that its owner will read; of owners themselves none is taken."
    )


@strawberry.type(description="A page of what the caller redeemed, newest first.")
class RedemptionPage:
    items: list[views.RedemptionView] = strawberry.field(description="At most fifty.")
    next: strawberry.ID | None = strawberry.field(description="Ask for what is older with this; null: no more.")


@strawberry.type
class RewardsViewer:
    @strawberry.field(description="What the caller can redeem today, the cheapest first; sold out ones too.")
    async def rewards(self, info: Info) -> list[views.RewardView]:
        context = info.context
        member_id = await sessions.member_id(context)
        async with context.database.read() as session:
            place = await identity.place_of(session, member_id, sessions.today(context))
            if place is None:
                return []
            found = await queries.offered(session, place.institution_path, lots.day_of(context.now))
        return [views.reward(one, context) for one in found]

    @strawberry.field(description="What the caller redeemed, newest first, with the codes that are theirs.")
    async def redemptions(self, info: Info, after: After = None) -> RedemptionPage:
        context = info.context
        member_id = await sessions.member_id(context)
        before = ids.decode(REDEMPTION_ID, after) if after else None
        async with context.database.read() as session:
            found = await queries.of_member(session, member_id, before)
            codes = await queries.codes_of(session, context.use(Vault), [row.id or 0 for row, _ in found])
        page = found[: queries.PAGE]
        more = strawberry.ID(ids.encode(REDEMPTION_ID, page[-1][0].id or 0)) if len(found) > queries.PAGE else None
        items = [views.redemption(row, of, codes.get(row.id or 0), context) for row, of in page]
        return RedemptionPage(items=items, next=more)

    @strawberry.field(description="What the caller can spend, and what of it expires when.")
    async def spending(self, info: Info) -> views.Spending:
        context = info.context
        member_id = await sessions.member_id(context)
        async with context.database.read() as session:
            points_left = await expiry.spendable(session, member_id, context.now)
            holding = (await expiry.holdings(session, [member_id]))[member_id]
            held = (await points.balance(session, member_id)).get(CARBON_MG, 0)
        left = holding.now(lots.last_year(context.now)) if points_left != holding.balance else holding.left()
        return views.Spending(
            points=Long(points_left),
            carbon=carbon(held),
            lots=[views.lot(year, amount) for year, amount in sorted(left.items()) if amount],
        )


@strawberry.type
class RewardsMutation:
    @strawberry.mutation(
        description="Redeem a reward for points. The same requestId and input give the same redemption.",
        extensions=[AnswersProblems()],
    )
    async def redeem_reward(self, info: Info, input: Asked[RedeemRewardInput]) -> RedeemRewardResult:  # noqa: A002
        context = info.context
        check_request(input.request_id)
        async with context.database.write() as session:
            member_id = await sessions.member_id(context, session)
            content = {"reward": input.reward_id, "points": input.points}
            order = Order(member_id, input.request_id, "redeem", content)

            async def work() -> Mapping[str, Any]:
                return await _redeem(session, context, order)

            answer = await requests.once(session, order, work, context.now)
            return await _redeemed(session, context, answer)

    @strawberry.mutation(
        description="Call a redemption off: one's own within a day, or (managers) another's with a reason.",
        extensions=[AnswersProblems()],
    )
    async def cancel_redemption(self, info: Info, input: Asked[CancelRedemptionInput]) -> CancelRedemptionResult:  # noqa: A002
        context = info.context
        check_request(input.request_id)
        async with context.database.write() as session:
            member_id = await sessions.member_id(context, session)
            content = {"redemption": input.redemption_id, "reason": input.reason}
            order = Order(member_id, input.request_id, "cancel redemption", content)

            async def work() -> Mapping[str, Any]:
                row = await _cancellable(session, context, order)
                why = None if row.member_id == member_id else input.reason or ""
                await service.cancel(session, row, by_member=member_id, why=why, now=context.now)
                return {"points": row.points}

            answer = await requests.once(session, order, work, context.now)
        return RedemptionCancelled(
            request_id=answer.request_id, replayed=answer.replayed, points=Long(answer.done["points"])
        )


async def _redeem(session: WriteSession, context: Context, order: Order) -> Mapping[str, Any]:
    named = order.content["reward"]
    place = await spending.place_today(session, order.by_member, context.now)
    found = await queries.reward(session, ids.decode(REWARD_ID, named))
    if found is None or not place.institution_path.startswith(found[1]):
        raise NotFoundProblem(what=named[:40])
    vault = context.use(Vault)
    made = await service.redeem(session, vault, place, found[0], points=order.content["points"], now=context.now)
    return {"redemption": made.redemption.id}


async def _redeemed(session: ReadSession, context: Context, answer: Answer) -> RewardRedeemed:
    number = answer.done["redemption"]
    row = await session.get(Redemption, number)
    assert row is not None, "it was written with the answer"
    codes = await queries.codes_of(session, context.use(Vault), [number])
    return RewardRedeemed(
        request_id=answer.request_id,
        replayed=answer.replayed,
        redemption_id=strawberry.ID(ids.encode(REDEMPTION_ID, number)),
        points=Long(row.points),
        pick_up_code=row.pick_up_code,
        code=codes.get(number),
        redeemed_at=row.redeemed_at,
    )


async def _cancellable(session: ReadSession, context: Context, order: Order) -> Redemption:
    """Return a redemption that the caller may call off: their own, or one of a reward that they manage."""
    named = order.content["redemption"]
    found = await queries.redemption(session, ids.decode(REDEMPTION_ID, named))
    if found is None or found[0].member_id != order.by_member:
        missing = NotFoundProblem(what=named[:40])
        await sessions.require_role_at(context, session, MANAGERS, found[1] if found else None, missing)
    assert found is not None, "nobody manages what does not exist"
    return found[0]
