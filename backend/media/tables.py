"""Table of uploads: what was asked for, what came, what became of it. The picture itself lies in the store."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from backend.core.columns import RowId, UtcDateTime

EXPECTED, STORED, LEAVING, DELETED = "expected", "stored", "leaving", "deleted"
STANDING = (EXPECTED, STORED)  # what leaves can neither be sent nor claimed, but its pictures may still be there
# Moderation: asked of nobody yet; asked of the platform; passed; wants a person's eyes; refused.
WAITING, PENDING, PASSED, HUMAN, RISKY = "waiting", "pending", "passed", "human", "risky"

# The words of an index, which is used by a query that says the same words.
IN_MODERATION = text("state = 'stored' AND moderation IN ('waiting', 'pending')")


class Upload(SQLModel, table=True):
    """One photo: a ticket first, then a stored picture, then at last only what was judged of it."""

    __table_args__ = (
        UniqueConstraint("member_id", "request_id"),
        Index("ix_upload_in_moderation", "asked_at", sqlite_where=IN_MODERATION, postgresql_where=IN_MODERATION),
    )

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
    act_id: int | None = Field(default=None, sa_type=BigInteger, index=True)  # the act that it proves; below 0: a case
    claimed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # Until when it is kept although its time is over: somebody has still to look at it (an appeal, a question).
    kept_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    moderation: str = Field(default=WAITING, max_length=8)
    trace_id: str | None = Field(default=None, unique=True, max_length=64)  # the newest question to the platform
    asked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # when somebody last set about asking
    judged_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    judged_by_id: int | None = Field(default=None, foreign_key="member.id", sa_type=RowId)  # a person's word is final
    label: int | None = None  # the platform's label, as in 20002
    deleted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class DeletionProof(SQLModel, table=True):
    """What a daily look at rows and store found: how many photos stand, and none that should be gone."""

    __tablename__ = "deletion_proof"

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    made_at: datetime = Field(sa_type=UtcDateTime)
    pictures: int  # in the store
    standing: int  # uploads whose pictures are kept
    deleted: int  # uploads whose pictures are gone
    held: int  # kept past their time for an appeal or a question
    unnamed: int  # pictures that no standing upload names: 0, or what a crash left until the next sweep
    overdue: int  # photos whose time is over and that are still there: must be 0


class ModerationQuestion(SQLModel, table=True):
    """One question to the platform, by its trace id. The row is made by what comes first: our note, or the answer."""

    __tablename__ = "moderation_question"

    trace_id: str = Field(primary_key=True, max_length=64)
    noted_at: datetime = Field(sa_type=UtcDateTime)
    upload_id: int | None = Field(default=None, foreign_key="upload.id", sa_type=RowId, index=True)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    suggest: str | None = Field(default=None, max_length=9)  # pass, review, risky; unchecked: it could not look
    label: int | None = None
