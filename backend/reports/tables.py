"""Tables of the cases that members offer for reports."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field, SQLModel

from backend.core.columns import RowId, UtcDateTime
from backend.core.receipts import Receipt

OFFERED, WITHDRAWN, CHOSEN, LEFT_OUT = "offered", "withdrawn", "chosen", "left_out"


class TypicalCase(SQLModel, table=True):
    """What a member wants told of a campaign, under which name, and whether organisers chose it."""

    __tablename__ = "typical_case"
    __table_args__ = (Index(None, "campaign_id", "institution_id", "id"), Index(None, "member_id", "id"))

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    campaign_id: int = Field(foreign_key="campaign.id", sa_type=RowId)
    institution_id: int = Field(foreign_key="institution.id", sa_type=RowId)  # where the member was when offering
    member_id: int = Field(foreign_key="member.id", sa_type=RowId)
    title: str = Field(max_length=30)
    text: str = Field(sa_type=Text)
    name_form: str = Field(max_length=9)  # real, display, anonymous
    photo_id: int | None = Field(default=None, foreign_key="upload.id", sa_type=RowId)
    consented_at: datetime = Field(sa_type=UtcDateTime)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    chosen_by: int | None = Field(default=None, sa_type=BigInteger)
    chosen_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # None: in no report
    photo_shown: bool = False  # whether who chose it wants its photo too


class CaseReceipt(Receipt, table=True):
    """The answer that was given for a request about a case, kept so that asking again gives it again."""

    __tablename__ = "case_receipt"

    case_id: int = Field(sa_type=BigInteger)
    state: str = Field(max_length=9)
    at: datetime = Field(sa_type=UtcDateTime)
