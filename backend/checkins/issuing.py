"""Check what a code is asked for, and make it: which kind, where, how long, for which meal or session."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.checkins.kind import all_kinds
from backend.core import clock
from backend.core.db import WriteSession
from backend.core.errors import SHOWN_ZONE, InvalidValue
from backend.core.text import Text
from backend.sites.tables import SiteCode

# No 0/O, 1/I/L: codes are typed from a wall when the camera fails.
_CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_CODE_LENGTH = 8
_LONGEST_DAYS, _LONGEST_DAYS_OF_CHANGING = 31, 400
_A_SESSION = timedelta(hours=12)  # a code that is good for longer is not that of one lecture
_EARLIEST, _LATEST = 2000, 2100  # near the calendar's own ends sums overflow
_POLE, _DATE_LINE = 9_000_000, 18_000_000


@dataclass(frozen=True)
class Asked:
    """What a code is wanted for."""

    kind: str
    place: str
    valid_from: datetime
    valid_until: datetime
    changes: bool = False
    slot: str | None = None
    latitude_e5: int | None = None  # hundred-thousandths of a degree
    longitude_e5: int | None = None

    def check(self) -> None:
        """Raise InvalidValue for the first thing that cannot be."""
        if self.kind not in all_kinds():
            raise InvalidValue(field="kind", reason=Text("没有这类打卡", "there is no such kind"))
        if all_kinds()[self.kind].fed:
            reason = Text("由系统数据计入，不用现场码", "a system's data prove it, not a code")
            raise InvalidValue(field="kind", reason=reason)
        _check_period(self)
        if not 1 <= len(self.place.strip()) <= 60 or not self.place.isprintable():  # noqa: PLR2004 - the column's length
            raise InvalidValue(field="place", reason=Text("须为 1–60 个字符", "it has 1 to 60 characters"))
        _check_slot(self)
        _position(self)


async def issue(
    session: WriteSession, institution_id: int, asked: Asked, issued_by: int, display_fingerprint: str | None = None
) -> SiteCode:
    """Make a code for a place of an institution, good for one kind of check-in between two instants.

    With the fingerprint of a display page's key it is one that changes; else one to print, which proves less. A code
    for a single lecture stands for the half of the day in which its time begins. The caller has checked `asked`.
    """
    latitude, longitude = _position(asked) or (None, None)
    code = SiteCode(
        code="".join(secrets.choice(_CODE_ALPHABET) for _ in range(_CODE_LENGTH)),
        institution_id=institution_id,
        kind=asked.kind,
        place=asked.place.strip(),
        valid_from=asked.valid_from,
        valid_until=asked.valid_until,
        issued_by=issued_by,
        secret=secrets.token_hex(32) if display_fingerprint else None,
        display_fingerprint=display_fingerprint,
        latitude_e5=latitude,
        longitude_e5=longitude,
        slot=asked.slot or _session(asked),
    )
    session.add(code)
    await session.flush()
    return code


def _check_period(asked: Asked) -> None:
    if asked.valid_from.tzinfo is None or asked.valid_until.tzinfo is None:
        raise InvalidValue(field="validFrom", reason=Text("须带时区", "it needs an offset"))
    if not _EARLIEST <= asked.valid_from.year <= _LATEST:
        reason = Text("年份须在 2000 至 2100 之间", "its year lies between 2000 and 2100")
        raise InvalidValue(field="validFrom", reason=reason)
    days = _LONGEST_DAYS_OF_CHANGING if asked.changes else _LONGEST_DAYS
    if not timedelta(0) < asked.valid_until - asked.valid_from <= timedelta(days=days):
        reason = Text(f"有效期须在 {days} 天以内且晚于开始时间", f"it ends after it begins and within {days} days")
        raise InvalidValue(field="validUntil", reason=reason)


def _check_slot(asked: Asked) -> None:
    slots = all_kinds()[asked.kind].code_slots()
    if asked.slot is None or asked.slot in slots:
        return
    known = (
        [f"{key}（{title.zh}）" for key, title in slots.items()],
        [f"{key} ({title.en})" for key, title in slots.items()],
    )
    reason = Text(f"可选：{'、'.join(known[0])}", f"it is one of {', '.join(known[1])}")
    if not slots:
        reason = Text("此类打卡不分时段，请留空", "this kind has no sessions: leave it out")
    raise InvalidValue(field="slot", reason=reason)


def _session(asked: Asked) -> str | None:
    kind = all_kinds()[asked.kind]
    if not kind.code_tells_slot or asked.valid_until - asked.valid_from > _A_SESSION:
        return None
    return kind.slot(kind.details(), asked.valid_from.astimezone(clock.zone(SHOWN_ZONE)))


def _position(asked: Asked) -> tuple[int, int] | None:
    if asked.latitude_e5 is None or asked.longitude_e5 is None:
        return None
    if abs(asked.latitude_e5) > _POLE or abs(asked.longitude_e5) > _DATE_LINE:
        raise InvalidValue(field="latitudeE5", reason=Text("不是地球上的位置", "there is no such place on earth"))
    return asked.latitude_e5, asked.longitude_e5
