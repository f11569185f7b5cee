"""Tables of reminders."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from backend.core.columns import RowId, UtcDateTime

CHECK_IN, CAMPAIGN = "check_in_reminder", "campaign_reminder"
KINDS = (CHECK_IN, CAMPAIGN)


class ReminderChoice(SQLModel, table=True):
    """At which of the offered times a member wants a kind of reminder; without a row they want none."""

    __tablename__ = "reminder_choice"
    __table_args__ = (Index(None, "kind", "at_time", "member_id"),)

    member_id: int = Field(primary_key=True, foreign_key="member.id", sa_type=RowId)
    kind: str = Field(primary_key=True, max_length=24)
    at_time: str = Field(max_length=5)
    chosen_at: datetime = Field(sa_type=UtcDateTime)
