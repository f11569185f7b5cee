"""Record what a meal left over. The last record of a meal counts; earlier ones stay, with who made them and when."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from sqlmodel import col, func, select

from backend.core import clock, receipts
from backend.core.db import WriteSession, insert_new
from backend.core.errors import SHOWN_ZONE, InvalidValue
from backend.core.receipts import Order
from backend.core.text import Text
from backend.identity import queries as identity
from backend.meals import queries
from backend.meals.queries import MealWaste
from backend.meals.tables import MealReceipt, MealWasteRecord

MOST_DINERS = 20_000
MOST_GRAMS_EACH = 2_000
DAYS_BACK = 7
# Nobody weighs before a meal has begun. Canteens differ, so these are earlier than any of them opens.
BEGINS = {"breakfast": time(5, 0), "lunch": time(10, 0), "dinner": time(15, 0)}
_KILOGRAMS = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,2})?")
_LONGEST = 20
_NOT_KILOGRAMS = Text("请填写千克数，最多两位小数，如 12.5", "write kilograms with at most two decimals, as in 12.5")
_DINERS = Text(f"就餐人数应为 1 至 {MOST_DINERS}", f"1 to {MOST_DINERS} people eat")
_TOO_MUCH = Text(
    f"人均超过 {MOST_GRAMS_EACH} 克，请核对单位是不是千克",
    f"that is more than {MOST_GRAMS_EACH} grams per head: check that it is kilograms",
)
_NOT_YET = Text("这一餐还没有开始", "that meal has not begun yet")
_TOO_LATE = Text(f"只能登记和更正最近 {DAYS_BACK} 天的", f"a meal is recorded and corrected for {DAYS_BACK} days")


@dataclass(frozen=True)
class Weighing:
    """What was weighed after a meal."""

    institution_id: int
    day: date
    meal: str
    diners: int
    waste_grams: int


@dataclass(frozen=True)
class Recorded:
    """What a request has recorded."""

    waste: MealWaste
    replayed: bool


def grams_of(kilograms: str) -> int:
    """Return whole grams of a weight as it is typed, full-width digits too; raises InvalidValue."""
    typed = unicodedata.normalize("NFKC", kilograms).strip() if len(kilograms) <= _LONGEST else ""
    if not _KILOGRAMS.fullmatch(typed):
        raise InvalidValue(field="wasteKilograms", reason=_NOT_KILOGRAMS)
    return int(Decimal(typed) * 1000)


async def record(
    session: WriteSession, weighing: Weighing, *, by_member: int, request_id: str, now: datetime
) -> Recorded:
    """Record a meal, or correct it where it has been recorded; raises InvalidValue, RequestIdInvalid, RequestReused.

    The member is locked, so that a request that is sent twice at one moment waits for itself.
    """
    receipts.check_request(request_id)
    place, day, meal = weighing.institution_id, weighing.day, weighing.meal
    order = Order(by_member, request_id, "record", (place, day, meal, weighing.diners, weighing.waste_grams))
    await identity.places(session, [by_member], lock=True)
    kept = await receipts.known(session, MealReceipt, order)
    if kept is not None:
        standing = await queries.record(session, place, day, meal, kept.edition)
        return Recorded(queries.told(standing), replayed=True)
    _check(weighing, now)
    edition = await _add(session, weighing, by_member, now)
    receipts.keep(session, MealReceipt, order, edition=edition)
    waste = MealWaste(day, meal, weighing.diners, weighing.waste_grams, corrected=edition > 1)
    return Recorded(waste, replayed=False)


def _check(weighing: Weighing, now: datetime) -> None:
    if not 1 <= weighing.diners <= MOST_DINERS:
        raise InvalidValue(field="diners", reason=_DINERS)
    if weighing.waste_grams > weighing.diners * MOST_GRAMS_EACH:
        raise InvalidValue(field="wasteKilograms", reason=_TOO_MUCH)
    today = clock.campaign_day(now, SHOWN_ZONE, 0)
    if weighing.day < today - timedelta(days=DAYS_BACK):
        raise InvalidValue(field="day", reason=_TOO_LATE)
    if weighing.day > today:
        raise InvalidValue(field="day", reason=_NOT_YET)
    if weighing.day == today and now.astimezone(clock.zone(SHOWN_ZONE)).time() < BEGINS[weighing.meal]:
        raise InvalidValue(field="meal", reason=_NOT_YET)


async def _add(session: WriteSession, weighing: Weighing, by_member: int, now: datetime) -> int:
    last = await session.exec(
        select(func.max(MealWasteRecord.edition)).where(
            col(MealWasteRecord.institution_id) == weighing.institution_id,
            col(MealWasteRecord.day) == weighing.day,
            col(MealWasteRecord.meal) == weighing.meal,
        )
    )
    edition = (last.one() or 0) + 1
    row = {
        "institution_id": weighing.institution_id,
        "day": weighing.day,
        "meal": weighing.meal,
        "diners": weighing.diners,
        "waste_grams": weighing.waste_grams,
        "recorded_by": by_member,
        "recorded_at": now,
    }
    # Somebody who records the same meal just now is waited for, and corrected.
    while not await insert_new(session, MealWasteRecord, row | {"edition": edition}):
        edition += 1
    return edition
