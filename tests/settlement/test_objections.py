"""Members may object to a provisional result; it is not sealed before they are answered."""

import asyncio
from datetime import timedelta
from typing import Any

from sqlalchemy import update

from backend.settlement.tables import ResultObjection
from tests.api.asking import answered, fresh_id, joined, nothing_written
from tests.cast import Person, World
from tests.settlement.way import acts, row, state, to_provisional, work


async def provisional(world: World) -> tuple[str, Person, Person]:
    """Come to a provisional result in which Lin took part."""
    campaign = await world.open_campaign("green-office")
    await joined(world, "Lin", campaign)
    await acts(world, campaign, [world.members["Lin"], *await world.add_members("A", "财务处", 5)])
    await to_provisional(world, campaign)
    return campaign, await world.sign_in("Lin"), await world.sign_in("Sun")


def said(campaign: str, text: str = "我的带杯行动少计一次", request_id: str | None = None) -> dict[str, Any]:
    """Return an objection to send."""
    return {"requestId": request_id or fresh_id(), "campaignId": campaign, "text": text}


async def test_an_objection_holds_the_seal_up_until_it_is_answered(world: World) -> None:
    campaign, lin, sun = await provisional(world)

    made = await lin.run("ObjectToResult", input=said(campaign))
    world.clock.at = (await row(world, campaign)).seals_at
    await work(world.parts.database, world.clock)
    waits = await state(world, campaign)
    told = await sun.run("Settlement", campaignId=campaign)
    (listed,) = (await sun.run("ResultObjections", campaignId=campaign))["items"]
    answer = {"objectionId": listed["id"], "answer": "已核对，记录无误"}
    replies = [await sun.run("AnswerObjection", input=answer) for _ in range(2)]
    await work(world.parts.database, world.clock)
    (result,) = (await lin.run("Results"))["results"]

    assert (made["__typename"], waits, told["waitsFor"]) == ("ObjectionMade", "provisional", ["1 项异议待答复"])
    assert [one["objection"]["answer"] for one in replies] == ["已核对，记录无误"] * 2
    assert (result["campaign"]["state"], result["objections"][0]["answer"]) == ("sealed", "已核对，记录无误")
    assert len(result["campaign"]["seal"]["digest"]) == 64


async def test_the_same_request_is_one_objection(world: World) -> None:
    campaign, lin, _ = await provisional(world)
    first = said(campaign, request_id="objection-0001")

    made = [await lin.run("ObjectToResult", input=first) for _ in range(2)]

    assert made[0] == made[1]
    async with nothing_written(world):
        other = said(campaign, "另一件事", "objection-0001")
        await answered(lin, "ObjectToResult", "RequestReused", zh="请求编号", en="requestId", input=other)
        bad = said(campaign, request_id="?")
        await answered(lin, "ObjectToResult", "RequestIdInvalid", zh="编号", en="requestId", input=bad)
        short = said(campaign, " ")
        await answered(lin, "ObjectToResult", "InvalidValue", zh="text", en="text", input=short)


async def test_a_member_objects_five_times_at_most(world: World) -> None:
    campaign, lin, _ = await provisional(world)
    for number in range(5):
        await lin.run("ObjectToResult", input=said(campaign, f"第 {number} 件事"))

    words = {"zh": "最多提出 5 次", "en": "5 times at most"}
    await answered(lin, "ObjectToResult", "TooManyObjections", **words, input=said(campaign))


async def test_only_who_took_part_objects_and_only_while_the_result_is_provisional(world: World) -> None:
    campaign, lin, _ = await provisional(world)
    zhou, chen = await world.sign_in("Zhou"), await world.sign_in("Chen")

    for person in (zhou, chen):
        await answered(person, "ObjectToResult", "NotFound", zh="没有找到", en="Not found", input=said(campaign))
    world.clock.at = (await row(world, campaign)).seals_at
    words = {"zh": "不在结果公示期", "en": "not provisional"}
    await answered(lin, "ObjectToResult", "ObjectionsClosed", **words, input=said(campaign))
    world.clock.advance(-timedelta(days=1))
    assert (await lin.run("ObjectToResult", input=said(campaign)))["__typename"] == "ObjectionMade"


async def test_an_objection_is_answered_once_and_by_nobody_but_the_campaigns_managers(world: World) -> None:
    campaign, lin, sun = await provisional(world)
    made = await lin.run("ObjectToResult", input=said(campaign))
    answer = {"objectionId": made["objection"]["id"], "answer": "已核对"}

    for name in ("Wu", "Chen", "Lin"):
        person = await world.sign_in(name)
        await answered(person, "AnswerObjection", "NotFound", zh="没有找到", en="Not found", input=answer)
    await sun.run("AnswerObjection", input=answer)

    words = {"zh": "已于", "en": "was answered"}
    other = answer | {"answer": "改口"}
    await answered(sun, "AnswerObjection", "ObjectionAnswered", **words, input=other)
    async with world.parts.database.write() as session:
        await session.exec(update(ResultObjection).values(member_id=world.members["Sun"]))
    await answered(sun, "AnswerObjection", "NotFound", zh="没有找到", en="Not found", input=answer)


async def test_of_two_answers_at_once_the_first_stands(world: World) -> None:
    campaign, lin, sun = await provisional(world)
    made = (await lin.run("ObjectToResult", input=said(campaign)))["objection"]["id"]
    sent = [{"objectionId": made, "answer": f"答复 {number}"} for number in range(4)]

    answers = await asyncio.gather(*(sun.run("AnswerObjection", input=one) for one in sent))

    assert [one["__typename"] for one in answers].count("ObjectionAnswered") == 3
