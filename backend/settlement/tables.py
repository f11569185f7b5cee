"""Tables of sealed results, and of what members object to before the seal."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from backend.core.columns import RowId, UtcDateTime


class Seal(SQLModel, table=True):
    """The sealed result of a campaign: the document, and the digest that certificates and screens quote."""

    campaign_id: int = Field(primary_key=True, foreign_key="campaign.id", sa_type=RowId)
    sealed_at: datetime = Field(sa_type=UtcDateTime)
    digest: str = Field(max_length=64, unique=True)  # SHA-256 of the document's canonical text, in hexadecimal digits
    document: bytes = Field(sa_type=LargeBinary)  # the canonical text, compressed (zlib)
    # The newest batch of the ledger that it holds: what came later is a correction.
    last_batch: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})


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
    name: str | None = Field(default=None, max_length=100)  # of a group, as it was called
    number: int | None = None  # of a person: who they are within the document, which names nobody


class ResultObjection(SQLModel, table=True):
    """What a member says against a provisional result, and what an organiser answers."""

    __tablename__ = "result_objection"
    __table_args__ = (UniqueConstraint("member_id", "request_id"), Index(None, "campaign_id", "id"))

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    campaign_id: int = Field(foreign_key="campaign.id", sa_type=RowId)
    member_id: int = Field(foreign_key="member.id", sa_type=RowId)
    request_id: str = Field(max_length=64)
    text: str = Field(max_length=300)
    made_at: datetime = Field(sa_type=UtcDateTime)
    answer: str | None = Field(default=None, max_length=300)
    answered_by: int | None = Field(default=None, foreign_key="member.id", sa_type=RowId)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
