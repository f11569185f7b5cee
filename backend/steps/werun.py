"""Read what WeRun tells: one total for each of the last 31 days.

Source: wechat page open-api/werun/wx.getWeRunData: `stepInfoList` of `timestamp` (seconds) and `step`. The time
of day is not told apart: its date in Beijing is the day, and of two counts for a day the larger one holds.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from backend.core import clock
from backend.core.errors import SHOWN_ZONE
from backend.core.text import Text
from backend.steps.errors import StepsInvalid
from backend.wechat.open_data import CLOCK_DIFFERENCE

SOURCE = "werun"
DAYS = 31
LIST = "stepInfoList"
_MOST_ENTRIES = 100  # three times what WeChat tells
_MOST_STEPS = 200_000  # more than two in each second of the day
_FIRST, _LAST = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (2000, 2100))

_REASONS = {
    "missing": Text("缺少该项", "it is missing"),
    "timestamp": Text("时间须为 2000 至 2100 年之间的整秒数", "its time is whole seconds between 2000 and 2100"),
    "step": Text(f"步数须为 0 至 {_MOST_STEPS} 的整数", f"its steps are a whole number from 0 to {_MOST_STEPS}"),
    "entry": Text("格式不正确", "its form is wrong"),
}
_NOT_A_LIST = Text("没有步数列表", "there is no list of steps")
_EMPTY = Text("列表为空，请先在微信中开通“微信运动”", "the list is empty: switch WeRun on in WeChat first")
_TOO_MANY = Text(f"超过 {_MOST_ENTRIES} 条", f"it has more than {_MOST_ENTRIES} entries")
_FUTURE = Text("日期晚于今天", "its day has not come yet")


class _Entry(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    timestamp: int = Field(strict=True, ge=_FIRST, lt=_LAST)
    step: int = Field(strict=True, ge=0, le=_MOST_STEPS)


def read(payload: dict[str, Any], now: datetime) -> dict[date, int]:
    """Return the steps of each day that is told of, newest first.

    What is older than 31 days is left out, and so is a day that has begun by WeChat's clock and not yet by ours.
    Raises StepsInvalid for a list that is not there, empty or too long, and for the first entry that cannot be:
    one that is wrong says that something is wrong with them all.
    """
    entries = payload.get(LIST)
    if not isinstance(entries, list):
        raise StepsInvalid(field=LIST, reason=_NOT_A_LIST)
    if not entries:
        raise StepsInvalid(field=LIST, reason=_EMPTY)
    if len(entries) > _MOST_ENTRIES:
        raise StepsInvalid(field=LIST, reason=_TOO_MANY)
    found: dict[date, int] = {}
    newest = day_of(now + CLOCK_DIFFERENCE)
    for number, told in enumerate(entries):
        entry = _entry(number, told)
        day = day_of(datetime.fromtimestamp(entry.timestamp, UTC))
        if day > newest:
            raise StepsInvalid(field=f"{LIST}[{number}]", reason=_FUTURE)
        found[day] = max(entry.step, found.get(day, 0))
    return {day: found[day] for day in sorted(found, reverse=True) if first_day(now) <= day <= day_of(now)}


def day_of(instant: datetime) -> date:
    """Return the date in Beijing, by which WeRun counts."""
    return clock.campaign_day(instant, SHOWN_ZONE, 0)


def first_day(now: datetime) -> date:
    """Return the oldest day that WeRun still tells of."""
    return day_of(now) - timedelta(days=DAYS - 1)


def _entry(number: int, told: object) -> _Entry:
    try:
        return _Entry.model_validate(told)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_input=False)[0]
        name = str(first["loc"][0]) if first["loc"] else "entry"
        reason = _REASONS["missing" if first["type"] == "missing" else name]
        field = f"{LIST}[{number}]" + (f".{name}" if first["loc"] else "")
        raise StepsInvalid(field=field, reason=reason) from None
