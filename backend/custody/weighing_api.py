"""GraphQL: confirm recyclables by the weight that a station took."""

from typing import Annotated

import strawberry

from backend.campaigns import api as campaigns_api
from backend.checkins import api as act_api
from backend.checkins import causes, faces, office_api
from backend.checkins import queries as acts
from backend.checkins.tables import CheckIn
from backend.core import ids
from backend.core.api import (
    Answered,
    AnswersProblems,
    Asked,
    Info,
    InvalidValue,
    NotFound,
    RequestIdInvalid,
    RequestReused,
)
from backend.core.db import ReadSession
from backend.core.errors import NotFound as NotFoundProblem
from backend.core.receipts import Order, check_request
from backend.custody import keepers, weighing
from backend.custody.api import REQUEST_ID
from backend.custody.faces import NothingToWeigh
from backend.custody.keepers import Keeper
from backend.custody.requests import Weighed
from backend.identity import faces as identity_faces
from backend.identity import queries as identity
from backend.identity.roles import DECIDERS
from backend.points import queries as points


@strawberry.type(description="An act was confirmed by its weight.")
class WeighingConfirmed(Answered):
    check_in: act_api.CheckIn = strawberry.field(description="The act with its full credit.")


ConfirmWeighingResult = Annotated[
    WeighingConfirmed
    | NotFound
    | InvalidValue
    | NothingToWeigh
    | RequestReused
    | RequestIdInvalid
    | office_api.NotOwnAct
    | office_api.NotCounted
    | office_api.ProofNotStronger
    | campaigns_api.CampaignClosed
    | campaigns_api.CampaignPaused
    | campaigns_api.CampaignCalledOff
    | campaigns_api.CampaignNotOpen
    | identity_faces.NotOnRoster
    | faces.NotJoined
    | faces.OutsideCampaignDays
    | faces.KindNotInCampaign
    | faces.DetailInvalid
    | faces.CapReached,
    strawberry.union("ConfirmWeighingResult", description="The act, or why it was not confirmed."),
]


@strawberry.input(description="What the scale says of an act.")
class ConfirmWeighingInput:
    request_id: str = strawberry.field(description=REQUEST_ID)
    check_in_id: strawberry.ID = strawberry.field(description="The act, of recyclables.")
    grams: int = strawberry.field(description="1 to 200,000 whole grams.")


async def _act(session: ReadSession, keeper: Keeper, opaque: str) -> CheckIn:
    act = await acts.check_in(session, ids.decode(act_api.CHECK_IN_ID, opaque))
    where = await identity.institution(session, act.institution_id) if act else None
    if act is None or where is None or not keeper.reaches(where.path):
        raise NotFoundProblem(what=opaque[:40])
    return act


@strawberry.type
class WeighingMutation:
    @strawberry.mutation(
        description="Confirm recyclables by their measured weight: full credit (organisers).",
        extensions=[AnswersProblems()],
    )
    async def confirm_weighing(self, info: Info, input: Asked[ConfirmWeighingInput]) -> ConfirmWeighingResult:  # noqa: A002
        context = info.context
        check_request(input.request_id, 1, 1)
        async with context.database.write() as session:
            keeper = await keepers.keeper(context, session, DECIDERS)
            act = await _act(session, keeper, input.check_in_id)
            content = {"check_in": act.id, "grams": input.grams}
            order = Order(keeper.member_id, input.request_id, "weighing", content)
            answer = await weighing.confirm_weighing(session, order, check_in=act, grams=input.grams, now=context.now)
            (weighed,) = answer.outcomes
            assert isinstance(weighed, Weighed), "a weighing that was refused is raised"
            stands = await acts.check_in(session, weighed.check_in_id)
            assert stands is not None, "it was written when it was confirmed"
            entries = await points.numbers_of_causes(session, causes.awards_of(stands.id))
        return WeighingConfirmed(
            request_id=answer.request_id,
            replayed=answer.replayed,
            check_in=act_api.stored(stands, entries, context),
        )
