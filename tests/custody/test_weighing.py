"""A station's scale decides, whatever was declared: points and carbon by the measured weight, once."""

from typing import Any

from tests.api.asking import accepted, act, answered, fresh_id, joined, nothing_written
from tests.cast import Person, World
from tests.custody.drive import complaints


async def declared(world: World, kilograms: str = "9", material: str = "pet") -> tuple[Person, Person, Any]:
    """Let Lin declare recyclables in a week of sorting; return Lin, Wu and the act."""
    campaign = await world.open_campaign("waste-sorting-week")
    lin = await joined(world, "Lin", campaign)
    (made,) = await accepted(
        lin, act(campaign, "recyclables", world.clock.now(), material=material, kilograms=kilograms)
    )
    return lin, await world.sign_in("Wu"), made


async def weighed(by: Person, made: Any, grams: int, request_id: str | None = None) -> Any:
    """Confirm an act by its weight."""
    asked = {"requestId": request_id or fresh_id(), "checkInId": made["id"], "grams": grams}
    return await by.run("ConfirmWeighing", input=asked)


async def test_what_the_scale_says_takes_the_place_of_what_was_declared(world: World) -> None:
    lin, wu, made = await declared(world)

    answer = await weighed(wu, made, 1250)

    act_now = answer["checkIn"]
    assert (act_now["proof"], act_now["points"], act_now["counted"]) == ("confirmed", 12, True)
    assert act_now["carbon"]["grams"] == "2062.5"  # 1.25 kg × 1.65
    entry = await lin.run("ExplainTransfer", id=act_now["carbonEntry"])
    assert "1.250 kg × 1.65 kgCO2e/kg × 100% = 2062.5 g" in entry["transfer"]["explanation"]["sentence"]
    held = (await lin.run("MyLedger"))["balance"]
    assert (held["points"], held["carbon"]["grams"]) == (12, "2062.5")
    assert await complaints(world) == []


async def test_a_weighing_that_is_sent_again_is_answered_again(world: World) -> None:
    _, wu, made = await declared(world)
    first = await weighed(wu, made, 1250, "weigh-the-pet")

    async with nothing_written(world):
        again = await weighed(wu, made, 1250, "weigh-the-pet")
        asked = {"requestId": "weigh-the-pet", "checkInId": made["id"], "grams": 1251}
        await answered(wu, "ConfirmWeighing", "RequestReused", zh="已用于另一项内容", en="something else", input=asked)

    assert (first["replayed"], again["replayed"]) == (False, True)
    assert again["checkIn"] == first["checkIn"]


async def test_an_act_is_weighed_once(world: World) -> None:
    _, wu, made = await declared(world)
    now = (await weighed(wu, made, 1250))["checkIn"]
    sun = await world.sign_in("Sun")

    async with nothing_written(world):
        for what in (made, now):
            asked = {"requestId": fresh_id(), "checkInId": what["id"], "grams": 1300}
            words = {"zh": "已有同等或更强的凭证", "en": "equal or stronger proof"}
            await answered(sun, "ConfirmWeighing", "ProofNotStronger", **words, input=asked)


async def test_only_recyclables_are_weighed_and_by_a_weight_that_can_be(world: World) -> None:
    campaign = await world.open_campaign("waste-sorting-week")
    lin, wu, now = await joined(world, "Lin", campaign), await joined(world, "Wu", campaign), world.clock.now()
    (cup,) = await accepted(lin, act(campaign, "own_cup", now))
    (glass,) = await accepted(lin, act(campaign, "recyclables", now, material="glass", kilograms="3"))
    (of_wu,) = await accepted(wu, act(campaign, "recyclables", now, material="glass", kilograms="3"))

    async def told(problem: str, check_in: str, grams: int, zh: str, en: str) -> None:
        asked = {"requestId": fresh_id(), "checkInId": check_in, "grams": grams}
        await answered(wu, "ConfirmWeighing", problem, zh=zh, en=en, input=asked)

    async with nothing_written(world):
        await told("NothingToWeigh", cup["id"], 100, "只有可回收物", "Only recyclables")
        for grams in (0, -1, 200_001):
            await told("InvalidValue", glass["id"], grams, "1 至 200000 的整数", "1 to 200000 whole grams")
        await told("NotOwnAct", of_wu["id"], 100, "不能确认或冲回自己的打卡", "Nobody decides on their own act")
        for unknown in ("chk_7777777", "nonsense", ""):
            await told("NotFound", unknown, 100, "无权查看", "not yours to see")
