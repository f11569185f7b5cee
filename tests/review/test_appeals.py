"""One appeal, to somebody else: upheld, everything is as it was; dismissed, the member reads why."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

from backend.identity import service as identity
from tests.api.asking import answered, contents, fresh_id, nothing_written
from tests.cast import Person, World
from tests.review.desk import acts_of, cases, decide, more_staff, next_morning, refuse, waiting
from tests.review.test_deciding import case_of_lin


def objection(case: str, text: str = "确实做了，同事可证", **more: Any) -> dict[str, Any]:
    """Return an appeal."""
    return {"requestId": fresh_id(), "reviewId": case, "text": text, **more}


def ruling(case: str, *, upheld: bool, note: str | None = None) -> dict[str, Any]:
    """Return a decision on an appeal."""
    return {"requestId": fresh_id(), "reviewId": case, "upheld": upheld, "note": note}


async def appealed_case(world: World) -> tuple[str, Person, Person]:
    """Let Lin appeal Wu's refusal; return the case, Lin and Wu."""
    case, lin, wu = await case_of_lin(world)
    await decide(wu, refuse(case, "WRONG_KIND", note="是一次性杯"))
    done = await lin.run("AppealReview", input=objection(case))
    assert done["__typename"] == "ReviewStep", done
    return case, lin, wu


async def open_to(world: World, person: Person) -> list[Any]:
    """Return the appeals that somebody may decide on."""
    found: list[Any] = await person.run("Appeals", institutionId=world.institution_id("A"))
    return found


async def test_an_upheld_appeal_puts_everything_back_and_counts_as_valid(world: World) -> None:
    case, lin, _ = await appealed_case(world)
    sun = await world.sign_in("Sun")
    (found,) = await open_to(world, sun)
    before = (await lin.run("MyLedger"))["balance"]["points"]

    done = await sun.run("DecideAppeal", input=ruling(case, upheld=True, note="照片可以证明"))

    assert (found["text"], found["refusedFor"]) == ("确实做了，同事可证", "不属于该类行动（是一次性杯）")
    assert (before, done["state"]) == (0, "approved")
    assert (await lin.run("MyLedger"))["balance"]["points"] == 5
    (mine,) = (await lin.run("MyReviews"))["reviews"]["items"]
    assert (mine["state"], mine["reason"], mine["appealUntil"]) == ("approved", None, None)
    assert (mine["appeal"]["state"], mine["appeal"]["note"]) == ("upheld", "照片可以证明")
    assert await open_to(world, sun) == []


async def test_a_dismissed_appeal_leaves_the_refusal_and_says_why(world: World) -> None:
    case, lin, _ = await appealed_case(world)
    sun = await world.sign_in("Sun")

    async with nothing_written(world):
        bare = ruling(case, upheld=False)
        await answered(sun, "DecideAppeal", "InvalidValue", zh="note", en="note", input=bare)
    done = await sun.run("DecideAppeal", input=ruling(case, upheld=False, note="与照片不符"))

    assert done["state"] == "refused"
    assert (await lin.run("MyLedger"))["balance"]["points"] == 0
    (mine,) = (await lin.run("MyReviews"))["reviews"]["items"]
    assert (mine["appeal"]["state"], mine["appeal"]["note"]) == ("dismissed", "与照片不符")
    async with nothing_written(world):
        words = {"zh": "已经申诉过一次", "en": "appealed before"}
        await answered(lin, "AppealReview", "AppealNotOpen", **words, input=objection(case))
        other = {"zh": "申诉不成立", "en": "the appeal was dismissed"}
        await answered(sun, "DecideAppeal", "AlreadyReviewed", **other, input=ruling(case, upheld=True))


async def test_who_refused_does_not_decide_on_the_appeal_nor_does_the_member(world: World) -> None:
    case, lin, wu = await appealed_case(world)
    async with world.parts.database.write() as session:
        place = world.institutions["A"].id or 0
        await identity.grant(session, world.members["Lin"], "reviewer", place, world.clock.now())

    assert await open_to(world, wu) == []
    assert await open_to(world, lin) == []
    async with nothing_written(world):
        for person in (wu, lin):
            words = {"zh": "无权查看", "en": "not yours to see"}
            await answered(person, "DecideAppeal", "NotFound", **words, input=ruling(case, upheld=True))


async def test_an_own_departments_appeal_is_left_to_others_where_staff_suffices(world: World) -> None:
    case, _, _ = await appealed_case(world)
    zhou = await more_staff(world)  # of Lin's own department; besides her only Sun did not refuse it

    few = await open_to(world, zhou)
    (third,) = await world.add_members("A", "后勤处", 1)
    async with world.parts.database.write() as session:
        place = world.institutions["A"].id or 0
        await identity.grant(session, third, "reviewer", place, world.clock.now())
    enough = await open_to(world, zhou)

    assert [one["review"]["id"] for one in few] == [case]
    assert enough == []


async def test_an_appeal_is_open_for_seven_days_to_who_was_refused(world: World) -> None:
    case, lin, wu = await case_of_lin(world)
    zhou = await world.sign_in("Zhou")
    async with nothing_written(world):
        words = {"zh": "没有被退回", "en": "it is not refused"}
        await answered(lin, "AppealReview", "AppealNotOpen", **words, input=objection(case))
    await decide(wu, refuse(case))

    async with nothing_written(world):
        for person in (zhou, wu):
            words = {"zh": "无权查看", "en": "not yours to see"}
            await answered(person, "AppealReview", "NotFound", **words, input=objection(case))
        for text in ("", "短", "长" * 301):
            words = {"zh": "须为 2–300", "en": "2 to 300"}
            await answered(lin, "AppealReview", "InvalidValue", **words, input=objection(case, text))
    world.clock.advance(timedelta(days=7))
    await lin.run("AppealReview", input=objection(case))  # the platform that looks at texts gives a new token
    async with nothing_written(world):
        words = {"zh": "已超过 7 天", "en": "seven days have passed"}
        await answered(lin, "AppealReview", "AppealNotOpen", **words, input=objection(case))
        (mine,) = (await lin.run("MyReviews"))["reviews"]["items"]
        assert mine["appealUntil"] is None
    world.clock.advance(timedelta(seconds=-1))
    done = await lin.run("AppealReview", input=objection(case))
    assert done["__typename"] == "ReviewStep"


async def test_an_appeal_is_made_and_decided_once_however_often_it_is_sent(world: World) -> None:
    case, lin, wu = await case_of_lin(world)
    await decide(wu, refuse(case))
    sun, asked = await world.sign_in("Sun"), objection(case)
    zhou = await more_staff(world)

    sent = await asyncio.gather(*(lin.run("AppealReview", input=asked) for _ in range(3)))
    other = await lin.run("AppealReview", input=objection(case))
    rulings = [(sun, ruling(case, upheld=True)), (zhou, ruling(case, upheld=False, note="不予支持"))] * 2
    decided = await asyncio.gather(*(person.run("DecideAppeal", input=one) for person, one in rulings))

    assert sent == [sent[0]] * 3
    assert other["__typename"] == "AppealNotOpen"
    assert Counter(one["__typename"] for one in decided) == {"ReviewStep": 2, "AlreadyReviewed": 2}
    (row,) = (await contents(world))["review_appeal"]
    assert {"upheld", "dismissed"} & set(map(str, row))
    async with nothing_written(world):
        words = {"zh": "该请求编号已用于另一项内容", "en": "was used for something else"}
        changed = asked | {"text": "换一种说法"}
        await answered(lin, "AppealReview", "RequestReused", **words, input=changed)
        short = objection(case) | {"requestId": "short"}
        for document, person in (("AppealReview", lin), ("AnswerReview", lin), ("DecideAppeal", sun)):
            asked_for = ruling(case, upheld=True) | {"requestId": "short"} if document == "DecideAppeal" else short
            words = {"zh": "请求编号须为", "en": "A requestId has"}
            await answered(person, document, "RequestIdInvalid", **words, input=asked_for)


async def test_appeals_and_refusals_of_a_member_are_paged(world: World) -> None:
    campaign = await world.open_campaign("green-office", days=40)
    for _ in range(30):
        await acts_of(world, campaign, [world.members["Lin"]])
        await acts_of(world, campaign, [world.members["Lin"]], "paperless", sheets=3)
        await next_morning(world)
        wu = await world.sign_in("Wu")
        await decide(wu, *[refuse(one["id"]) for one in await waiting(world, wu)])

    lin = await world.sign_in("Lin")
    first = (await lin.run("MyReviews"))["reviews"]
    rest = (await lin.run("MyReviews", after=first["next"]))["reviews"]

    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (50, 10, None)
    assert len({one["id"] for one in first["items"] + rest["items"]}) == 60 == len(await cases(world))
