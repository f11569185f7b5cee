"""Table of uploads: what was asked for, what came, what became of it. The picture itself lies in the store."""

from datetime import datetime

from sqlalchemy import BigInteger, UniqueConstraint
from sqlmodel import Field, SQLModel

from backend.core.columns import RowId, UtcDateTime

EXPECTED, STORED, LEAVING, DELETED = "expected", "stored", "leaving", "deleted"
STANDING = (EXPECTED, STORED)  # what leaves can neither be sent nor claimed, but its pictures may still be there
# Moderation: asked of nobody yet; asked of the platform; passed; wants a person's eyes; refused.
WAITING, PENDING, PASSED, HUMAN, RISKY = "waiting", "pending", "passed", "human", "risky"


class Upload(SQLModel, table=True):
    """One photo: a ticket first, then a stored picture, then at last only what was judged of it."""

    __table_args__ = (UniqueConstraint("member_id", "request_id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    member_id: int = Field(foreign_key="member.id", sa_type=RowId)
    request_id: str = Field(max_length=64)
    key: str = Field(unique=True, max_length=40)  # its name in the store, random: it tells nothing
    state: str = Field(max_length=8)
    requested_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)  # swept after it unless an act has claimed it
    source_sha256: str | None = Field(default=None, max_length=64)  # of the bytes as they came
    width: int | None = None  # of the stored picture, in pixels
    height: int | None = None
    byte_count: int | None = None
    # What EXIF said, as far as it may be kept: never the time or the position themselves.
    taken: str | None = Field(default=None, max_length=8)  # today, earlier, later, unknown
    distance: str | None = Field(default=None, max_length=8)  # near, far, unknown
    edited: bool | None = None  # whether an editing program left its name
    stored_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    act_id: int | None = Field(default=None, sa_type=BigInteger, index=True)  # the check-in that it proves
    claimed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    moderation: str = Field(default=WAITING, max_length=8)
    trace_id: str | None = Field(default=None, unique=True, max_length=64)  # the platform's name for its question
    asked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    judged_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    label: int | None = None  # the platform's label, as in 20002
    deleted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
