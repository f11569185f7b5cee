"""Tell a person's steps as WeRun does: one total a day, by the date in Beijing."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
DAYS = 31


def last_days(steps: Mapping[date, int], now: float) -> list[dict[str, int]]:
    """Return `stepInfoList` at `now` (seconds since 1970): the last 31 days, oldest first; 0 where nobody walked."""
    today = datetime.fromtimestamp(now, UTC).astimezone(ZONE).date()
    days = [today - timedelta(days=ago) for ago in reversed(range(DAYS))]
    return [{"timestamp": _midnight(day), "step": steps.get(day, 0)} for day in days]


def _midnight(day: date) -> int:
    return int(datetime.combine(day, time(0), ZONE).timestamp())
