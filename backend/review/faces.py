"""The problems of review, as GraphQL types."""

from datetime import datetime

import strawberry

from backend.core.api import ProblemFace, face_of
from backend.review import errors


@face_of(errors.AlreadyReviewed)
class AlreadyReviewed(ProblemFace):
    decided_at: datetime = strawberry.field(description="When it was dealt with.")


@face_of(errors.AlreadyAsked)
class AlreadyAsked(ProblemFace):
    pass


@face_of(errors.UndoClosed)
class UndoClosed(ProblemFace):
    pass


@face_of(errors.NoQuestionOpen)
class NoQuestionOpen(ProblemFace):
    pass


@face_of(errors.ReviewClosed)
class ReviewClosed(ProblemFace):
    pass


@face_of(errors.AppealNotOpen)
class AppealNotOpen(ProblemFace):
    pass
