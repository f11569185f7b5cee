"""The problems of photos, as GraphQL types."""

from backend.core.api import ProblemFace, face_of
from backend.media import errors


@face_of(errors.GlyphMissing)
class GlyphMissing(ProblemFace):
    pass


@face_of(errors.TextTooLong)
class TextTooLong(ProblemFace):
    pass


@face_of(errors.TooManyUploads)
class TooManyUploads(ProblemFace):
    pass
