"""What a year will bring before its notices come: its publicity events as listed, the others as last year's suggest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from backend.campaigns import periods
from backend.campaigns.calendar import Calendar
from backend.campaigns.calendar_file import Event
from backend.campaigns.periods import Dates
from backend.campaigns.themes import Theme
from backend.core.text import Text

_NOTICE = periods.Notice(rule="notice", usual_days=1)
_RULES = {
    "notice": Text(
        "按往年日期推算（同一星期几），以当年通知为准", "moved from the last known year; the notice decides"
    ),
    "fixed": Text("每年固定日期", "the same days every year"),
    "week_containing": Text("按惯例推算的一周", "the usual week"),
    "month": Text("按惯例推算的整月", "the usual month"),
    "any": Text("时间由主办单位决定", "whenever the organiser likes"),
}


@dataclass(frozen=True)
class Expected:
    """An event, or a theme, with the days that it is expected to have and where those come from."""

    title: Text
    theme: str
    dates: Dates
    source: Text


def theme_in(theme: Theme, year: int) -> Expected | None:
    """Return when a theme is known or predicted to take place in a year; None when only its organiser can say."""
    dates = theme.dates_in(year)
    if dates is None:
        return None
    known = next((one.source for one in theme.dates if one.year == year), None)
    title = Text(theme.copy_in("zh-CN").title, theme.copy_in("en").title)
    return Expected(title, theme.key, dates, Text(known, known) if known else _RULES[theme.period.rule])


def without_dates(theme: Theme) -> Text:
    """Say why there are no dates for a theme."""
    return _RULES[theme.period.rule]


def events_in(calendar: Calendar, year: int) -> list[Expected]:
    """Return the events of a year by their days: those listed, and of the last year listed before it those missing."""
    listed = [_listed(event) for event in calendar.events_in(year)]
    earlier = [event for event in calendar.events if event.starts_on.year < year]
    last = max((event.starts_on.year for event in earlier), default=year)
    named = {one.title.zh for one in listed}
    for event in earlier:
        if event.starts_on.year == last and event.title_zh not in named:
            dates = _predicted([one for one in earlier if one.title_zh == event.title_zh], year)
            source = Text(f"按 {last} 年的日期推算", f"predicted from the days of {last}")
            listed.append(Expected(Text(event.title_zh, event.title_en), event.theme, dates, source))
    return sorted(listed, key=lambda one: (one.dates.starts_on, one.dates.ends_on))


def _listed(event: Event) -> Expected:
    dates = Dates(event.starts_on, event.ends_on, event.certainty)
    return Expected(Text(event.title_zh, event.title_en), event.theme, dates, Text(event.source, event.source))


def _predicted(history: Sequence[Event], year: int) -> Dates:
    known = [Dates(event.starts_on, event.ends_on, event.certainty) for event in history]
    month_days = {(one.starts_on.month, one.starts_on.day, (one.ends_on - one.starts_on).days) for one in known}
    # The same day in two years is a fixed day; 29 February, which most years lack, is moved like any other.
    if len(known) > 1 and len(month_days) == 1 and (known[0].starts_on.month, known[0].starts_on.day) != (2, 29):
        starts_on = date(year, known[0].starts_on.month, known[0].starts_on.day)
        return Dates(starts_on, starts_on + (known[0].ends_on - known[0].starts_on), "predicted")
    moved = periods.predict(_NOTICE, year, known)
    assert moved is not None, "an earlier year is known"
    return moved
