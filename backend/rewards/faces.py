"""The problems of spending, as GraphQL types."""

from datetime import datetime

import strawberry

from backend.core.api import Long, ProblemFace, face_of
from backend.rewards import errors


@face_of(errors.PointsShort)
class PointsShort(ProblemFace):
    held: Long = strawberry.field(description="What the member can spend.")


@face_of(errors.PriceChanged)
class PriceChanged(ProblemFace):
    points: Long = strawberry.field(description="The price now.")


@face_of(errors.RewardSoldOut)
class RewardSoldOut(ProblemFace):
    pass


@face_of(errors.RewardNotOffered)
class RewardNotOffered(ProblemFace):
    pass


@face_of(errors.RewardLimitReached)
class RewardLimitReached(ProblemFace):
    limit: int = strawberry.field(description="How many one member may have.")


@face_of(errors.RedemptionEnded)
class RedemptionEnded(ProblemFace):
    pass


@face_of(errors.CancelClosed)
class CancelClosed(ProblemFace):
    until: datetime = strawberry.field(description="Until when members could cancel it by themselves.")


@face_of(errors.PickUpCodeUnknown)
class PickUpCodeUnknown(ProblemFace):
    pass


@face_of(errors.EditionPassed)
class EditionPassed(ProblemFace):
    pass


@face_of(errors.RewardRetired)
class RewardRetired(ProblemFace):
    pass


@face_of(errors.CodesRepeated)
class CodesRepeated(ProblemFace):
    count: int = strawberry.field(description="How many.")
    line: int = strawberry.field(description="The first of them, by its place among the codes sent.")


@face_of(errors.CarbonShort)
class CarbonShort(ProblemFace):
    pass


@face_of(errors.EventNeedsLess)
class EventNeedsLess(ProblemFace):
    pass


@face_of(errors.EventOver)
class EventOver(ProblemFace):
    pass
