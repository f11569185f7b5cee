"""Limits say when the next act counts; hours say when they open."""

from datetime import timedelta

from tests.api.asking import accepted, act, joined, nothing_written, refused
from tests.cast import World

ACTS = ["lights_off", "screen_off", "unplugged", "cooling_26", "stairs"]


async def test_the_daily_limit_says_how_many_count_and_when_it_opens_again(world: World) -> None:
    campaign = await world.open_campaign("energy-week")
    lin, now = await joined(world, "Lin", campaign), world.clock.now()
    await accepted(lin, *[act(campaign, "energy_act", now, act=one) for one in ACTS[:3]])

    async with nothing_written(world):
        outcome = await refused(
            lin,
            act(campaign, "energy_act", now, act=ACTS[3]),
            "CapReached",
            zh="“随手节电”已达上限（3 次），2026-06-16 00:00 起可再次打卡",
            en="The limit of 3 for 'Saving energy' is reached; it opens again at 2026-06-16 00:00",
        )
    world.clock.advance(timedelta(days=1))
    await accepted(lin, act(campaign, "energy_act", world.clock.now(), act=ACTS[3]))

    assert outcome["limit"] == 3


async def test_on_the_last_day_the_daily_limit_says_that_it_was_the_last(world: World) -> None:
    campaign = await world.open_campaign("energy-week", days=1)
    lin, now = await joined(world, "Lin", campaign), world.clock.now()
    await accepted(lin, *[act(campaign, "energy_act", now, act=one) for one in ACTS[:3]])

    await refused(
        lin,
        act(campaign, "energy_act", now, act=ACTS[3]),
        "CapReached",
        zh="今天是活动最后一天",
        en="this was the campaign's last day",
    )


async def test_the_limit_of_a_whole_campaign_says_that_it_does_not_open_again(world: World) -> None:
    campaign = await world.open_campaign()
    lin = await joined(world, "Lin", campaign)
    for _ in range(2):
        await accepted(lin, act(campaign, "lecture", world.clock.now()))
        world.clock.advance(timedelta(days=1))

    async with nothing_written(world):
        outcome = await refused(
            lin,
            act(campaign, "lecture", world.clock.now()),
            "CapReached",
            zh="“绿色低碳讲堂”已达上限（2 次），本次活动中不再计分",
            en="it does not open again in this campaign",
        )
    assert outcome["limit"] == 2


async def test_between_meals_the_answer_names_the_hours_and_the_next_one(world: World) -> None:
    campaign = await world.open_campaign("energy-week")
    lin = await joined(world, "Lin", campaign)
    opens = {3: "2026-06-15T17:00:00+08:00", 9: "2026-06-16T06:30:00+08:00"}

    for hours, opens_at in opens.items():
        world.clock.advance(timedelta(hours=hours))
        async with nothing_written(world):
            outcome = await refused(
                lin,
                act(campaign, "clear_plate", world.clock.now()),
                "OutsideWindow",
                zh="早餐 06:30–09:30、午餐 11:00–14:00、晚餐 17:00–20:00",
                en="lunch 11:00–14:00",
            )
        assert outcome["opensAt"] == opens_at
        assert opens_at[:10] in outcome["message"]
        world.clock.advance(-timedelta(hours=hours))


async def test_the_points_of_a_day_are_cut_at_the_campaign_s_limit_and_say_so(world: World) -> None:
    campaign = await world.open_campaign("energy-week")
    world.clock.advance(timedelta(days=2))  # low-carbon day: points count twice
    lin, now = await joined(world, "Lin", campaign), world.clock.now()
    trips = [{"mode": "bus", "distance": "from_5_km", "direction": way} for way in ("to_work", "from_work")]
    await accepted(
        lin,
        *[act(campaign, "energy_act", now, act=one) for one in ACTS[:3]],
        *[act(campaign, "commute", now, **one) for one in trips],
    )

    (cut,) = await accepted(lin, act(campaign, "paperless", now, sheets=7))
    (nothing,) = await accepted(lin, act(campaign, "clear_plate", now))

    # 5 × 10 of 60 are earned: of 2 × 7 × 50% × 200% = 14 there is room for 10, and then for none.
    assert (cut["points"], nothing["points"], nothing["pointsEntry"]) == (10, 0, None)
    entry = (await lin.run("ExplainTransfer", id=cut["pointsEntry"]))["transfer"]
    assert entry["explanation"]["dayCap"] == 60
    assert entry["explanation"]["sentence"].endswith("× 200%（主题日） = 14，每日上限 60 分，计 10")
    # Carbon is never cut: 7 sheets × 5.2 g × 50% = 18.2 g
    assert cut["carbon"]["grams"] == "18.2"
