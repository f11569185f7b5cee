"""The problems of certificates, as GraphQL types."""

from datetime import datetime

import strawberry

from backend.certificates import errors
from backend.core.api import ProblemFace, face_of


@face_of(errors.CampaignNotSealed)
class CampaignNotSealed(ProblemFace):
    seals_at: datetime = strawberry.field(description="Not earlier than this.")


@face_of(errors.NothingSealed)
class NothingSealed(ProblemFace):
    pass


@face_of(errors.GroupTooSmall)
class GroupTooSmall(ProblemFace):
    pass


@face_of(errors.NameNotPrintable)
class NameNotPrintable(ProblemFace):
    character: str = strawberry.field(description="The character that the font lacks.")


@face_of(errors.CertificateStands)
class CertificateStands(ProblemFace):
    number: str = strawberry.field(description="The number of the one that stands.")
