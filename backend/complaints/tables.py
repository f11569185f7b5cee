"""Tables of complaints, what was answered, and the answers given for requests."""

from datetime import date, datetime

from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel

from backend.core.columns import RowId, UtcDateTime
from backend.core.receipts import Receipt

OPEN, ANSWERED, CLOSED = "open", "answered", "closed"
COMPLAINT, SUGGESTION = "complaint", "suggestion"
OWN_LEVEL, LEVEL_ABOVE = 1, 2


class Complaint(SQLModel, table=True):
    """What a member complains of or suggests, and how it stands."""

    __table_args__ = (
        Index(None, "member_id", "id"),
        Index(None, "answering_institution_id", "state", "due_on"),
        Index(None, "campaign_id"),
        Index(None, "state", "closed_at"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    member_id: int | None = Field(default=None, foreign_key="member.id", sa_type=RowId)  # None: forgotten
    institution_id: int = Field(foreign_key="institution.id", sa_type=RowId)  # where the member belonged
    # Who answers manages this institution: the member's own, and that above it once it is passed up.
    answering_institution_id: int = Field(foreign_key="institution.id", sa_type=RowId)
    campaign_id: int | None = Field(default=None, foreign_key="campaign.id", sa_type=RowId)
    kind: str = Field(max_length=10)
    anonymous: bool
    about_organiser: bool
    text: str | None = Field(sa_type=Text)  # None: deleted two years after closing
    filed_at: datetime = Field(sa_type=UtcDateTime)
    level: int  # 1: the member's institution answers; 2: the one above
    due_on: date  # the day up to which an answer was promised
    forwarded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    state: str = Field(max_length=8)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ComplaintAnswer(SQLModel, table=True):
    """What one level answered."""

    __tablename__ = "complaint_answer"

    complaint_id: int = Field(primary_key=True, foreign_key="complaint.id", sa_type=RowId)
    level: int = Field(primary_key=True)
    by_member: int = Field(foreign_key="member.id", sa_type=RowId)
    text: str | None = Field(sa_type=Text)  # None: deleted with the complaint's
    answered_at: datetime = Field(sa_type=UtcDateTime)
    due_on: date  # as it was promised at this level


class ComplaintReceipt(Receipt, table=True):
    """The answer that was given for a request, kept so that asking again gives it again."""

    __tablename__ = "complaint_receipt"
    __table_args__ = (Index(None, "at"),)

    answer: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=UtcDateTime)
