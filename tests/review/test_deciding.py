"""Verdicts: each apart, in bulk, once under a request id, by the first of two, by nobody on their own."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from backend.checkins import verify as check_in_laws
from backend.identity import service as identity
from backend.points import verify as ledger_laws
from backend.review.reasons import Reason
from tests.api.asking import (
    LANGUAGES,
    accepted,
    act,
    answered,
    end_membership,
    failed,
    fresh_id,
    joined,
    nothing_written,
)
from tests.cast import Person, World
from tests.review.desk import acts_of, approve, ask, cases, decide, more_staff, next_morning, refuse, waiting


async def case_of_lin(world: World) -> tuple[str, Person, Person]:
    """Let Lin's act wait for review; return the case, Lin and Wu."""
    campaign = await world.open_campaign("green-office")
    lin, wu = await joined(world, "Lin", campaign), await world.sign_in("Wu")
    await accepted(lin, act(campaign, "own_cup", world.clock.now()))
    await next_morning(world)
    (case,) = await waiting(world, wu)
    return case["id"], lin, wu


async def told(person: Person, item: dict[str, Any], problem: str, *, zh: str, en: str) -> None:
    """Send a verdict that must be answered with a problem, in both languages."""
    for language, words in zip(LANGUAGES, (zh, en), strict=True):
        (outcome,) = await decide(replace(person, language=language), item)
        assert outcome["__typename"] == problem, outcome
        assert words in outcome["message"], outcome


async def test_an_approved_act_stands_and_leaves_the_queue(world: World) -> None:
    case, lin, wu = await case_of_lin(world)

    (outcome,) = await decide(wu, approve(case))

    assert (outcome["__typename"], outcome["state"]) == ("ReviewStep", "approved")
    assert await waiting(world, wu) == []
    assert (await lin.run("MyLedger"))["balance"]["points"] == 5
    assert (await lin.run("MyReviews"))["reviews"]["items"] == []


@pytest.mark.parametrize("reason", [one for one in Reason if one not in ("unrelated", "copied", "unfit", "other")])
async def test_every_reason_reaches_the_member_in_the_ledger_and_among_the_reviews(
    world: World, reason: Reason
) -> None:
    case, lin, wu = await case_of_lin(world)

    await decide(wu, refuse(case, reason.name))

    for language in LANGUAGES:
        reader = replace(lin, language=language)
        words = reason.wording.in_("en" if language == "en" else "zh-CN")
        (mine,) = (await reader.run("MyReviews"))["reviews"]["items"]
        assert (mine["reason"], mine["state"]) == (words, "refused")
        assert mine["appealUntil"] is not None
        entry = (await reader.run("MyLedger"))["ledger"]["items"][0]
        assert words in entry["explanation"]["sentence"]
        assert entry["reversesId"]
    assert not (await lin.run("MyCheckIns"))["checkIns"]["items"][0]["counted"]


async def test_a_refusal_without_a_reason_or_with_one_that_does_not_fit_is_refused(world: World) -> None:
    case, _, wu = await case_of_lin(world)

    async with nothing_written(world):
        bare = {"reviewId": case, "verdict": "REFUSE"}
        await told(wu, bare, "InvalidValue", zh="请选择不通过的原因", en="choose why it is refused")
        await told(wu, refuse(case, "UNFIT"), "InvalidValue", zh="没有照片", en="has no photo")
        await told(wu, refuse(case, "OTHER"), "InvalidValue", zh="须为 2–200 个可见字符", en="2 to 200 visible")
        for note in ("短", "长" * 201, "换\n行", "\u202e反", "空\u0000"):
            await told(wu, refuse(case, note=note), "InvalidValue", zh="note", en="note")
        await told(wu, ask(case, " "), "InvalidValue", zh="question", en="question")


async def test_a_hundred_verdicts_with_bad_ones_among_them_are_answered_each_apart(world: World) -> None:
    campaign = await world.open_campaign("green-office")
    await acts_of(world, campaign, await world.add_members("A", "财务处", 90))
    await next_morning(world)
    wu = await world.sign_in("Wu")
    numbers = [one["id"] for one in await waiting(world, wu)]
    await decide(wu, *[approve(one) for one in numbers[:30]])
    later = [one["id"] for one in await waiting(world, wu)][20:]
    good, again = [refuse(one) for one in later], [approve(one) for one in numbers[:20]]
    bad = [refuse("rvw_7777777"), refuse("nonsense"), refuse(later[0]), {"reviewId": numbers[40], "verdict": "REFUSE"}]
    bad += [approve(f"rvw_{number}zz") for number in range(1, 10)] + [ask(numbers[41], "")] * 2
    items = [*good, *again, *bad]
    items += [approve("chk_1")] * (100 - len(items))

    outcomes = await decide(wu, *items)

    counts = Counter(one["__typename"] for one in outcomes)
    assert len(outcomes) == 100
    assert counts == {
        "ReviewStep": len(good),
        "AlreadyReviewed": 21,
        "NotFound": 100 - len(good) - 24,
        "InvalidValue": 3,
    }
    assert [one["__typename"] for one in outcomes[: len(good)]] == ["ReviewStep"] * len(good)
    async with world.parts.database.read() as session:
        assert await ledger_laws.findings(session) == []
        assert await check_in_laws.findings(session) == []
    refused = [one for one in await cases(world) if one.state == "refused"]
    assert len(refused) == len(good)


async def test_a_request_is_carried_out_once_and_answered_again(world: World) -> None:
    case, lin, wu = await case_of_lin(world)
    name, items = fresh_id(), [refuse(case), approve("rvw_7777777")]

    at_once = await asyncio.gather(
        *(wu.run("DecideReviews", input={"requestId": name, "items": items}) for _ in range(4))
    )
    again = await wu.run("DecideReviews", input={"requestId": name, "items": items})

    assert Counter(one["replayed"] for one in at_once) == {False: 1, True: 3}
    assert again["replayed"]
    assert [one["outcomes"] for one in at_once] == [again["outcomes"]] * 4
    assert len((await lin.run("MyLedger"))["ledger"]["items"]) == 2
    async with nothing_written(world):
        await answered(
            wu,
            "DecideReviews",
            "RequestReused",
            zh="该请求编号已用于另一项内容",
            en="This requestId was used for something else",
            input={"requestId": name, "items": [approve(case)]},
        )


async def test_a_request_that_decided_nothing_may_be_mended_under_its_id(world: World) -> None:
    case, _, wu = await case_of_lin(world)
    name = fresh_id()

    async with nothing_written(world):
        await decide(wu, {"reviewId": case, "verdict": "REFUSE"}, request_id=name)
    (mended,) = await decide(wu, refuse(case), request_id=name)

    assert mended["state"] == "refused"


async def test_a_request_has_an_id_and_one_to_a_hundred_items(world: World) -> None:
    case, _, wu = await case_of_lin(world)

    async with nothing_written(world):
        wrong = {"requestId": "short", "items": [approve(case)]}
        await answered(wu, "DecideReviews", "RequestIdInvalid", zh="请求编号须为", en="A requestId has", input=wrong)
        for items in ([], [approve(case)] * 101):
            asked = {"requestId": fresh_id(), "items": items}
            await answered(wu, "DecideReviews", "BatchTooLarge", zh="1 至 100 条", en="1 to 100 items", input=asked)


async def test_of_two_reviewers_at_once_the_first_decides_and_the_second_hears_what(world: World) -> None:
    campaign = await world.open_campaign("green-office")
    people = await world.add_members("A", "人事处", 12)
    await acts_of(world, campaign, people)
    await next_morning(world)
    wu, sun = await world.sign_in("Wu"), await world.sign_in("Sun", "en")
    numbers = [one["id"] for one in await waiting(world, wu)]

    mine, theirs = await asyncio.gather(
        decide(wu, *[refuse(one) for one in numbers]), decide(sun, *[approve(one) for one in numbers[::-1]])
    )

    pairs = list(zip(mine, theirs[::-1], strict=True))
    for one, other in pairs:
        assert sorted((one["__typename"], other["__typename"])) == ["AlreadyReviewed", "ReviewStep"]
    second = mine if mine[0]["__typename"] == "AlreadyReviewed" else theirs
    words = "已通过" if second is mine else "refused, the amount is not believable"
    assert all(words in one["message"] for one in second)
    async with world.parts.database.read() as session:
        assert await ledger_laws.findings(session) == []
        assert await check_in_laws.findings(session) == []


async def test_what_was_decided_is_told_in_both_languages(world: World) -> None:
    case, _, wu = await case_of_lin(world)
    sun = await world.sign_in("Sun")
    await decide(wu, ask(case))

    await told(sun, approve(case), "AlreadyReviewed", zh="已请本人补充说明", en="was asked for more")


async def test_nobody_sees_or_decides_their_own_act(world: World) -> None:
    campaign = await world.open_campaign("green-office")
    wu, sun = await joined(world, "Wu", campaign), await world.sign_in("Sun")
    await accepted(wu, act(campaign, "own_cup", world.clock.now()))
    await next_morning(world)

    own = await waiting(world, wu)
    (case,) = await waiting(world, sun)

    assert own == []
    async with nothing_written(world):
        await told(wu, approve(case["id"]), "NotFound", zh="无权查看", en="not yours to see")


async def test_an_own_departments_act_is_left_to_others_where_two_of_them_reach_it(world: World) -> None:
    campaign = await world.open_campaign("green-office")
    await acts_of(world, campaign, await world.add_members("A", "办公室", 2))  # Wu's own department
    await next_morning(world)
    wu = await world.sign_in("Wu")
    alone = [one["id"] for one in await waiting(world, wu)]

    await more_staff(world)
    with_others = await waiting(world, wu)
    (outcome,) = await decide(wu, approve(alone[0]))

    assert len(alone) == 2  # only Sun could do it in Wu's place
    assert with_others == []
    assert outcome["__typename"] == "NotFound"
    assert len(await waiting(world, await world.sign_in("Sun"))) == 2


async def test_who_decides_elsewhere_or_nowhere_finds_nothing(world: World) -> None:
    case, lin, wu = await case_of_lin(world)
    async with world.parts.database.write() as session:
        place = world.institutions["B"].id or 0
        await identity.grant(session, world.members["Chen"], "organiser", place, world.clock.now())
    others = [await world.sign_in("Chen"), lin, await world.sign_in("Zhou")]

    async with nothing_written(world):
        for person in others:
            await told(person, approve(case), "NotFound", zh="没有找到这项内容", en="Not found")
            words = {"zh": "没有进行此操作的权限", "en": "not allowed"}
            for document in ("ReviewQueue", "Appeals", "ReviewSettings"):
                await failed(person, document, "FORBIDDEN", **words, institutionId=world.institution_id("A"))
    assert len(await waiting(world, wu)) == 1


async def test_who_has_left_the_roster_decides_no_more(world: World) -> None:
    case, _, wu = await case_of_lin(world)
    await end_membership(world, "Wu", world.clock.now().replace(day=1))

    async with nothing_written(world):
        await told(wu, approve(case), "NotFound", zh="没有找到这项内容", en="Not found")


async def test_an_act_that_was_undone_meanwhile_is_not_decided_on(world: World) -> None:
    case, lin, wu = await case_of_lin(world)
    (made,) = (await lin.run("MyCheckIns"))["checkIns"]["items"]
    await wu.run("ReverseTransfer", input={"checkInId": made["id"], "reason": "误报"})

    assert await waiting(world, wu) == []
    async with nothing_written(world):
        await told(wu, refuse(case), "NotCounted", zh="已被冲回", en="was reversed")
        await told(wu, approve(case), "NotCounted", zh="已被冲回", en="was reversed")


async def test_an_act_of_a_closed_campaign_can_still_be_refused(world: World) -> None:
    case, lin, wu = await case_of_lin(world)
    for _ in range(12):
        await next_morning(world)

    (outcome,) = await decide(wu, refuse(case))

    assert outcome["state"] == "refused"
    assert (await lin.run("MyLedger"))["balance"]["points"] == 0


async def test_the_queue_ends_with_the_time_for_review(world: World) -> None:
    case, _, wu = await case_of_lin(world)
    (campaign,) = await wu.run("Campaigns", institutionId=world.institution_id("A"))
    world.clock.at = datetime.fromisoformat(campaign["closesAt"]) + timedelta(days=14, seconds=-1)

    (last,) = await waiting(world, wu)
    world.clock.advance(timedelta(seconds=1))
    over = await waiting(world, wu)

    assert (last["id"], over) == (case, [])


async def test_a_queue_is_cut_to_a_campaign_and_a_length(world: World) -> None:
    first, second = await world.open_campaign("green-office"), await world.open_campaign("grain-day", days=3)
    people = await world.add_members("A", "财务处", 4)
    await acts_of(world, first, people)
    await acts_of(world, second, people[:2], "clear_plate")
    await next_morning(world)
    wu = await world.sign_in("Wu")
    asked = {"institutionId": world.institution_id("A")}

    everything = await wu.run("ReviewQueue", **asked, limit=3)
    one = await wu.run("ReviewQueue", **asked, campaignId=second)
    nothing = await wu.run("ReviewQueue", **asked, campaignId="cmp_7777")

    assert (everything["waiting"], len(everything["items"])) == (6, 3)
    assert (one["waiting"], {item["campaignId"] for item in one["items"]}) == (2, {second})
    assert (nothing["waiting"], nothing["items"]) == (0, [])
    for limit in (0, 51, -1):
        words = {"zh": "须为 1 至 50", "en": "it is 1 to 50"}
        await failed(wu, "ReviewQueue", "PROBLEM", **words, **asked, limit=limit)


async def test_when_the_time_for_review_is_over_nothing_is_decided_any_more(world: World) -> None:
    case, _, wu = await case_of_lin(world)
    (campaign,) = await wu.run("Campaigns", institutionId=world.institution_id("A"))
    world.clock.at = datetime.fromisoformat(campaign["closesAt"]) + timedelta(days=14)
    wu = await world.sign_in("Wu")

    async with nothing_written(world):
        await told(wu, refuse(case), "ReviewClosed", zh="审核期已结束", en="is over")
