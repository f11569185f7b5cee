"""Tables of fingerprints: of whole pictures, of their spots, and the words by which spots are looked up."""

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel

from backend.core.columns import RowId


class PhotoPrint(SQLModel, table=True):
    """The print of one whole upload (place 0). Photos of the first release also have windows of it (places 1 to 15).

    The coarse print's 63 bits stand in three bands of 21, each with an index: prints that differ in at most five
    bits agree, but for one bit, in at least one band.
    """

    __tablename__ = "photo_print"

    upload_id: int = Field(primary_key=True, sa_type=RowId)
    place: int = Field(primary_key=True)  # which window
    high: int = Field(index=True)
    middle: int = Field(index=True)
    low: int = Field(index=True)
    fine: str = Field(max_length=64)  # 255 bits in hexadecimal


class PhotoSpots(SQLModel, table=True):
    """All spots of one upload, packed: what decides."""

    __tablename__ = "photo_spots"

    upload_id: int = Field(primary_key=True, sa_type=RowId)
    spots: bytes = Field(sa_type=LargeBinary)


class SpotWord(SQLModel, table=True):
    """Which uploads have a spot of this word: what proposes. The table is its own index."""

    __tablename__ = "spot_word"
    __table_args__ = {"sqlite_with_rowid": False}

    word: int = Field(primary_key=True)  # 25 bits
    upload_id: int = Field(primary_key=True, sa_type=RowId)
