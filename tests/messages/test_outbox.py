"""The outbox: nothing is lost, nothing is sent late, and nothing twice but where a worker died at the worst moment."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
import structlog
from sqlmodel import col, update

from backend.core.clock import FixedClock
from backend.messages.channels import Posted, WeChatChannel, WeComChannel
from backend.messages.tables import Message, MessageDelivery
from backend.wechat.notices import EMPLOYEE, SUBSCRIBE
from tests.messages.post import LONG, ONE, Post, at, carried, posting

SENT = ("one_time", "sent", None)


async def ready(post: Post, *names: str, template: str = ONE) -> None:
    """Let people sign in and allow a message."""
    for name in names:
        await post.world.sign_in(name)
        await post.allow(name, template)


async def test_the_same_message_posted_twice_is_sent_once(post: Post) -> None:
    await ready(post, "Lin")
    await post.allow("Lin")

    for _ in range(2):
        await post.post("Lin", key="adjustment/7")
        await post.send()

    assert len(await post.came()) == 1
    assert len(await post.messages()) == 1


async def test_two_workers_at_once_send_each_message_once(post: Post) -> None:
    await ready(post, "Lin", "Zhou", "Wu", template=LONG)
    for number in range(10):
        await post.post("Lin", "Zhou", "Wu", key=f"adjustment/{number}")

    await asyncio.gather(post.send(0), post.send(1))
    await asyncio.gather(post.send(0), post.send(1))

    assert len(await post.came()) == 30
    assert set(await post.deliveries()) == {("long_term", "sent", None)}


@pytest.mark.parametrize("mode", ["busy", "ip"])
async def test_a_day_without_wechat_loses_nothing(post: Post, mode: str) -> None:
    await ready(post, "Lin", "Zhou")
    await post.post("Lin", "Zhou")
    await post.play("faults", endpoint=SUBSCRIBE, mode=mode, count=10_000)
    for _ in range(26):
        await post.later(hours=1)
    asked = (await post.world.wechat.get("/sandbox/counts")).json()["counts"][SUBSCRIBE]
    await post.world.wechat.delete("/sandbox/faults")

    for _ in range(4):
        await post.later(hours=1)

    assert {one["openid"] for one in await post.came()} == {post.world.openids[name] for name in ("Lin", "Zhou")}
    assert await post.deliveries() == [SENT, SENT]
    assert asked < 60  # by day, about once an hour for each


async def test_a_wrong_secret_is_mended_and_nothing_is_lost(post: Post) -> None:
    await post.world.sign_in_by_requests("Lin")  # for which we ask WeChat for a token, so that there is one to revoke
    await ready(post, "Lin")
    await post.post("Lin")
    await post.play("revoke-token")
    await post.play("faults", endpoint="/cgi-bin/stable_token", mode="ip", count=1)

    await post.send()
    asked_once = (await post.world.wechat.get("/sandbox/counts")).json()["counts"]
    await post.send()
    still = (await post.world.wechat.get("/sandbox/counts")).json()["counts"]
    await post.later(minutes=11)

    assert asked_once[SUBSCRIBE] == still[SUBSCRIBE] == 1
    assert await post.deliveries() == [SENT]


async def test_what_is_too_old_is_given_up_and_not_sent(post: Post) -> None:
    await ready(post, "Lin")
    await post.post("Lin")
    await post.play("faults", endpoint=SUBSCRIBE, mode="busy", count=10_000)
    await post.send()
    await post.world.wechat.delete("/sandbox/faults")

    await post.later(days=4)

    assert await post.came() == []
    assert await post.deliveries() == [("one_time", "given_up", "expired")]


async def test_what_was_posted_while_no_worker_ran_for_long_is_not_even_routed(post: Post) -> None:
    await ready(post, "Lin")
    await post.post("Lin")

    await post.later(days=4)

    assert (await post.deliveries(), len(await post.messages())) == ([], 1)


async def test_43101_amid_a_batch_stops_nobody_else(post: Post) -> None:
    await ready(post, "Lin", "Zhou", "Wu", template=LONG)
    await post.play("withdraw", openid=post.world.openids["Zhou"], templates=[LONG], quietly=True)
    await post.post("Lin", "Zhou", "Wu")

    await post.send()

    assert {one["openid"] for one in await post.came()} == {post.world.openids[name] for name in ("Lin", "Wu")}
    assert sorted(await post.deliveries(), key=str) == [
        ("long_term", "refused", "43101"),
        ("long_term", "sent", None),
        ("long_term", "sent", None),
    ]
    assert await post.left("Zhou", LONG) == 0


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        ({"fields": ["thing1"]}, "47003"),
        ({"type": "employee", "fields": ["thing1", "number2", "thing3", "time4"]}, "40037"),
    ],
    ids=["fields", "template"],
)
async def test_what_the_operator_must_mend_is_an_alarm_and_is_not_asked_again(
    post: Post, spoil: dict[str, Any], code: str
) -> None:
    await ready(post, "Lin")
    await post.play("templates", **({"template_id": ONE, "type": "one_time"} | spoil))
    await post.post("Lin")

    with structlog.testing.capture_logs() as logged:
        await post.send()
    await post.later(hours=2)

    assert await post.deliveries() == [("one_time", "refused", code)]
    assert (await post.world.wechat.get("/sandbox/counts")).json()["counts"][SUBSCRIBE] == 1
    (alarm,) = [one for one in logged if one["log_level"] == "error"]
    assert (alarm["event"], str(alarm["code"])) == ("a message was refused", code)
    assert post.world.openids["Lin"] not in str(logged)


async def test_a_page_that_is_not_published_is_an_alarm(database_url: str, clock: FixedClock) -> None:
    clock.at = at(10, 15)
    sheet = carried("one_time", ONE).replace("[[one_time]]", '[[one_time]]\npage = "pages/nowhere/nowhere"')
    async with posting(database_url, clock, sheet) as post:
        await ready(post, "Lin")
        await post.post("Lin")

        await post.send()

        assert await post.deliveries() == [("one_time", "refused", "41030")]


async def test_a_value_that_cannot_fit_is_not_sent_and_its_inbox_has_it(post: Post) -> None:
    await ready(post, "Lin")
    await post.post("Lin", key="adjustment/1", points="十二分")
    await post.post("Lin", key="adjustment/2", reason="🎉" * 30 + "字" * 30)

    with structlog.testing.capture_logs() as logged:
        await post.send()

    (notice,) = await post.came()
    assert notice["values"]["thing3"] == "字" * 19 + "…"
    assert await post.deliveries() == [("one_time", "refused", "unfit"), SENT]
    assert [one["reason"] for one in logged if one["log_level"] == "error"] == [
        "number2 takes a number of at most 32 digits"
    ]
    assert len(await post.messages()) == 2


class Killed(BaseException):
    """The worker's process ends here."""


async def test_a_worker_killed_before_it_sends_costs_five_minutes(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    await ready(post, "Lin")
    await post.post("Lin")
    with monkeypatch.context() as patch:
        patch.setattr(WeChatChannel, "send", _die)
        with pytest.raises(Killed):
            await post.send(0)

    await post.send(1)
    at_once = await post.came()
    post.clock.advance(timedelta(minutes=5))
    await post.send(1)

    assert at_once == []
    assert len(await post.came()) == 1
    assert await post.deliveries() == [SENT]


async def test_wecom_shows_once_what_a_killed_worker_could_not_note(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    await post.list_in_wecom(Lin="lin", Zhou="zhou", Wu="wu")
    await post.post("Lin", "Zhou", "Wu")
    with monkeypatch.context() as patch:
        patch.setattr(WeComChannel, "send", _send_and_die(WeComChannel.send))
        with pytest.raises(Killed):
            await post.send(0)
    assert sorted(await post.came_by_wecom()) == ["lin", "wu", "zhou"]

    await post.later(minutes=6)

    assert sorted(await post.came_by_wecom()) == ["lin", "wu", "zhou"]
    assert await post.deliveries() == [("wecom", "sent", None)] * 3


async def test_what_a_killed_worker_sent_through_wechat_is_known_by_the_platforms_push(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ready(post, "Lin")
    await post.allow("Lin")
    await post.post("Lin")
    with monkeypatch.context() as patch:
        patch.setattr(WeChatChannel, "send", _send_and_die(WeChatChannel.send))
        with pytest.raises(Killed):
            await post.send(0)
    await post.settle()

    await post.later(minutes=6)

    assert len(await post.came()) == 1
    assert await post.deliveries() == [SENT]
    assert await post.left("Lin") == 1


async def test_without_that_push_it_is_sent_at_least_once(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    post.mute()
    await ready(post, "Lin", template=LONG)
    await post.post("Lin")
    with monkeypatch.context() as patch:
        patch.setattr(WeChatChannel, "send", _send_and_die(WeChatChannel.send))
        with pytest.raises(Killed):
            await post.send(0)

    await post.later(minutes=6)

    assert len(await post.came()) == 2
    assert await post.deliveries() == [("long_term", "sent", None)]


async def _die(*_: Any) -> Posted:
    raise Killed


def _send_and_die(send: Any) -> Any:
    async def both(*given: Any) -> Posted:
        await send(*given)
        raise Killed

    return both


async def test_a_clock_set_back_loses_nothing_and_sends_nothing_twice(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ready(post, "Lin", "Zhou")
    await post.post("Lin", key="adjustment/1")
    await post.send()
    await post.post("Zhou", key="adjustment/2")
    with monkeypatch.context() as patch:
        patch.setattr(WeChatChannel, "send", _die)
        with pytest.raises(Killed):
            await post.send()
    post.clock.advance(timedelta(hours=-1))

    for _ in range(8):
        await post.later(minutes=12)

    assert [one["openid"] for one in await post.came()] == [post.world.openids["Lin"], post.world.openids["Zhou"]]
    assert await post.deliveries() == [SENT, SENT]


async def test_who_left_the_roster_between_is_told_nothing(post: Post) -> None:
    await ready(post, "Lin")
    await post.post("Lin")
    await post.send_nothing_yet()
    await post.leave_the_roster("Lin")

    await post.later(minutes=1)

    assert await post.came() == []
    assert await post.deliveries() == [("one_time", "given_up", "left")]


@pytest.mark.parametrize("subject", ["points_adjusted", "one_time"])
async def test_who_switches_off_between_is_told_nothing(post: Post, subject: str) -> None:
    await ready(post, "Lin")
    lin = await post.world.sign_in("Lin")
    await post.post("Lin")
    await post.send_nothing_yet()
    await lin.run("SetMessageSwitch", input={"subject": subject, "isOn": False})

    await post.later(minutes=1)

    assert await post.came() == []
    assert await post.deliveries() == [("one_time", "given_up", "switched_off")]


async def test_what_was_posted_before_the_account_was_bound_anew_goes_to_the_new_phone(post: Post) -> None:
    await ready(post, "Lin")
    await post.post("Lin")
    await post.play("users", openid="openid-new-phone", phone="13800000001")
    post.world.openids["Lin"] = "openid-new-phone"
    await post.world.sign_in("Lin")
    await post.play("subscribe", openid="openid-new-phone", answers={ONE: "accept"}, quietly=True)

    await post.send()

    assert [one["openid"] for one in await post.came()] == ["openid-new-phone"]


async def test_who_has_no_account_any_more_is_refused_that_channel(post: Post) -> None:
    await ready(post, "Lin")
    await post.post("Lin")
    await post.send_nothing_yet()
    await post.forget_the_account("Lin")

    await post.later(minutes=1)

    assert await post.deliveries() == [("one_time", "refused", "no_account")]


async def test_an_employee_relation_that_ended_is_noted(post: Post) -> None:
    await post.world.sign_in("Lin")
    lin = await post.world.sign_in("Lin")
    results = [{"templateId": "employee-template-01", "said": "accept"}]
    await lin.run("ReportSubscriptions", input={"requestId": "report-0001", "results": results})
    await post.post("Lin")

    await post.send()

    assert await post.deliveries() == [("employee", "refused", "40256")]
    assert await post.left("Lin", "employee-template-01") == 0
    assert (await post.world.wechat.get("/sandbox/counts")).json()["counts"][EMPLOYEE] == 1


async def test_wecom_tells_many_at_once_and_names_whom_it_cannot_reach(post: Post) -> None:
    await post.list_in_wecom(Lin="lin", Zhou="gone", Wu="WU")
    await post.post("Lin", "Zhou", "Wu")

    await post.send()

    assert sorted(await post.came_by_wecom()) == ["lin", "wu"]
    assert (await post.world.wechat.get("/sandbox/counts")).json()["counts"]["/cgi-bin/message/send"] == 1
    assert sorted(await post.deliveries(), key=str) == [
        ("wecom", "refused", "81013"),
        ("wecom", "sent", None),
        ("wecom", "sent", None),
    ]


async def test_wecom_is_asked_no_faster_than_it_shows(post: Post) -> None:
    await post.list_in_wecom(Lin="lin")
    for number in range(35):
        await post.post("Lin", key=f"adjustment/{number}", points=str(number))

    await post.send()
    at_once = len(await post.came_by_wecom())
    await post.later(minutes=80)

    assert at_once == 30
    assert len(await post.came_by_wecom()) == 35


async def test_wecom_is_asked_no_more_in_a_day_than_its_accounts_allow(database_url: str, clock: FixedClock) -> None:
    clock.at = at(10, 15)
    async with posting(database_url, clock, wecom_accounts=1) as post:
        await post.list_in_wecom(Lin="lin")
        async with post.world.parts.database.write() as session:
            await post.told_today(session, 199)
        await post.post("Lin", key="adjustment/1", points="1")
        await post.post("Lin", key="adjustment/2", points="2")

        await post.send()

        assert len(await post.came_by_wecom()) == 1
        assert [row[1] for row in await post.deliveries()][-2:] == ["sent", "waiting"]


async def test_wecoms_token_is_fetched_again_when_it_ended(post: Post) -> None:
    await post.list_in_wecom(Lin="lin")
    await post.post("Lin", key="adjustment/1")
    await post.send()
    await post.play("revoke-corp-token")
    await post.post("Lin", key="adjustment/2")

    await post.send()

    assert len(await post.came_by_wecom()) == 2


async def test_without_templates_nothing_leaves_the_inbox(database_url: str, clock: FixedClock) -> None:
    clock.at = at(10, 15)
    async with posting(database_url, clock, "") as post:
        await ready(post, "Lin")
        await post.list_in_wecom(Lin="lin")
        await post.post("Lin")

        await post.send()

        assert (await post.came(), await post.came_by_wecom(), await post.deliveries()) == ([], [], [])
        assert all(message.routed_at for message in await post.messages())


async def test_a_value_that_an_older_version_did_not_keep_breaks_nothing(post: Post) -> None:
    lin = await post.world.sign_in("Lin")
    await post.allow("Lin")
    await post.post("Lin")
    async with post.world.parts.database.write() as session:
        await session.exec(update(Message).values(told='{"points": "1"}').where(col(Message.id) > 0))

    inbox = (await lin.run("Inbox"))["inbox"]
    await post.send()

    assert inbox["items"][0]["title"] == "…：积分调整 1"
    assert [one["values"]["thing1"] for one in await post.came()] == ["—"]


async def test_a_channel_that_works_again_rests_no_longer_than_at_first_when_it_fails_anew(post: Post) -> None:
    await ready(post, "Lin", template=LONG)
    await post.post("Lin", key="adjustment/1")
    await post.play("faults", endpoint=SUBSCRIBE, mode="ip", count=10_000)
    for _ in range(4):
        await post.later(hours=1)
    await post.world.wechat.delete("/sandbox/faults")
    await post.later(hours=2)
    came = len(await post.came())
    await post.play("faults", endpoint=SUBSCRIBE, mode="busy", count=1)
    await post.post("Lin", key="adjustment/2")
    await post.send()

    await post.post("Lin", key="adjustment/3")
    await post.later(minutes=2)

    assert came == 1
    assert len(await post.came()) >= 2


async def test_a_claim_of_the_future_holds_nothing_once_the_clock_was_set_back(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ready(post, "Lin", template=LONG)
    await post.post("Lin")
    with monkeypatch.context() as patch:
        patch.setattr(WeChatChannel, "send", _die)
        with pytest.raises(Killed):
            await post.send()
    async with post.world.parts.database.write() as session:
        (row,) = await post.rows()
        await session.exec(update(MessageDelivery).values(due_at=row.due_at - timedelta(hours=1)))

    at_once = await _after(post, timedelta(minutes=-4))
    later = await _after(post, timedelta(minutes=-2))

    assert (at_once, later) == (0, 1)


async def _after(post: Post, step: timedelta) -> int:
    """Move the clock, let a worker wake up, and return how many messages have come."""
    post.clock.advance(step)
    await post.send()
    return len(await post.came())
