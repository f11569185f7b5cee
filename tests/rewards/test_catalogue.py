"""Staff keep the catalogue: every mistake is named, no change is lost, no code is there twice."""

from typing import Any

from tests.api.asking import answered, failed, nothing_written
from tests.rewards.shop import Shop, complaints, kept, request


async def test_a_reward_is_told_in_the_language_of_who_reads_it(shop: Shop) -> None:
    world = shop.world
    await shop.add(items=1, titleEn="Canvas bag", textEn="Made of old flags.", sponsor="海河书店")
    zhou, english = await world.sign_in("Zhou"), await world.sign_in("Zhou", "en")

    (chinese,), (other,) = (await zhou.run("Rewards"))["rewards"], (await english.run("Rewards"))["rewards"]

    assert (chinese["title"], other["title"]) == ("帆布袋", "Canvas bag")
    assert chinese["text"] == other["text"] == "Made of old flags."
    assert (other["how"], other["sponsor"], other["stock"]) == ("到 302 室领取", "海河书店", 1)


async def test_a_supervisors_reward_covers_every_unit_below(shop: Shop) -> None:
    world = shop.world
    sun, chen = await world.sign_in("Sun"), await world.sign_in("Chen")
    given: dict[str, Any] = {"institutionId": world.institution_id("D"), "offer": shop.offer, "stock": {"items": 1}}

    await request(sun, "AddReward", **given)

    assert len((await chen.run("Rewards"))["rewards"]) == 1


async def test_two_who_change_a_reward_at_once_do_not_overwrite_each_other(shop: Shop) -> None:
    sun = await shop.world.sign_in("Sun")
    reward = await shop.add(items=1)
    number = reward["reward"]["id"]
    cheaper = shop.offer | {"points": 15}

    first = await request(shop.wu, "ChangeReward", rewardId=number, edition=1, offer=cheaper)
    given = {"requestId": "change-of-an-old-one", "rewardId": number, "edition": 1, "offer": shop.offer}

    zh, en = "已被他人修改", "Somebody else has changed it"
    await answered(sun, "ChangeReward", "EditionPassed", zh=zh, en=en, input=given)
    assert (first["kept"]["edition"], first["kept"]["reward"]["points"]) == (2, 15)
    retiring = {"requestId": "retire-an-old-one", "rewardId": number, "edition": 1, "reason": "不再提供"}
    await answered(sun, "RetireReward", "EditionPassed", zh=zh, en=en, input=retiring)


async def test_a_reward_that_was_taken_out_stays_as_it_is(shop: Shop) -> None:
    reward = await shop.add(items=1)
    number = reward["reward"]["id"]
    out = await request(shop.wu, "RetireReward", "take-it-out", rewardId=number, edition=1, reason="不再提供")

    async with nothing_written(shop.world):
        again = await request(shop.wu, "RetireReward", "take-it-out", rewardId=number, edition=1, reason="不再提供")
        for document, asked in (
            ("RetireReward", {"edition": 2, "reason": "再次下架"}),
            ("ChangeReward", {"edition": 2, "offer": shop.offer | {"points": 1}}),
            ("RestockReward", {"stock": {"items": 1}}),
        ):
            given = {"requestId": "change-what-is-out", "rewardId": number, **asked}
            await answered(shop.wu, document, "RewardRetired", zh="“帆布袋”已下架", en="was taken out", input=given)

    assert (out["kept"]["edition"], out["kept"]["retiredReason"]) == (2, "不再提供")
    assert again == out | {"replayed": True}


async def test_stock_grows_by_what_is_added_and_a_repeat_adds_nothing(shop: Shop) -> None:
    reward = await shop.add(items=1)
    more = {"rewardId": reward["reward"]["id"], "stock": {"items": 4}}

    answers = [await request(shop.wu, "RestockReward", "restock-once", **more) for _ in range(3)]

    assert [answer["replayed"] for answer in answers] == [False, True, True]
    assert (await kept(shop, reward))["reward"]["stock"] == 5
    assert await complaints(shop.world.parts.database) == []


async def test_codes_that_are_there_already_are_refused_whole(shop: Shop) -> None:
    reward = await shop.add(codes="A1\nA2")

    async with nothing_written(shop.world):
        for listed, said in (("B1\nA2\nA1", "2 个兑换码重复（首个在第 2 行）"), ("B1\nB1", "首个在第 2 行")):
            given = {"requestId": "codes-once-more", "rewardId": reward["reward"]["id"], "stock": {"codes": listed}}
            en = "none was taken"
            await answered(shop.wu, "RestockReward", "CodesRepeated", zh=said, en=en, input=given)
    more = await request(shop.wu, "RestockReward", rewardId=reward["reward"]["id"], stock={"codes": "B1"})

    assert more["kept"]["reward"]["stock"] == 3


async def test_every_mistake_in_a_reward_is_named(shop: Shop) -> None:
    things, codes = await shop.add(items=1), await shop.add(codes="A1")
    wrong: list[tuple[dict[str, Any], dict[str, Any], str]] = [
        ({"titleZh": "  "}, {"items": 1}, "titleZh"),
        ({"titleZh": "长" * 41}, {"items": 1}, "titleZh"),
        ({"titleZh": "花括号{reward}"}, {"items": 1}, "titleZh"),
        ({"howZh": None}, {"items": 1}, "howZh"),
        ({"points": 0}, {"items": 1}, "points"),
        ({"perMember": 0}, {"items": 1}, "perMember"),
        ({"untilOn": "2026-05-31"}, {"items": 1}, "untilOn"),
        ({}, {"items": -1}, "items"),
        ({}, {"items": 1, "codes": "A1"}, "items"),
        ({}, {"codes": "\n \n"}, "codes"),
        ({}, {"codes": f"A1\n{'x' * 101}"}, "codes"),
    ]

    async with nothing_written(shop.world):
        for more, stock, field in wrong:
            place = shop.world.institution_id("A")
            asked = {"institutionId": place, "offer": shop.offer | more, "stock": stock}
            answer = await shop.wu.run("AddReward", input={"requestId": "a-reward-with-mistakes", **asked})
            assert (answer["__typename"], answer["field"]) == ("InvalidValue", field), answer
        for reward, stock, field in ((things, {"codes": "B1"}, "items"), (codes, {"items": 1}, "codes")):
            answer = await request(shop.wu, "RestockReward", rewardId=reward["reward"]["id"], stock=stock)
            assert (answer["__typename"], answer["field"]) == ("InvalidValue", field), answer
        retiring: dict[str, Any] = {"rewardId": things["reward"]["id"], "edition": 1, "reason": " "}
        assert (await request(shop.wu, "RetireReward", **retiring))["field"] == "reason"


async def test_only_who_manages_an_institution_keeps_its_rewards(shop: Shop) -> None:
    world = shop.world
    lin, chen = await world.sign_in("Lin"), await world.sign_in("Chen")
    reward = await shop.add(items=1)
    number = reward["reward"]["id"]
    adding: dict[str, Any] = {"requestId": "add-where-one-may-not", "institutionId": world.institution_id("A")}
    adding |= {"offer": shop.offer, "stock": {"items": 1}}

    async with nothing_written(world):
        for person in (lin, chen):
            await failed(person, "AddReward", "FORBIDDEN", zh="没有", en="not allowed", input=adding)
            restock = {"requestId": "restock-of-a-stranger", "rewardId": number, "stock": {"items": 1}}
            await answered(person, "RestockReward", "NotFound", zh="没有找到", en="Not found", input=restock)
            problem = {"zh": "没有找到", "en": "Not found"}
            await failed(person, "WaitingRedemptions", "PROBLEM", **problem, rewardId=number)
