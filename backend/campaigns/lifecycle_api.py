"""GraphQL for the office: change a campaign that stands, pause it, let it go on, call it off."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated, Any

import strawberry

from backend.campaigns import errors, lifecycle
from backend.campaigns.api import Campaign, CampaignClosed, campaign
from backend.campaigns.lifecycle import Order
from backend.campaigns.office_api import CampaignCancelled, CampaignDaysInvalid, managed
from backend.campaigns.queries import Running
from backend.core.api import AnswersProblems, Asked, Info, InvalidValue, Long, NotFound, ProblemFace, face_of
from backend.core.db import WriteSession


@face_of(errors.CampaignChanged)
class CampaignChanged(ProblemFace):
    edition: int = strawberry.field(description="The edition that stands now.")


@face_of(errors.CampaignStateForbids)
class CampaignStateForbids(ProblemFace):
    pass


@strawberry.input(description="Why a campaign is changed, and which edition of it the caller has seen.")
class ReasonInput:
    edition: int = strawberry.field(description="The campaign's edition as the caller has seen it.")
    reason: str = strawberry.field(description="2 to 200 characters; members read it.")


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
CallOffCampaignResult = Annotated[
    CampaignCancelled | NotFound | InvalidValue | CampaignChanged | CampaignStateForbids,
    strawberry.union("CallOffCampaignResult", description="The campaign, or why it stands."),
]
PauseCampaignResult = Annotated[
    CampaignUpdated | NotFound | InvalidValue | CampaignChanged | CampaignStateForbids,
    strawberry.union("PauseCampaignResult", description="The campaign, or why it is not paused."),
]
ResumeCampaignResult = Annotated[
    CampaignUpdated | NotFound | InvalidValue | CampaignChanged | CampaignStateForbids,
    strawberry.union("ResumeCampaignResult", description="The campaign, or why it does not go on."),
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
    because: ReasonInput = strawberry.field(description="Why, for members to read.")


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
    async def pause_campaign(self, info: Info, input: Asked[HoldCampaignInput]) -> PauseCampaignResult:  # noqa: A002
        return CampaignUpdated(campaign=await _done(info, input, lifecycle.pause))

    @strawberry.mutation(description="Let a paused campaign go on.", extensions=[AnswersProblems()])
    async def resume_campaign(self, info: Info, input: Asked[HoldCampaignInput]) -> ResumeCampaignResult:  # noqa: A002
        return CampaignUpdated(campaign=await _done(info, input, lifecycle.resume))

    @strawberry.mutation(
        description="Cancel a campaign for good, before it starts or while it runs; what was earned stays.",
        extensions=[AnswersProblems()],
    )
    async def call_off_campaign(self, info: Info, input: Asked[HoldCampaignInput]) -> CallOffCampaignResult:  # noqa: A002
        return CampaignCancelled(campaign=await _done(info, input, lifecycle.cancel))


async def _done(
    info: Info, asked: HoldCampaignInput, verb: Callable[[WriteSession, int, Order], Awaitable[Running]]
) -> Campaign:
    context = info.context
    async with context.database.write() as session:
        by_member, found = await managed(context, session, asked.campaign_id)
        order = Order(by_member, asked.because.edition, asked.because.reason, context.now)
        return campaign(await verb(session, found.id, order), context)
