"""Campaigns are opened for one unit or a whole subtree, all or none, once; last year's is held again."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import col, func, select, update

from backend.campaigns import service as campaigns
from backend.campaigns.shelf import Shelf
from backend.campaigns.tables import Campaign
from backend.core import ids
from backend.core.db import WriteSession
from backend.core.receipts import Order
from backend.identity import credit_code, service, tree
from backend.planning import opening, receipts
from tests.api.asking import answered, failed, fresh_id, nothing_written
from tests.cast import Person, World

WEEK = {"startsOn": "2026-06-22", "endsOn": "2026-06-28"}
NOTICE = "津机管发〔2027〕3号"


def asked(world: World, at: str = "D", scope: str = "ONE_FOR_EACH", **changed: Any) -> dict[str, Any]:
    """Return a request to open plastic-free for a week."""
    basic = {"requestId": fresh_id(), "theme": "plastic-free", "institutionId": world.institution_id(at)}
    return basic | WEEK | {"scope": scope} | changed


async def set_cut(world: World, campaign: str, hour: int) -> None:
    """Let a campaign's days begin at another hour, as a theme of its own would."""
    async with world.parts.database.write() as session:
        found = update(Campaign).where(col(Campaign.id) == ids.decode("cmp", campaign))
        await session.exec(found.values(day_cut_hour=hour))


async def how_many(world: World) -> int:
    """Count the campaigns there are."""
    async with world.parts.database.read() as session:
        return (await session.exec(select(func.count()).select_from(Campaign))).one()


async def test_one_campaign_covers_all_or_each_unit_has_its_own(world: World) -> None:
    sun = await world.sign_in("Sun")

    for_all = await sun.run("OpenCampaigns", input=asked(world, scope="ONE_FOR_ALL", theme="energy-week"))
    for_each = await sun.run("OpenCampaigns", input=asked(world, reviewDays=5, objectionDays=0, budgetPoints=900))

    assert [one["institution"] for one in for_all["opened"]] == ["海河市滨河区机关事务服务中心"]
    assert sorted(one["institution"] for one in for_each["opened"]) == ["滨河区图书馆", "滨河区档案馆"]
    assert {one["stood"] for one in for_each["opened"]} == {False}
    assert {one["campaign"]["state"] for one in for_each["opened"]} == {"scheduled"}
    async with world.parts.database.read() as session:
        number = ids.decode("cmp", for_each["opened"][0]["campaign"]["id"])
        row = await session.get(Campaign, number)
    assert row
    assert (row.review_days, row.objection_days, row.budget_points) == (5, 0, 900)


async def test_a_repeat_opens_nothing_more_and_other_content_under_the_id_is_refused(world: World) -> None:
    sun = await world.sign_in("Sun")
    request = asked(world)

    first, at_once = await asyncio.gather(*(sun.run("OpenCampaigns", input=request) for _ in range(2)))
    again = await sun.run("OpenCampaigns", input=request)
    anew = await sun.run("OpenCampaigns", input=asked(world))

    assert sorted([first["replayed"], at_once["replayed"]]) == [False, True]
    assert again == {**first, "replayed": True}
    assert [one["stood"] for one in anew["opened"]] == [True, True]
    assert await how_many(world) == 2
    async with nothing_written(world):
        others = ({"endsOn": "2026-06-29"}, {"scope": "ONE_FOR_ALL"}, {"reviewDays": 3}, {"theme": "energy-week"})
        for other in (request | changed for changed in others):
            await answered(sun, "OpenCampaigns", "RequestReused", zh="请求编号", en="requestId", input=other)
        bad = asked(world, requestId="short")
        await answered(sun, "OpenCampaigns", "RequestIdInvalid", zh="8", en="8", input=bad)


async def test_a_repeat_is_answered_alike_when_its_theme_is_on_the_shelf_no_more(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sun = await world.sign_in("Sun")
    request = asked(world)
    first = await sun.run("OpenCampaigns", input=request)
    shelf = world.parts.services.use(Shelf)
    monkeypatch.delitem(shelf.themes, request["theme"])

    again, anew = await sun.run("OpenCampaigns", input=request), await sun.run("OpenCampaigns", input=asked(world))

    assert again == {**first, "replayed": True}
    assert anew["__typename"] == "ThemeUnknown"


async def test_the_same_request_twice_at_one_moment_waits_for_itself(world: World) -> None:
    order = Order(world.members["Sun"], fresh_id(), "open", ())

    async def look() -> Any:
        async with world.parts.database.write() as session:
            return await receipts.earlier(session, order)

    async with world.parts.database.write() as session:
        before = await receipts.earlier(session, order)
        second = asyncio.create_task(look())
        await asyncio.wait([second], timeout=0.3)
        receipts.keep(session, order, "the answer", world.clock.now())

    assert (before, await second) == (None, "the answer")


async def test_a_theme_is_kept_once_for_all_units(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    sun = await world.sign_in("Sun")
    pin, pinned = campaigns.pin, []

    async def noted(session: WriteSession, content_hash: str, body: str) -> None:
        pinned.append(content_hash)
        await pin(session, content_hash, body)

    monkeypatch.setattr(campaigns, "pin", noted)

    opened = await sun.run("OpenCampaigns", input=asked(world))

    assert (len(opened["opened"]), len(pinned)) == (2, 2)  # the theme, and the factors


async def test_one_unit_that_cannot_have_it_is_named_and_none_is_opened(world: World) -> None:
    sun = await world.sign_in("Sun")
    standing = await world.open_campaign("green-office", at="B", starts_on=date(2026, 6, 20))
    await set_cut(world, standing, 4)

    async with nothing_written(world):
        refusal = await sun.run("OpenCampaigns", input=asked(world))
        english = await replace(sun, language="en").run("OpenCampaigns", input=asked(world))

    assert (refusal["__typename"], refusal["institution"]) == ("UnitCannotOpen", "滨河区图书馆")
    assert "“滨河区图书馆”不能开设该活动，因此全部未开设：与同期活动的每日起算时间不同" in refusal["message"]
    assert "none was opened" in english["message"]


async def test_what_cannot_be_opened_is_refused_and_writes_nothing(world: World) -> None:
    sun = await world.sign_in("Sun")
    wrong: list[tuple[dict[str, Any], str, str, str]] = [
        ({"endsOn": "2026-06-21"}, "CampaignDaysInvalid", "早于开始日期", "before the first"),
        ({"theme": "none"}, "ThemeUnknown", "none", "none"),
        ({"reviewDays": 15}, "InvalidValue", "1 至 14", "between 1 and 14"),
        ({"objectionDays": -1}, "InvalidValue", "0 至 14", "between 0 and 14"),
        ({"budgetPoints": -1}, "InvalidValue", "budgetPoints", "budgetPoints"),
    ]

    async with nothing_written(world):
        for changed, problem, zh, en in wrong:
            await answered(sun, "OpenCampaigns", problem, zh=zh, en=en, input=asked(world, **changed))


async def test_a_subtree_without_units_and_one_too_large_are_told(world: World, monkeypatch: Any) -> None:
    sun = await world.sign_in("Sun")
    async with world.parts.database.write() as session:
        code = credit_code.with_check("11120000000009990")
        city = world.institutions["C"].id
        empty = await tree.add_institution(session, credit_code=code, name="空区", level="district", parent_id=city)
        await tree_grant(world, session, empty.id or 0)
    monkeypatch.setattr(opening, "MOST_UNITS", 1)

    async with nothing_written(world):
        request = asked(world, institutionId=ids.encode("ins", empty.id or 0))
        await answered(sun, "OpenCampaigns", "NoUnitsBelow", zh="空区", en="no unit below", input=request)
        too_many = await sun.run("OpenCampaigns", input=asked(world))
    assert (too_many["__typename"], too_many["limit"], too_many["count"]) == ("TooManyUnits", 1, 2)


async def tree_grant(world: World, session: Any, institution_id: int) -> None:
    """Let Sun supervise another place."""
    await service.grant(session, world.members["Sun"], "supervisor", institution_id, world.clock.now())


async def test_only_who_manages_the_top_opens_below_it(world: World) -> None:
    wu, lin = await world.sign_in("Wu"), await world.sign_in("Lin")

    async with nothing_written(world):
        for person in (wu, lin):
            await failed(person, "OpenCampaigns", "FORBIDDEN", zh="权限", en="not allowed", input=asked(world))


async def clone(person: Person, campaign: str, year: int, **more: Any) -> Any:
    """Hold a campaign again."""
    asked_for = {"requestId": fresh_id(), "campaignId": campaign, "year": year, **more}
    return await person.run("CloneCampaign", input=asked_for)


async def test_last_years_campaign_follows_its_theme_into_the_next(world: World) -> None:
    sun = await world.sign_in("Sun")
    official = await world.open_campaign("energy-week", at="A")
    longer = await world.open_campaign("energy-week", at="B", starts_on=date(2026, 6, 14), days=10)

    predicted = await clone(sun, official, 2027)
    confirmed_days = {"theme": "energy-week", "year": 2027, "startsOn": "2027-06-21", "endsOn": "2027-06-27"}
    place = {"institutionId": world.institution_id("D"), "notice": NOTICE}
    await sun.run("ConfirmDates", input=confirmed_days | place)
    confirmed, around = await clone(sun, official, 2027), await clone(sun, longer, 2027)

    def days(cloned: Any) -> tuple[str, str, str]:
        return cloned["campaign"]["startsOn"], cloned["campaign"]["endsOn"], cloned["datesFrom"]

    assert days(predicted) == ("2027-06-14", "2027-06-20", "predicted")
    assert days(confirmed) == ("2027-06-21", "2027-06-27", "confirmed")
    assert days(around) == ("2027-06-20", "2027-06-29", "confirmed")  # a day before, two days after, as last year
    assert predicted["campaign"]["slogan"] != "节能新起点 低碳向未来"  # this year's is not next year's
    assert "审核天数、公示天数和积分预算" in predicted["inherited"]
    assert any("参加人员" in one for one in predicted["reset"])


@pytest.mark.parametrize(
    ("days_before", "moved_to"),
    [(60, ("2027-04-15", "2027-04-21")), (61, ("2027-06-14", "2027-06-20"))],
    ids=["near", "far"],
)
async def test_a_campaign_far_from_its_themes_days_is_held_again_on_them(
    world: World, days_before: int, moved_to: tuple[str, str]
) -> None:
    world.clock.at = world.clock.at.replace(month=4, day=1)
    sun = await world.sign_in("Sun")
    official = date(2026, 6, 15)  # to the 21st
    campaign = await world.open_campaign("energy-week", starts_on=official - timedelta(days=days_before))

    cloned = await clone(sun, campaign, 2027)

    assert (cloned["campaign"]["startsOn"], cloned["campaign"]["endsOn"]) == moved_to


async def test_a_campaign_without_official_dates_keeps_its_weekdays(world: World) -> None:
    sun = await world.sign_in("Sun")
    campaign = await world.open_campaign("plastic-free", starts_on=date(2026, 6, 15), days=12)
    official = await world.open_campaign("energy-week", starts_on=date(2026, 6, 16), days=3)

    cloned, chosen = await clone(sun, campaign, 2028), await clone(sun, official, 2027, sameWeekdays=True)

    assert (cloned["campaign"]["startsOn"], cloned["campaign"]["endsOn"]) == ("2028-06-12", "2028-06-23")
    assert (chosen["campaign"]["startsOn"], chosen["datesFrom"]) == ("2027-06-15", "same_weekdays")


async def test_windows_and_budget_are_inherited_and_rules_are_the_shelves(world: World) -> None:
    sun = await world.sign_in("Sun")
    first = {"theme": "energy-week", "reviewDays": 6, "objectionDays": 1, "budgetPoints": 5000}
    opened = await sun.run("OpenCampaigns", input=asked(world, "A", "ONE_FOR_ALL", **first))
    campaign = opened["opened"][0]["campaign"]["id"]
    async with world.parts.database.write() as session:
        row = update(Campaign).where(col(Campaign.id) == ids.decode("cmp", campaign))
        await session.exec(row.values(rule_version=1, grace_hours=1))

    cloned = await clone(sun, campaign, 2027)

    async with world.parts.database.read() as session:
        found = await session.get(Campaign, ids.decode("cmp", cloned["campaign"]["id"]))
    assert found
    theme = world.parts.services.use(Shelf).theme("energy-week")
    assert (found.review_days, found.objection_days, found.budget_points) == (6, 1, 5000)
    assert (found.theme_hash, found.grace_hours, found.edition) == (theme.content_hash, theme.rules.grace_hours, 1)


async def test_cloning_twice_is_cloning_once_and_backward_is_refused(world: World) -> None:
    sun, chen = await world.sign_in("Sun"), await world.sign_in("Chen")
    campaign = await world.open_campaign("energy-week", at="A")
    request = {"requestId": fresh_id(), "campaignId": campaign, "year": 2027}

    first, again = [await sun.run("CloneCampaign", input=request) for _ in range(2)]
    anew = await clone(sun, campaign, 2027)

    assert (first["replayed"], again) == (False, {**first, "replayed": True})
    assert (anew["stood"], anew["campaign"]["id"]) == (True, first["campaign"]["id"])
    async with nothing_written(world):
        for year, zh in ((2026, "2026 年以后"), (1999, "2000 至 2100"), (2099, "最多提前 5 年")):
            refused = await clone(sun, campaign, year)
            assert refused["__typename"] in {"InvalidValue", "CampaignDaysInvalid"}
            assert zh in refused["message"]
        await answered(
            sun, "CloneCampaign", "RequestReused", zh="编号", en="requestId", input={**request, "year": 2028}
        )
        foreign = await clone(chen, campaign, 2028)
        assert foreign["__typename"] == "NotFound"


async def test_a_campaign_on_a_leap_day_is_held_again_in_a_year_without_one(world: World) -> None:
    world.clock.at = world.clock.at.replace(year=2028, month=2, day=27)
    sun = await world.sign_in("Sun")
    campaign = await world.open_campaign("plastic-free", starts_on=date(2028, 2, 29), days=1)

    cloned = await clone(sun, campaign, 2029)

    assert cloned["campaign"]["startsOn"] == cloned["campaign"]["endsOn"] == "2029-02-27"
    assert date(2029, 2, 27).weekday() == date(2028, 2, 29).weekday()
