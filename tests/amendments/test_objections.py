"""What one organiser undoes, a member may object to; somebody else decides, and the act may count again."""

from datetime import timedelta
from typing import Any

from backend.identity import service as identity
from tests.amendments.office import agreed, carried, complaints, messages, points, restating
from tests.api.asking import accepted, answered, fresh_id, joined, nothing_written
from tests.cast import Person, World, trip

WORDS = "当天确实乘地铁上班，有行程记录"


async def undone(world: World, campaign: str, lin: Person, wu: Person) -> str:
    """Let Lin do a trip and Wu undo it; return its id."""
    (act,) = await accepted(lin, trip(campaign, world.clock.now()))
    answer = await wu.run("ReverseTransfer", input={"checkInId": act["id"], "reason": "与考勤不符"})
    assert answer["__typename"] == "TransferReversed", answer
    identifier: str = act["id"]
    return identifier


def objection(act: str, **more: Any) -> dict[str, Any]:
    """Return an objection as the phone sends it."""
    return {"requestId": fresh_id(), "checkInId": act, "text": WORDS} | more


def decision(number: str, *, upheld: bool, **more: Any) -> dict[str, Any]:
    """Return an answer to an objection as the console sends it."""
    return {"requestId": fresh_id(), "objectionId": number, "upheld": upheld, "note": "已核对行程"} | more


async def test_what_is_upheld_counts_again_and_by_the_rules_that_the_others_came_to(world: World) -> None:
    campaign = await world.open_campaign(at="A")
    lin, wu, sun = await joined(world, "Lin", campaign), await world.sign_in("Wu"), await world.sign_in("Sun")
    act = await undone(world, campaign, lin, wu)
    await agreed(wu, sun, restating(world, campaign, kinds=[{"kind": "commute", "points": 20}]))
    await carried(world)

    sent = objection(act)
    made = [await lin.run("ObjectToUndoing", input=sent) for _ in range(2)]
    (waiting,) = await sun.run("Objections", institutionId=world.institution_id("A"))
    answer = await sun.run("DecideObjection", input=decision(waiting["id"], upheld=True))
    await world.project()

    assert [one["replayed"] for one in made] == [False, True]
    assert (waiting["text"], answer["state"]) == (WORDS, "upheld")
    assert await points(lin) == 10
    (told,) = await messages(world, "Lin", "act_undone")
    assert "与考勤不符" in told.told
    assert len(await messages(world, "Lin", "objection_decided")) == 1
    (own,) = (await lin.run("MyObjections"))["objections"]
    assert (own["state"], own["note"]) == ("upheld", "已核对行程")
    assert await complaints(world) == []


async def test_who_undid_it_does_not_decide_nor_does_the_member(world: World) -> None:
    campaign = await world.open_campaign(at="A")
    lin, wu, chen = await joined(world, "Lin", campaign), await world.sign_in("Wu"), await world.sign_in("Chen")
    act = await undone(world, campaign, lin, wu)
    made = (await lin.run("ObjectToUndoing", input=objection(act)))["objection"]["id"]
    async with world.parts.database.write() as session:
        place = world.institutions["A"].id or 0
        await identity.grant(session, world.members["Lin"], "reviewer", place, world.clock.now())
    words = {"zh": "另一位", "en": "Another person"}

    async with nothing_written(world):
        for person in (wu, lin):
            sent = decision(made, upheld=True)
            await answered(person, "DecideObjection", "AnotherPersonNeeded", **words, input=sent)
        await answered(
            chen, "DecideObjection", "NotFound", zh="没有找到", en="Not found", input=decision(made, upheld=True)
        )


async def test_what_is_dismissed_stays_undone_and_is_decided_once(world: World) -> None:
    campaign = await world.open_campaign(at="A")
    lin, wu, sun = await joined(world, "Lin", campaign), await world.sign_in("Wu"), await world.sign_in("Sun")
    act = await undone(world, campaign, lin, wu)
    made = (await lin.run("ObjectToUndoing", input=objection(act)))["objection"]["id"]
    await answered(
        sun, "DecideObjection", "InvalidValue", zh="“note”", en="'note'", input=decision(made, upheld=False, note="")
    )

    answer = await sun.run("DecideObjection", input=decision(made, upheld=False))

    assert answer["state"] == "dismissed"
    assert await points(lin) == 0
    await answered(
        sun, "DecideObjection", "ProposalClosed", zh="已驳回", en="dismissed", input=decision(made, upheld=True)
    )
    words = {"zh": "已提出过异议", "en": "objected already"}
    await answered(lin, "ObjectToUndoing", "ObjectionClosed", **words, input=objection(act))


async def test_there_is_nothing_to_object_to_where_nobody_undid_it_or_too_late(world: World) -> None:
    campaign = await world.open_campaign(at="A")
    lin, wu, zhou = (
        await joined(world, "Lin", campaign),
        await world.sign_in("Wu"),
        await joined(world, "Zhou", campaign),
    )
    act = await undone(world, campaign, lin, wu)
    (standing,) = await accepted(lin, trip(campaign, world.clock.now(), "from_work"))
    (confirmed,) = await accepted(zhou, trip(campaign, world.clock.now()))
    raised = (await wu.run("ConfirmCheckIn", input={"checkInId": confirmed["id"]}))["checkIn"]["id"]
    await wu.run("ReverseTransfer", input={"checkInId": raised, "reason": "记错人"})

    async def refused(person: Person, sent: dict[str, Any], zh: str, en: str, name: str = "ObjectionClosed") -> None:
        await answered(person, "ObjectToUndoing", name, zh=zh, en=en, input=sent)

    async with nothing_written(world):
        await refused(lin, objection(standing["id"]), "不是由工作人员", "no organiser undid")
        await refused(zhou, objection(raised), "经人工确认", "staff had confirmed")
        await refused(zhou, objection(act), "您的打卡", "your act", "NotFound")
        await refused(lin, objection(act, text=" "), "“text”", "'text'", "InvalidValue")
        world.clock.advance(timedelta(days=7))
        await refused(lin, objection(act), "已超过 7 天", "a week has passed")
