"""The plan of a year: what is expected, what is confirmed and by whom, what stands."""

from datetime import timedelta
from typing import Any

from tests.api.asking import answered, failed, nothing_written
from tests.cast import Person, World

NOTICE = "津机管发〔2026〕12号"


async def planned(person: Person, world: World, at: str, theme: str, year: int = 2026) -> Any:
    """Return a theme in an institution's plan."""
    plan = await person.run("YearPlan", institutionId=world.institution_id(at), year=year)
    return next(one for one in plan["themes"] if one["theme"] == theme)


def dates(world: World, at: str, **changed: Any) -> dict[str, Any]:
    """Return a confirmation of energy week 2027."""
    asked = {"institutionId": world.institution_id(at), "theme": "energy-week", "year": 2027, "notice": NOTICE}
    return asked | {"startsOn": "2027-06-21", "endsOn": "2027-06-27"} | changed


async def test_a_year_lists_every_theme_with_its_days_how_sure_they_are_and_why(world: World) -> None:
    wu = await world.sign_in("Wu")

    plan = await wu.run("YearPlan", institutionId=world.institution_id("A"), year=2026)
    themes = {one["theme"]: one for one in plan["themes"]}

    assert plan["published"]
    assert [one["startsOn"] or "9999" for one in plan["themes"]] == sorted(
        one["startsOn"] or "9999" for one in plan["themes"]
    )
    energy = themes["energy-week"]
    assert (energy["startsOn"], energy["certainty"], energy["confirmation"]) == ("2026-06-15", "second-hand", None)
    assert "664号" in energy["source"]
    assert "全国低碳日" in [one["title"] for one in energy["events"]]
    assert {one["certainty"] for one in plan["themes"]} == {"verified", "second-hand", "predicted", None}
    lectures = themes["lecture-series"]
    assert (lectures["startsOn"], lectures["certainty"], lectures["source"]) == (None, None, "时间由主办单位决定")


async def test_a_year_without_a_published_calendar_is_planned_and_says_so(world: World) -> None:
    wu = await world.sign_in("Wu", language="en")

    plan = await wu.run("YearPlan", institutionId=world.institution_id("A"), year=2028)

    assert not plan["published"]
    assert plan["notice"].startswith("The holidays of 2028 are not published yet")
    by_theme = {one["theme"]: one for one in plan["themes"]}
    assert by_theme["energy-week"]["startsOn"] == "2028-06-12"
    assert by_theme["energy-week"]["certainty"] == "predicted"
    assert by_theme["water-week"]["events"]


async def test_confirmed_dates_hold_below_until_a_unit_confirms_its_own(world: World) -> None:
    sun, wu = await world.sign_in("Sun"), await world.sign_in("Wu")

    above = await sun.run("ConfirmDates", input=dates(world, "D"))
    inherited = await planned(wu, world, "A", "energy-week", 2027)
    await wu.run("ConfirmDates", input=dates(world, "A", startsOn="2027-06-28", endsOn="2027-07-04", notice="本馆安排"))
    own = await planned(wu, world, "A", "energy-week", 2027)
    beside = await planned(sun, world, "B", "energy-week", 2027)
    withdrawn = await wu.run(
        "WithdrawDates", input={"institutionId": world.institution_id("A"), "theme": "energy-week", "year": 2027}
    )

    assert above["planned"]["confirmation"]["own"]
    for one in (inherited, beside, withdrawn["planned"]):
        assert (one["startsOn"], one["certainty"], one["source"]) == ("2027-06-21", "confirmed", NOTICE)
        assert not one["confirmation"]["own"]
        assert one["confirmation"]["institution"] == "海河市滨河区机关事务服务中心"
    assert inherited["expected"]["startsOn"] == "2027-06-14"
    assert (own["startsOn"], own["source"], own["confirmation"]["own"]) == ("2027-06-28", "本馆安排", True)


async def test_confirming_again_replaces_and_another_year_stays(world: World) -> None:
    sun = await world.sign_in("Sun")
    await sun.run("ConfirmDates", input=dates(world, "D"))

    await sun.run("ConfirmDates", input=dates(world, "D", endsOn="2027-06-30"))

    assert (await planned(sun, world, "D", "energy-week", 2027))["endsOn"] == "2027-06-30"
    assert (await planned(sun, world, "D", "energy-week", 2026))["confirmation"] is None


async def test_a_leap_day_can_be_confirmed_and_the_next_years_are_predicted(world: World) -> None:
    sun = await world.sign_in("Sun")

    leap = dates(world, "D", year=2028, startsOn="2028-02-29", endsOn="2028-02-29")
    confirmed = await sun.run("ConfirmDates", input=leap)

    assert confirmed["planned"]["startsOn"] == "2028-02-29"
    await failed(
        sun, "ConfirmDates", "BAD_REQUEST", zh="startsOn", en="startsOn", input={**leap, "startsOn": "2027-02-29"}
    )


async def test_what_cannot_be_confirmed_is_refused_with_its_field(world: World) -> None:
    sun = await world.sign_in("Sun")
    wrong: list[tuple[dict[str, Any], str, str]] = [
        ({"startsOn": "2026-06-21"}, "不在 2027 年", "not in the year 2027"),
        ({"endsOn": "2027-06-20"}, "早于开始日期", "before the first"),
        ({"endsOn": "2028-12-31"}, "366", "366"),
        ({"notice": " "}, "2 至 200", "2 to 200"),
        ({"notice": "x" * 201}, "2 至 200", "2 to 200"),
        ({"notice": "a\u0000b"}, "2 至 200", "2 to 200"),
        ({"year": 1999}, "2000 至 2100", "2000 and 2100"),
        ({"year": 2_000_000_000}, "2000 至 2100", "2000 and 2100"),
    ]

    async with nothing_written(world):
        for changed, zh, en in wrong:
            await answered(sun, "ConfirmDates", "InvalidValue", zh=zh, en=en, input=dates(world, "D", **changed))
        asked = dates(world, "D", theme="energy-weak")
        await answered(sun, "ConfirmDates", "ThemeUnknown", zh="energy-weak", en="energy-weak", input=asked)


async def test_the_plan_shows_the_campaigns_that_stand_and_counts_those_below(world: World) -> None:
    sun, wu = await world.sign_in("Sun"), await world.sign_in("Wu")
    above = await world.open_campaign("energy-week", at="D")
    own = await world.open_campaign("energy-week", at="A", days=3)
    cancelled = await world.open_campaign("energy-week", at="A", starts_on=world.clock.now().date() + timedelta(days=9))
    await sun.run("CancelCampaign", input={"campaignId": cancelled})

    here = await planned(wu, world, "A", "energy-week")
    there = await planned(sun, world, "D", "energy-week")
    other_year = await planned(wu, world, "A", "energy-week", 2027)

    assert {one["id"] for one in here["campaigns"]} == {above, own}
    assert ([one["id"] for one in there["campaigns"]], there["campaignsBelow"]) == ([above], 1)
    assert other_year["campaigns"] == []


async def test_only_managers_see_and_confirm_a_plan(world: World) -> None:
    people = [await world.sign_in(name) for name in ("Lin", "Chen")]
    wu = await world.sign_in("Wu")

    async with nothing_written(world):
        for person in people:
            asked = {"institutionId": world.institution_id("A"), "year": 2027}
            await failed(person, "YearPlan", "FORBIDDEN", zh="权限", en="not allowed", **asked)
            await failed(person, "ConfirmDates", "FORBIDDEN", zh="权限", en="not allowed", input=dates(world, "A"))
        await failed(wu, "ConfirmDates", "FORBIDDEN", zh="权限", en="not allowed", input=dates(world, "D"))
