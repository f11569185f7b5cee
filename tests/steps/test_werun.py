"""What WeRun tells, read to the edge: dates in Beijing, duplicates, nonsense."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from backend.steps import werun
from backend.steps.errors import StepsInvalid
from demo.wechat_sandbox.walking import last_days
from tests.steps.phones import at

NOW = datetime(2026, 6, 15, 4, 0, tzinfo=UTC)
TODAY = date(2026, 6, 15)
DAY = 86_400
MIDNIGHT = at(TODAY)


def told(*entries: object) -> dict[str, Any]:
    """Return a payload with these entries."""
    return {"stepInfoList": list(entries)}


def entry(timestamp: Any = MIDNIGHT, step: Any = 100) -> dict[str, Any]:
    """Return one entry."""
    return {"timestamp": timestamp, "step": step}


def invalid(payload: dict[str, Any]) -> StepsInvalid:
    """Read a payload, expect a problem, and return it."""
    with pytest.raises(StepsInvalid) as caught:
        werun.read(payload, NOW)
    return caught.value


def test_thirty_one_days_come_newest_first() -> None:
    walked = {TODAY - timedelta(days=ago): 1000 + ago for ago in range(40)}

    days = werun.read({"stepInfoList": last_days(walked, NOW.timestamp())}, NOW)

    assert list(days) == [TODAY - timedelta(days=ago) for ago in range(31)]
    assert list(days.values()) == [1000 + ago for ago in range(31)]


@pytest.mark.parametrize(
    ("timestamp", "day"),
    [
        (at(TODAY), TODAY),
        (at(TODAY) - 1, TODAY - timedelta(days=1)),
        (at(TODAY, 23, 59), TODAY),  # an instant that is still to come, on a day that has begun
        (at(date(2026, 6, 1), 12), date(2026, 6, 1)),
        (at(date(2026, 5, 16)), date(2026, 5, 16)),
    ],
)
def test_the_day_is_the_date_in_beijing_whatever_the_hour(timestamp: int, day: date) -> None:
    assert werun.read(told(entry(timestamp)), NOW) == {day: 100}


def test_every_midnight_of_a_year_is_its_own_day_for_beijing_has_no_summer_time() -> None:
    first = date(2025, 7, 1)

    for number in range(365):
        day = first + timedelta(days=number)
        now = datetime.fromtimestamp(at(day, 12), UTC)
        assert werun.read(told(entry(at(first) + number * DAY), entry(at(day) - 1, 7)), now) == {
            day: 100,
            day - timedelta(days=1): 7,
        }


def test_of_several_counts_for_a_day_the_largest_holds() -> None:
    assert werun.read(told(entry(step=5), entry(step=900), entry(at(TODAY, 9), 30)), NOW) == {TODAY: 900}


def test_what_is_older_than_31_days_is_left_out() -> None:
    assert werun.read(told(entry(at(date(2026, 5, 15))), entry(1_445_866_601, 100)), NOW) == {}


def test_a_day_that_begins_by_wechats_clock_alone_waits_for_ours() -> None:
    midnight = datetime.fromtimestamp(at(TODAY), UTC)
    ahead = told(entry(at(TODAY)), entry(at(TODAY) - DAY, 7))

    assert werun.read(ahead, midnight - timedelta(minutes=5)) == {TODAY - timedelta(days=1): 7}
    assert set(werun.read(ahead, midnight)) == {TODAY, TODAY - timedelta(days=1)}
    with pytest.raises(StepsInvalid):
        werun.read(ahead, midnight - timedelta(minutes=5, seconds=1))


NO_TIMES: list[Any] = [0, -1, 946_684_799, 10**12, 10**30, "1781452800", 1.5, True, None, float("nan"), [], {}]
NO_COUNTS: list[Any] = [-1, 200_001, 10**12, 10**400, 0.5, 1e12, float("nan"), float("inf"), True, "many", None, [1]]
WRONG: list[tuple[dict[str, Any], str, str, str]] = [
    ({}, "stepInfoList", "没有步数列表", "there is no list of steps"),
    ({"stepInfoList": None}, "stepInfoList", "没有步数列表", "no list"),
    ({"stepInfoList": {"0": entry()}}, "stepInfoList", "没有步数列表", "no list"),
    (told(), "stepInfoList", "请先在微信中开通“微信运动”", "switch WeRun on"),
    (told(*[entry()] * 101), "stepInfoList", "超过 100 条", "more than 100 entries"),
    (told(*[entry()] * 10_000), "stepInfoList", "超过 100 条", "more than 100 entries"),
    (told(entry(), 7), "stepInfoList[1]", "格式不正确", "its form is wrong"),
    (told(None), "stepInfoList[0]", "格式不正确", "its form is wrong"),
    (told({"step": 7}), "stepInfoList[0].timestamp", "缺少该项", "it is missing"),
    (told({"timestamp": at(TODAY)}), "stepInfoList[0].step", "缺少该项", "it is missing"),
    (told(entry(at(TODAY) + DAY)), "stepInfoList[0]", "日期晚于今天", "has not come yet"),
    (told(entry(at(date(2099, 1, 1)))), "stepInfoList[0]", "日期晚于今天", "has not come yet"),
    *[
        (told(entry(wrong)), "stepInfoList[0].timestamp", "2000 至 2100 年", "between 2000 and 2100")
        for wrong in NO_TIMES
    ],
    *[
        (told(entry(step=wrong)), "stepInfoList[0].step", "0 至 200000 的整数", "whole number from 0 to 200000")
        for wrong in NO_COUNTS
    ],
]


@pytest.mark.parametrize(("payload", "field", "zh", "en"), WRONG)
def test_what_cannot_be_is_named_in_both_languages(payload: dict[str, Any], field: str, zh: str, en: str) -> None:
    found = invalid(payload)

    assert found.fields["field"] == field
    assert zh in found.text("zh-CN")
    assert en in found.text("en")
    assert len(found.text("en")) < 160


def test_no_steps_at_all_are_steps() -> None:
    assert werun.read(told(entry(step=0), entry(at(TODAY) - DAY, 200_000)), NOW) == {
        TODAY: 0,
        TODAY - timedelta(days=1): 200_000,
    }
