"""Tables of what is drawn for review, what was decided, asked and appealed."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Index, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from backend.core.columns import RowId, UtcDateTime
from backend.core.receipts import Receipt

WAITING, ASKED, APPROVED, REFUSED = "waiting", "asked", "approved", "refused"
OPEN, UPHELD, DISMISSED = "open", "upheld", "dismissed"
# Strata of a draw. What staff confirmed or a system fed is known: it is counted, and never drawn.
HIGH, MIDDLE, LOW, KNOWN = "high", "middle", "low", "known"
BANDS = (HIGH, MIDDLE, LOW)

MINUTES_A_DAY, SECONDS_PER_CASE = 30, 20


class ReviewSetting(SQLModel, table=True):
    """How much time an institution gives to review; one without a row gives what the constants say."""

    __tablename__ = "review_setting"

    institution_id: int = Field(primary_key=True, foreign_key="institution.id", sa_type=RowId)
    minutes_a_day: int = MINUTES_A_DAY
    seconds_per_case: int = SECONDS_PER_CASE
    changed_by: int = Field(foreign_key="member.id", sa_type=RowId)
    changed_at: datetime = Field(sa_type=UtcDateTime)


class ReviewDraw(SQLModel, table=True):
    """One day's draw of an institution, with everything by which it can be recomputed."""

    __tablename__ = "review_draw"
    __table_args__ = (UniqueConstraint("institution_id", "day"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    institution_id: int = Field(foreign_key="institution.id", sa_type=RowId)
    day: date  # on which the acts were recorded, Beijing time
    seed: str = Field(max_length=32)
    drawn_at: datetime = Field(sa_type=UtcDateTime)
    capacity: int
    acts: bytes = Field(sa_type=LargeBinary)  # the population in order: 8 bytes of number, 1 of band, 2 of risk each


class ReviewBand(SQLModel, table=True):
    """How many acts of a campaign lay in a band of risk, and how many of them were drawn."""

    __tablename__ = "review_band"
    __table_args__ = (Index(None, "campaign_id", "institution_id"),)

    draw_id: int = Field(primary_key=True, foreign_key="review_draw.id", sa_type=RowId)
    campaign_id: int = Field(primary_key=True, sa_type=BigInteger)
    band: str = Field(primary_key=True, max_length=6)
    institution_id: int = Field(sa_type=BigInteger)
    population: int
    sampled: int


class ReviewCase(SQLModel, table=True):
    """One act that was drawn. `act_id` is what stands for it now: an act that is reinstated gets a new number."""

    __tablename__ = "review_case"
    __table_args__ = (
        Index(None, "institution_id", "state", "turn"),
        Index(None, "campaign_id", "institution_id"),
        Index(None, "member_id", "id"),
        Index(None, "act_id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    check_in_id: int = Field(unique=True, sa_type=BigInteger)
    act_id: int = Field(sa_type=BigInteger)
    draw_id: int = Field(foreign_key="review_draw.id", sa_type=RowId)
    campaign_id: int = Field(sa_type=BigInteger)
    institution_id: int = Field(sa_type=BigInteger)
    department_id: int = Field(sa_type=BigInteger)
    member_id: int = Field(sa_type=BigInteger)
    risk: int  # 0 to 1000
    marks: str = Field(sa_type=Text)  # JSON: the names of the marks that make the risk
    band: str = Field(max_length=6)
    turn: int  # by band, then as drawn, which is by chance: what is left undone is left undone by chance
    earlier_acts: int  # that counted for the member before that day
    earlier_refusals: int
    state: str = Field(max_length=8)
    decided_by: int | None = Field(default=None, sa_type=BigInteger)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reason: str | None = Field(default=None, max_length=16)
    note: str | None = Field(default=None, max_length=200)
    photo_before: str | None = Field(default=None, sa_type=Text)  # JSON: the moderation of each photo it changed
    question: str | None = Field(default=None, max_length=200)
    asked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    answer: str | None = Field(default=None, max_length=200)
    answer_photo_id: int | None = Field(default=None, sa_type=BigInteger)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ReviewDecision(SQLModel, table=True):
    """What somebody did with a case; rows are only ever added."""

    __tablename__ = "review_decision"
    __table_args__ = (Index(None, "case_id"), Index(None, "institution_id", "at"))

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    case_id: int = Field(foreign_key="review_case.id", sa_type=RowId)
    institution_id: int = Field(sa_type=BigInteger)
    by_member: int = Field(sa_type=BigInteger)
    verdict: str = Field(max_length=8)  # approve, refuse, ask, undo, answer, appeal, uphold, dismiss
    reason: str | None = Field(default=None, max_length=16)
    note: str | None = Field(default=None, max_length=300)
    at: datetime = Field(sa_type=UtcDateTime)
    request_id: str = Field(max_length=64)


class ReviewAppeal(SQLModel, table=True):
    """A member's one objection to a refusal, and what another reviewer made of it."""

    __tablename__ = "review_appeal"
    __table_args__ = (Index(None, "institution_id", "state"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    case_id: int = Field(unique=True, foreign_key="review_case.id", sa_type=RowId)
    institution_id: int = Field(sa_type=BigInteger)
    refused_by: int = Field(sa_type=BigInteger)
    text: str = Field(max_length=300)
    made_at: datetime = Field(sa_type=UtcDateTime)
    state: str = Field(max_length=9)
    decided_by: int | None = Field(default=None, sa_type=BigInteger)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    note: str | None = Field(default=None, max_length=200)


class ReviewReceipt(Receipt, table=True):
    """The answer that was given for a request, kept so that asking again gives it again."""

    __tablename__ = "review_receipt"

    answer: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=UtcDateTime)
