"""The problems of settlement, as GraphQL types."""

from datetime import datetime

import strawberry

from backend.core.api import ProblemFace, face_of
from backend.settlement import errors


@face_of(errors.StepRefused)
class StepRefused(ProblemFace):
    pass


@face_of(errors.ObjectionsClosed)
class ObjectionsClosed(ProblemFace):
    pass


@face_of(errors.TooManyObjections)
class TooManyObjections(ProblemFace):
    pass


@face_of(errors.ObjectionAnswered)
class ObjectionAnswered(ProblemFace):
    answered_at: datetime = strawberry.field(description="When.")
