"""Taking verdicts back: one's own, within an hour, until somebody has acted on them; the act is as it was."""

from datetime import timedelta
from typing import Any

from sqlmodel import col, update

from backend.core import ids
from backend.media.tables import HUMAN, PASSED, RISKY, Upload
from tests.api.asking import accepted, act, contents, fresh_id, joined, nothing_written
from tests.api.test_photo_proof import upload
from tests.cast import Person, World
from tests.review.desk import acts_of, approve, ask, decide, next_morning, refuse, undo, waiting
from tests.review.test_deciding import case_of_lin


async def states(world: World) -> list[str]:
    """Return what is known of each photo."""
    return [row[list(Upload.__table__.columns.keys()).index("moderation")] for row in (await contents(world))["upload"]]  # type: ignore[attr-defined]


async def refused_undo(person: Person, case: str) -> None:
    """Take back what cannot be taken back, in both languages."""
    for language, words in (("zh-CN", "只能撤销本人一小时内"), ("en", "your own decision, within an hour")):
        (outcome,) = await undo(Person(person.client, person.token, language), case)
        assert outcome["__typename"] == "UndoClosed", outcome
        assert words in outcome["message"]


async def test_a_verdict_that_was_taken_back_might_never_have_been(world: World) -> None:
    case, lin, wu = await case_of_lin(world)
    balance = (await lin.run("MyLedger"))["balance"]

    for verdict in (approve(case), refuse(case), ask(case)):
        await decide(wu, verdict)
        (outcome,) = await undo(wu, case)
        assert outcome["state"] == "waiting"
        assert [one["id"] for one in await waiting(world, wu)] == [case]
        assert (await lin.run("MyLedger"))["balance"] == balance
        assert (await lin.run("MyReviews"))["reviews"]["items"] == []
    counted = [one for one in (await lin.run("MyCheckIns"))["checkIns"]["items"] if one["counted"]]
    assert len(counted) == 1
    assert counted[0]["pointsEntry"]


async def test_many_are_taken_back_at_once(world: World) -> None:
    campaign = await world.open_campaign("green-office")
    await acts_of(world, campaign, await world.add_members("A", "财务处", 30))
    await next_morning(world)
    wu = await world.sign_in("Wu")
    numbers = [one["id"] for one in await waiting(world, wu)]
    await decide(wu, *[refuse(one) for one in numbers[:20]], *[approve(one) for one in numbers[20:]])

    outcomes = await undo(wu, *numbers, "rvw_7777777")

    assert [one["__typename"] for one in outcomes] == ["ReviewStep"] * 30 + ["NotFound"]
    assert len(await waiting(world, wu)) == 30


async def test_only_ones_own_last_verdict_can_be_taken_back_and_only_for_an_hour(world: World) -> None:
    case, _, wu = await case_of_lin(world)
    sun = await world.sign_in("Sun")
    async with nothing_written(world):
        await refused_undo(wu, case)  # nothing was decided yet
    await decide(wu, refuse(case))

    world.clock.advance(timedelta(minutes=59, seconds=59))
    async with nothing_written(world):
        await refused_undo(sun, case)
    (outcome,) = await undo(wu, case)
    await decide(wu, refuse(case))
    world.clock.advance(timedelta(hours=1))

    assert outcome["state"] == "waiting"
    async with nothing_written(world):
        await refused_undo(wu, case)


async def test_what_was_answered_or_appealed_is_not_taken_back(world: World) -> None:
    case, lin, wu = await case_of_lin(world)
    await decide(wu, ask(case))
    await lin.run("AnswerReview", input={"requestId": fresh_id(), "reviewId": case, "text": "是的"})
    await refused_undo(wu, case)
    await decide(wu, refuse(case))
    await lin.run("AppealReview", input={"requestId": fresh_id(), "reviewId": case, "text": "确实做了"})

    async with nothing_written(world):
        await refused_undo(wu, case)


async def test_the_same_undo_is_answered_again(world: World) -> None:
    case, lin, wu = await case_of_lin(world)
    await decide(wu, refuse(case))
    asked = {"requestId": fresh_id(), "reviewIds": [case]}

    first = await wu.run("UndoReviews", input=asked)
    again = await wu.run("UndoReviews", input=asked)

    assert again == first | {"replayed": True}
    assert len((await lin.run("MyLedger"))["ledger"]["items"]) == 3


async def photo_case(world: World, moderation: str) -> tuple[str, Person]:
    """Let Lin's photo wait for review; return the case and Wu."""
    campaign = await world.open_campaign("grain-day")
    lin, wu = await joined(world, "Lin", campaign), await world.sign_in("Wu")
    photo = await upload(world, "Lin", moderation=moderation)
    await accepted(lin, act(campaign, "clear_plate", world.clock.now()) | {"photoId": photo})
    await next_morning(world)
    (case,) = await waiting(world, wu)
    return case["id"], wu


async def test_what_a_person_saw_in_a_photo_is_known_and_unknown_again(world: World) -> None:
    case, wu = await photo_case(world, HUMAN)
    seen: list[Any] = []

    for verdict in (approve(case), refuse(case, "UNFIT"), refuse(case, "UNRELATED")):
        await decide(wu, verdict)
        seen += await states(world)
        await undo(wu, case)
        seen += await states(world)

    assert seen == [PASSED, HUMAN, RISKY, HUMAN, HUMAN, HUMAN]


async def test_a_photo_that_had_passed_stays_passed_after_an_approval_was_taken_back(world: World) -> None:
    case, wu = await photo_case(world, PASSED)

    await decide(wu, approve(case))
    await undo(wu, case)

    assert await states(world) == [PASSED]


async def test_taking_an_approval_back_does_not_bring_back_what_somebody_else_undid(world: World) -> None:
    case, lin, wu = await case_of_lin(world)
    sun = await world.sign_in("Sun")
    await decide(wu, approve(case))
    (mine,) = (await lin.run("MyCheckIns"))["checkIns"]["items"]
    await sun.run("ReverseTransfer", input={"entryId": mine["pointsEntry"], "reason": "经核实未参加"})

    (outcome,) = await undo(wu, case)

    assert outcome["__typename"] == "ReviewStep"
    assert [one["counted"] for one in (await lin.run("MyCheckIns"))["checkIns"]["items"]] == [False]


async def test_each_of_two_photos_becomes_again_what_it_was(world: World) -> None:
    case, wu = await photo_case(world, HUMAN)
    await decide(wu, ask(case))
    lin = await world.sign_in("Lin")
    answer = {
        "requestId": fresh_id(),
        "reviewId": case,
        "text": "补一张",
        "photoId": await upload(world, "Lin", "a-photo-2"),
    }
    async with world.parts.database.write() as session:
        number = ids.decode("pho", answer["photoId"])
        await session.exec(update(Upload).where(col(Upload.id) == number).values(moderation=PASSED))
    assert (await lin.run("AnswerReview", input=answer))["__typename"] == "ReviewStep"

    await decide(wu, refuse(case, "UNFIT"))
    refused = await states(world)
    await undo(wu, case)

    assert refused == [RISKY, RISKY]
    assert await states(world) == [HUMAN, PASSED]
