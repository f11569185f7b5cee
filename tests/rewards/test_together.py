"""Fifty people, one item: whoever asks where and how often, it is given once and paid for once."""

from itertools import cycle
from pathlib import Path
from typing import Any

import httpx

from backend.core.db import Database
from tests.cast import Person
from tests.crash.processes import Service, environment, running
from tests.laws.play import Twins, rows_of, tally, together, told
from tests.rewards.shop import Shop, complaints, credit, kept, redeem, request

FIFTY = 50


async def rich(twins: Twins, count: int, amount: int = 100) -> list[Person]:
    """Return so many members who hold points; every second one is served by the second instance."""
    numbers_before = await rows_of(twins.world.parts.database, "member")
    people = await twins.members(None, count)
    now = twins.world.clock.now()
    async with twins.world.parts.database.write() as session:
        for number in range(numbers_before + 1, numbers_before + count + 1):
            await credit(session, number, amount, now.date(), now)
    return [twins.both(person)[place % 2] for place, person in enumerate(people)]


async def test_the_last_item_wanted_by_fifty_at_once_goes_to_one(twins: Twins, database: Database) -> None:
    shop = Shop(twins.world, await twins.world.sign_in("Wu"))
    reward = await shop.add(items=1)
    people = await rich(twins, FIFTY)

    answers = await together(redeem(person, reward) for person in people)

    assert tally(answer["__typename"] for answer in answers) == {"RewardRedeemed": 1, "RewardSoldOut": FIFTY - 1}
    assert await rows_of(database, "redemption") == 1
    assert (await kept(shop, reward))["reward"]["stock"] == 0
    assert await complaints(database) == []


async def test_seven_codes_for_twenty_people_are_seven_different_ones(twins: Twins, database: Database) -> None:
    shop = Shop(twins.world, await twins.world.sign_in("Wu"))
    reward = await shop.add(codes="\n".join(f"CODE-{number}" for number in range(7)))
    people = await rich(twins, 20)

    answers = await together(redeem(person, reward) for person in people)

    given = [answer["code"] for answer in answers if answer["__typename"] == "RewardRedeemed"]
    assert sorted(given) == [f"CODE-{number}" for number in range(7)]
    assert await complaints(database) == []


async def test_one_purse_emptied_from_two_ends_buys_what_it_can_pay(twins: Twins, database: Database) -> None:
    shop = Shop(twins.world, await twins.world.sign_in("Wu"))
    reward = await shop.add(items=FIFTY)
    (lin,) = await rich(twins, 1, amount=100)

    answers = await together(redeem(twins.both(lin)[turn % 2], reward) for turn in range(20))

    assert tally(answer["__typename"] for answer in answers) == {"RewardRedeemed": 5, "PointsShort": 15}
    assert await complaints(database) == []


async def test_cancelling_handing_over_and_restocking_at_once_lose_and_double_nothing(
    twins: Twins, database: Database
) -> None:
    shop = Shop(twins.world, await twins.world.sign_in("Wu"))
    reward = await shop.add(items=10)
    number = reward["reward"]["id"]
    people = await rich(twins, 10)
    taken = await together(redeem(person, reward) for person in people)
    staff = cycle(twins.both(shop.wu))

    def doings(person: Person, own: Any) -> list[Any]:
        return [
            request(person, "CancelMyRedemption", redemptionId=own["redemptionId"]),
            request(next(staff), "HandOverReward", code=own["pickUpCode"]),
            request(next(staff), "RestockReward", rewardId=number, stock={"items": 1}),
        ]

    answers = await together(one for person, own in zip(people, taken, strict=True) for one in doings(person, own))

    ended = tally(answer["__typename"] for answer in answers)
    assert ended["RewardKept"] == 10
    assert ended.get("RedemptionCancelled", 0) + ended.get("RewardHandedOver", 0) == ended["RedemptionEnded"] == 10
    assert (await kept(shop, reward))["reward"]["stock"] == 10 + ended.get("RedemptionCancelled", 0)
    assert await complaints(database) == []


async def test_two_processes_give_the_last_item_once_and_a_retry_its_answer(
    twins: Twins, database_url: str, tmp_path: Path
) -> None:
    world = twins.world
    shop = Shop(world, await world.sign_in("Wu"))
    last, plenty = await shop.add(items=1), await shop.add(items=FIFTY)
    people = await rich(twins, FIFTY)
    clock_file = tmp_path / "clock.json"
    clock_file.write_text(f'{{"real": 0, "speed": 0, "simulated": "{world.clock.now().isoformat()}"}}')
    settings = environment(database_url, mode="development", clock_file=clock_file)
    servers = [Service("serve", settings, tmp_path, f"api-{number}") for number in (1, 2)]

    async with running(*servers), httpx.AsyncClient(timeout=30) as first, httpx.AsyncClient(timeout=30) as second:
        for client, server in zip((first, second), servers, strict=True):
            client.base_url = httpx.URL(server.address or "")
        ends = [Person(client, person.token) for client, person in zip(cycle((first, second)), people, strict=False)]
        wanted = await together(redeem(person, last) for person in ends)
        same = [Person(client, people[0].token) for client in (first, second)]
        retries = await together(redeem(same[turn % 2], plenty, "one-tap-of-one") for turn in range(20))

    assert tally(answer["__typename"] for answer in wanted) == {"RewardRedeemed": 1, "RewardSoldOut": FIFTY - 1}
    assert [told(answer) for answer in retries] == [told(retries[0])] * 20
    assert tally(answer["replayed"] for answer in retries) == {False: 1, True: 19}
    assert await complaints(world.parts.database) == []
