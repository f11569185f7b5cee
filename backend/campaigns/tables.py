"""Tables of campaigns and of who joined them."""

from datetime import date, datetime, timedelta

from sqlalchemy import BigInteger, Index, Text, text
from sqlmodel import Field, SQLModel

from backend.core.columns import RowId, UtcDateTime

SCHEDULED, RUNNING, PAUSED, CANCELLED = "scheduled", "running", "paused", "cancelled"
# Settlement: no more acts; no more review, appeals are decided; the result is out for objections; it stands for good.
CLOSED, REVIEWED, PROVISIONAL, SEALED = "closed", "reviewed", "provisional", "sealed"
ENDED = (CLOSED, REVIEWED, PROVISIONAL, SEALED)
# While what members reported may be doubted; what counted in a cancelled campaign stays, so it is looked at as well.
UNDER_REVIEW = (RUNNING, PAUSED, CLOSED, CANCELLED)
# After a campaign has closed: time to look at what is doubted, and to weigh. At most: photos go then.
REVIEW_PERIOD = timedelta(days=14)
OBJECTION_PERIOD = timedelta(days=3)  # after the review: time to object to the provisional result


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
    review_days: int = Field(default=REVIEW_PERIOD.days, sa_column_kwargs={"server_default": str(REVIEW_PERIOD.days)})
    objection_days: int = Field(
        default=OBJECTION_PERIOD.days, sa_column_kwargs={"server_default": str(OBJECTION_PERIOD.days)}
    )
    state: str = Field(max_length=12)
    state_reason: str | None = Field(default=None, max_length=200)  # why it is paused or cancelled, for members to read
    pauses: str | None = Field(default=None, sa_type=Text)  # JSON, see `pauses.py`; None: never paused
    # Grows with every change by an organiser: who changes an older one is told.
    edition: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    budget_points: int | None = Field(default=None, sa_type=BigInteger)  # the most that it may issue; None: no limit
    opened_by: int | None = Field(default=None, foreign_key="member.id", sa_type=RowId)
    created_at: datetime = Field(sa_type=UtcDateTime)
    provisional_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # since when members may object
    sealed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    seal_digest: str | None = Field(default=None, max_length=64)  # as in the seal itself, for all who quote it

    @property
    def review_ends_at(self) -> datetime:
        """When the last doubtful act is decided on, and the last device weighed."""
        return self.closes_at + timedelta(days=self.review_days)

    @property
    def seals_at(self) -> datetime:
        """When the result stands for good, if nothing is open by then."""
        return (self.provisional_at or self.review_ends_at) + timedelta(days=self.objection_days)


class CampaignRule(SQLModel, table=True):
    """The rules of a campaign from one of its days on; the first version is pinned in the campaign's own row."""

    __tablename__ = "campaign_rule"

    campaign_id: int = Field(primary_key=True, foreign_key="campaign.id", sa_type=RowId)
    version: int = Field(primary_key=True)
    applies_from: date
    theme_hash: str = Field(foreign_key="pinned_document.content_hash", max_length=64)
    factors_hash: str = Field(foreign_key="pinned_document.content_hash", max_length=64)
    restates: bool  # whether what was recorded before is offset to what these rules give
    reason: str = Field(max_length=200)  # for members to read
    proposed_by: int = Field(foreign_key="member.id", sa_type=RowId)
    agreed_by: int = Field(foreign_key="member.id", sa_type=RowId)
    made_at: datetime = Field(sa_type=UtcDateTime)
    # When everything recorded before had come to these rules; None while it has not, and nothing may be sealed.
    restated_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class CampaignEvent(SQLModel, table=True):
    """What happened to a campaign, by whom and why: the trail that an auditor reads."""

    __tablename__ = "campaign_event"
    __table_args__ = (Index(None, "campaign_id", "id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    campaign_id: int = Field(foreign_key="campaign.id", sa_type=RowId)
    at: datetime = Field(sa_type=UtcDateTime)
    what: str = Field(max_length=16)  # opened, changed, started, paused, resumed, extended, cancelled, closed, …
    by_member: int | None = Field(default=None, sa_type=BigInteger)  # None: the calendar
    reason: str | None = Field(default=None, max_length=200)
    details: str | None = Field(default=None, sa_type=Text)  # JSON: what it was before and after


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
