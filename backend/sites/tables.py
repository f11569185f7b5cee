"""Tables of sites and their codes, and of the mini-program codes that WeChat drew for printed ones."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, LargeBinary
from sqlmodel import Field, SQLModel

from backend.core.columns import RowId, UtcDateTime


class SiteCode(SQLModel, table=True):
    """A code shown at a station, a canteen or a lecture, good for some kinds in one institution for some time."""

    __tablename__ = "site_code"
    __table_args__ = (Index(None, "code", unique=True),)

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    code: str = Field(max_length=12)
    institution_id: int = Field(foreign_key="institution.id", sa_type=RowId)
    kind: str = Field(max_length=32)
    place: str = Field(max_length=60)
    valid_from: datetime = Field(sa_type=UtcDateTime)
    valid_until: datetime = Field(sa_type=UtcDateTime)
    issued_by: int | None = Field(default=None, sa_type=BigInteger)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    secret: str | None = Field(default=None, max_length=64)  # signs a changing code; None: the code itself is printed
    display_fingerprint: str | None = Field(default=None, unique=True, max_length=64)  # of the key of its display page
    # Hundred-thousandths of a degree (about a metre); None: photos are not compared with a place.
    latitude_e5: int | None = None
    longitude_e5: int | None = None
    slot: str | None = Field(default=None, max_length=16)  # the one meal or session that it proves; None: any


class MiniCode(SQLModel, table=True):
    """A mini-program code as WeChat drew it, kept so that printing again asks nobody."""

    __tablename__ = "site_mini_code"

    site_id: int = Field(primary_key=True, foreign_key="site_code.id", sa_type=RowId)
    asked: str = Field(max_length=300)  # app, page and version it opens: after a change of them it is asked for anew
    picture: bytes = Field(sa_type=LargeBinary)
    drawn_at: datetime = Field(sa_type=UtcDateTime)
