"""The problems of messages, as GraphQL types."""

from backend.core.api import ProblemFace, face_of
from backend.messages import errors


@face_of(errors.ReportReused)
class ReportReused(ProblemFace):
    pass


@face_of(errors.SwitchUnknown)
class SwitchUnknown(ProblemFace):
    pass
