"""The problems of cases, as GraphQL types."""

from backend.core.api import ProblemFace, face_of
from backend.reports import errors


@face_of(errors.ConsentMissing)
class ConsentMissing(ProblemFace):
    pass


@face_of(errors.TooManyCases)
class TooManyCases(ProblemFace):
    pass


@face_of(errors.CaseWithdrawn)
class CaseWithdrawn(ProblemFace):
    pass
