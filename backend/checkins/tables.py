"""Tables of acts and of the answers given for requests."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Index, Text, text
from sqlmodel import Field, SQLModel

from backend.core.columns import RowId, UtcDateTime


class CheckIn(SQLModel, table=True):
    """One act as it was accepted. `counted` ends when the act is reversed or a stronger proof replaces it."""

    __tablename__ = "check_in"
    __table_args__ = (
        Index(
            "uq_check_in_act",
            "member_id",
            "day",
            "act_class",
            "slot",
            unique=True,
            sqlite_where=text("counted"),
            postgresql_where=text("counted"),
        ),
        Index(None, "member_id", "campaign_id"),
        Index(
            None,
            "site_code_id",
            "recorded_at",
            sqlite_where=text("site_code_id IS NOT NULL"),
            postgresql_where=text("site_code_id IS NOT NULL"),
        ),
    )

    id: int = Field(primary_key=True, sa_type=RowId)
    member_id: int = Field(sa_type=BigInteger)
    campaign_id: int = Field(sa_type=BigInteger)
    institution_id: int = Field(sa_type=BigInteger)
    department_id: int = Field(sa_type=BigInteger)
    kind: str = Field(max_length=32)
    act_class: str = Field(max_length=32)
    day: date
    slot: str = Field(max_length=40)
    proof: str = Field(max_length=16)
    site_code_id: int | None = Field(sa_type=BigInteger)
    photo_id: int | None = Field(default=None, sa_type=BigInteger)
    details: str = Field(sa_type=Text)  # JSON, as the kind's model wrote it
    acted_at: datetime = Field(sa_type=UtcDateTime)
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    counted: bool
    points: int
    carbon_mg: int = Field(sa_type=BigInteger)
    replaces_id: int | None = Field(sa_type=BigInteger)
    # By which version of the campaign's rules `points` and `carbon_mg` are what they are.
    rule_version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})


class Receipt(SQLModel, table=True):
    """The answer that was given for a request, kept so that asking again gives it again."""

    member_id: int = Field(primary_key=True, sa_type=BigInteger)
    request_id: str = Field(primary_key=True, max_length=64)
    content_hash: str = Field(max_length=64)
    answer: str = Field(sa_type=Text)
    recorded_at: datetime = Field(sa_type=UtcDateTime)
