"""What a member has allowed: counted once a tap whoever tells of it, used up by successes, and by what WeChat says."""

import asyncio
from collections.abc import Awaitable

import pytest

from backend.core.db import WriteSession
from backend.messages import permits
from backend.messages.tables import MessagePermit
from backend.wechat import subscriptions
from tests.cast import Person
from tests.messages.post import A_SECOND, LONG, ONE, STAFF, Post


async def report(person: Person, request_id: str, said: str = "accept", template: str = ONE) -> dict[str, object]:
    """Let the phone tell what the pop-up gave."""
    results = [{"templateId": template, "said": said}]
    answer: dict[str, object] = await person.run(
        "ReportSubscriptions", input={"requestId": request_id, "results": results}
    )
    return answer


async def tap(post: Post, name: str, answer: str = "accept", template: str = ONE) -> None:
    """Let the platform tell of a tap."""
    await post.play("subscribe", openid=post.world.openids[name], answers={template: answer})


async def test_a_tap_that_the_phone_and_the_platform_tell_of_counts_once_in_either_order(post: Post) -> None:
    lin = await post.world.sign_in("Lin")
    await report(lin, "report-0001")
    await tap(post, "Lin")
    after_one = await post.left("Lin")
    await tap(post, "Lin")
    await report(lin, "report-0002")

    assert (after_one, await post.left("Lin")) == (1, 2)


@pytest.mark.parametrize("order", ["PPCC", "CPCP", "CCPP"])
async def test_two_taps_count_twice_in_whichever_order_they_are_told_of(post: Post, order: str) -> None:
    lin = await post.world.sign_in("Lin")

    for number, side in enumerate(order):
        if side == "C":
            await report(lin, f"report-{number:04d}")
        else:
            post.clock.advance(A_SECOND)
            await tap(post, "Lin")

    assert await post.left("Lin") == 2


async def test_where_only_one_side_tells_of_a_tap_it_counts(post: Post) -> None:
    lin = await post.world.sign_in("Lin")

    await report(lin, "report-0001")
    await post.later(minutes=11)
    await tap(post, "Lin")

    assert await post.left("Lin") == 2


async def test_a_report_is_answered_alike_when_it_is_repeated(post: Post) -> None:
    lin = await post.world.sign_in("Lin")

    first, again = await report(lin, "report-0001"), await report(lin, "report-0001")
    other = await report(lin, "report-0001", said="reject")

    template = {"templateId": ONE, "channel": "one_time", "kind": "points_adjusted", "left": 1}
    assert (first["templates"], first["replayed"]) == ([template], False)
    assert again == first | {"replayed": True}
    assert other["__typename"] == "ReportReused"
    assert await post.left("Lin") == 1


async def test_a_report_that_cannot_be_is_refused_by_name(post: Post) -> None:
    lin = await post.world.sign_in("Lin")
    yes = {"templateId": ONE, "said": "accept"}
    six = [{"templateId": f"t{number}", "said": "accept"} for number in range(6)]

    short = await lin.run("ReportSubscriptions", input={"requestId": "short", "results": [yes]})
    wrong = [
        await lin.run("ReportSubscriptions", input={"requestId": "report-0001", "results": results})
        for results in ([], [yes, yes], six)
    ]

    assert (short["__typename"], short["field"]) == ("InvalidValue", "requestId")
    assert {(one["__typename"], one["field"]) for one in wrong} == {("InvalidValue", "results")}
    assert await post.left("Lin") is None


async def test_a_template_that_is_not_ours_is_left_out(post: Post) -> None:
    lin = await post.world.sign_in("Lin")

    answer = await report(lin, "report-0001", template="somebody-elses-one")

    assert answer["templates"] == []


async def test_a_no_changes_nothing_but_takes_back_what_the_phone_made_up(post: Post) -> None:
    lin = await post.world.sign_in("Lin")
    await report(lin, "report-0001", said="reject")
    nothing = await post.left("Lin")
    await report(lin, "report-0002")
    made_up = await post.left("Lin")
    await tap(post, "Lin", "reject")

    assert (nothing, made_up, await post.left("Lin")) == (None, 1, 0)


async def test_who_withdraws_in_wechats_settings_is_told_no_more(post: Post) -> None:
    await post.world.sign_in("Lin")
    await post.allow("Lin", LONG)
    await post.play("withdraw", openid=post.world.openids["Lin"], templates=[LONG])
    await post.post("Lin")

    await post.send()

    assert (await post.left("Lin", LONG), await post.deliveries()) == (0, [])


async def test_a_lasting_template_is_ended_by_the_phones_no(post: Post) -> None:
    lin = await post.world.sign_in("Lin")
    await report(lin, "report-0001", template=STAFF)
    agreed = await post.left("Lin", STAFF)
    await report(lin, "report-0002", said="reject", template=STAFF)

    assert (agreed, await post.left("Lin", STAFF)) == (1, 0)


async def test_a_tap_of_somebody_who_is_not_bound_yet_is_ignored(post: Post) -> None:
    answer = await post.play("subscribe", openid=post.world.openids["Lin"], answers={ONE: "accept"})

    assert answer["pushed"] == ["success"]
    assert await post.left("Lin") is None


async def test_two_workers_do_not_spend_one_credit_twice(post: Post) -> None:
    await post.world.sign_in("Lin")
    await post.allow("Lin")
    for number in range(6):
        await post.post("Lin", key=f"adjustment/{number}")
    await post.send_nothing_yet()

    await asyncio.gather(post.send(0), post.send(1))
    for _ in range(3):
        await post.send(1)

    asked = (await post.world.wechat.get("/sandbox/counts")).json()["counts"]["/cgi-bin/message/subscribe/send"]
    held_up = sum(row.tries for row in await post.rows()) - 1
    assert len(await post.came()) == 1
    assert asked - held_up == 1  # the platform never had to refuse
    ends = sorted(await post.deliveries(), key=str)
    assert ends == [("one_time", "refused", "no_credit")] * 5 + [("one_time", "sent", None)]


async def test_43101_empties_the_quota_unless_the_member_has_allowed_again_meanwhile(post: Post) -> None:
    lin = await post.world.sign_in("Lin")
    for number in range(3):
        await report(lin, f"report-{number:04d}")  # which nobody has tapped
    await post.post("Lin")

    await post.send()

    assert await post.deliveries() == [("one_time", "refused", "43101")]
    assert await post.left("Lin") == 0


async def test_whoever_locks_several_permits_locks_them_in_one_order(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    post.mute()
    lin, _ = await post.world.sign_in("Lin"), await post.world.sign_in("Zhou")
    await post.allow("Lin")
    await post.allow("Zhou")
    for number, name in enumerate(("Zhou", "Lin")):
        await post.post(name, key=f"adjustment/{number}")
    locked: list[tuple[str, int]] = []
    lock = permits.locked

    async def noted(session: WriteSession, member_id: int, template_id: str) -> MessagePermit:
        locked.append((template_id, member_id))
        return await lock(session, member_id, template_id)

    monkeypatch.setattr(permits, "locked", noted)

    async def order_of(work: Awaitable[object]) -> list[tuple[str, int]]:
        locked.clear()
        await work
        return list(locked)

    results = [{"templateId": template, "said": "accept"} for template in (ONE, LONG, STAFF)]
    choices = [{"TemplateId": template, "SubscribeStatusString": "accept"} for template in (ONE, LONG)]
    orders = [
        await order_of(post.send()),
        await order_of(lin.run("ReportSubscriptions", input={"requestId": "report-0001", "results": results})),
        await order_of(post.tell("Lin", subscriptions.POPUP, *choices)),
    ]

    assert [len(order) for order in orders] == [2, 3, 2]
    assert orders == [sorted(order) for order in orders]
