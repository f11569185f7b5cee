"""The problems of sending steps, as GraphQL types."""

from datetime import date

import strawberry

from backend.core.api import ProblemFace, face_of
from backend.steps import errors
from backend.wechat import errors as wechat_errors


@face_of(wechat_errors.SessionKeyStale)
class SessionKeyStale(ProblemFace):
    pass


@face_of(wechat_errors.OpenDataRefused)
class OpenDataRefused(ProblemFace):
    pass


@face_of(errors.StepsInvalid)
class StepsInvalid(ProblemFace):
    field: str = strawberry.field(description="Which part, as in 'stepInfoList[3].step'.")


@face_of(errors.NoStepsCampaign)
class NoStepsCampaign(ProblemFace):
    day: date = strawberry.field(description="The day.")


@face_of(errors.TooFewSteps)
class TooFewSteps(ProblemFace):
    limit: int = strawberry.field(description="From how many steps on a day counts.")


@face_of(errors.StepsUndone)
class StepsUndone(ProblemFace):
    day: date = strawberry.field(description="The day.")
