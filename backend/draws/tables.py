"""Tables of draws: what was announced, who bought tickets, which took part, which won."""

from datetime import datetime

from sqlalchemy import Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from backend.core.columns import RowId, UtcDateTime

ANNOUNCED, DRAWN, CANCELLED = "announced", "drawn", "cancelled"
WON, CLAIMED, HANDED_OVER, LAPSED = "won", "claimed", "handed_over", "lapsed"  # of a prize


class Draw(SQLModel, table=True):
    """A draw of a campaign, with the seed that was fixed when it was announced."""

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    campaign_id: int = Field(foreign_key="campaign.id", sa_type=RowId, index=True)
    least_acts: int  # how many counted acts give a ticket
    ticket_points: int | None  # the price of a further ticket; None: there are none to buy
    tickets_each: int  # how many one member may buy
    claim_days: int  # how long a prize waits for its winner
    commitment: str = Field(unique=True, max_length=64)  # SHA-256 of the seed, in hexadecimal digits
    seed_ciphertext: str = Field(sa_type=Text)
    numbered: int = 0  # the last ticket number that was given
    state: str = Field(default=ANNOUNCED, max_length=12)
    announced_by: int = Field(foreign_key="member.id", sa_type=RowId)
    announced_at: datetime = Field(sa_type=UtcDateTime)
    drawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    seed: str | None = Field(default=None, max_length=64)  # published with the draw
    seal_digest: str | None = Field(default=None, max_length=64)
    reason: str | None = Field(default=None, max_length=200)  # why it was cancelled


class DrawPrize(SQLModel, table=True):
    """One kind of prize, in the order in which they are given."""

    __tablename__ = "draw_prize"

    draw_id: int = Field(primary_key=True, foreign_key="draw.id", sa_type=RowId)
    place: int = Field(primary_key=True)
    title_zh: str | None = Field(max_length=40)
    title_en: str | None = Field(max_length=80)
    pieces: int


class TicketPurchase(SQLModel, table=True):
    """Tickets that a member bought at once: so many numbers from the first on."""

    __tablename__ = "ticket_purchase"
    __table_args__ = (Index(None, "draw_id", "member_id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    draw_id: int = Field(foreign_key="draw.id", sa_type=RowId)
    member_id: int = Field(foreign_key="member.id", sa_type=RowId)
    tickets: int
    points: int
    first_number: int
    bought_at: datetime = Field(sa_type=UtcDateTime)
    returned_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # the points went back


class DrawTicket(SQLModel, table=True):
    """A ticket that took part, and whose it is."""

    __tablename__ = "draw_ticket"
    __table_args__ = (Index(None, "draw_id", "member_id"),)

    draw_id: int = Field(primary_key=True, foreign_key="draw.id", sa_type=RowId)
    number: int = Field(primary_key=True)
    member_id: int = Field(foreign_key="member.id", sa_type=RowId)


class DrawAward(SQLModel, table=True):
    """A prize and the ticket that it fell to; `rank` counts the tickets in the order of the draw, from 1."""

    __tablename__ = "draw_award"
    __table_args__ = (
        UniqueConstraint("draw_id", "number"),
        Index(
            "ix_draw_award_unclaimed",
            "claim_until",
            sqlite_where=text("state = 'won'"),
            postgresql_where=text("state = 'won'"),
        ),
    )

    draw_id: int = Field(primary_key=True, foreign_key="draw.id", sa_type=RowId)
    rank: int = Field(primary_key=True)
    number: int
    member_id: int = Field(foreign_key="member.id", sa_type=RowId)
    place: int  # of the prize
    state: str = Field(max_length=12)
    pick_up_code: str = Field(unique=True, max_length=12)
    won_at: datetime = Field(sa_type=UtcDateTime)
    claim_until: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # when it was handed over or lapsed
    ended_by: int | None = Field(default=None, sa_type=RowId)
