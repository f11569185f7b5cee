"""Tables of devices in custody, of the steps that each has gone, and of the answers given for requests."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from backend.core.columns import RowId, UtcDateTime
from backend.core.receipts import Receipt


class CustodyItem(SQLModel, table=True):
    """One device as it stands now: what its steps say, together."""

    __tablename__ = "custody_item"
    __table_args__ = (
        CheckConstraint("(owner = 'personal') = (member_id IS NOT NULL)", name="owner"),
        CheckConstraint("(owner = 'unit') = (approval_number IS NOT NULL)", name="approval"),
        Index(None, "campaign_id", "institution_id"),
        Index(
            "uq_custody_item_serial",
            "serial_fingerprint",
            unique=True,
            sqlite_where=text("stage <> 'cancelled'"),
            postgresql_where=text("stage <> 'cancelled'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    campaign_id: int = Field(foreign_key="campaign.id", sa_type=RowId)
    institution_id: int = Field(foreign_key="institution.id", sa_type=RowId)
    department_id: int | None = Field(default=None, foreign_key="department.id", sa_type=RowId)
    member_id: int | None = Field(default=None, foreign_key="member.id", sa_type=RowId, index=True)
    owner: str = Field(max_length=8)  # personal, unit
    approval_number: str | None = Field(default=None, max_length=40)  # of a unit's decision to scrap its asset
    category: str = Field(max_length=16)
    data_bearing: bool
    condition: str = Field(max_length=12)
    serial_fingerprint: str | None = Field(default=None, max_length=64)
    stage: str = Field(max_length=12)
    hand_over_code: str = Field(unique=True, max_length=12)  # the owner's signature: whoever types it was shown it
    seal_code: str | None = Field(default=None, unique=True, max_length=32)
    separate: bool = False  # kept in a box of its own: a lithium battery
    weight_grams: int | None = None
    erasure: str | None = Field(default=None, max_length=12)
    disposition: str | None = Field(default=None, max_length=12)
    certificate_number: str | None = Field(default=None, max_length=40)
    check_in_id: int | None = Field(default=None, unique=True, sa_type=BigInteger)  # the act that it counted as
    no_points: str | None = Field(default=None, sa_type=Text)  # JSON of the problem: why it counted as none
    booked_at: datetime = Field(sa_type=UtcDateTime)
    handed_over_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    head: str = Field(max_length=64)  # the hash of its last step


class CustodyStep(SQLModel, table=True):
    """One step of one device, appended and never changed; each hashes the one before it."""

    __tablename__ = "custody_step"
    __table_args__ = (
        UniqueConstraint("item_id", "stage"),
        UniqueConstraint("by_member", "request_id", "item_id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    item_id: int = Field(foreign_key="custody_item.id", sa_type=RowId)
    stage: str = Field(max_length=12)
    by_member: int | None = Field(default=None, sa_type=BigInteger)  # None: the service itself
    by_institution_id: int | None = Field(default=None, sa_type=BigInteger)  # where they belonged on that day
    at: datetime = Field(sa_type=UtcDateTime)
    request_id: str = Field(max_length=64)
    details: str = Field(sa_type=Text)  # JSON: the columns of the device that this step set, and what else it says
    witness_id: int | None = Field(default=None, sa_type=BigInteger)
    previous: str = Field(max_length=64)
    hash: str = Field(max_length=64)


class CustodyReceipt(Receipt, table=True):
    """The answer that was given for a request, kept so that asking again gives it again."""

    __tablename__ = "custody_receipt"

    answer: str = Field(sa_type=Text)
    answered_at: datetime = Field(sa_type=UtcDateTime)
