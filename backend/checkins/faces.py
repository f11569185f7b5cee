"""The problems of checking in, as GraphQL types."""

from datetime import date, datetime

import strawberry

from backend.campaigns import errors as campaign_errors
from backend.checkins import errors
from backend.core.api import ProblemFace, face_of


@face_of(campaign_errors.DoneDuringPause)
class DoneDuringPause(ProblemFace):
    pass


@face_of(errors.NotJoined)
class NotJoined(ProblemFace):
    pass


@face_of(errors.KindNotInCampaign)
class KindNotInCampaign(ProblemFace):
    pass


@face_of(errors.OutsideCampaignDays)
class OutsideCampaignDays(ProblemFace):
    pass


@face_of(errors.ActInFuture)
class ActInFuture(ProblemFace):
    pass


@face_of(errors.OnlyFromFeed)
class OnlyFromFeed(ProblemFace):
    pass


@face_of(errors.OtherActCounts)
class OtherActCounts(ProblemFace):
    day: date = strawberry.field(description="The day.")


@face_of(errors.CodeNotValid)
class CodeNotValid(ProblemFace):
    pass


@face_of(errors.CodeExpired)
class CodeExpired(ProblemFace):
    pass


@face_of(errors.PhoneClockWrong)
class PhoneClockWrong(ProblemFace):
    pass


@face_of(errors.PhotoUnknown)
class PhotoUnknown(ProblemFace):
    pass


@face_of(errors.PhotoRefused)
class PhotoRefused(ProblemFace):
    pass


@face_of(errors.PhotoUsed)
class PhotoUsed(ProblemFace):
    pass


@face_of(errors.PhotoCopied)
class PhotoCopied(ProblemFace):
    pass


@face_of(errors.TooLate)
class TooLate(ProblemFace):
    until: datetime = strawberry.field(description="Until when that day's acts were accepted.")


@face_of(errors.DetailInvalid)
class DetailInvalid(ProblemFace):
    field: str = strawberry.field(description="Which detail.")


@face_of(errors.OutsideWindow)
class OutsideWindow(ProblemFace):
    opens_at: datetime = strawberry.field(description="When it opens next.")


@face_of(errors.CapReached)
class CapReached(ProblemFace):
    limit: int = strawberry.field(description="How many count.")


@face_of(errors.AlreadyCheckedIn)
class AlreadyCheckedIn(ProblemFace):
    recorded_at: datetime = strawberry.field(description="When the act was recorded.")
