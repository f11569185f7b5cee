"""The whole path: acts, a streak, a badge with its message, a goal, what is shown, and leaving."""

from datetime import timedelta

from tests.api.asking import accepted, act, joined
from tests.cast import World
from tests.honours.following import follow, honours, inbox


async def test_five_days_of_acts_are_a_streak_and_a_badge_with_one_message(world: World) -> None:
    campaign = await world.open_campaign("energy-week")
    lin = await joined(world, "Lin", campaign)

    for _ in range(5):
        await accepted(lin, act(campaign, "energy_act", world.clock.now(), act="lights_off"))
        world.clock.advance(timedelta(days=1))
    found = await honours(lin, campaign)
    await follow(world)
    await follow(world)

    assert (found["streak"]["current"], found["streak"]["longest"], found["streak"]["target"]) == (5, 5, 5)
    assert found["streak"]["reached"]
    badge = found["badges"][0]
    assert (badge["key"], badge["have"], badge["need"], badge["held"]) == ("five-in-a-row", 5, 5, True)
    told = await inbox(world, "Lin", "badge_earned")
    assert sorted(one.key.rpartition("/")[2] for one in told) == ["five-in-a-row", "low-carbon-day"]
    after = await honours(lin, campaign)
    assert after["badges"][0]["earnedAt"] == world.clock.now().isoformat()
