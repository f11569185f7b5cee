"""A dry run tells everything that will happen, with local times, and which acts other campaigns share."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, update

from backend.campaigns.calendar import Calendar
from backend.campaigns.calendar_file import Holiday, Year
from backend.campaigns.jobs import follow_the_calendar
from backend.campaigns.queries import Rules, Running
from backend.campaigns.service import Plan
from backend.campaigns.tables import Campaign, CampaignRule
from backend.checkins.retention import over
from backend.core import ids
from backend.planning import timetable
from tests.api.asking import failed, nothing_written
from tests.campaigns.city import NOW, SHELF
from tests.cast import Person, World

STORM = "暴雨红色预警"


async def dry_run(person: Person, campaign: str) -> Any:
    """Look at a campaign that stands."""
    return await person.run("DryRun", input={"campaignId": campaign})


def proposal(world: World, at: str = "D", **changed: Any) -> dict[str, Any]:
    """Return energy week as it could be opened."""
    asked = {"theme": "energy-week", "institutionId": world.institution_id(at), "startsOn": "2026-06-15"}
    return {"proposal": asked | {"endsOn": "2026-06-21"} | changed}


def running(theme: str, starts_on: date, days: int, *, day_cut_hour: int = 0) -> Running:
    """Return a campaign that is only thought of."""
    pack = SHELF.theme(theme)
    pack = pack.model_copy(update={"rules": pack.rules.model_copy(update={"day_cut_hour": day_cut_hour})})
    plan = Plan(pack, SHELF.factors, starts_on, starts_on + timedelta(days=days - 1))
    return Running(plan.row(1, None, NOW), "/1/", Rules(pack, SHELF.factors))


async def test_a_proposal_tells_every_transition_by_local_time_and_writes_nothing(world: World) -> None:
    sun = await world.sign_in("Sun")

    async with nothing_written(world):
        found = await sun.run("DryRun", input=proposal(world, reviewDays=7, objectionDays=2))

    assert (found["canOpen"], found["refusals"]) == (True, [])
    assert [(one["key"], one["local"]) for one in found["moments"]] == [
        ("opens", "2026-06-15T00:00+08:00"),
        ("special_day", "2026-06-17T00:00+08:00"),
        ("holiday", "2026-06-19T00:00+08:00"),
        ("last_day_ends", "2026-06-22T00:00+08:00"),
        ("closes", "2026-06-24T00:00+08:00"),
        ("review_ends", "2026-07-01T00:00+08:00"),
        ("provisional", "2026-07-01T00:00+08:00"),
        ("seals", "2026-07-03T00:00+08:00"),
        ("photos_deleted", "2026-07-08T00:00+08:00"),
    ]
    told = {one["key"]: one for one in found["moments"]}
    assert told["opens"]["words"] == "2026年6月15日（星期一）00:00"
    assert told["opens"]["past"]
    assert not told["closes"]["past"]
    assert "200%" in told["special_day"]["title"]
    assert told["holiday"]["title"] == "端午节放假 2026-06-19 至 2026-06-21"
    assert (found["workdays"], found["daysOff"], found["unpublished"]) == (4, 3, [])


async def test_what_is_told_is_what_happens(world: World) -> None:
    sun = await world.sign_in("Sun")
    proposed = await sun.run("DryRun", input=proposal(world))
    campaign = await world.open_campaign("energy-week")

    standing = await dry_run(sun, campaign)
    closes = next(one["at"] for one in standing["moments"] if one["key"] == "closes")
    world.clock.at = datetime.fromisoformat(closes) - timedelta(seconds=1)
    early = await follow_the_calendar(world.parts.database, world.clock)
    world.clock.advance(timedelta(seconds=1))
    on_time = await follow_the_calendar(world.parts.database, world.clock)

    assert standing["moments"] == proposed["moments"]
    assert (early, on_time) == (0, 1)
    photos = next(one["at"] for one in standing["moments"] if one["key"] == "photos_deleted")
    assert "campaign.closes_at" in str(over(datetime.fromisoformat(photos)))


async def test_a_year_that_is_not_published_is_said_and_a_make_up_day_is_told(world: World) -> None:
    sun = await world.sign_in("Sun", language="en")

    over_new_year = await sun.run("DryRun", input=proposal(world, startsOn="2026-12-28", endsOn="2027-01-10"))
    autumn = await sun.run("DryRun", input=proposal(world, startsOn="2026-09-14", endsOn="2026-10-11"))

    assert over_new_year["unpublished"] == [
        "The holidays of 2027 are not published yet; Monday to Friday are taken as workdays."
    ]
    assert (over_new_year["workdays"], over_new_year["daysOff"]) == (10, 4)
    told = [(one["key"], one["local"][:10], one["title"]) for one in autumn["moments"] if "day" in one["key"]]
    assert ("make_up_workday", "2026-09-20", "A weekend day that is worked (National Day)") in told
    assert ("holiday", "2026-10-01", "National Day: days off from 2026-10-01 to 2026-10-07") in told
    opens = autumn["moments"][0]
    assert opens["words"] == "Monday, 14 September 2026, 00:00"


def test_a_holiday_announced_during_a_campaign_is_told_from_then_on() -> None:
    campaign = running("energy-week", date(2027, 5, 3), 7)
    holiday = Holiday(name_zh="劳动节", name_en="Labour Day", starts_on=date(2027, 5, 1), ends_on=date(2027, 5, 5))
    year = Year(year=2027, source="通知", source_url="https://example.org", provenance="通知", holidays=(holiday,))
    announced = Calendar((*SHELF.calendar.years, year), SHELF.calendar.events)

    before, after = timetable.moments(campaign, SHELF.calendar), timetable.moments(campaign, announced)

    assert [one for one in after if one not in before] == [
        timetable.Moment(campaign.campaign.opens_at, "holiday", after[1].title)
    ]
    assert after[1].title.zh == "劳动节放假 2027-05-01 至 2027-05-05"
    assert timetable.days(campaign, SHELF.calendar) == timetable.Days(5, 2, (2027,))
    assert timetable.days(campaign, announced) == timetable.Days(2, 5, ())


def test_days_that_begin_at_four_begin_at_four() -> None:
    at_four = running("energy-week", date(2026, 6, 15), 7, day_cut_hour=4)
    at_midnight = running("energy-week", date(2026, 6, 15), 7)

    pairs = zip(timetable.moments(at_four, SHELF.calendar), timetable.moments(at_midnight, SHELF.calendar), strict=True)

    assert {(one.key == other.key, one.at - other.at) for one, other in pairs} == {(True, timedelta(hours=4))}
    assert at_four.today(datetime(2026, 6, 15, 19, 59, tzinfo=UTC)) == date(2026, 6, 15)
    assert at_four.today(datetime(2026, 6, 15, 20, 0, tzinfo=UTC)) == date(2026, 6, 16)
    assert at_four.late_until(date(2026, 6, 15)) == datetime(2026, 6, 17, 20, 0, tzinfo=UTC)


async def test_new_rules_pauses_and_an_early_end_are_told(world: World) -> None:
    sun, campaign = await world.sign_in("Sun"), await world.open_campaign("energy-week")
    number = ids.decode("cmp", campaign)
    async with world.parts.database.write() as session:
        row = await session.get(Campaign, number)
        assert row
        row.rule_version = 2
        session.add(row)
        session.add(
            CampaignRule(
                campaign_id=number,
                version=2,
                applies_from=date(2026, 6, 18),
                theme_hash=row.theme_hash,
                factors_hash=row.factors_hash,
                restates=False,
                reason="试行",
                proposed_by=world.members["Sun"],
                agreed_by=world.members["Wu"],
                made_at=world.clock.now(),
            )
        )
    because = {"edition": 1, "reason": STORM + "{停}"}
    world.clock.advance(timedelta(hours=2))
    await sun.run("PauseCampaign", input={"campaignId": campaign, "because": because})
    paused = await dry_run(sun, campaign)
    world.clock.advance(timedelta(hours=2))
    await sun.run("ResumeCampaign", input={"campaignId": campaign, "because": {"edition": 2, "reason": "解除"}})
    world.clock.advance(timedelta(hours=2))
    await sun.run("CallOffCampaign", input={"campaignId": campaign, "because": {"edition": 3, "reason": STORM}})
    cancelled = await dry_run(sun, campaign)

    told = {one["key"]: (one["local"], one["title"]) for one in paused["moments"]}
    assert told["rules_change"] == ("2026-06-18T00:00+08:00", "规则第 2 版生效")
    assert told["pauses"] == ("2026-06-15T14:00+08:00", "活动暂停：暴雨红色预警{停}")
    assert told["closes"][1] == "活动截止（暂停中，届时仍会截止）"
    assert [one["key"] for one in cancelled["moments"]] == [
        "opens",
        "pauses",
        "resumes",
        "cancelled",
        "review_ends",
        "photos_deleted",
    ]


@pytest.mark.parametrize("document", ["CancelCampaign", "CallOffCampaign"])
async def test_of_a_campaign_cancelled_before_its_start_nothing_else_is_told(world: World, document: str) -> None:
    sun = await world.sign_in("Sun")
    campaign = await world.open_campaign("energy-week", starts_on=date(2026, 6, 22))
    because = {"because": {"edition": 1, "reason": STORM}} if document == "CallOffCampaign" else {}
    await sun.run(document, input={"campaignId": campaign} | because)

    told = (await dry_run(sun, campaign))["moments"]

    assert [(one["key"], one["at"]) for one in told] == [("cancelled", world.clock.now().isoformat())]


async def test_days_that_make_no_campaign_are_refusals_with_reasons(world: World) -> None:
    sun = await world.sign_in("Sun")
    standing = await world.open_campaign("energy-week", at="A")
    async with world.parts.database.write() as session:
        row = update(Campaign).where(col(Campaign.id) == ids.decode("cmp", standing))
        await session.exec(row.values(day_cut_hour=4))

    backward = await sun.run("DryRun", input=proposal(world, endsOn="2026-06-14"))
    other_cut = await sun.run("DryRun", input=proposal(world))
    same = await sun.run("DryRun", input=proposal(world, "A"))

    assert (backward["canOpen"], backward["refusals"], backward["moments"]) == (False, ["结束日期早于开始日期"], [])
    assert not other_cut["canOpen"]
    assert "“滨河区档案馆”同期活动的每日起算时间不同（4:00 与 0:00）" in other_cut["refusals"][0]
    assert same["refusals"][0] == "同一单位、主题和日期的活动已存在"
    asked = proposal(world, reviewDays=0)
    await failed(sun, "DryRun", "PROBLEM", zh="reviewDays", en="reviewDays", input=asked)


async def test_a_clash_names_the_kinds_the_days_and_what_it_means(world: World) -> None:
    sun, wu = await world.sign_in("Sun"), await world.sign_in("Wu")
    month = await world.open_campaign("green-commute-month", at="D", days=30)
    week = await world.open_campaign("energy-week", at="A", starts_on=date(2026, 6, 20))
    await world.open_campaign("green-commute-month", at="B", days=3)

    from_above, from_below = await dry_run(sun, month), await dry_run(wu, week)
    proposed = await wu.run("DryRun", input=proposal(world, "A", theme="e-waste-drive"))
    apart = await wu.run("DryRun", input=proposal(world, "A", startsOn="2026-08-01", endsOn="2026-08-07"))

    (clash,) = from_below["clashes"]
    assert (clash["campaignId"], clash["startsOn"], clash["endsOn"]) == (month, "2026-06-20", "2026-06-26")
    assert "commute" in [one["kind"] for one in clash["kinds"]]
    assert "滨河区档案馆在 2026-06-20 至 2026-06-26 同时参加两项活动时" in clash["meaning"]
    assert "同一次行动只计一次（" in clash["meaning"]
    assert {one["kind"] for one in clash["excluding"]} == {"commute", "steps"}
    assert "同一天有““135”绿色出行”的，“微信步数”不计" in clash["meaning"]
    assert len(from_above["clashes"]) == 2
    assert week in [one["campaignId"] for one in from_above["clashes"]]
    assert [[one["kind"] for one in other["kinds"]] for other in proposed["clashes"]] == [["lecture"]]
    assert apart["clashes"] == []


async def test_a_campaign_beside_or_cancelled_clashes_with_nobody(world: World) -> None:
    sun = await world.sign_in("Sun")
    here = await world.open_campaign("energy-week", at="A")
    await world.open_campaign("energy-week", at="B")
    cancelled = await world.open_campaign("energy-week", at="D")
    await sun.run("CallOffCampaign", input={"campaignId": cancelled, "because": {"edition": 1, "reason": STORM}})

    assert (await dry_run(sun, here))["clashes"] == []


async def test_only_managers_look(world: World) -> None:
    campaign = await world.open_campaign("energy-week", at="A")
    lin, chen, wu = [await world.sign_in(name) for name in ("Lin", "Chen", "Wu")]

    for person in (lin, chen):
        await failed(person, "DryRun", "PROBLEM", zh="活动", en="campaign", input={"campaignId": campaign})
        await failed(person, "DryRun", "FORBIDDEN", zh="权限", en="allowed", input=proposal(world, "A"))
    assert (await dry_run(replace(wu, language="en"), campaign))["canOpen"]
    for wrong in ({}, {"campaignId": campaign, **proposal(world, "A")}, {"campaignId": None}):
        await failed(wu, "DryRun", "BAD_REQUEST", zh="", en="", input=wrong)
