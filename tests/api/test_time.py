"""When an act was done, and when it is reported."""

from datetime import datetime, timedelta, timezone

from backend.campaigns.jobs import follow_the_calendar
from tests.api.asking import accepted, act, answered, failed, fresh_id, joined, nothing_written, record, refused
from tests.cast import World, trip

BEIJING = timezone(timedelta(hours=8))
FUTURE = {"problem": "ActInFuture", "zh": "晚于当前时间，请检查手机时间", "en": "has not come yet"}
OUTSIDE = {"problem": "OutsideCampaignDays", "zh": "不在“绿色出行宣传月”的活动日期", "en": "is not a day of"}


def at(text: str) -> datetime:
    """Return a moment in Beijing."""
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


async def test_an_act_before_the_opening_is_told_when_it_opens(world: World) -> None:
    campaign = await world.open_campaign(starts_on=world.clock.now().date() + timedelta(days=1))
    lin = await joined(world, "Lin", campaign)

    async with nothing_written(world):
        outcome = await refused(
            lin,
            trip(campaign, world.clock.now()),
            "CampaignNotOpen",
            zh="将于 2026-06-16 00:00 开始",
            en="opens at 2026-06-16 00:00",
        )

    assert outcome["opensAt"] == "2026-06-15T16:00:00+00:00"


async def test_an_act_of_a_day_outside_the_campaign_is_told_the_days(world: World) -> None:
    campaign = await world.open_campaign()
    lin = await joined(world, "Lin", campaign)

    async with nothing_written(world):
        for claimed in (
            "2026-06-14T23:59:59.999999+08:00",
            "1970-01-01T00:00:00Z",
            "0001-01-01T00:00:00+14:00",
            "0001-01-01T00:00:00+00:00",
            "1999-12-31T23:59:59-12:00",
        ):
            await refused(lin, act(campaign, "lecture", claimed), **OUTSIDE)


async def test_an_act_from_the_future_is_refused_but_a_clock_a_minute_fast_is_not(world: World) -> None:
    campaign = await world.open_campaign()
    lin = await joined(world, "Lin", campaign)

    async with nothing_written(world):
        for claimed in (
            "2026-06-15T12:02:01+08:00",
            "2026-06-16T12:00:00+08:00",
            "9999-12-31T23:59:59+00:00",
            "9999-12-31T23:59:59-12:00",
        ):
            await refused(lin, act(campaign, "lecture", claimed), **FUTURE)
    await accepted(lin, act(campaign, "lecture", "2026-06-15T12:01:59+08:00"))


async def test_a_day_may_be_reported_until_its_grace_time_ends(world: World) -> None:
    campaign = await world.open_campaign()
    lin = await joined(world, "Lin", campaign)
    noon = world.clock.now()

    world.clock.at = at("2026-06-17T23:59:59.999999")
    await accepted(lin, trip(campaign, noon))
    world.clock.at = at("2026-06-18T00:00:00")

    async with nothing_written(world):
        outcome = await refused(
            lin,
            trip(campaign, noon, "from_work"),
            "TooLate",
            zh="2026-06-15 的补报已于 2026-06-18 00:00 截止",
            en="ended at 2026-06-18 00:00",
        )
    assert outcome["until"] == "2026-06-17T16:00:00+00:00"


async def test_a_closed_campaign_says_when_it_closed_and_cannot_be_joined(world: World) -> None:
    campaign = await world.open_campaign(days=1)
    lin, zhou, noon = await joined(world, "Lin", campaign), await world.sign_in("Zhou"), world.clock.now()
    world.clock.at = at("2026-06-18T00:00:00")
    closed = {"zh": "已于 2026-06-18 00:00 截止", "en": "closed at 2026-06-18 00:00"}

    async with nothing_written(world):  # the worker may be late
        await refused(lin, trip(campaign, noon), "TooLate", zh="截止", en="ended")
        await answered(zhou, "JoinCampaign", "CampaignClosed", **closed, input={"campaignId": campaign})
    await follow_the_calendar(world.parts.database, world.clock)

    async with nothing_written(world):
        await refused(lin, trip(campaign, noon), "CampaignClosed", **closed)
        await answered(zhou, "JoinCampaign", "CampaignClosed", **closed, input={"campaignId": campaign})


async def test_midnight_in_beijing_parts_the_days_whatever_the_offset(world: World) -> None:
    campaign = await world.open_campaign()
    lin = await joined(world, "Lin", campaign)
    world.clock.at = at("2026-06-16T12:00:00")
    claimed = {
        "2026-06-15T23:59:59.999+08:00": "2026-06-15",
        "2026-06-16T00:00:00.000+08:00": "2026-06-16",
        "2026-06-16T05:59:00+14:00": "2026-06-15",
        "2026-06-15T04:00:00-12:00": "2026-06-16",
        "2026-06-15T16:00:00Z": "2026-06-16",
    }

    days = {}
    for text in claimed:
        (outcome,) = (await record(lin, act(campaign, "lecture", text)))["outcomes"]
        days[text] = outcome["checkIn"]["day"] if "checkIn" in outcome else outcome["__typename"]

    late, early = "2026-06-15T23:59:59.999+08:00", "2026-06-16T00:00:00.000+08:00"
    assert days == {text: claimed[text] if text in (late, early) else "AlreadyCheckedIn" for text in claimed}


async def test_a_time_without_offset_is_named_and_one_that_does_not_exist_is_a_bad_request(world: World) -> None:
    campaign = await world.open_campaign()
    lin = await joined(world, "Lin", campaign)

    async with nothing_written(world):
        naive = act(campaign, "lecture", "2026-06-15T12:00:00")
        await refused(lin, naive, "DetailInvalid", zh="“actedAt”填写有误：须带时区", en="it needs an offset")
        for claimed in ("2026-02-30T12:00:00Z", "2026-06-15T23:59:60Z", "noon", "1e9"):
            asked = {"requestId": fresh_id(), "items": [act(campaign, "lecture", claimed)]}
            await failed(lin, "RecordCheckIns", "BAD_REQUEST", zh="actedAt", en="actedAt", input=asked)
