"""Tables of messages."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from backend.core.columns import RowId, UtcDateTime


class Message(SQLModel, table=True):
    """One message to one member, as it lies in their inbox."""

    __table_args__ = (UniqueConstraint("member_id", "key"), Index(None, "member_id", "id"))

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    member_id: int = Field(foreign_key="member.id", sa_type=RowId)
    kind: str = Field(max_length=24)
    key: str = Field(max_length=80)  # what it tells of: telling the same again does nothing
    campaign_id: int | None = Field(default=None, sa_type=BigInteger)
    told: str = Field(sa_type=Text)  # JSON: the values of the kind's templates; one in two languages is a pair
    posted_at: datetime = Field(sa_type=UtcDateTime)
    read_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
