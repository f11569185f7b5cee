"""A reward is paid for once, given once, and given back whole."""


import pytest

from tests.cast import World
from tests.rewards.shop import Shop, complaints, give, kept, redeemed, request


@pytest.fixture
async def shop(world: World) -> Shop:
    """Return a shop of Institution A."""
    return Shop(world, await world.sign_in("Wu"))


async def test_a_member_redeems_picks_up_and_is_handed_a_reward(shop: Shop) -> None:
    lin = await shop.world.sign_in("Lin")
    reward = await shop.add(items=3)
    await give(shop.world, "Lin", 50)

    answer = await redeemed(lin, reward)
    (waiting,) = (await shop.wu.run("WaitingRedemptions", rewardId=reward["reward"]["id"]))["items"]
    given = await request(shop.wu, "HandOverReward", code=answer["pickUpCode"].lower())

    assert (given["title"], given["owner"]) == ("帆布袋", "林**")
    assert waiting["id"] == answer["redemptionId"]
    (own,) = (await lin.run("MyRedemptions"))["redemptions"]["items"]
    assert (own["state"], own["points"], own["pickUpCode"]) == ("handed_over", 20, None)
    assert (await lin.run("Rewards"))["spending"]["points"] == 30
    assert (await kept(shop, reward))["taken"] == 1
    assert await complaints(shop.world.parts.database) == []
