"""The problems of photos, as GraphQL types."""

from backend.core.api import ProblemFace, face_of
from backend.media import errors


@face_of(errors.TooManyUploads)
class TooManyUploads(ProblemFace):
    pass
