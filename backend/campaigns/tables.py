"""Tables of campaigns and of who joined them."""

from datetime import date, datetime, timedelta

from sqlalchemy import Index, Text, text
from sqlmodel import Field, SQLModel

from backend.core.columns import RowId, UtcDateTime

SCHEDULED, RUNNING, CLOSED, CANCELLED = "scheduled", "running", "closed", "cancelled"
REVIEW_PERIOD = timedelta(days=14)  # after a campaign has closed: time to look at what is doubted, and to weigh


class PinnedDocument(SQLModel, table=True):
    """A theme or a set of factors exactly as it was when a campaign took it up, under its content hash."""

    __tablename__ = "pinned_document"

    content_hash: str = Field(primary_key=True, max_length=64)
    body: str = Field(sa_type=Text)


class Campaign(SQLModel, table=True):
    """A theme, run for an institution and all below it, from one campaign day to another."""

    __table_args__ = (
        Index(None, "state", "opens_at"),
        Index(None, "state", "closes_at"),
        Index(
            "uq_campaign_of_days",
            "institution_id",
            "theme_key",
            "starts_on",
            "ends_on",
            unique=True,
            sqlite_where=text("state <> 'cancelled'"),
            postgresql_where=text("state <> 'cancelled'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    theme_key: str = Field(max_length=40)
    theme_hash: str = Field(foreign_key="pinned_document.content_hash", max_length=64)
    factors_hash: str = Field(foreign_key="pinned_document.content_hash", max_length=64)
    rule_version: int = 1
    institution_id: int = Field(foreign_key="institution.id", sa_type=RowId, index=True)
    starts_on: date
    ends_on: date
    time_zone: str = Field(max_length=40)
    day_cut_hour: int
    grace_hours: int
    opens_at: datetime = Field(sa_type=UtcDateTime)
    closes_at: datetime = Field(sa_type=UtcDateTime)  # when the last late act is accepted
    state: str = Field(max_length=12)
    opened_by: int | None = Field(default=None, foreign_key="member.id", sa_type=RowId)
    created_at: datetime = Field(sa_type=UtcDateTime)


class Participation(SQLModel, table=True):
    """A member's own decision to take part, and to stop."""

    # Of those who have left only: a board asks who was last, and must not be lured to find the others through it.
    __table_args__ = (
        Index(
            "ix_participation_left",
            "campaign_id",
            "left_at",
            sqlite_where=text("left_at IS NOT NULL"),
            postgresql_where=text("left_at IS NOT NULL"),
        ),
    )

    campaign_id: int = Field(primary_key=True, foreign_key="campaign.id", sa_type=RowId)
    member_id: int = Field(primary_key=True, foreign_key="member.id", sa_type=RowId, index=True)
    joined_at: datetime = Field(sa_type=UtcDateTime)
    left_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
