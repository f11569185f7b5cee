"""Tables of messages: what lies in inboxes, what goes further, and what members have agreed to."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from backend.core.columns import RowId, UtcDateTime
from backend.core.receipts import Receipt

# Of a delivery. `sent`: the platform has taken it. `refused`: it will not. `given_up`: we did not ask, or not any more.
WAITING, SENT, REFUSED, GIVEN_UP = "waiting", "sent", "refused", "given_up"


class Message(SQLModel, table=True):
    """One message to one member, as it lies in their inbox."""

    __table_args__ = (
        UniqueConstraint("member_id", "key"),
        Index(None, "member_id", "id"),
        Index(
            "ix_message_unrouted",
            "id",
            sqlite_where=text("routed_at IS NULL"),
            postgresql_where=text("routed_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    member_id: int = Field(foreign_key="member.id", sa_type=RowId)
    kind: str = Field(max_length=24)
    key: str = Field(max_length=80)  # what it tells of: telling the same again does nothing
    campaign_id: int | None = Field(default=None, sa_type=BigInteger)
    told: str = Field(sa_type=Text)  # JSON: the values of the kind's templates; one in two languages is a pair
    posted_at: datetime = Field(sa_type=UtcDateTime)
    read_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # Until when it may be sent further; None: as long as its kind says.
    sent_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # When it was decided by which channel it goes, if by any; None: not yet, or anew after a refusal.
    routed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class MessageDelivery(SQLModel, table=True):
    """One message on its way over one channel."""

    __tablename__ = "message_delivery"
    __table_args__ = (
        UniqueConstraint("message_id", "channel"),
        Index(
            "ix_message_delivery_due",
            "channel",
            "due_at",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index(None, "member_id", "channel", "ended_at"),
        Index(None, "number"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    message_id: int = Field(foreign_key="message.id", sa_type=RowId)
    member_id: int = Field(sa_type=BigInteger)
    channel: str = Field(max_length=12)
    state: str = Field(max_length=10)
    reason: str | None = Field(default=None, max_length=20)  # why it was refused or given up: a code or a word
    due_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    claimed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # a claim is a time: who dies holds nothing
    template_id: str | None = Field(default=None, max_length=64)  # by which it was last claimed
    tries: int = 0
    number: str | None = Field(default=None, max_length=64)  # what the platform calls it
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class MessageSwitch(SQLModel, table=True):
    """What a member has switched on or off: a kind of message, or a channel."""

    __tablename__ = "message_switch"

    member_id: int = Field(primary_key=True, foreign_key="member.id", sa_type=RowId)
    subject: str = Field(primary_key=True, max_length=32)  # kind/<key> or channel/<key>
    is_on: bool
    changed_at: datetime = Field(sa_type=UtcDateTime)


class MessagePermit(SQLModel, table=True):
    """How often a template may be sent to a member: as often as they accepted it, or 1 for as long as they agree."""

    __tablename__ = "message_permit"

    member_id: int = Field(primary_key=True, foreign_key="member.id", sa_type=RowId)
    template_id: str = Field(primary_key=True, max_length=64)
    credits: int
    accepted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # the last yes that we know of


class PermitAcceptance(SQLModel, table=True):
    """One tap on "allow", as told by the phone, by the platform's push, or by both."""

    __tablename__ = "permit_acceptance"
    __table_args__ = (Index(None, "member_id", "template_id", "at"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    member_id: int = Field(foreign_key="member.id", sa_type=RowId)
    template_id: str = Field(max_length=64)
    at: datetime = Field(sa_type=UtcDateTime)
    by_phone: bool
    by_platform: bool


class PermitReport(Receipt, table=True):
    """What a phone has reported, and what was answered, so that asking again answers alike."""

    __tablename__ = "permit_report"

    answer: str = Field(sa_type=Text)
    reported_at: datetime = Field(sa_type=UtcDateTime, index=True)


class WeComUser(SQLModel, table=True):
    """What WeCom calls a member, as the operator's list says; encrypted, as every name at a provider is."""

    __tablename__ = "wecom_user"

    member_id: int = Field(primary_key=True, foreign_key="member.id", sa_type=RowId)
    user_ciphertext: str = Field(sa_type=Text)
    user_fingerprint: str = Field(unique=True, max_length=64)
    listed_at: datetime = Field(sa_type=UtcDateTime)
