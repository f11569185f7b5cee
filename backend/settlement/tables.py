"""Tables of sealed results."""

from datetime import datetime

from sqlalchemy import BigInteger, LargeBinary
from sqlmodel import Field, SQLModel

from backend.core.columns import RowId, UtcDateTime


class Seal(SQLModel, table=True):
    """The sealed result of a campaign: the document, and the digest that certificates and screens quote."""

    campaign_id: int = Field(primary_key=True, foreign_key="campaign.id", sa_type=RowId)
    sealed_at: datetime = Field(sa_type=UtcDateTime)
    digest: str = Field(max_length=64, unique=True)  # SHA-256 of the document's canonical text, in hexadecimal digits
    document: bytes = Field(sa_type=LargeBinary)  # the canonical text, compressed (zlib)


class SealedStanding(SQLModel, table=True):
    """One line of a sealed result: what a person, department or institution had when the campaign was sealed."""

    __tablename__ = "sealed_standing"

    campaign_id: int = Field(primary_key=True, foreign_key="campaign.id", sa_type=RowId)
    level: str = Field(primary_key=True, max_length=12)  # person, department, institution
    subject_id: int = Field(primary_key=True, sa_type=BigInteger)
    institution_id: int = Field(sa_type=BigInteger)
    points: int = Field(sa_type=BigInteger)
    carbon_mg: int = Field(sa_type=BigInteger)
    acts: int
    participants: int
    people: int | None = None  # head count as of the campaign's last day; None for persons
