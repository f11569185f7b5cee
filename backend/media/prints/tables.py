"""Table of fingerprints: one row a window of a photo."""

from sqlmodel import Field, SQLModel

from backend.core.columns import RowId


class PhotoPrint(SQLModel, table=True):
    """The print of one window (0: the whole) of one upload.

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
