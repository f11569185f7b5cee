"""Confirm the dates of a year, or take that back; give an institution's calendar an address."""

import secrets
from datetime import datetime

from sqlmodel import col, delete

from backend.campaigns.service import LONGEST_DAYS
from backend.core.db import WriteSession, put
from backend.core.errors import InvalidValue
from backend.core.text import Text
from backend.core.vault import Vault
from backend.planning.tables import CalendarFeed, ConfirmedDates

FEED_KEY = "calendar feed key"
NOTICE_LENGTH = (2, 200)


async def confirm(session: WriteSession, dates: ConfirmedDates) -> None:
    """Keep the days of a theme in a year as an organiser has them from a notice; confirming again replaces them.

    Raises InvalidValue.
    """
    dates.notice = dates.notice.strip()
    _check(dates)
    await put(session, ConfirmedDates, [dates.model_dump()], ["institution_id", "theme_key", "year"])


def _check(dates: ConfirmedDates) -> None:
    least, most = NOTICE_LENGTH
    if not least <= len(dates.notice) <= most or not dates.notice.isprintable():
        reason = Text(f"通知名称应为 {least} 至 {most} 个字", f"a notice's name has {least} to {most} characters")
        raise InvalidValue(field="notice", reason=reason)
    if dates.starts_on.year != dates.year:
        reason = Text(f"不在 {dates.year} 年", f"it is not in the year {dates.year}")
        raise InvalidValue(field="startsOn", reason=reason)
    if dates.ends_on < dates.starts_on:
        reason = Text("结束日期早于开始日期", "the last day is before the first")
        raise InvalidValue(field="endsOn", reason=reason)
    if (dates.ends_on - dates.starts_on).days >= LONGEST_DAYS:
        reason = Text("活动不能超过 366 天", "a campaign lasts at most 366 days")
        raise InvalidValue(field="endsOn", reason=reason)


async def withdraw(session: WriteSession, institution_id: int, theme_key: str, year: int) -> bool:
    """Take an institution's own confirmation back; those above hold again. Return whether there was one."""
    gone = await session.exec(
        delete(ConfirmedDates).where(
            col(ConfirmedDates.institution_id) == institution_id,
            col(ConfirmedDates.theme_key) == theme_key,
            col(ConfirmedDates.year) == year,
        )
    )
    return gone.rowcount > 0


async def renew(session: WriteSession, vault: Vault, institution_id: int, by_member: int, now: datetime) -> str:
    """Give an institution's calendar a new key and return it, shown only here; the one before ends."""
    key = secrets.token_urlsafe(24)
    row = {
        "institution_id": institution_id,
        "key_fingerprint": vault.fingerprint(key, FEED_KEY),
        "renewed_by": by_member,
        "renewed_at": now,
    }
    await put(session, CalendarFeed, [row], ["institution_id"])
    return key
