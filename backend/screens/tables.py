"""Table of screens."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from backend.core.columns import RowId, UtcDateTime


class Screen(SQLModel, table=True):
    """A device in a canteen; of its key only the fingerprint is kept."""

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    key_fingerprint: str = Field(unique=True, max_length=64)
    institution_id: int = Field(foreign_key="institution.id", sa_type=RowId)
    place: str = Field(max_length=60)
    registered_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
