"""Table of certificates."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from backend.core.columns import RowId, UtcDateTime


class Certificate(SQLModel, table=True):
    """What a person, a department or an institution did in a sealed campaign, and under which name they say so."""

    __table_args__ = (
        # One standing certificate for each: paper that goes about says the same as the page.
        Index(
            "uq_certificate_standing",
            "campaign_id",
            "level",
            "subject_id",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        UniqueConstraint("made_by", "request_id"),
        Index(None, "level", "subject_id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    campaign_id: int = Field(foreign_key="seal.campaign_id", sa_type=RowId)
    level: str = Field(max_length=12)  # person, department, institution
    subject_id: int = Field(sa_type=BigInteger)
    institution_id: int = Field(foreign_key="institution.id", sa_type=RowId)  # as the seal has it
    name_kind: str = Field(max_length=8)  # real, display, masked, group
    name: str | None = Field(default=None, max_length=100)  # as it is printed; None once it is withdrawn
    measure: str | None = Field(default=None, max_length=16)  # what a group's rank is by
    rank: int | None = None  # among the groups that the sealed board lists at its top; None: it is not told
    salt: str = Field(max_length=32)  # the code on the paper derives from it and the service's secret
    code_fingerprint: str = Field(unique=True, max_length=64)
    made_by: int = Field(foreign_key="member.id", sa_type=RowId)
    request_id: str = Field(max_length=64)
    content_hash: str = Field(max_length=64)
    made_at: datetime = Field(sa_type=UtcDateTime)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    @property
    def number(self) -> str:
        """What it is called on paper; it opens nothing."""
        return f"{self.made_at:%Y}-{self.id or 0:06d}"
