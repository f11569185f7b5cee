"""Tables of derived scores and of how far the projector has come."""

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlmodel import Field, SQLModel

from backend.core.columns import UtcDateTime


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
