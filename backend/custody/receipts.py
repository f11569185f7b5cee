"""The answer to a request about devices, as GraphQL types: one outcome a device, kept so that it can be given again."""

from typing import Annotated, Any

import strawberry

from backend.campaigns import api as campaigns_api
from backend.core import ids
from backend.core.api import (
    Answered,
    BatchTooLarge,
    Context,
    InvalidValue,
    NotFound,
    RequestIdInvalid,
    RequestReused,
    faced,
)
from backend.core.errors import Problem
from backend.custody import faces
from backend.custody.handling import DEVICE_ID
from backend.custody.requests import Answer, Moved
from backend.custody.words import STAGES
from backend.identity import faces as identity_faces


@strawberry.type(description="A device has taken the step.")
class DeviceMoved:
    device_id: strawberry.ID = strawberry.field(description="The device.")
    stage: str = strawberry.field(
        description="booked, handed_over, sealed, weighed, erased, disposed, certified or cancelled."
    )
    stage_title: str = strawberry.field(description="The stage, to show.")
    hand_over_code: str | None = strawberry.field(
        description="What to show when it is handed over, as text or as a QR code; null after booking."
    )
    seal_code: str | None = strawberry.field(description="Its trace code; null before it is sealed.")


DeviceOutcome = Annotated[
    DeviceMoved
    | NotFound
    | InvalidValue
    | campaigns_api.CampaignNotOpen
    | campaigns_api.CampaignClosed
    | campaigns_api.CampaignPaused
    | campaigns_api.CampaignCalledOff
    | faces.DeviceInCustody
    | faces.TooManyBookings
    | faces.HandOverCodeInvalid
    | faces.StepOutOfOrder
    | faces.NotOwnDevice
    | faces.BatteryNotSeparate
    | faces.SealCodeUsed
    | faces.WitnessInvalid
    | faces.ErasureMissing
    | faces.DispositionImpossible
    | faces.SecondPersonNeeded
    | faces.DispositionCorrected,
    strawberry.union("DeviceOutcome", description="A device that took the step, or why it did not."),
]


@strawberry.type(description="The answer to a request about devices, kept so that asking again gives it again.")
class DeviceReceipt(Answered):
    outcomes: list[DeviceOutcome] = strawberry.field(description="One for each device, in the order sent.")


# What any request about devices may be answered: each mutation's union has it.
Receipt = DeviceReceipt | RequestReused | BatchTooLarge | RequestIdInvalid | InvalidValue | identity_faces.NotOnRoster


def receipt(answer: Answer, context: Context) -> DeviceReceipt:
    """Return an answer as clients see it, each problem in the caller's language."""
    outcomes: list[Any] = []
    for outcome in answer.outcomes:
        if isinstance(outcome, Problem):
            outcomes.append(faced(outcome, context.locale))
            continue
        assert isinstance(outcome, Moved), "a request about devices moves devices"
        outcomes.append(
            DeviceMoved(
                device_id=strawberry.ID(ids.encode(DEVICE_ID, outcome.item_id)),
                stage=outcome.stage,
                stage_title=context.say(STAGES[outcome.stage]),
                hand_over_code=outcome.hand_over_code,
                seal_code=outcome.seal_code,
            )
        )
    return DeviceReceipt(request_id=answer.request_id, replayed=answer.replayed, outcomes=outcomes)
