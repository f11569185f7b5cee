"""The problems of reminders, as GraphQL types."""

from backend.core.api import ProblemFace, face_of
from backend.reminders import errors


@face_of(errors.ReminderTimeUnknown)
class ReminderTimeUnknown(ProblemFace):
    pass
