"""Opening a campaign, taking part in it, and stopping."""

from datetime import timedelta
from typing import Any

from tests.api.asking import answered, contents, failed, join, nothing_written
from tests.cast import World

DAYS_INVALID = "CampaignDaysInvalid"


def asked(world: World, **changed: Any) -> dict[str, Any]:
    day = world.clock.now().date()
    basic = {"theme": "plastic-free", "institutionId": world.institution_id("A"), "startsOn": day.isoformat()}
    return basic | {"endsOn": (day + timedelta(days=6)).isoformat()} | changed


async def test_a_theme_with_a_typo_is_named_beside_those_that_exist(world: World) -> None:
    wu = await world.sign_in("Wu")

    async with nothing_written(world):
        for theme in ("energy-weak", "", "../energy-week", "ENERGY-WEEK", "x" * 9999, "energy\u0000"):
            await answered(
                wu,
                "OpenCampaign",
                "ThemeUnknown",
                zh=f"没有名为“{theme[:40]}”的主题包，可用的有：e-waste-drive, energy-week",
                en=f"There is no theme '{theme[:40]}'; there are: e-waste-drive, energy-week",
                input=asked(world, theme=theme),
            )


async def test_days_that_make_no_campaign_are_refused_with_the_reason(world: World) -> None:
    wu = await world.sign_in("Wu")
    wrong = {
        ("2026-06-20", "2026-06-19"): ("结束日期早于开始日期", "the last day is before the first"),
        ("2026-06-01", "2026-06-14"): ("结束日期已经过去", "the last day has passed already"),
        ("0001-01-01", "0001-01-02"): ("结束日期已经过去", "the last day has passed already"),
        ("2026-06-15", "2027-06-16"): ("活动不能超过 366 天", "a campaign lasts at most 366 days"),
        ("2026-06-15", "2126-06-15"): ("活动不能超过 366 天", "a campaign lasts at most 366 days"),
        ("9999-12-31", "9999-12-31"): ("最多提前 5 年", "at most 5 years ahead"),
    }

    async with nothing_written(world):
        for (first, last), (zh, en) in wrong.items():
            days = asked(world, startsOn=first, endsOn=last)
            await answered(wu, "OpenCampaign", DAYS_INVALID, zh=f"活动日期有误：{zh}", en=en, input=days)
        for day in ("2026-02-30", "2026-6-15", "tomorrow", "2026-06-15T00:00:00Z", 20260615):
            days = asked(world, startsOn=day)
            await failed(wu, "OpenCampaign", "BAD_REQUEST", zh="startsOn", en="startsOn", input=days)


async def test_one_day_today_and_overlapping_campaigns_are_fine(world: World) -> None:
    wu, today = await world.sign_in("Wu"), world.clock.now().date().isoformat()

    first = await wu.run("OpenCampaign", input=asked(world, startsOn=today, endsOn=today))
    second = await wu.run("OpenCampaign", input=asked(world, startsOn="2026-06-14", endsOn="2027-06-14"))

    assert (first["campaign"]["opensAt"], first["campaign"]["closesAt"]) == (
        "2026-06-14T16:00:00+00:00",
        "2026-06-17T16:00:00+00:00",  # the grace time of 48 hours included
    )
    managed = await wu.run("Campaigns", institutionId=world.institution_id("A"))
    assert {one["id"] for one in managed} == {first["campaign"]["id"], second["campaign"]["id"]}


async def test_joining_twice_changes_nothing_and_leaving_twice_neither(world: World) -> None:
    campaign = await world.open_campaign()
    lin = await world.sign_in("Lin")
    await join(lin, campaign)

    async with nothing_written(world):
        world.clock.advance(timedelta(hours=1))
        await join(lin, campaign)
    left = await lin.run("LeaveCampaign", input={"campaignId": campaign})
    async with nothing_written(world):
        world.clock.advance(timedelta(hours=1))
        again = await lin.run("LeaveCampaign", input={"campaignId": campaign})

    assert left == again
    assert [one["joined"] for one in (await lin.run("Home"))["campaigns"]] == [False]
    await join(lin, campaign)
    assert [one["joined"] for one in (await lin.run("Home"))["campaigns"]] == [True]
    assert len((await contents(world))["participation"]) == 1


async def test_who_has_not_joined_is_asked_to_and_has_nothing_to_leave(world: World) -> None:
    campaign = await world.open_campaign()
    lin = await world.sign_in("Lin")

    async with nothing_written(world):
        await answered(lin, "LeaveCampaign", "NotFound", zh="活动", en="campaign", input={"campaignId": campaign})
        receipt = await lin.run(
            "RecordCheckIns",
            input={
                "requestId": "not-joined",
                "items": [
                    {"campaignId": campaign, "kind": "lecture", "actedAt": world.clock.now().isoformat(), "details": {}}
                ],
            },
        )
    assert [one["__typename"] for one in receipt["outcomes"]] == ["NotJoined"]
    assert receipt["outcomes"][0]["message"] == "您尚未参加“绿色出行宣传月”，请先点击参加。"


async def test_a_campaign_is_taken_back_before_it_starts_and_not_after(world: World) -> None:
    wu, chen = await world.sign_in("Wu"), await world.sign_in("Chen")
    later = (world.clock.now().date() + timedelta(days=3)).isoformat()
    opened = await wu.run("OpenCampaign", input=asked(world, startsOn=later))
    chosen = {"campaignId": opened["campaign"]["id"]}

    foreign = await chen.run("CancelCampaign", input=chosen)
    taken_back = await wu.run("CancelCampaign", input=chosen)
    again = await wu.run("OpenCampaign", input=asked(world, startsOn=later))
    running = await world.open_campaign("plastic-free", at="A")

    assert foreign["__typename"] == "NotFound"
    assert taken_back == {
        "__typename": "CampaignCancelled",
        "campaign": {"id": chosen["campaignId"], "state": "cancelled"},
    }
    assert again["campaign"]["id"] != chosen["campaignId"]
    sun = await world.sign_in("Sun")
    for one in (chosen["campaignId"], running):
        await answered(
            sun,
            "CancelCampaign",
            "CampaignUnderWay",
            zh="活动已经开始、结束或已取消",
            en="has started, ended or been cancelled",
            input={"campaignId": one},
        )


async def test_an_institution_sees_the_campaigns_from_above_that_it_takes_part_in(world: World) -> None:
    above = await world.open_campaign("green-commute-month", at="D")
    wu = await world.sign_in("Wu")

    listed = await wu.run("Campaigns", institutionId=world.institution_id("A"))

    assert [one["id"] for one in listed] == [above]
