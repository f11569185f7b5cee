"""The problems of draws, as GraphQL types."""

from datetime import datetime

import strawberry

from backend.core.api import ProblemFace, face_of
from backend.draws import errors


@face_of(errors.DrawTooLate)
class DrawTooLate(ProblemFace):
    pass


@face_of(errors.DrawEnded)
class DrawEnded(ProblemFace):
    pass


@face_of(errors.TicketsNotSold)
class TicketsNotSold(ProblemFace):
    pass


@face_of(errors.TicketLimitReached)
class TicketLimitReached(ProblemFace):
    limit: int = strawberry.field(description="How many one member may buy.")


@face_of(errors.PrizeLapsed)
class PrizeLapsed(ProblemFace):
    until: datetime = strawberry.field(description="Until when it was to be claimed.")
