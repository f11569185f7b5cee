"""Which days a streak needs: workdays, holidays, pauses, late reports, other campaigns, cuts of the day, leap days."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from backend.campaigns import pauses
from backend.campaigns.calendar import Calendar
from backend.campaigns.calendar_file import Holiday
from backend.campaigns.queries import Rules, Ruling, Running
from backend.campaigns.tables import CANCELLED, CLOSED, PAUSED
from backend.campaigns.theme_sheet import Streak as Asked
from backend.honours import wording
from backend.honours.cases import Case
from backend.honours.streaks import Mark, Streak
from tests.campaigns.city import SHELF
from tests.honours.cases import case, days_from, noon, running, tallies

STRICT = Asked(days="workdays", target=5, kinds=("commute",))
MONDAY = date(2026, 6, 8)  # no holiday until Friday 19 June, Dragon Boat, with the weekend after it


def streak(found: Case) -> Streak:
    """Return the streak of a case that has one."""
    assert found.streak is not None
    return found.streak


def commuting(days: int = 30, starts_on: date = MONDAY, asked: Asked | None = STRICT, **more: Any) -> Running:
    """Return a campaign of commuting with a streak of its own."""
    return running("green-commute-month", starts_on, days, streak=asked, **more)


def test_weekends_and_holidays_break_nothing_and_acts_on_them_count() -> None:
    own = commuting()
    worked = [MONDAY + timedelta(days=number) for number in (0, 1, 2, 3, 4, 7, 8, 9, 10, 14)]

    without = streak(case(own, tallies("commute", *worked), noon(date(2026, 6, 22))))
    on_the_holiday = streak(case(own, tallies("commute", *worked, date(2026, 6, 19)), noon(date(2026, 6, 22))))

    assert (without.current, on_the_holiday.current) == (10, 11)
    assert without.marks[date(2026, 6, 19)] is Mark.FREE
    assert without.marks[date(2026, 6, 13)] is Mark.FREE


def test_a_make_up_workday_may_be_used_and_need_not_be() -> None:
    own = commuting(starts_on=date(2026, 9, 14), days=14)  # Sunday 20 September is worked
    week, next_week = days_from(date(2026, 9, 14), 5), days_from(date(2026, 9, 21), 3)
    now = noon(next_week[-1])  # when Sunday can be reported no more
    assert SHELF.calendar.is_workday(date(2026, 9, 20))

    missed = streak(case(own, tallies("commute", *week, *next_week), now))
    used = streak(case(own, tallies("commute", *week, date(2026, 9, 20), *next_week), now))

    assert (missed.current, used.current) == (8, 9)


def test_where_all_days_are_asked_for_a_weekend_breaks_it_too() -> None:
    own = commuting(asked=STRICT.model_copy(update={"days": "all"}))

    found = streak(case(own, tallies("commute", *days_from(MONDAY, 8, 5)), noon(MONDAY + timedelta(days=9))))

    assert (found.current, found.longest) == (2, 5)


def announced(first: date, last: date) -> Calendar:
    """Return the calendar with one more holiday."""
    holiday = Holiday(name_zh="临时假", name_en="Extra", starts_on=first, ends_on=last)
    years = tuple(
        one.model_copy(update={"holidays": (*one.holidays, holiday)}) if one.year == first.year else one
        for one in SHELF.calendar.years
    )
    return replace(SHELF.calendar, years=years)


def test_a_holiday_that_is_announced_while_it_runs_only_helps() -> None:
    own, missed = commuting(), MONDAY + timedelta(days=2)
    acts = tallies("commute", *days_from(MONDAY, 5, 2))
    now = noon(MONDAY + timedelta(days=7))
    acted = MONDAY + timedelta(days=3)

    before = streak(case(own, acts, now))
    freed = streak(case(own, acts, now, calendar=announced(missed, missed)))
    acted_on = streak(case(own, acts, now, calendar=announced(acted, acted)))

    assert (before.current, before.longest) == (2, 2)
    assert (freed.current, freed.longest) == (4, 4)
    assert (acted_on.current, acted_on.longest) == (2, 2)


def test_a_year_without_a_published_calendar_goes_by_weekdays_and_says_so() -> None:
    new_year = date(2028, 1, 3)  # a Monday
    own = commuting(starts_on=new_year, days=14)
    found = case(own, tallies("commute", *days_from(new_year, 5), date(2028, 1, 10)), noon(date(2028, 1, 10)))
    published = case(commuting(), [], noon(MONDAY))

    assert streak(found).current == 6
    assert found.course
    assert published.course
    assert not found.course.is_published
    assert published.course.is_published
    assert "尚未公布" in wording.UNPUBLISHED.zh


def test_a_leap_day_is_a_day_like_any_other() -> None:
    own = commuting(starts_on=date(2028, 2, 28), days=5)  # Monday; the 29th is a Tuesday

    with_it = streak(case(own, tallies("commute", *days_from(date(2028, 2, 28), 4)), noon(date(2028, 3, 2))))
    without = streak(case(own, tallies("commute", *days_from(date(2028, 2, 28), 4, 1)), noon(date(2028, 3, 3))))

    assert with_it.current == 4
    assert without.current == 2


@pytest.mark.parametrize("cut", [0, 4])
def test_a_day_begins_at_the_cut_and_today_breaks_nothing_until_it_is_over(cut: int) -> None:
    own = commuting(
        day_cut_hour=cut,
        rules=SHELF.themes["green-commute-month"].rules.model_copy(update={"day_cut_hour": cut, "grace_hours": 0}),
    )
    acts = tallies("commute", MONDAY, MONDAY + timedelta(days=1))
    over = noon(MONDAY + timedelta(days=3)).replace(hour=16, minute=0) - timedelta(days=1) + timedelta(hours=cut)

    still = streak(case(own, acts, over - timedelta(seconds=1)))
    gone = streak(case(own, acts, over))

    assert (still.current, still.next.day if still.next else None) == (2, MONDAY + timedelta(days=2))
    assert gone.current == 0
    assert gone.longest == 2


def test_a_missed_day_may_be_reported_while_late_reports_are_open_and_is_missed_then() -> None:
    own = commuting()  # forty-eight hours
    acts = tallies("commute", *days_from(MONDAY, 4, 2))
    ended = noon(MONDAY + timedelta(days=3)).replace(hour=16) - timedelta(days=1) + timedelta(hours=48)

    in_time = streak(case(own, acts, ended - timedelta(seconds=1)))
    too_late = streak(case(own, acts, ended))
    repaired = streak(case(own, [*acts, *tallies("commute", MONDAY + timedelta(days=2))], ended))

    assert (in_time.current, in_time.marks[MONDAY + timedelta(days=2)]) == (3, Mark.OPEN)
    assert in_time.next
    assert (in_time.next.day, in_time.next.until) == (MONDAY + timedelta(days=2), ended)
    assert (too_late.current, too_late.marks[MONDAY + timedelta(days=2)]) == (1, Mark.MISSED)
    assert repaired.current == 4


def test_what_is_told_names_the_day_and_until_when() -> None:
    own = commuting()
    acts = tallies("commute", *days_from(MONDAY, 2))
    found = case(own, acts, noon(MONDAY + timedelta(days=1)))
    forgiving = case(commuting(asked=SHELF.themes["green-commute-month"].streak), acts, found.now)

    told, kind = wording.hint(streak(found), own), wording.hint(streak(forgiving), own)
    begin = wording.hint(streak(case(own, [], noon(MONDAY))), own)
    over = wording.hint(streak(case(own, acts, noon(date(2026, 9, 1)))), own)

    assert told.zh == "已连续 2 天，2026-06-10 打卡（06-12 23:59 前）就能接上"
    assert "2 days in a row; an act on 2026-06-10 (reported by 06-12 23:59)" in told.en
    assert "缺了也不会中断" in kind.zh
    assert begin.zh == "2026-06-08（06-10 23:59 前）打一次卡，从第 1 天开始"
    assert over.zh == "共连续 0 天"


def test_a_day_that_a_pause_touched_breaks_nothing() -> None:
    held = pauses.begun(None, noon(MONDAY + timedelta(days=2)), "台风")
    acts, now = tallies("commute", *days_from(MONDAY, 2)), noon(MONDAY + timedelta(days=11))

    paused = streak(case(commuting(state=PAUSED, pauses=held), acts, now))
    unpaused = streak(case(commuting(), acts, now))

    assert paused.current == 2
    assert unpaused.current == 0


def test_the_day_on_which_a_campaign_goes_on_breaks_nothing_and_the_next_one_does() -> None:
    wednesday, thursday, friday = (MONDAY + timedelta(days=number) for number in (2, 3, 4))
    held = pauses.ended(pauses.begun(None, noon(wednesday), "台风"), noon(thursday))
    own, now = commuting(pauses=held), noon(MONDAY + timedelta(days=7))

    with_friday = streak(case(own, tallies("commute", *days_from(MONDAY, 2), friday), now))
    without = streak(case(own, tallies("commute", *days_from(MONDAY, 2)), now + timedelta(days=1)))

    assert (with_friday.current, without.current) == (3, 0)
    assert with_friday.marks[thursday] is Mark.FREE


def test_of_a_campaign_that_is_closed_nothing_more_can_be_reported() -> None:
    friday = MONDAY + timedelta(days=4)
    acts = tallies("commute", *days_from(MONDAY, 4))

    found = streak(case(commuting(days=5, state=CLOSED), acts, noon(friday)))

    assert (found.next, found.current, found.marks[friday]) == (None, 0, Mark.MISSED)


def test_a_day_is_open_as_long_as_any_campaign_takes_reports_of_it() -> None:
    wednesday = MONDAY + timedelta(days=2)
    strict = SHELF.themes["green-commute-month"].rules.model_copy(update={"grace_hours": 0})
    acts, now = tallies("commute", *days_from(MONDAY, 4, 2)), noon(MONDAY + timedelta(days=4))

    found = streak(case(commuting(), acts, now, others=[commuting(number=2, rules=strict)]))

    assert (found.current, found.marks[wednesday]) == (3, Mark.OPEN)


def test_a_campaign_over_new_year_needs_both_years_holidays() -> None:
    found = case(commuting(starts_on=date(2026, 12, 21)), [], noon(date(2026, 12, 21)))

    assert found.course
    assert not found.course.is_published


def test_a_day_whose_rules_take_no_such_act_any_more_breaks_nothing() -> None:
    own, wednesday = commuting(), MONDAY + timedelta(days=2)
    theme = own.rules.theme
    others = theme.model_copy(update={"kinds": tuple(rule for rule in theme.kinds if rule.kind != "commute")})
    changed = replace(own, changes=(Ruling(2, wednesday, Rules(others, own.rules.factors)),))
    acts, now = tallies("commute", *days_from(MONDAY, 2)), noon(MONDAY + timedelta(days=11))

    assert [streak(case(one, acts, now)).current for one in (own, changed)] == [0, 2]


def test_only_the_kinds_of_the_streak_count() -> None:
    own = commuting()

    found = streak(case(own, tallies("lecture", *days_from(MONDAY, 5)), noon(MONDAY + timedelta(days=4))))

    assert (found.current, found.longest) == (0, 0)


# Twenty-one days are more than the week of waste sorting has.

MAY_22 = date(2026, 5, 22)  # a Friday


def habit(beyond: tuple[date, int] | None, *acts: date, now: date, state: str = CLOSED) -> Streak:
    """Return the streak of the waste-sorting week with acts in it and in a green office that follows."""
    week = running("waste-sorting-week", MAY_22, 7, state=CLOSED)
    office = [running("green-office", *beyond, number=2, state=state)] if beyond else []
    counted = [
        *tallies("waste_sorting", *(day for day in acts if day < date(2026, 5, 29))),
        *tallies("waste_sorting", *(day for day in acts if day >= date(2026, 5, 29)), campaign=2),
    ]
    return streak(case(week, counted, noon(now), others=office))


def test_a_habit_of_twenty_one_days_goes_on_in_other_campaigns() -> None:
    workdays = [day for day in days_from(MAY_22, 33) if SHELF.calendar.is_workday(day)]
    gap = {date(2026, 5, 29), date(2026, 6, 1)}  # no campaign of the member's takes waste on these days
    acts = [day for day in workdays if day not in gap]

    found = habit((date(2026, 6, 2), 40), *acts, now=date(2026, 6, 23), state="running")

    assert len(acts) == 20
    assert found.current == 20
    assert found.marks[date(2026, 5, 29)] is Mark.FREE
    assert found.next
    assert found.next.day == date(2026, 6, 24)


def test_a_habit_is_missed_where_a_campaign_took_such_acts() -> None:
    week = days_from(MAY_22, 7)

    found = habit((date(2026, 6, 1), 21), *week, date(2026, 6, 8), now=date(2026, 6, 9), state="running")

    assert found.longest == 7
    assert found.current == 1


def test_acts_after_the_days_beyond_count_no_more() -> None:
    last = date(2026, 6, 27)

    found = habit((date(2026, 6, 22), 14), last, last + timedelta(days=1), now=date(2026, 7, 1), state="running")

    assert found.current == 1
    assert max(found.marks) == last


def test_a_cancelled_campaign_takes_nothing_and_so_breaks_nothing() -> None:
    found = habit((date(2026, 5, 29), 10), *days_from(MAY_22, 7), now=date(2026, 6, 12), state=CANCELLED)

    assert found.current == 7
