"""GraphQL for the office: change a campaign that stands, pause it, let it go on."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated, Any

import strawberry

from backend.campaigns import errors, lifecycle
from backend.campaigns.api import Campaign, CampaignClosed, campaign
from backend.campaigns.lifecycle import Order
from backend.campaigns.office_api import Because, CampaignChanged, CampaignDaysInvalid, CampaignStateForbids, managed
from backend.campaigns.queries import Running
from backend.core.api import AnswersProblems, Asked, Info, InvalidValue, Long, NotFound, ProblemFace, face_of
from backend.core.db import WriteSession


@face_of(errors.OnlyExtendable)
class OnlyExtendable(ProblemFace):
    ends_on: date = strawberry.field(description="Its last day as it stands.")


@strawberry.type(description="The campaign, as it stands after the change.")
class CampaignUpdated:
    campaign: Campaign = strawberry.field(description="The campaign.")


ChangeCampaignResult = Annotated[
    CampaignUpdated
    | NotFound
    | InvalidValue
    | CampaignDaysInvalid
    | CampaignChanged
    | CampaignStateForbids
    | CampaignClosed
    | OnlyExtendable,
    strawberry.union("ChangeCampaignResult", description="The campaign, or why it was not changed."),
]
HoldCampaignResult = Annotated[
    CampaignUpdated | NotFound | InvalidValue | CampaignChanged | CampaignStateForbids,
    strawberry.union("HoldCampaignResult", description="The campaign, or why it stays as it is."),
]


@strawberry.input(description="What a campaign is to have; what is left out stays.")
class ChangeCampaignInput:
    campaign_id: strawberry.ID = strawberry.field(description="The campaign.")
    edition: int = strawberry.field(description="The campaign's edition as the caller has seen it.")
    starts_on: date | None = strawberry.field(default=None, description="The first campaign day.")
    ends_on: date | None = strawberry.field(default=None, description="The last campaign day, included.")
    review_days: int | None = strawberry.field(default=None, description="1 to 14: from closing to the end of review.")
    objection_days: int | None = strawberry.field(default=None, description="0 to 14: from then to the seal.")
    budget_points: Long | None = strawberry.field(
        default=strawberry.UNSET, description="The most points that it may issue; null: no limit."
    )
    reason: str | None = strawberry.field(
        default=None, description="2 to 200 characters that members read; needed once it has started."
    )

    def asked(self) -> dict[str, Any]:
        """Return what is to be different."""
        names = ("starts_on", "ends_on", "review_days", "objection_days")
        asked = {name: value for name in names if (value := getattr(self, name)) is not None}
        return asked if self.budget_points is strawberry.UNSET else {**asked, "budget_points": self.budget_points}


@strawberry.input(description="Which campaign, and why.")
class HoldCampaignInput:
    campaign_id: strawberry.ID = strawberry.field(description="The campaign.")
    because: Because = strawberry.field(description="Why, for members to read.")


@strawberry.type
class CampaignsLifecycleMutation:
    @strawberry.mutation(
        description="Change a campaign (those who may open one): freely before it starts, then only give it more days.",
        extensions=[AnswersProblems()],
    )
    async def change_campaign(self, info: Info, input: Asked[ChangeCampaignInput]) -> ChangeCampaignResult:  # noqa: A002
        context = info.context
        async with context.database.write() as session:
            by_member, found = await managed(context, session, input.campaign_id)
            order = Order(by_member, input.edition, input.reason, context.now)
            found = await lifecycle.change(session, found.id, order, input.asked())
        return CampaignUpdated(campaign=campaign(found, context))

    @strawberry.mutation(
        description="Put a running campaign on hold: it takes no acts, and what is done meanwhile does not count.",
        extensions=[AnswersProblems()],
    )
    async def pause_campaign(self, info: Info, input: Asked[HoldCampaignInput]) -> HoldCampaignResult:  # noqa: A002
        return await _hold(info, input, lifecycle.pause)

    @strawberry.mutation(description="Let a paused campaign go on.", extensions=[AnswersProblems()])
    async def resume_campaign(self, info: Info, input: Asked[HoldCampaignInput]) -> HoldCampaignResult:  # noqa: A002
        return await _hold(info, input, lifecycle.resume)


async def _hold(
    info: Info, asked: HoldCampaignInput, verb: Callable[[WriteSession, int, Order], Awaitable[Running]]
) -> CampaignUpdated:
    context = info.context
    async with context.database.write() as session:
        by_member, found = await managed(context, session, asked.campaign_id)
        found = await verb(
            session, found.id, Order(by_member, asked.because.edition, asked.because.reason, context.now)
        )
    return CampaignUpdated(campaign=campaign(found, context))
