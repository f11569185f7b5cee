"""The problems of complaints, as GraphQL types."""

from datetime import datetime

import strawberry

from backend.complaints import errors
from backend.core.api import ProblemFace, face_of


@face_of(errors.TooManyComplaints)
class TooManyComplaints(ProblemFace):
    limit: int = strawberry.field(description="How many a day.")
    next: datetime = strawberry.field(description="From when on the next can be made.")


@face_of(errors.ComplaintAnswered)
class ComplaintAnswered(ProblemFace):
    at: datetime = strawberry.field(description="When it was answered or closed.")


@face_of(errors.AnswererExcluded)
class AnswererExcluded(ProblemFace):
    pass


@face_of(errors.CannotForward)
class CannotForward(ProblemFace):
    pass
