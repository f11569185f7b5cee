"""Tables of screens: the devices, those that wait to be paired, what was heard of them, and what is written on them."""

from datetime import datetime

from sqlalchemy import Text as LongText
from sqlmodel import Field, SQLModel

from backend.core.columns import RowId, UtcDateTime
from backend.core.receipts import Receipt


class Screen(SQLModel, table=True):
    """A device in a canteen; of its key only the fingerprint is kept."""

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    key_fingerprint: str = Field(unique=True, max_length=64)
    institution_id: int = Field(foreign_key="institution.id", sa_type=RowId)
    place: str = Field(max_length=60)
    registered_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    locale: str | None = Field(default=None, max_length=5)  # as the device asks, where it is not set
    playlist: str | None = Field(default=None, sa_type=LongText)  # JSON, a list of items; the standing one otherwise
    edition: int = Field(
        default=1, sa_column_kwargs={"server_default": "1"}
    )  # counts the changes of place, language and playlist


class ScreenPairing(SQLModel, table=True):
    """A device that shows a code and waits. Its secret becomes its key; here, too, only fingerprints are kept."""

    __tablename__ = "screen_pairing"

    key_fingerprint: str = Field(primary_key=True, max_length=64)
    code_fingerprint: str = Field(unique=True, max_length=64)
    began_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime = Field(sa_type=UtcDateTime, index=True)
    screen_id: int | None = Field(default=None, foreign_key="screen.id", sa_type=RowId)  # once it has been paired


class PairingGuess(SQLModel, table=True):
    """A code that a member entered and that no screen shows; too many in an hour, and the next are not looked at."""

    __tablename__ = "pairing_guess"

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    member_id: int = Field(foreign_key="member.id", sa_type=RowId, index=True)
    at: datetime = Field(sa_type=UtcDateTime)


class ScreenSighting(SQLModel, table=True):
    """What was last heard of a page or a player that holds a screen's key; two of them are two devices or tabs."""

    __tablename__ = "screen_sighting"

    screen_id: int = Field(primary_key=True, foreign_key="screen.id", sa_type=RowId)
    instance: str = Field(primary_key=True, max_length=32)  # what a page calls itself since it was loaded
    seen_at: datetime = Field(sa_type=UtcDateTime, index=True)
    form: str = Field(max_length=8)  # page or picture
    width: int = Field(default=0)  # pixels
    height: int = Field(default=0)
    scene: str = Field(default="", max_length=20)
    way: str = Field(default="", max_length=8)  # how it hears of news: events or polling
    fault: str = Field(default="", max_length=200)  # what went wrong on the page since it last told


class ScreenMessage(SQLModel, table=True):
    """A sentence that an organiser writes on the screens of an institution, for some days."""

    __tablename__ = "screen_message"

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    institution_id: int = Field(foreign_key="institution.id", sa_type=RowId, index=True)
    text_zh: str = Field(max_length=60)
    text_en: str | None = Field(default=None, max_length=120)
    begins_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime = Field(sa_type=UtcDateTime)
    by_member: int = Field(foreign_key="member.id", sa_type=RowId)
    written_at: datetime = Field(sa_type=UtcDateTime)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ScreenReceipt(Receipt, table=True):
    """What a request of an organiser about screens was answered: the same request has the same answer."""

    __tablename__ = "screen_receipt"

    member_id: int = Field(primary_key=True, foreign_key="member.id", sa_type=RowId)
    request_id: str = Field(primary_key=True, max_length=64)
    content_hash: str = Field(max_length=64)
    verb: str = Field(max_length=20)
    outcome: int = Field(sa_type=RowId)  # the screen or the message
