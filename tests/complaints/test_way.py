"""The way of a complaint: filed, answered by a promised day, passed up once, closed, and told of."""

import asyncio
from datetime import timedelta

import pytest
from sqlmodel import col, update

from backend.complaints import service
from backend.core import ids
from backend.core.errors import NotFound
from backend.identity import service as identity
from backend.identity.tables import Membership
from tests.api.asking import answered, fresh_id, join, nothing_written
from tests.cast import World
from tests.complaints.desk import ANSWERED, SAID, answer, file, forward, mine, office
from tests.honours.following import inbox


async def test_a_complaint_is_answered_by_the_organiser_and_the_answer_reaches_its_member(world: World) -> None:
    campaign = await world.open_campaign("energy-week")
    lin, wu = await world.sign_in("Lin"), await world.sign_in("Wu")

    step = await file(lin, campaignId=campaign)
    (seen,) = await office(world, wu)
    done = await answer(wu, step)
    (own,) = await mine(lin)

    assert (step["state"], step["level"], step["replayed"]) == ("open", 1, False)
    assert step["dueOn"] == "2026-06-23"  # five workdays from Monday; the Dragon Boat Festival is none
    assert (seen["text"], seen["member"], seen["department"]) == (SAID, "林小满", "财务处")
    assert (seen["campaign"], seen["institution"], seen["filedOn"]) == ("节能宣传周", "滨河区档案馆", "2026-06-15")
    assert (done["state"], own["state"], own["stateTitle"]) == ("answered", "answered", "已答复")
    assert [one["text"] for one in own["answers"]] == [ANSWERED]
    assert (own["answeredBy"], own["mayForward"], own["overdue"]) == ("滨河区档案馆", True, False)
    assert await office(world, wu) == []
    assert [one["id"] for one in await office(world, wu, which="DONE")] == [step["complaintId"]]
    (message,) = await inbox(world, "Lin", "complaint_answered")
    assert SAID not in message.told
    assert ANSWERED not in message.told


async def test_who_stays_anonymous_is_seen_by_nobody_and_answered_all_the_same(world: World) -> None:
    lin, wu, sun = [await world.sign_in(name) for name in ("Lin", "Wu", "Sun")]

    step = await file(lin, anonymous=True, kind="SUGGESTION")
    seen = [*(await office(world, wu)), *(await office(world, sun, "D"))]
    await answer(wu, step)

    assert [(one["kind"], one["member"], one["department"]) for one in seen] == [("suggestion", None, None)] * 2
    assert "林" not in str(seen)
    assert len(await inbox(world, "Lin", "complaint_answered")) == 1
    assert (await mine(lin))[0]["anonymous"]


async def test_what_is_not_answered_in_time_is_overdue_and_may_be_passed_up_once(world: World) -> None:
    lin, wu, sun = [await world.sign_in(name) for name in ("Lin", "Wu", "Sun")]
    step = await file(lin)
    world.clock.advance(timedelta(days=8))  # on the promised day
    async with nothing_written(world):
        zh, en = "不能转交上一级：2026-06-23 前", "passed up: an answer is promised up to 2026-06-23"
        early = {"requestId": fresh_id(), "complaintId": step["complaintId"]}
        await answered(lin, "ForwardComplaint", "CannotForward", zh=zh, en=en, input=early)
    on_time = await office(world, wu, which="OVERDUE")
    world.clock.advance(timedelta(days=1))

    late = await office(world, wu, which="OVERDUE")
    up = await forward(lin, step)
    below, above = await office(world, wu), await office(world, sun, "D")
    own = (await mine(lin))[0]
    async with nothing_written(world):
        again = {"requestId": fresh_id(), "complaintId": step["complaintId"]}
        await answered(lin, "ForwardComplaint", "CannotForward", zh="已在上一级", en="level above already", input=again)
    done = await answer(sun, step)

    assert on_time == []
    assert [one["overdue"] for one in late] == [True]
    assert (up["state"], up["level"], up["dueOn"]) == ("open", 2, "2026-07-01")
    assert below == []
    assert [one["level"] for one in above] == [2]
    assert (own["answeredBy"], own["mayForward"]) == ("海河市滨河区机关事务服务中心", False)
    assert done["state"] == "closed"
    assert len(await inbox(world, "Lin", "complaint_answered")) == 1


async def test_who_is_not_content_with_an_answer_passes_it_up_and_is_told_of_both(world: World) -> None:
    lin, wu, sun = [await world.sign_in(name) for name in ("Lin", "Wu", "Sun")]
    step = await file(lin)
    await answer(wu, step)

    up = await forward(lin, step)
    await answer(sun, step, "已请该单位整改，本周完成")
    (own,) = await mine(lin)

    assert (up["state"], up["level"]) == ("open", 2)
    assert [(one["level"], one["text"]) for one in own["answers"]] == [(1, ANSWERED), (2, "已请该单位整改，本周完成")]
    assert own["state"] == "closed"
    assert len(await inbox(world, "Lin", "complaint_answered")) == 2
    again = {"requestId": fresh_id(), "complaintId": step["complaintId"]}
    await answered(lin, "ForwardComplaint", "CannotForward", zh="已办结", en="it is closed", input=again)


async def test_what_is_about_an_organiser_goes_straight_to_the_level_above(world: World) -> None:
    lin, wu, sun = [await world.sign_in(name) for name in ("Lin", "Wu", "Sun")]

    step = await file(lin, "活动管理员要求大家必须打卡", aboutOrganiser=True)
    missing = {"requestId": fresh_id(), "complaintId": step["complaintId"], "text": ANSWERED}

    assert step["level"] == 2
    assert await office(world, wu) == []
    await answered(wu, "AnswerComplaint", "NotFound", zh="投诉或建议", en="complaint or suggestion", input=missing)
    assert [one["aboutOrganiser"] for one in await office(world, sun, "D")] == [True]
    assert (await answer(sun, step))["state"] == "closed"


async def test_who_manages_the_level_above_too_does_not_answer_what_is_about_them(world: World) -> None:
    lin, wu = await world.sign_in("Lin"), await world.sign_in("Wu")
    await grant(world, "Wu", "supervisor", "D")
    step = await file(lin, "活动管理员要求大家必须打卡", aboutOrganiser=True)
    content = {"requestId": fresh_id(), "complaintId": step["complaintId"], "text": ANSWERED}

    assert await office(world, wu, "D") == []
    async with nothing_written(world):
        zh, en = "该单位的活动管理员", "who manage that institution"
        await answered(wu, "AnswerComplaint", "AnswererExcluded", zh=zh, en=en, input=content)


async def grant(world: World, name: str, role: str, at: str) -> None:
    """Let somebody hold a role."""
    async with world.parts.database.write() as session:
        place = world.institutions[at].id or 0
        await identity.grant(session, world.members[name], role, place, world.clock.now())


async def test_nobody_answers_their_own_nor_the_same_one_twice(world: World) -> None:
    wu, sun, lin = [await world.sign_in(name) for name in ("Wu", "Sun", "Lin")]
    own = await file(wu)
    passed = await file(lin)
    await answer(sun, passed)
    await forward(lin, passed)

    for person, step, zh, en in (
        (wu, own, "您本人提交", "you made it yourself"),
        (sun, passed, "已答复过一次", "answered it once already"),
    ):
        content = {"requestId": fresh_id(), "complaintId": step["complaintId"], "text": ANSWERED}
        async with nothing_written(world):
            await answered(person, "AnswerComplaint", "AnswererExcluded", zh=zh, en=en, input=content)


async def test_of_two_organisers_who_answer_at_once_one_is_told_that_it_is_answered(world: World) -> None:
    wu, sun, lin = [await world.sign_in(name) for name in ("Wu", "Sun", "Lin")]
    step = await file(lin)

    done = await asyncio.gather(answer(wu, step), answer(sun, step, "我们也看到了，谢谢"))

    assert sorted(one["__typename"] for one in done) == ["ComplaintAnswered", "ComplaintStep"]
    assert len((await mine(lin))[0]["answers"]) == 1
    assert len(await inbox(world, "Lin", "complaint_answered")) == 1


async def test_what_is_passed_up_while_its_answer_is_written_is_not_answered_below(world: World) -> None:
    lin, wu = await world.sign_in("Lin"), await world.sign_in("Wu")
    step = await file(lin)
    await answer(wu, step)
    await forward(lin, step)
    number, below = ids.decode("cpl", step["complaintId"]), world.institutions["A"].id or 0

    with pytest.raises(NotFound):
        async with world.parts.database.write() as session:
            await service.answer(session, number, world.members["Wu"], ANSWERED, at=below, now=world.clock.now())


async def test_a_member_closes_their_own_and_nobody_elses(world: World) -> None:
    lin, zhou, wu = [await world.sign_in(name) for name in ("Lin", "Zhou", "Wu")]
    step = await file(lin)
    content = {"requestId": fresh_id(), "complaintId": step["complaintId"]}

    await answered(zhou, "CloseComplaint", "NotFound", zh="投诉或建议", en="complaint or suggestion", input=content)
    closed = await lin.run("CloseComplaint", input=content)
    again = await lin.run("CloseComplaint", input=content)
    world.clock.advance(timedelta(days=1))
    later = await lin.run("CloseComplaint", input=content | {"requestId": fresh_id()})
    problem = {"requestId": fresh_id(), "complaintId": step["complaintId"], "text": ANSWERED}

    assert (closed["state"], again["replayed"], later["state"]) == ("closed", True, "closed")
    await answered(wu, "AnswerComplaint", "ComplaintAnswered", zh="已于 2026-06-15", en="closed at", input=problem)
    assert (await mine(lin))[0]["closedAt"] == (world.clock.now() - timedelta(days=1)).isoformat()


async def test_a_level_that_is_the_last_cannot_pass_anything_up(world: World) -> None:
    await employ_at_the_top(world)
    zhou = await world.sign_in("Zhou")
    step = await file(zhou)
    world.clock.advance(timedelta(days=20))

    content = {"requestId": fresh_id(), "complaintId": step["complaintId"]}
    await answered(zhou, "ForwardComplaint", "CannotForward", zh="没有上一级", en="no level above", input=content)


async def employ_at_the_top(world: World) -> None:
    """Let Zhou work for the city itself from now on."""
    async with world.parts.database.write() as session:
        await session.exec(
            update(Membership)
            .where(col(Membership.member_id) == world.members["Zhou"])
            .values(institution_id=world.institutions["C"].id)
        )


async def test_another_institutions_campaign_is_not_found(world: World) -> None:
    campaign = await world.open_campaign("energy-week", at="A")
    chen, lin = await world.sign_in("Chen"), await world.sign_in("Lin")
    await join(lin, campaign)

    content = {"requestId": fresh_id(), "kind": "COMPLAINT", "text": SAID, "campaignId": campaign}
    async with nothing_written(world):
        await answered(chen, "FileComplaint", "NotFound", zh="活动", en="campaign", input=content)
