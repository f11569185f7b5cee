"""Tables of derived scores, of how far the projector has come, and of boards that stand still."""

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlmodel import Field, SQLModel

from backend.core.columns import RowId, UtcDateTime


class Score(SQLModel, table=True):
    """What a member's acts for one department brought in one period of a campaign."""

    __table_args__ = (Index(None, "campaign_id", "period", "institution_id"),)

    campaign_id: int = Field(primary_key=True, sa_type=BigInteger)
    period: str = Field(primary_key=True, max_length=16)  # "campaign", "2026-W25", "2026-06-15"
    member_id: int = Field(primary_key=True, sa_type=BigInteger)
    department_id: int = Field(primary_key=True, sa_type=BigInteger)
    institution_id: int = Field(sa_type=BigInteger)
    points: int = Field(sa_type=BigInteger)
    carbon_mg: int = Field(sa_type=BigInteger)


class BoardRevision(SQLModel, table=True):
    """How often the scores of a campaign have changed; a board is as new as the revision it was made from."""

    __tablename__ = "board_revision"

    campaign_id: int = Field(primary_key=True, sa_type=BigInteger)
    revision: int = Field(sa_type=BigInteger)
    as_of: datetime = Field(sa_type=UtcDateTime)


class BoardPin(SQLModel, table=True):
    """Says that the boards of a campaign stand still: frozen before a ceremony, or sealed for good."""

    __tablename__ = "board_pin"

    campaign_id: int = Field(primary_key=True, foreign_key="campaign.id", sa_type=RowId)
    pinned_at: datetime = Field(sa_type=UtcDateTime)
    revision: int = Field(sa_type=BigInteger)  # what boards call their version while they are frozen
    is_seal: bool
    by_member: int | None = Field(default=None, sa_type=BigInteger)
    reason: str | None = Field(default=None, max_length=200)


class PinnedStanding(SQLModel, table=True):
    """One line of a board that stands still, before it is measured and ranked."""

    __tablename__ = "pinned_standing"

    campaign_id: int = Field(primary_key=True, foreign_key="campaign.id", sa_type=RowId)
    level: str = Field(primary_key=True, max_length=12)
    period: str = Field(primary_key=True, max_length=16)
    institution_id: int = Field(primary_key=True, sa_type=BigInteger)  # on whose boards; of an institution its own
    subject_id: int = Field(primary_key=True, sa_type=BigInteger)
    name: str | None = Field(default=None, max_length=100)  # of a group, as it was called; a person's is their own
    points: int = Field(sa_type=BigInteger)
    carbon_mg: int = Field(sa_type=BigInteger)
    participants: int
    people: int | None = None  # head count of a group
