"""Tables of changes of rules, of adjustments by hand, of objections, and of the answers given for requests."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from backend.core.columns import RowId, UtcDateTime
from backend.core.receipts import Receipt

PROPOSED, AGREED, DECLINED, WITHDRAWN, EXPIRED = "proposed", "agreed", "declined", "withdrawn", "expired"
UPHELD, DISMISSED = "upheld", "dismissed"  # of objections


class Amendment(SQLModel, table=True):
    """A proposed change of a campaign's rules, with what it would do, and how far it has been carried out."""

    __table_args__ = (
        # One at a time: two that were previewed over the same rules could not both keep what they showed.
        Index(
            "uq_amendment_open",
            "campaign_id",
            unique=True,
            sqlite_where=text("state = 'proposed'"),
            postgresql_where=text("state = 'proposed'"),
        ),
        Index(
            "ix_amendment_unfinished",
            "id",
            sqlite_where=text("state = 'agreed' AND finished_at IS NULL"),
            postgresql_where=text("state = 'agreed' AND finished_at IS NULL"),
        ),
        Index(None, "campaign_id", "id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    campaign_id: int = Field(foreign_key="campaign.id", sa_type=RowId)
    base_version: int  # which rules it changes
    from_day: date
    restates: bool
    reason: str = Field(max_length=200)  # for members to read
    theme_body: str = Field(sa_type=Text)  # the changed theme and factors, pinned when it is agreed to
    factors_body: str = Field(sa_type=Text)
    told: str = Field(sa_type=Text)  # JSON: what changes, one pair of sentences (zh-CN, en) for each number
    figures: str = Field(sa_type=Text)  # JSON: what it would do, see figures.py
    basis: str = Field(max_length=64)  # digest of what the figures were computed from
    figured_at: datetime = Field(sa_type=UtcDateTime)
    state: str = Field(max_length=12)
    proposed_by: int = Field(foreign_key="member.id", sa_type=RowId)
    proposed_at: datetime = Field(sa_type=UtcDateTime)
    decided_by: int | None = Field(default=None, foreign_key="member.id", sa_type=RowId)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    note: str | None = Field(default=None, max_length=200)  # why it was declined
    version: int | None = None  # of the rules that came of it
    reached_member: int = Field(default=0, sa_type=BigInteger)  # the last member to whom it was carried
    passes: int = 0  # how often everybody has been looked at
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Adjustment(SQLModel, table=True):
    """Points that somebody proposes to give a member, or to take from them, in a campaign."""

    __table_args__ = (Index(None, "campaign_id", "id"), Index(None, "state", "proposed_at"))

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    campaign_id: int = Field(foreign_key="campaign.id", sa_type=RowId)
    member_id: int = Field(foreign_key="member.id", sa_type=RowId)
    institution_id: int = Field(foreign_key="institution.id", sa_type=RowId)
    department_id: int = Field(foreign_key="department.id", sa_type=RowId)
    day: date
    points: int  # signed
    reason: str = Field(max_length=200)
    state: str = Field(max_length=12)
    proposed_by: int = Field(foreign_key="member.id", sa_type=RowId)
    proposed_at: datetime = Field(sa_type=UtcDateTime)
    decided_by: int | None = Field(default=None, foreign_key="member.id", sa_type=RowId)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    note: str | None = Field(default=None, max_length=200)


class Objection(SQLModel, table=True):
    """A member's word against the undoing of their act by one organiser; somebody else decides."""

    __table_args__ = (UniqueConstraint("act_id"), Index(None, "institution_id", "state"))

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    act_id: int = Field(sa_type=BigInteger)
    member_id: int = Field(foreign_key="member.id", sa_type=RowId)
    campaign_id: int = Field(foreign_key="campaign.id", sa_type=RowId)
    institution_id: int = Field(foreign_key="institution.id", sa_type=RowId)
    undone_by: int = Field(foreign_key="member.id", sa_type=RowId)
    text: str = Field(max_length=500)
    state: str = Field(max_length=12)
    made_at: datetime = Field(sa_type=UtcDateTime)
    decided_by: int | None = Field(default=None, foreign_key="member.id", sa_type=RowId)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    note: str | None = Field(default=None, max_length=200)


class AmendmentReceipt(Receipt, table=True):
    """Which row a request made or moved, and how that row stood after it: asking again gives this again."""

    __tablename__ = "amendment_receipt"

    member_id: int = Field(primary_key=True, foreign_key="member.id", sa_type=RowId)
    subject_id: int = Field(sa_type=BigInteger)
    state: str = Field(max_length=12)
    at: datetime = Field(sa_type=UtcDateTime)
