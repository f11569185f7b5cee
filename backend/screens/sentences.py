"""Messages that organisers write on the screens of an institution, for some days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import col, select, update

from backend.core.db import ReadSession, WriteSession
from backend.core.errors import InvalidValue
from backend.core.receipts import Order
from backend.core.text import Text
from backend.identity.tables import Institution
from backend.screens import receipts, service
from backend.screens.errors import TooManyScreenMessages
from backend.screens.tables import ScreenMessage

WRITE = "write"
LONGEST_ZH, LONGEST_EN = 60, 120
LONGEST_STAND = timedelta(days=31)
MOST = 5
SHOWN = 50  # in an organiser's list

LENGTH = Text("须为 1–{most} 个字符", "it has 1 to {most} characters")
ONE_LINE = Text("须为一行文字，不含换行和控制字符", "it is one line, without line breaks and control characters")
ENDS_LATER = Text("须晚于开始时间，且晚于现在", "it lies after the beginning, and after now")
NO_OFFSET = Text("须带时区", "it needs an offset")
TOO_LONG = Text("最多显示 31 天", "a message stands for 31 days at most")


@dataclass(frozen=True)
class Draft:
    """A message as it was written."""

    zh: str
    en: str | None
    begins_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Written:
    """The message that a request wrote, now or before."""

    message: ScreenMessage
    replayed: bool


def checked(field: str, text: str, longest: int) -> str:
    """Return a text as screens show it; raises InvalidValue."""
    text = text.strip()
    if not 1 <= len(text) <= longest:
        raise InvalidValue(field=field, reason=LENGTH.told(most=longest))
    if not text.isprintable():
        raise InvalidValue(field=field, reason=ONE_LINE)
    return service.shown(field, text)


async def write(session: WriteSession, order: Order, institution_id: int, draft: Draft, now: datetime) -> Written:
    """Write a message on an institution's screens.

    Raises InvalidValue, TooManyScreenMessages, RequestIdInvalid, RequestReused.
    """
    if (known := await receipts.earlier(session, order)) is not None:
        return Written(await session.get_one(ScreenMessage, known), replayed=True)
    zh = checked("textZh", draft.zh, LONGEST_ZH)
    en = checked("textEn", draft.en, LONGEST_EN) if draft.en is not None else None
    for field, instant in (("beginsAt", draft.begins_at), ("endsAt", draft.ends_at)):
        if instant.tzinfo is None:
            raise InvalidValue(field=field, reason=NO_OFFSET)
    if draft.ends_at <= max(draft.begins_at, now):
        raise InvalidValue(field="endsAt", reason=ENDS_LATER)
    if draft.ends_at - draft.begins_at > LONGEST_STAND:
        raise InvalidValue(field="endsAt", reason=TOO_LONG)
    await _leave_room(session, institution_id, now)
    message = ScreenMessage(
        institution_id=institution_id,
        text_zh=zh,
        text_en=en,
        begins_at=draft.begins_at,
        ends_at=draft.ends_at,
        by_member=order.by_member,
        written_at=now,
    )
    session.add(message)
    await session.flush()
    receipts.keep(session, order, message.id or 0)
    return Written(message, replayed=False)


async def _leave_room(session: WriteSession, institution_id: int, now: datetime) -> None:
    """Lock the institution and count what stands or waits; raises TooManyScreenMessages."""
    await session.exec(
        select(Institution.id).where(col(Institution.id) == institution_id).with_for_update(key_share=True)
    )
    count = await session.exec(
        select(func.count())
        .select_from(ScreenMessage)
        .where(
            col(ScreenMessage.institution_id) == institution_id,
            col(ScreenMessage.withdrawn_at).is_(None),
            col(ScreenMessage.ends_at) > now,
        )
    )
    if count.one() >= MOST:
        raise TooManyScreenMessages(limit=MOST)


async def withdraw(session: WriteSession, message: ScreenMessage, now: datetime) -> None:
    """Take a message off the screens; one that was taken off keeps the instant at which it was."""
    await session.exec(
        update(ScreenMessage)
        .where(col(ScreenMessage.id) == message.id, col(ScreenMessage.withdrawn_at).is_(None))
        .values(withdrawn_at=now)
        .execution_options(synchronize_session=False)
    )
    await session.refresh(message)


async def of_institution(session: ReadSession, institution_id: int) -> Sequence[ScreenMessage]:
    """Return the messages of an institution, those written last first."""
    found = await session.exec(
        select(ScreenMessage)
        .where(col(ScreenMessage.institution_id) == institution_id)
        .order_by(col(ScreenMessage.id).desc())
        .limit(SHOWN)
    )
    return found.all()


async def one(session: ReadSession, message_id: int) -> tuple[ScreenMessage, Institution] | None:
    """Return a message and the institution on whose screens it stands, or None."""
    found = await session.exec(
        select(ScreenMessage, Institution)
        .join(Institution, col(Institution.id) == col(ScreenMessage.institution_id))
        .where(col(ScreenMessage.id) == message_id)
    )
    return found.first()
