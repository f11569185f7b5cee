"""Tables of a year's plan: dates that an organiser has confirmed, calendar feeds, answers kept for repeats."""

from datetime import date, datetime

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from backend.core.columns import RowId, UtcDateTime
from backend.core.receipts import Receipt


class ConfirmedDates(SQLModel, table=True):
    """The days of a theme in one year as an organiser has them from a notice; they hold for all institutions below."""

    __tablename__ = "confirmed_dates"

    institution_id: int = Field(primary_key=True, foreign_key="institution.id", sa_type=RowId)
    theme_key: str = Field(primary_key=True, max_length=40)
    year: int = Field(primary_key=True)
    starts_on: date
    ends_on: date
    notice: str = Field(max_length=200)  # what the notice is called, with its number
    confirmed_by: int = Field(foreign_key="member.id", sa_type=RowId)
    confirmed_at: datetime = Field(sa_type=UtcDateTime)


class CalendarFeed(SQLModel, table=True):
    """The address of an institution's calendar; of its key only the fingerprint is kept."""

    __tablename__ = "calendar_feed"

    institution_id: int = Field(primary_key=True, foreign_key="institution.id", sa_type=RowId)
    key_fingerprint: str = Field(unique=True, max_length=64)
    renewed_by: int = Field(foreign_key="member.id", sa_type=RowId)
    renewed_at: datetime = Field(sa_type=UtcDateTime)


class PlanningReceipt(Receipt, table=True):
    """The answer to a request to open campaigns, kept so that a repeat gets the same one."""

    __tablename__ = "planning_receipt"

    member_id: int = Field(primary_key=True, foreign_key="member.id", sa_type=RowId)
    answer: str = Field(sa_type=Text)  # JSON
    answered_at: datetime = Field(sa_type=UtcDateTime)
