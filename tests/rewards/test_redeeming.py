"""A reward is paid for once, given once, and given back whole."""

from datetime import timedelta
from typing import Any

from tests.api.asking import accepted, act, answered, end_membership, joined, nothing_written
from tests.cast import Person
from tests.rewards.shop import Shop, board_complaints, complaints, give, kept, redeem, redeemed, request


async def asked(person: Person, reward: Any, problem: str, *, points: int = 20, zh: str, en: str) -> None:
    """Redeem a reward that must be refused, in both languages."""
    given = {"requestId": "a-request-that-is-refused", "rewardId": reward["reward"]["id"], "points": points}
    await answered(person, "RedeemReward", problem, zh=zh, en=en, input=given)


async def state_of(person: Person) -> str:
    """Return how the one redemption of a member stands."""
    (own,) = (await person.run("MyRedemptions"))["redemptions"]["items"]
    state: str = own["state"]
    return state


async def spendable(person: Person) -> int:
    """Return the points that a member can spend."""
    points: int = (await person.run("Rewards"))["spending"]["points"]
    return points


async def place(person: Person, campaign: str) -> int:
    """Return a member's own points on the board of a campaign."""
    asked = {"campaignId": campaign, "level": "PERSON", "period": "CAMPAIGN", "measure": "POINTS"}
    found: int = (await person.run("Board", **asked))["board"]["me"]["place"]["value"]
    return found


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
    assert await spendable(lin) == 30
    assert (await kept(shop, reward))["taken"] == 1
    assert await complaints(shop.world.parts.database) == []


async def test_the_ledger_tells_what_points_were_spent_on_and_why_they_came_back(shop: Shop) -> None:
    lin, english = await shop.world.sign_in("Lin"), await shop.world.sign_in("Lin", "en")
    reward = await shop.add(items=1, titleEn="Bag")
    await give(shop.world, "Lin", 20)
    answer = await redeemed(lin, reward)

    await request(shop.wu, "CancelRedemption", redemptionId=answer["redemptionId"], reason="样品有瑕疵")

    entries = (await lin.run("MyLedger"))["ledger"]["items"][:2]
    assert [one["explanation"]["sentence"] for one in entries] == [
        "退回 20，原因：样品有瑕疵",
        "兑换“帆布袋”，用去 20 积分",
    ]
    assert [one["amount"] for one in entries] == [20, -20]
    told = (await english.run("MyLedger"))["ledger"]["items"][1]["explanation"]["sentence"]
    assert told == "20 points for 'Bag'"


async def test_what_cannot_be_redeemed_is_refused_and_writes_nothing(shop: Shop) -> None:
    world = shop.world
    lin = await world.sign_in("Lin")
    gone, later, over = (
        await shop.add(items=0),
        await shop.add(items=1, fromOn="2026-07-01"),
        await shop.add(items=1, untilOn="2026-06-14"),
    )
    retired = await shop.add(items=1)
    await request(shop.wu, "RetireReward", rewardId=retired["reward"]["id"], edition=1, reason="赞助方撤回")
    await give(world, "Lin", 20)

    async with nothing_written(world):
        await asked(lin, gone, "RewardSoldOut", zh="“帆布袋”已兑完", en="Nothing is left")
        await asked(lin, later, "RewardNotOffered", zh="尚未开始", en="has not begun")
        await asked(lin, over, "RewardNotOffered", zh="已结束", en="has ended")
        await asked(lin, retired, "RewardNotOffered", zh="已下架", en="was taken out")
        await asked(lin, gone, "PriceChanged", points=10, zh="价格已调整为 20", en="The price is 20 points")


async def test_a_reward_is_there_on_its_first_day_and_on_its_last(shop: Shop) -> None:
    lin, today = await shop.world.sign_in("Lin"), shop.world.clock.now().date().isoformat()
    reward = await shop.add(items=1, fromOn=today, untilOn=today)
    await give(shop.world, "Lin", 20)

    assert (await redeem(lin, reward))["__typename"] == "RewardRedeemed"


async def test_nobody_spends_what_they_do_not_hold(shop: Shop) -> None:
    lin = await shop.world.sign_in("Lin")
    reward = await shop.add(items=5)
    await give(shop.world, "Lin", 39)
    await redeemed(lin, reward)

    await asked(lin, reward, "PointsShort", zh="您可用的积分为 19", en="you can spend 19")

    assert await spendable(lin) == 19


async def test_one_member_has_no_more_of_a_reward_than_one_may_have(shop: Shop) -> None:
    lin = await shop.world.sign_in("Lin")
    reward = await shop.add(items=5, perMember=1)
    await give(shop.world, "Lin", 60)
    first = await redeemed(lin, reward)

    await asked(lin, reward, "RewardLimitReached", zh="每人限兑 1 件", en="may have 1 of")
    await request(lin, "CancelMyRedemption", redemptionId=first["redemptionId"])
    again = await redeem(lin, reward)

    assert again["__typename"] == "RewardRedeemed"


async def test_a_member_calls_a_redemption_off_within_a_day_and_no_later(shop: Shop) -> None:
    lin = await shop.world.sign_in("Lin")
    reward = await shop.add(items=2)
    await give(shop.world, "Lin", 40)
    first, second = await redeemed(lin, reward), await redeemed(lin, reward)

    back = await request(lin, "CancelMyRedemption", redemptionId=first["redemptionId"])
    shop.world.clock.advance(timedelta(hours=24))
    given = {"requestId": "a-request-too-late", "redemptionId": second["redemptionId"]}

    zh, en = "联系本单位管理员", "ask your organiser"
    await answered(lin, "CancelMyRedemption", "CancelClosed", zh=zh, en=en, input=given)
    await answered(lin, "CancelRedemption", "CancelClosed", zh=zh, en=en, input=given | {"reason": "不想要了"})
    assert back["points"] == 20
    assert await spendable(lin) == 20
    assert (await kept(shop, reward))["reward"]["stock"] == 1
    assert await complaints(shop.world.parts.database) == []


async def test_what_was_handed_over_or_called_off_stays_so(shop: Shop) -> None:
    lin = await shop.world.sign_in("Lin")
    reward = await shop.add(items=2)
    await give(shop.world, "Lin", 40)
    taken, off = await redeemed(lin, reward), await redeemed(lin, reward)
    await request(shop.wu, "HandOverReward", code=taken["pickUpCode"])
    await request(lin, "CancelMyRedemption", redemptionId=off["redemptionId"])

    cancelling = {"requestId": "cancel-what-is-taken", "redemptionId": taken["redemptionId"], "reason": "不要了"}
    handing = {"requestId": "hand-over-what-is-off", "code": off["pickUpCode"]}

    await answered(shop.wu, "CancelRedemption", "RedemptionEnded", zh="已领取", en="was handed over", input=cancelling)
    await answered(shop.wu, "HandOverReward", "RedemptionEnded", zh="已取消", en="was cancelled", input=handing)
    assert await spendable(lin) == 20


async def test_a_wrong_code_and_one_of_another_unit_get_the_same_answer(shop: Shop) -> None:
    world = shop.world
    lin, chen = await world.sign_in("Lin"), await world.sign_in("Chen")
    reward = await shop.add(items=1)
    await give(world, "Lin", 20)
    code = (await redeemed(lin, reward))["pickUpCode"]

    for person, tried in ((chen, code), (lin, code), (shop.wu, "ABCDEFGH"), (shop.wu, "\x00")):
        given = {"requestId": "hand-over-by-guessing", "code": tried}
        zh, en = "没有待领取的兑换", "Nothing that waits"
        await answered(person, "HandOverReward", "PickUpCodeUnknown", zh=zh, en=en, input=given)


async def test_a_code_is_shown_to_its_owner_alone_and_kept_unreadable(shop: Shop) -> None:
    world = shop.world
    lin, zhou = await world.sign_in("Lin"), await world.sign_in("Zhou")
    reward = await shop.add(codes="GIFT-001\nGIFT-002\n\n")
    for name in ("Lin", "Zhou"):
        await give(world, name, 20)

    first, second = await redeemed(lin, reward), await redeemed(zhou, reward)

    assert (first["code"], second["code"]) == ("GIFT-001", "GIFT-002")
    (own,) = (await lin.run("MyRedemptions"))["redemptions"]["items"]
    assert (own["code"], own["state"]) == ("GIFT-001", "handed_over")
    assert (await shop.wu.run("WaitingRedemptions", rewardId=reward["reward"]["id"]))["items"] == []
    async with world.parts.database.read() as session:
        rows = (await (await session.connection()).exec_driver_sql("SELECT * FROM reward_code")).all()
    assert "GIFT" not in repr(rows)
    assert await complaints(world.parts.database) == []


async def test_another_unit_sees_neither_rewards_nor_redemptions(shop: Shop) -> None:
    world = shop.world
    lin, chen = await world.sign_in("Lin"), await world.sign_in("Chen")
    reward = await shop.add(items=5)
    for name in ("Lin", "Chen"):
        await give(world, name, 20)
    own = await redeemed(lin, reward)
    cancelling = {"requestId": "cancel-of-a-stranger", "redemptionId": own["redemptionId"], "reason": "误操作"}

    assert (await chen.run("Rewards"))["rewards"] == []
    await asked(chen, reward, "NotFound", zh="没有找到", en="Not found")
    for stranger in (chen, await world.sign_in("Zhou")):
        await answered(stranger, "CancelRedemption", "NotFound", zh="没有找到", en="Not found", input=cancelling)
    assert await state_of(lin) == "waiting"


async def test_who_has_left_the_rosters_spends_nothing(shop: Shop) -> None:
    lin = await shop.world.sign_in("Lin")
    reward = await shop.add(items=1)
    await give(shop.world, "Lin", 20)
    await end_membership(shop.world, "Lin", shop.world.clock.now() - timedelta(days=1))

    await asked(lin, reward, "NotOnRoster", zh="不在任何单位", en="no institution's roster")


async def test_the_same_request_gives_the_same_answer_and_another_one_under_its_id_a_problem(shop: Shop) -> None:
    lin = await shop.world.sign_in("Lin")
    reward, other = await shop.add(items=2), await shop.add(items=2)
    await give(shop.world, "Lin", 50)
    first = await redeem(lin, reward, "one-tap-of-lin")
    await request(shop.wu, "HandOverReward", code=first["pickUpCode"])

    again, elsewhere = await redeem(lin, reward, "one-tap-of-lin"), await redeem(lin, other, "one-tap-of-lin")

    assert again == first | {"replayed": True}
    assert elsewhere["__typename"] == "RequestReused"
    assert (await redeem(lin, reward, "short"))["__typename"] == "RequestIdInvalid"
    assert await spendable(lin) == 30


async def test_scores_stay_what_they_are_when_points_are_spent(shop: Shop) -> None:
    world = shop.world
    campaign = await world.open_campaign("green-office")
    lin = await joined(world, "Lin", campaign)
    await accepted(lin, act(campaign, "own_cup", world.clock.now()))
    await world.project()
    before = await place(lin, campaign)
    reward = await shop.add(items=1, points=1)

    await redeemed(lin, reward, points=1)

    assert await board_complaints(world) == []
    assert before > 0
    assert await place(lin, campaign) == before


async def test_points_taken_back_after_they_were_spent_are_owed_until_others_are_earned(shop: Shop) -> None:
    world = shop.world
    campaign = await world.open_campaign("green-office")
    lin = await joined(world, "Lin", campaign)
    (done,) = await accepted(lin, act(campaign, "own_cup", world.clock.now()))
    worth = (await lin.run("MyLedger"))["balance"]["points"]
    reward = await shop.add(items=9, points=1)
    for _ in range(worth):
        await redeemed(lin, reward, points=1)

    await shop.wu.run("ReverseTransfer", input={"checkInId": done["id"], "reason": "重复记录"})
    owed = await spendable(lin)
    await asked(lin, reward, "PointsShort", points=1, zh=f"可用的积分为 -{worth}", en=f"you can spend -{worth}")
    await give(world, "Lin", worth + 1)

    assert owed == -worth
    assert (await redeem(lin, reward, points=1))["__typename"] == "RewardRedeemed"
    assert await spendable(lin) == 0
    assert await complaints(world.parts.database) == []
