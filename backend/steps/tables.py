"""Tables of step counts, and of the answers given for them."""

from datetime import date, datetime

from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel

from backend.core.columns import RowId, UtcDateTime


class StepDay(SQLModel, table=True):
    """The steps of one member on one day (the date in Beijing): the largest count that they have sent."""

    __tablename__ = "step_day"
    __table_args__ = (Index(None, "day"),)

    member_id: int = Field(primary_key=True, foreign_key="member.id", sa_type=RowId)
    day: date = Field(primary_key=True)
    steps: int
    source: str = Field(max_length=12)  # werun
    received_at: datetime = Field(sa_type=UtcDateTime)


class StepReceipt(SQLModel, table=True):
    """The answer that was given for a request; null once the member had their counts deleted."""

    __tablename__ = "step_receipt"
    __table_args__ = (Index(None, "recorded_at"),)

    member_id: int = Field(primary_key=True, foreign_key="member.id", sa_type=RowId)
    request_id: str = Field(primary_key=True, max_length=64)
    content_hash: str = Field(max_length=64)
    answer: str | None = Field(sa_type=Text)
    recorded_at: datetime = Field(sa_type=UtcDateTime)
