"""Tables of the ledger: transfers, the batches that they were committed in, and the chain over them."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from backend.core.columns import RowId, UtcDateTime

POINTS, CARBON_MG = "points", "carbon_mg"

# A transfer's number is its batch's number and its place in the batch: no second sequence to ask, and a
# batch's transfers are one range of the primary key.
PLACE_BITS = 13
BATCH_TRANSFERS = 1 << PLACE_BITS

NO_CAMPAIGN = 0  # of a transfer that spends what was earned, in whichever campaign


class LedgerBatch(SQLModel, table=True):
    """One committed transaction of the ledger; also the note that boards, chain and badges still have to follow it."""

    __tablename__ = "ledger_batch"
    __table_args__ = (
        Index(
            "ix_ledger_batch_unprojected",
            "id",
            sqlite_where=text("projected_at IS NULL"),
            postgresql_where=text("projected_at IS NULL"),
        ),
        Index(
            "ix_ledger_batch_unchained",
            "id",
            sqlite_where=text("checkpoint_id IS NULL"),
            postgresql_where=text("checkpoint_id IS NULL"),
        ),
        Index(
            "ix_ledger_batch_unhonoured",
            "id",
            sqlite_where=text("honoured_at IS NULL"),
            postgresql_where=text("honoured_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    recorded_at: datetime = Field(sa_type=UtcDateTime, index=True)  # which batches are of a day
    projected_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    checkpoint_id: int | None = Field(default=None, sa_type=RowId)
    honoured_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # badges and goals have followed


class Transfer(SQLModel, table=True):
    """A positive amount moved from one account to another, and everything needed to explain it."""

    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("from_account <> to_account", name="two_accounts"),
        UniqueConstraint("cause", "ledger"),
        Index(None, "member_id", "campaign_id"),
        Index(
            "uq_transfer_reverses_id",
            "reverses_id",
            unique=True,
            sqlite_where=text("reverses_id IS NOT NULL"),
            postgresql_where=text("reverses_id IS NOT NULL"),
        ),
    )

    id: int = Field(primary_key=True, sa_type=RowId)
    ledger: str = Field(max_length=9)
    from_account: int = Field(sa_type=BigInteger)
    to_account: int = Field(sa_type=BigInteger)
    amount: int = Field(sa_type=BigInteger)
    cause: str = Field(max_length=40)  # "check-in/…", see `verify.MOVES`, and "reversal/…"; unique within a ledger
    campaign_id: int = Field(sa_type=BigInteger)  # or NO_CAMPAIGN
    member_id: int = Field(sa_type=BigInteger)  # whose act it was
    department_id: int = Field(sa_type=BigInteger)  # where they belonged on that day
    institution_id: int = Field(sa_type=BigInteger)
    day: date
    proof: str = Field(max_length=16)
    rule_version: int
    factor: str | None = Field(max_length=80)  # "reduction.travel.walk_km@1"
    explanation: str = Field(sa_type=Text)  # JSON: the terms of the sum, see explain.py
    reverses_id: int | None = Field(sa_type=BigInteger)
    recorded_at: datetime = Field(sa_type=UtcDateTime)


class CampaignBudget(SQLModel, table=True):
    """How many points a campaign with a budget has issued, less what came back: who issues locks this row first."""

    __tablename__ = "campaign_budget"

    campaign_id: int = Field(primary_key=True, sa_type=BigInteger)
    issued: int = Field(sa_type=BigInteger)
    warned_percent: int = 0  # of which share of the budget its organisers have been told
    # Who issued while the budget was being set did not know of it: then all is counted once more.
    recount_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Checkpoint(SQLModel, table=True):
    """A link of the chain: the digests of the transfers since the last one, and the head over all before."""

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    made_at: datetime = Field(sa_type=UtcDateTime)
    transfers: int
    entries: bytes = Field(sa_type=LargeBinary)  # 8 bytes of number and 16 of digest for each transfer, in order
    head: str = Field(max_length=64)
