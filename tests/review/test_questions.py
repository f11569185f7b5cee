"""Asking for more: once, answered in words and with a photo if the member likes, and never a reason by itself."""

from datetime import timedelta
from typing import Any

import pytest

from backend.media import jobs as media_jobs
from backend.media.uploads import Uploads
from tests.api.asking import act, answered, fresh_id, joined, nothing_written, record
from tests.api.test_photo_proof import upload
from tests.cast import World
from tests.media.test_uploads import photo, send, stored, ticket
from tests.review.desk import acts_of, ask, decide, next_morning, refuse, waiting
from tests.review.test_deciding import case_of_lin, told


def reply(case: str, text: str = "会议室自带杯", **more: Any) -> dict[str, Any]:
    """Return an answer."""
    return {"requestId": fresh_id(), "reviewId": case, "text": text, **more}


async def test_a_question_reaches_the_member_and_the_answer_the_reviewer(world: World) -> None:
    case, lin, wu = await case_of_lin(world)
    await decide(wu, ask(case, "在哪里用的？"))

    (mine,) = (await lin.run("MyReviews"))["reviews"]["items"]
    pending = await waiting(world, wu)
    answer = reply(case)
    done = await lin.run("AnswerReview", input=answer)
    again = await lin.run("AnswerReview", input=answer)

    assert (mine["state"], mine["question"], mine["stateTitle"]) == ("asked", "在哪里用的？", "已请本人补充说明")
    assert mine["answerUntil"] == (world.clock.now() + timedelta(days=3)).isoformat()
    assert pending == []
    assert (done["__typename"], done["state"]) == ("ReviewStep", "waiting")
    assert again == done
    (back,) = await waiting(world, wu)
    assert (back["question"], back["answer"], back["unanswered"]) == ("在哪里用的？", "会议室自带杯", False)


async def test_an_unanswered_question_comes_back_after_three_days_and_may_still_be_answered(world: World) -> None:
    case, lin, wu = await case_of_lin(world)
    await decide(wu, ask(case))
    world.clock.advance(timedelta(days=3, seconds=-1))
    early = await waiting(world, wu)
    world.clock.advance(timedelta(seconds=1))

    (back,) = await waiting(world, wu)
    late = await lin.run("AnswerReview", input=reply(case))
    (outcome,) = await decide(wu, refuse(case))

    assert early == []
    assert back["unanswered"]
    assert late["state"] == "waiting"
    assert outcome["state"] == "refused"


async def test_a_member_is_asked_once(world: World) -> None:
    case, lin, wu = await case_of_lin(world)
    await decide(wu, ask(case))
    await lin.run("AnswerReview", input=reply(case))

    async with nothing_written(world):
        await told(wu, ask(case), "AlreadyAsked", zh="已请本人补充过一次", en="asked once already")


async def test_what_was_answered_stands_before_all_else_in_the_queue(world: World) -> None:
    campaign = await world.open_campaign("green-office")
    await acts_of(world, campaign, [world.members["Lin"]], "paperless", sheets=1)
    for _ in range(3):
        await next_morning(world)
    await acts_of(world, campaign, await world.add_members("A", "财务处", 5))
    await next_morning(world)
    wu, lin = await world.sign_in("Wu"), await world.sign_in("Lin")
    case = next(one["id"] for one in await waiting(world, wu) if one["kind"] == "paperless")

    await decide(wu, ask(case))
    await lin.run("AnswerReview", input=reply(case))

    assert (await waiting(world, wu))[0]["id"] == case


async def test_an_answer_may_bring_a_photo_which_then_proves_this_act_alone(world: World) -> None:
    case, lin, wu = await case_of_lin(world)
    await decide(wu, ask(case))
    asked = await ticket(lin)
    await send(world, asked["path"], photo(at=world.clock.now()))

    done = await lin.run("AnswerReview", input=reply(case, photoId=asked["uploadId"]))
    (back,) = await waiting(world, wu)
    store = world.parts.services.use(Uploads).store
    world.clock.advance(timedelta(days=4))
    swept = await media_jobs.sweep(store, world.parts.database, world.clock)

    assert done["state"] == "waiting", done
    assert back["photo"] is None
    assert back["answerPhoto"]["taken"] == "today"
    assert (await world.client.get(back["answerPhoto"]["url"])).status_code == 404  # the link has ended by now
    assert (swept, len(stored(world))) == (0, 2)


@pytest.mark.parametrize(
    ("of", "changes", "problem", "words"),
    [
        ("Zhou", {}, "PhotoUnknown", ("没有找到这张照片", "no such photo")),
        ("Lin", {"state": "deleted"}, "PhotoUnknown", ("没有找到这张照片", "no such photo")),
        ("Lin", {"moderation": "risky"}, "PhotoRefused", ("未通过内容审核", "did not pass")),
        ("Lin", {"act_id": 12345}, "PhotoUsed", ("已用于另一次打卡", "proves another act")),
    ],
)
async def test_a_photo_that_shows_nothing_new_is_no_answer(
    world: World, of: str, changes: dict[str, Any], problem: str, words: tuple[str, str]
) -> None:
    case, lin, wu = await case_of_lin(world)
    await decide(wu, ask(case))
    answer = reply(case, photoId=await upload(world, of, **changes))
    await lin.run("AnswerReview", input=answer)  # WeChat, which looks at texts, gives a token

    async with nothing_written(world):
        await answered(lin, "AnswerReview", problem, zh=words[0], en=words[1], input=answer)
        nonsense = answer | {"photoId": "nonsense"}
        await answered(lin, "AnswerReview", "PhotoUnknown", zh="没有找到", en="no such photo", input=nonsense)


async def test_a_copy_of_somebodys_photo_is_no_answer(world: World) -> None:
    case, lin, wu = await case_of_lin(world)
    await decide(wu, ask(case))
    campaign = await world.open_campaign("grain-day")
    zhou = await joined(world, "Zhou", campaign)
    first, second = await ticket(zhou), await ticket(lin)
    for one in (first, second):
        await send(world, one["path"], photo())
    await record(zhou, act(campaign, "clear_plate", world.clock.now()) | {"photoId": first["uploadId"]})

    answer = reply(case, photoId=second["uploadId"])

    async with nothing_written(world):
        await answered(
            lin, "AnswerReview", "PhotoCopied", zh="与以前打卡用过的照片相同", en="earlier act", input=answer
        )


async def test_only_whom_was_asked_answers_and_only_what_was_asked(world: World) -> None:
    case, lin, wu = await case_of_lin(world)
    zhou = await world.sign_in("Zhou")

    async with nothing_written(world):
        words = {"zh": "没有待您答复的问题", "en": "No question is open"}
        await answered(lin, "AnswerReview", "NoQuestionOpen", **words, input=reply(case))
    await decide(wu, ask(case))
    async with nothing_written(world):
        for person in (zhou, wu):
            words = {"zh": "无权查看", "en": "not yours to see"}
            await answered(person, "AnswerReview", "NotFound", **words, input=reply(case))
        for text in ("", "  ", "长" * 201, "a\u202eb"):
            words = {"zh": "须为 1–200", "en": "1 to 200"}
            await answered(lin, "AnswerReview", "InvalidValue", **words, input=reply(case, text))


async def test_an_answer_that_was_taken_is_given_again_while_wechat_is_down(world: World) -> None:
    case, lin, wu = await case_of_lin(world)
    await decide(wu, ask(case))
    answer = reply(case)
    done = await lin.run("AnswerReview", input=answer)
    await world.wechat.post("/sandbox/faults", json={"endpoint": "/wxa/msg_sec_check", "mode": "busy", "count": 9})

    again = await lin.run("AnswerReview", input=answer)

    assert again == done


async def test_an_answer_that_wechat_doubts_reaches_nobody(world: World) -> None:
    case, lin, wu = await case_of_lin(world)
    await decide(wu, ask(case))

    async with nothing_written(world):
        await answered(
            lin, "AnswerReview", "TextRefused", zh="内容安全检测", en="content check", input=reply(case, "这是违规内容")
        )
