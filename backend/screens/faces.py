"""The problems of screens, as GraphQL types."""

from datetime import datetime

import strawberry

from backend.core.api import ProblemFace, face_of
from backend.screens import errors


@face_of(errors.PairingCodeUnknown)
class PairingCodeUnknown(ProblemFace):
    pass


@face_of(errors.TooManyGuesses)
class TooManyGuesses(ProblemFace):
    until: datetime = strawberry.field(description="After it the member may enter codes again.")


@face_of(errors.PlaylistItemInvalid)
class PlaylistItemInvalid(ProblemFace):
    item: int = strawberry.field(description="Which item, from 1 on.")
    field: str = strawberry.field(description="Which of its values.")


@face_of(errors.TooManyScreenMessages)
class TooManyScreenMessages(ProblemFace):
    limit: int = strawberry.field(description="How many there may be.")
