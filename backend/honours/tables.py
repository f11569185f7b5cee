"""Tables of what was earned first when."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field, SQLModel

from backend.core.columns import RowId, UtcDateTime


class EarnedBadge(SQLModel, table=True):
    """A badge that a member earned in a campaign. `lost_at`: what earned it counts no more."""

    __tablename__ = "earned_badge"
    __table_args__ = (
        Index(
            "ix_earned_badge_shown",
            "campaign_id",
            "key",
            sqlite_where=text("shown"),
            postgresql_where=text("shown"),
        ),
    )

    member_id: int = Field(primary_key=True, foreign_key="member.id", sa_type=RowId)
    campaign_id: int = Field(primary_key=True, foreign_key="campaign.id", sa_type=RowId)
    key: str = Field(primary_key=True, max_length=40)
    earned_at: datetime = Field(sa_type=UtcDateTime)  # for the first time
    lost_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    shown: bool = False  # whether colleagues may see it: the member's own choice


class ReachedGoal(SQLModel, table=True):
    """When a group first reached the goal of a campaign."""

    __tablename__ = "reached_goal"

    campaign_id: int = Field(primary_key=True, foreign_key="campaign.id", sa_type=RowId)
    subject_id: int = Field(primary_key=True, sa_type=BigInteger)  # a department or an institution, as the theme says
    reached_at: datetime = Field(sa_type=UtcDateTime)
