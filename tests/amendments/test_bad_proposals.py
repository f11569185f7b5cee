"""What cannot be a change of rules is refused by name, in both languages, and nothing is written."""

import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.amendments.office import agreed, carried, change, propose, restating
from tests.api.asking import answered, fresh_id, nothing_written
from tests.cast import World

BAD: list[tuple[dict[str, Any], str, str, str]] = [
    ({}, "change", "与现行规则相同", "it changes nothing"),
    ({"kinds": [{"kind": "commute", "points": 10}]}, "change", "与现行规则相同", "it changes nothing"),
    ({"pack": True}, "change", "与现行规则相同", "it changes nothing"),
    ({"kinds": [{"kind": "commute", "points": 0}]}, "kinds.commute.points", "1 至 10000", "1 to 10000"),
    ({"kinds": [{"kind": "commute", "points": 10_001}]}, "kinds.commute.points", "1 至 10000", "1 to 10000"),
    ({"kinds": [{"kind": "commute", "pointsPerUnit": 3}]}, "kinds.commute.pointsPerUnit", "不是这样", "not counted"),
    ({"kinds": [{"kind": "commute", "perDay": 101}]}, "kinds.commute.perDay", "1 至 100", "1 to 100"),
    ({"kinds": [{"kind": "lecture", "perCampaign": -1}]}, "kinds.lecture.perCampaign", "1 至", "1 to"),
    ({"kinds": [{"kind": "own_cup", "points": 5}]}, "kinds.own_cup", "commute、lecture、steps", "commute, lecture"),
    ({"pointsPerDay": 0}, "pointsPerDay", "1 至 100000", "1 to 100000"),
    ({"proofCredit": [{"key": "photo", "percent": 101}]}, "proofCredit.photo", "0 至 100", "0 to 100"),
    ({"proofCredit": [{"key": "photo", "percent": 10}]}, "proofCredit", "较强的凭证", "a stronger proof"),
    ({"proofCredit": [{"key": "oath", "percent": 10}]}, "proofCredit.oath", "self_declared、photo", "one of self"),
    ({"specialDays": [{"key": "bus-week", "percent": 99}]}, "specialDays.bus-week", "100 至 500", "100 to 500"),
    ({"specialDays": [{"key": "my-day", "percent": 200}]}, "specialDays.my-day", "car-free-day", "car-free-day"),
    ({"factors": ["reduction.travel.fly_km"]}, "factors.reduction.travel.fly_km", "没有更新的数值", "no newer values"),
    ({"pointsPerDay": 9, "reason": " "}, "reason", "2–200", "2 to 200"),
    ({"pointsPerDay": 9, "reason": "一\u0000二"}, "reason", "可见字符", "visible"),
    ({"pointsPerDay": 9, "fromDay": "2026-06-14"}, "fromDay", "2026-06-15 至 2026-06-15", "lies between"),
    ({"pointsPerDay": 9, "fromDay": "2026-06-14", "restates": False}, "fromDay", "2026-06-21", "2026-06-21"),
    ({"pointsPerDay": 9, "fromDay": "2026-06-22", "restates": False}, "fromDay", "2026-06-21", "2026-06-21"),
]


@pytest.fixture
def database_url(sqlite_cast: Path, tmp_path: Path) -> str:
    """Return an empty SQLite file: what is refused before anything is written is refused alike on both databases."""
    path = tmp_path / "test.db"
    shutil.copy(sqlite_cast, path)
    return f"sqlite+aiosqlite:///{path}"


async def test_a_change_that_cannot_be_is_refused_by_the_name_of_what_is_wrong(world: World) -> None:
    campaign = await world.open_campaign(at="A")
    wu = await world.sign_in("Wu")

    async with nothing_written(world):
        for more, field, zh, en in BAD:
            asked = {"requestId": fresh_id(), "change": restating(world, campaign) | more}
            await answered(wu, "ProposeRuleChange", "InvalidValue", zh=f"“{field}”", en=f"'{field}'", input=asked)
            await answered(wu, "ProposeRuleChange", "InvalidValue", zh=zh, en=en, input=asked)
        await answered(
            wu,
            "ProposeRuleChange",
            "RequestIdInvalid",
            zh="8",
            en="8",
            input={"requestId": "no", "change": restating(world, campaign, pointsPerDay=9)},
        )


async def test_what_is_over_can_only_be_restated(world: World) -> None:
    campaign = await world.open_campaign(at="A", days=1)
    wu, day = await world.sign_in("Wu"), world.clock.now().date()
    world.clock.advance(timedelta(days=1))
    asked = {"requestId": fresh_id(), "change": change(campaign, day, pointsPerDay=9)}

    await answered(wu, "ProposeRuleChange", "InvalidValue", zh="只能重算", en="can only be restated", input=asked)

    restated = await propose(wu, change(campaign, day, pointsPerDay=9, restates=True))
    assert restated["__typename"] == "RuleChangeReceipt"


async def test_a_change_that_is_to_come_is_not_brought_forward_by_another(world: World) -> None:
    campaign = await world.open_campaign(at="A")
    wu, sun, today = await world.sign_in("Wu"), await world.sign_in("Sun"), world.clock.now().date()
    await agreed(wu, sun, change(campaign, today + timedelta(days=2), pointsPerDay=9))
    await carried(world)
    asked = {"requestId": fresh_id(), "change": change(campaign, today, pointsPerDay=8)}

    await answered(wu, "ProposeRuleChange", "InvalidValue", zh="2026-06-17 至", en="between 2026-06-17", input=asked)


async def test_a_day_far_off_is_refused_too(world: World) -> None:
    campaign = await world.open_campaign(at="A")
    wu = await world.sign_in("Wu")

    for day in (date(1, 1, 1), date(9999, 12, 31)):
        asked = {"requestId": fresh_id(), "change": change(campaign, day, pointsPerDay=9)}
        await answered(wu, "ProposeRuleChange", "InvalidValue", zh="须在", en="it lies between", input=asked)
