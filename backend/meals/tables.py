"""Tables of the canteen's log: every record of every meal, and which request made which."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from backend.core.columns import RowId, UtcDateTime
from backend.core.receipts import Receipt

MEALS = ("breakfast", "lunch", "dinner")  # in the order of the day


class MealWasteRecord(SQLModel, table=True):
    """What somebody recorded of a meal; of the editions of one meal the last counts. Rows are only ever added."""

    __tablename__ = "meal_waste"

    institution_id: int = Field(primary_key=True, foreign_key="institution.id", sa_type=RowId)
    day: date = Field(primary_key=True)
    meal: str = Field(primary_key=True, max_length=9)
    edition: int = Field(primary_key=True)  # from 1 on: two who record at once cannot have the same
    diners: int
    waste_grams: int
    recorded_by: int = Field(foreign_key="member.id", sa_type=RowId)
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class MealReceipt(Receipt, table=True):
    """Which edition of its meal a request made, kept so that a repeat gets the same answer."""

    __tablename__ = "meal_receipt"

    edition: int
