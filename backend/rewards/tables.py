"""Tables of rewards, of who redeemed them, of events and of the carbon given to them."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from backend.core.columns import RowId, UtcDateTime
from backend.core.receipts import Receipt

WAITING, HANDED_OVER, CANCELLED = "waiting", "handed_over", "cancelled"  # of a redemption
OPEN, FILLED = "open", "filled"  # of an event, which may also be cancelled


class Reward(SQLModel, table=True):
    """Something that members of an institution, and of those below it, may have for points."""

    __table_args__ = (
        CheckConstraint("stock >= 0", name="stock"),
        CheckConstraint("title_zh IS NOT NULL OR title_en IS NOT NULL", name="title"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    institution_id: int = Field(foreign_key="institution.id", sa_type=RowId, index=True)
    edition: int = 1  # grows with every change by staff: who changes an older one is told
    title_zh: str | None = Field(max_length=40)
    title_en: str | None = Field(max_length=80)
    text_zh: str | None = Field(max_length=500)
    text_en: str | None = Field(max_length=1000)
    how_zh: str | None = Field(max_length=200)  # how to get it
    how_en: str | None = Field(max_length=400)
    sponsor: str | None = Field(max_length=80)
    points: int  # the price of one
    per_member: int | None  # how many one member may have; None: no limit
    from_on: date
    until_on: date | None
    has_codes: bool  # each redemption is handed one of the codes that staff uploaded
    stocked: int  # how many there ever were
    stock: int  # how many are left
    retired_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    retired_reason: str | None = Field(default=None, max_length=200)
    made_by: int = Field(foreign_key="member.id", sa_type=RowId)
    made_at: datetime = Field(sa_type=UtcDateTime)


class Redemption(SQLModel, table=True):
    """One reward that a member took, and whether they have it."""

    __table_args__ = (
        Index(None, "member_id", "reward_id"),
        Index(
            "ix_redemption_waiting",
            "reward_id",
            "id",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    reward_id: int = Field(foreign_key="reward.id", sa_type=RowId)
    member_id: int = Field(foreign_key="member.id", sa_type=RowId)
    points: int
    state: str = Field(max_length=12)
    pick_up_code: str | None = Field(unique=True, max_length=12)  # None: it is a code, which is handed over at once
    redeemed_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # when it was handed over or cancelled
    ended_by: int | None = Field(default=None, sa_type=BigInteger)
    reason: str | None = Field(default=None, max_length=200)  # why staff cancelled it


class RewardCode(SQLModel, table=True):
    """A code that staff uploaded, readable only with the service's secret, handed out once."""

    __tablename__ = "reward_code"
    __table_args__ = (
        UniqueConstraint("reward_id", "fingerprint"),
        Index(
            "ix_reward_code_free",
            "reward_id",
            "id",
            sqlite_where=text("redemption_id IS NULL"),
            postgresql_where=text("redemption_id IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    reward_id: int = Field(foreign_key="reward.id", sa_type=RowId)
    fingerprint: str = Field(max_length=64)
    ciphertext: str = Field(sa_type=Text)
    redemption_id: int | None = Field(default=None, unique=True, foreign_key="redemption.id", sa_type=RowId)


class NeutralEvent(SQLModel, table=True):
    """An event whose estimated emissions the members of an institution balance with carbon that they avoided."""

    __tablename__ = "neutral_event"
    __table_args__ = (CheckConstraint("donated_mg >= 0 AND donated_mg <= needed_mg", name="donated"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    institution_id: int = Field(foreign_key="institution.id", sa_type=RowId, index=True)
    title_zh: str | None = Field(max_length=40)
    title_en: str | None = Field(max_length=80)
    held_on: date
    needed_mg: int = Field(sa_type=BigInteger)
    source: str = Field(max_length=200)  # where the estimate of its emissions comes from
    donated_mg: int = Field(default=0, sa_type=BigInteger)
    state: str = Field(default=OPEN, max_length=12)
    filled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reason: str | None = Field(default=None, max_length=200)  # why it was cancelled
    made_by: int = Field(foreign_key="member.id", sa_type=RowId)
    made_at: datetime = Field(sa_type=UtcDateTime)


class Donation(SQLModel, table=True):
    """Carbon that a member gave to an event; given back only with the whole event."""

    __table_args__ = (Index(None, "event_id", "id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    event_id: int = Field(foreign_key="neutral_event.id", sa_type=RowId)
    member_id: int = Field(foreign_key="member.id", sa_type=RowId, index=True)
    carbon_mg: int = Field(sa_type=BigInteger)
    given_at: datetime = Field(sa_type=UtcDateTime)


class RewardReceipt(Receipt, table=True):
    """The answer that was given for a request, kept so that asking again gives it again."""

    __tablename__ = "reward_receipt"

    answer: str = Field(sa_type=Text)
    answered_at: datetime = Field(sa_type=UtcDateTime)
