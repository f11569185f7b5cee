"""What will happen to a campaign and when, without doing any of it: the dry run of one that stands or is proposed."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from backend.campaigns.calendar import Calendar
from backend.campaigns.calendar_file import Holiday
from backend.campaigns.queries import Running
from backend.campaigns.tables import CANCELLED, PAUSED
from backend.checkins.retention import KEPT_AFTER_CLOSING, LONGEST_HOLD
from backend.core import clock
from backend.core.text import Locale, Text

_ONE_DAY = timedelta(days=1)
_WEEKDAYS = "一二三四五六日"

OPENS = Text("活动开始，可以打卡", "It opens: check-ins are taken")
LAST_DAY_ENDS = Text("最后一个活动日结束，此后只接受补报", "The last campaign day ends; from here on only late reports")
CLOSES = Text("补报截止，活动截止", "Late reports end and it closes")
CLOSES_PAUSED = Text("活动截止（暂停中，届时仍会截止）", "It closes, although it is paused")
REVIEW_ENDS = Text("审核结束", "Review ends")
PROVISIONAL = Text("公布初步结果，可提出异议", "The provisional result is out; objections can be raised")
SEALS = Text("结果确定", "The result is sealed")
PHOTOS = Text(
    f"删除照片（申诉未决的最多再保留 {LONGEST_HOLD.days} 天）",
    f"Photos are deleted (those of an open appeal within {LONGEST_HOLD.days} more days)",
)
CALLED_OFF = Text("活动取消", "It is cancelled")
PAUSES, RESUMES = Text("活动暂停：{reason}", "It is paused: {reason}"), Text("活动恢复", "It goes on")
NEW_RULES = Text("规则第 {version} 版生效", "Version {version} of the rules applies")
SPECIAL = Text("{title}：积分按 {percent}% 计，共 {days} 天", "{title}: points count {percent} %, for {days} days")
HOLIDAY = Text("{name}放假 {starts_on} 至 {ends_on}", "{name}: days off from {starts_on} to {ends_on}")
MADE_UP = Text("调休上班（{name}）", "A weekend day that is worked ({name})")


@dataclass(frozen=True)
class Moment:
    """One thing that happens, by its key, and what to say of it."""

    at: datetime
    key: str
    title: Text


@dataclass(frozen=True)
class Days:
    """How many of a campaign's days are worked and off, and the years whose holidays are not published yet."""

    workdays: int
    days_off: int
    unpublished: tuple[int, ...]


def moments(running: Running, calendar: Calendar) -> list[Moment]:
    """Return everything that happens to a campaign, in order; what is due at one instant in the order of its steps."""
    campaign, on_days = running.campaign, list(_on_its_days(running, calendar))
    if campaign.state == CANCELLED:
        on_days = [one for one in on_days if one.at < campaign.closes_at]
    return sorted([*_state_changes(running), *on_days], key=lambda one: one.at)


def days(running: Running, calendar: Calendar) -> Days:
    """Count a campaign's days by the calendar as it is known now."""
    all_days = list(_days_of(running))
    worked = sum(calendar.is_workday(day) for day in all_days)
    years = sorted({day.year for day in all_days if not calendar.published(day.year)})
    return Days(worked, len(all_days) - worked, tuple(years))


def in_words(instant: datetime, zone_name: str, locale: Locale) -> str:
    """Tell an instant by the campaign's clock, as people say it."""
    at = instant.astimezone(clock.zone(zone_name))
    if locale == "zh-CN":
        return f"{at.year}年{at.month}月{at.day}日（星期{_WEEKDAYS[at.weekday()]}）{at:%H:%M}"
    return f"{at:%A}, {at.day} {at:%B %Y, %H:%M}"


def _state_changes(running: Running) -> Iterator[Moment]:
    campaign = running.campaign
    is_off, is_paused = campaign.state == CANCELLED, campaign.state == PAUSED
    if is_off and campaign.closes_at < campaign.opens_at:
        yield Moment(campaign.closes_at, "cancelled", CALLED_OFF)
        return
    yield Moment(campaign.opens_at, "opens", OPENS)
    for pause in running.pauses:
        yield Moment(pause.began_at, "pauses", PAUSES.told(reason=pause.reason))
        if pause.ended_at is not None and not (is_off and pause.ended_at == campaign.closes_at):
            yield Moment(pause.ended_at, "resumes", RESUMES)
    if is_off:
        yield Moment(campaign.closes_at, "cancelled", CALLED_OFF)
    else:
        if campaign.grace_hours:
            yield Moment(running.began_at(campaign.ends_on + _ONE_DAY), "last_day_ends", LAST_DAY_ENDS)
        yield Moment(campaign.closes_at, "closes", CLOSES_PAUSED if is_paused else CLOSES)
    yield Moment(campaign.review_ends_at, "review_ends", REVIEW_ENDS)
    if not is_off:
        yield Moment(campaign.review_ends_at, "provisional", PROVISIONAL)
        yield Moment(campaign.seals_at, "seals", SEALS)
    yield Moment(campaign.closes_at + KEPT_AFTER_CLOSING, "photos_deleted", PHOTOS)


def _on_its_days(running: Running, calendar: Calendar) -> Iterator[Moment]:
    for change in running.changes:
        yield Moment(running.began_at(change.applies_from), "rules_change", NEW_RULES.told(version=change.version))
    yield from _special_days(running)
    for day in _days_of(running):
        for holiday in (one for year in calendar.years if year.year == day.year for one in year.holidays):
            if day == max(holiday.starts_on, running.campaign.starts_on) and day in holiday:
                yield Moment(running.began_at(day), "holiday", _of_holiday(HOLIDAY, holiday))
            if day in holiday.make_up_workdays:
                yield Moment(running.began_at(day), "make_up_workday", _of_holiday(MADE_UP, holiday))


def _special_days(running: Running) -> Iterator[Moment]:
    starts_on = running.campaign.starts_on
    special = [(day, running.rules_on(day).theme.special_day_on(day, starts_on)) for day in _days_of(running)]
    for one, stretch in itertools.groupby(special, key=lambda pair: pair[1]):
        its_days = [day for day, _ in stretch]
        if one is not None:
            theme = running.rules_on(its_days[0]).theme
            named = Text(*(theme.copy_in(locale).special_days[one.key].title for locale in ("zh-CN", "en")))
            title = SPECIAL.told(title=named, percent=one.points_percent, days=len(its_days))
            yield Moment(running.began_at(its_days[0]), "special_day", title)


def _days_of(running: Running) -> Iterator[date]:
    day = running.campaign.starts_on
    while day <= running.campaign.ends_on:
        yield day
        day += _ONE_DAY


def _of_holiday(sentence: Text, holiday: Holiday) -> Text:
    name = Text(holiday.name_zh, holiday.name_en)
    return sentence.told(name=name, starts_on=holiday.starts_on, ends_on=holiday.ends_on)
