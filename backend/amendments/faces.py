"""The problems of amendments, as GraphQL types."""

import strawberry

from backend.amendments import errors
from backend.core.api import InvalidValue, Long, NotFound, ProblemFace, RequestIdInvalid, RequestReused, face_of
from backend.identity import faces as identity_faces


@face_of(errors.AmendmentOpen)
class AmendmentOpen(ProblemFace):
    pass


@face_of(errors.ProposalClosed)
class ProposalClosed(ProblemFace):
    pass


@face_of(errors.ResultStands)
class ResultStands(ProblemFace):
    pass


@face_of(errors.AnotherPersonNeeded)
class AnotherPersonNeeded(ProblemFace):
    pass


@face_of(errors.FiguresChanged)
class FiguresChanged(ProblemFace):
    pass


@face_of(errors.BudgetExceeded)
class BudgetExceeded(ProblemFace):
    left: Long = strawberry.field(description="Points that are left.")
    points: Long = strawberry.field(description="Points that are needed.")


@face_of(errors.ObjectionClosed)
class ObjectionClosed(ProblemFace):
    pass


# What any request here may be answered.
ANY = (
    NotFound
    | InvalidValue
    | RequestReused
    | RequestIdInvalid
    | identity_faces.NotOnRoster
    | ProposalClosed
    | ResultStands
    | AnotherPersonNeeded
    | BudgetExceeded
)
