"""GraphQL for staff: keep the catalogue, hand over what was redeemed; of who redeemed what, no more than that needs."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any

import strawberry

from backend.core import ids, short_codes
from backend.core.api import After, Answered, AnswersProblems, Asked, Context, Info, Long, OfInstitution
from backend.core.db import ReadSession, WriteSession
from backend.core.errors import NotFound as NotFoundProblem
from backend.core.receipts import Order, check_request
from backend.core.vault import Vault
from backend.identity import api as identity_api
from backend.identity import queries as identity
from backend.identity import sessions
from backend.identity.roles import DECIDERS, MANAGERS
from backend.rewards import catalogue, errors, faces, forms, queries, requests, service, views
from backend.rewards.api import REQUEST_ID, Refused
from backend.rewards.catalogue import Offer, Stock
from backend.rewards.tables import Reward
from backend.rewards.views import REDEMPTION_ID, REWARD_ID


@strawberry.type(description="A reward was added, changed, restocked or taken out.")
class RewardKept(Answered):
    kept: views.KeptReward = strawberry.field(description="The reward, as it stands.")


@strawberry.type(description="A redemption was handed over.")
class RewardHandedOver(Answered):
    title: str = strawberry.field(description="What to hand over.")
    owner: str = strawberry.field(description="Whose it is, masked.")


@strawberry.type(description="A redemption that waits, without its owner.")
class WaitingRedemption:
    id: strawberry.ID = strawberry.field(description="Opaque id.")
    points: Long = strawberry.field(description="What was paid.")
    redeemed_at: datetime = strawberry.field(description="Since when it waits.")


@strawberry.type(description="A page of redemptions that wait, oldest first.")
class WaitingPage:
    items: list[WaitingRedemption] = strawberry.field(description="At most fifty.")
    next: strawberry.ID | None = strawberry.field(description="Ask for newer ones with this; null: no more.")


AddRewardResult = Annotated[
    RewardKept | Refused | faces.CodesRepeated,
    strawberry.union("AddRewardResult", description="The reward, or why it was not added."),
]
ChangeRewardResult = Annotated[
    RewardKept | Refused | faces.EditionPassed | faces.RewardRetired,
    strawberry.union("ChangeRewardResult", description="The reward, or why it stays as it was."),
]
RestockRewardResult = Annotated[
    RewardKept | Refused | faces.CodesRepeated | faces.RewardRetired,
    strawberry.union("RestockRewardResult", description="The reward, or why nothing was added."),
]
RetireRewardResult = Annotated[
    RewardKept | Refused | faces.EditionPassed | faces.RewardRetired,
    strawberry.union("RetireRewardResult", description="The reward, or why it stands."),
]
HandOverRewardResult = Annotated[
    RewardHandedOver | Refused | faces.PickUpCodeUnknown | faces.RedemptionEnded,
    strawberry.union("HandOverRewardResult", description="What to hand over, or why nothing is."),
]


@strawberry.input(description="What is said of a reward: each text in both languages or in one.")
class RewardOfferInput:
    title_zh: str | None = strawberry.field(default=None, description="At most 40 characters.")
    title_en: str | None = strawberry.field(default=None, description="At most 80 characters.")
    text_zh: str | None = strawberry.field(default=None, description="At most 500 characters.")
    text_en: str | None = strawberry.field(default=None, description="At most 1,000 characters.")
    how_zh: str | None = strawberry.field(default=None, description="How to get it: at most 200 characters.")
    how_en: str | None = strawberry.field(default=None, description="How to get it: at most 400 characters.")
    sponsor: str | None = strawberry.field(default=None, description="Who gives it: at most 80 characters.")
    points: Long = strawberry.field(description="The price of one: 1 to 1,000,000.")
    per_member: int | None = strawberry.field(default=None, description="How many one member may have; null: no limit.")
    from_on: date = strawberry.field(description="The first day.")
    until_on: date | None = strawberry.field(default=None, description="The last day; null: until it is taken out.")


@strawberry.input(description="How many there are: a number, or the codes themselves.")
class RewardStockInput:
    items: int | None = strawberry.field(default=None, description="Up to 1,000,000 things.")
    codes: str | None = strawberry.field(default=None, description="1 to 1,000 codes, one a line, of 100 characters.")


@strawberry.input(description="A new reward.")
class AddRewardInput:
    request_id: str = strawberry.field(description=REQUEST_ID)
    institution_id: strawberry.ID = strawberry.field(description="Whose reward: it covers all below, too.")
    offer: RewardOfferInput = strawberry.field(description="What is said of it.")
    stock: RewardStockInput = strawberry.field(description="How many there are.")


@strawberry.input(description="A change of a reward.")
class ChangeRewardInput:
    request_id: str = strawberry.field(description=REQUEST_ID)
    reward_id: strawberry.ID = strawberry.field(description="The reward.")
    edition: int = strawberry.field(description="The edition that was read.")
    offer: RewardOfferInput = strawberry.field(description="What is said of it from now on.")


@strawberry.input(description="More of a reward.")
class RestockRewardInput:
    request_id: str = strawberry.field(description=REQUEST_ID)
    reward_id: strawberry.ID = strawberry.field(description="The reward.")
    stock: RewardStockInput = strawberry.field(description="How many more.")


@strawberry.input(description="A reward to take out.")
class RetireRewardInput:
    request_id: str = strawberry.field(description=REQUEST_ID)
    reward_id: strawberry.ID = strawberry.field(description="The reward.")
    edition: int = strawberry.field(description="The edition that was read.")
    reason: str = strawberry.field(description="2 to 200 characters.")


@strawberry.input(description="A redemption to hand over.")
class HandOverRewardInput:
    request_id: str = strawberry.field(description=REQUEST_ID)
    code: str = strawberry.field(description="The pick-up code that its owner shows.")


def _offer(given: RewardOfferInput) -> Offer:
    return Offer(**vars(given))


async def _managed(context: Context, session: ReadSession, opaque: str) -> Reward:
    """Return a reward that the caller manages; what lies elsewhere and what does not exist get one answer."""
    await sessions.caller(context, session)
    found = await queries.reward(session, ids.decode(REWARD_ID, opaque))
    missing = NotFoundProblem(what=opaque[:40])
    await sessions.require_role_at(context, session, MANAGERS, found[1] if found else None, missing)
    assert found is not None, "nobody manages what does not exist"
    return found[0]


@strawberry.type
class RewardsOfficeQuery:
    @strawberry.field(description="The rewards of an institution, newest first, with those taken out (managers).")
    async def kept_rewards(self, info: Info, institution_id: OfInstitution) -> list[views.KeptReward]:
        context = info.context
        async with context.database.read() as session:
            row = await identity_api.managed_institution(context, session, institution_id)
            found = await queries.kept(session, row.id or 0)
        return [views.kept(one, context) for one in found]

    @strawberry.field(description="What of a reward was redeemed and waits, oldest first, without names (managers).")
    async def waiting_redemptions(
        self,
        info: Info,
        reward_id: Annotated[strawberry.ID, strawberry.argument(description="Which reward.")],
        after: After = None,
    ) -> WaitingPage:
        context = info.context
        async with context.database.read() as session:
            row = await _managed(context, session, reward_id)
            found = await queries.waiting(session, row.id or 0, ids.decode(REDEMPTION_ID, after) if after else None)
        items = [
            WaitingRedemption(
                id=strawberry.ID(ids.encode(REDEMPTION_ID, one.id or 0)),
                points=Long(one.points),
                redeemed_at=one.redeemed_at,
            )
            for one in found[: queries.PAGE]
        ]
        return WaitingPage(items=items, next=items[-1].id if len(found) > queries.PAGE else None)


@strawberry.type
class RewardsOfficeMutation:
    @strawberry.mutation(description="Add a reward to the catalogue (managers).", extensions=[AnswersProblems()])
    async def add_reward(self, info: Info, input: Asked[AddRewardInput]) -> AddRewardResult:  # noqa: A002
        context = info.context
        check_request(input.request_id)
        offer, stock = _offer(input.offer), Stock(input.stock.items, input.stock.codes)
        async with context.database.write() as session:
            place = await identity_api.managed_institution(context, session, input.institution_id)
            member_id = await sessions.member_id(context, session)
            content = {"institution": input.institution_id, **vars(offer), **vars(stock)}

            async def work() -> Mapping[str, Any]:
                made = await catalogue.add(
                    session,
                    context.use(Vault),
                    institution_id=place.id or 0,
                    offer=offer,
                    stock=stock,
                    by_member=member_id,
                    now=context.now,
                )
                return {"reward": made.id}

            return await _kept(session, context, Order(member_id, input.request_id, "add reward", content), work)

    @strawberry.mutation(description="Change what is said of a reward (managers).", extensions=[AnswersProblems()])
    async def change_reward(self, info: Info, input: Asked[ChangeRewardInput]) -> ChangeRewardResult:  # noqa: A002
        context = info.context
        check_request(input.request_id)
        async with context.database.write() as session:
            row = await _managed(context, session, input.reward_id)
            member_id = await sessions.member_id(context, session)
            content = {"reward": row.id, "edition": input.edition, **vars(input.offer)}

            async def work() -> Mapping[str, Any]:
                await catalogue.change(session, row, input.edition, _offer(input.offer))
                return {"reward": row.id}

            return await _kept(session, context, Order(member_id, input.request_id, "change reward", content), work)

    @strawberry.mutation(description="Add items or codes to a reward (managers).", extensions=[AnswersProblems()])
    async def restock_reward(self, info: Info, input: Asked[RestockRewardInput]) -> RestockRewardResult:  # noqa: A002
        context = info.context
        check_request(input.request_id)
        stock = Stock(input.stock.items, input.stock.codes)
        async with context.database.write() as session:
            row = await _managed(context, session, input.reward_id)
            member_id = await sessions.member_id(context, session)
            content = {"reward": row.id, **vars(stock)}

            async def work() -> Mapping[str, Any]:
                await catalogue.restock(session, context.use(Vault), row, stock)
                return {"reward": row.id}

            return await _kept(session, context, Order(member_id, input.request_id, "restock reward", content), work)

    @strawberry.mutation(
        description="Take a reward out of the catalogue, with a reason (managers).", extensions=[AnswersProblems()]
    )
    async def retire_reward(self, info: Info, input: Asked[RetireRewardInput]) -> RetireRewardResult:  # noqa: A002
        context = info.context
        check_request(input.request_id)
        async with context.database.write() as session:
            row = await _managed(context, session, input.reward_id)
            member_id = await sessions.member_id(context, session)
            content = {"reward": row.id, "edition": input.edition, "reason": input.reason}

            async def work() -> Mapping[str, Any]:
                await catalogue.retire(session, row, input.edition, input.reason, context.now)
                return {"reward": row.id}

            return await _kept(session, context, Order(member_id, input.request_id, "retire reward", content), work)

    @strawberry.mutation(
        description="Hand over what waits, to whoever shows its code (deciders).", extensions=[AnswersProblems()]
    )
    async def hand_over_reward(self, info: Info, input: Asked[HandOverRewardInput]) -> HandOverRewardResult:  # noqa: A002
        context = info.context
        check_request(input.request_id)
        code = short_codes.plain(input.code)
        async with context.database.write() as session:
            member_id = await sessions.member_id(context, session)
            found = await queries.by_pick_up_code(session, code)
            missing = errors.PickUpCodeUnknown()
            await sessions.require_role_at(context, session, DECIDERS, found[2] if found else None, missing)
            assert found is not None, "nobody decides on what does not exist"
            redemption, of, _ = found

            async def work() -> Mapping[str, Any]:
                await service.hand_over(session, redemption, by_member=member_id, now=context.now)
                return {"redemption": redemption.id}

            order = Order(member_id, input.request_id, "hand over", {"code": code})
            answer = await requests.once(session, order, work, context.now)
            owner = await identity.member(session, redemption.member_id)
        return RewardHandedOver(
            request_id=answer.request_id,
            replayed=answer.replayed,
            title=context.say(forms.told(of.title_zh, of.title_en)),
            owner=identity.masked(owner.name if owner else ""),
        )


async def _kept(session: WriteSession, context: Context, order: Order, work: requests.Work) -> RewardKept:
    answer = await requests.once(session, order, work, context.now)
    row = await session.get(Reward, answer.done["reward"])
    assert row is not None, "it was written with the answer"
    return RewardKept(request_id=answer.request_id, replayed=answer.replayed, kept=views.kept(row, context))
