"""The parts of the smaller campaign that was played weeks before: from its plan to a correction after its seal.

Both sides read this, as they read the week: each part is a day, an hour, and what somebody does then.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final

from demo.week import ZONE, Part

DISTRICT: Final = "03"
THEME: Final = "green-office"
DAYS: Final = 3
REVIEW_DAYS, OBJECTION_DAYS = 7, 2

PLAN, ACTS, PAUSE, RESUME, RULES = "plan", "acts", "pause", "resume", "rules"
RESULT, ANSWER, SEAL, CORRECTION = "result", "answer", "seal", "correction"
_WEEKS_BEFORE: Final = timedelta(weeks=3)
# Days count from the campaign's first. The hours of letters are off the full and the half hour, and by day:
# what the worker sends then goes out at once.
_STORY: Final = (
    (-3, PLAN, time(9, 40)),
    (0, ACTS, time(17, 15)),
    (1, PAUSE, time(10, 5)),
    (1, RESUME, time(13, 40)),
    (1, ACTS, time(17, 15)),
    (1, RULES, time(17, 40)),
    (2, ACTS, time(17, 15)),
    (7, RESULT, time(10, 10)),
    (8, ANSWER, time(10, 10)),
    (10, SEAL, time(10, 10)),
    (10, CORRECTION, time(14, 40)),
)
_NAMES_ZH: Final = {
    PLAN: "计划",
    ACTS: "打卡",
    PAUSE: "暂停",
    RESUME: "恢复",
    RULES: "调整规则",
    RESULT: "公示",
    ANSWER: "答复异议",
    SEAL: "封存",
    CORRECTION: "更正",
}


def first_day(monday: date) -> date:
    """Return the Monday on which that campaign began."""
    return monday - _WEEKS_BEFORE


def parts(monday: date) -> Iterator[Part]:
    """Yield the parts in order; `monday` is that of the week that is played afterwards."""
    for number, name, hour in _STORY:
        day = first_day(monday) + timedelta(days=number)
        yield Part(day, number, name, datetime.combine(day, hour, ZONE), f"此前 {_NAMES_ZH[name]}")
