"""From a posted message to a phone: over the first channel that is open, and over the next when that one is refused."""

from backend.wechat import subscriptions
from tests.messages.post import LONG, ONE, STAFF, Post


async def test_a_one_time_message_reaches_who_allowed_it_and_uses_up_what_they_allowed(post: Post) -> None:
    await post.world.sign_in("Lin")
    await post.allow("Lin")
    await post.post("Lin", "Zhou")

    await post.send()

    (notice,) = await post.came()
    assert notice["openid"] == post.world.openids["Lin"]
    assert notice["values"] == {
        "thing1": "节能宣传周",
        "number2": "12",
        "thing3": "称重有误",
        "time4": "2026年6月15日 10:15",
    }
    assert await post.deliveries() == [("one_time", "sent", None)]
    assert await post.left("Lin") == 0


async def test_a_lasting_template_is_sent_again_and_again(post: Post) -> None:
    await post.world.sign_in("Lin")
    await post.allow("Lin", LONG)

    for number in range(3):
        await post.post("Lin", key=f"adjustment/{number}")
        await post.send()

    assert len(await post.came()) == 3
    assert await post.left("Lin", LONG) == 1


async def test_an_employee_message_goes_before_subscribe_messages_and_wecom_before_all(post: Post) -> None:
    lin = await post.world.sign_in("Lin")
    await post.play("bind-employee", openid=post.world.openids["Lin"], templates=[STAFF])
    results = [{"templateId": STAFF, "said": "accept"}]
    await lin.run("ReportSubscriptions", input={"requestId": "report-0001", "results": results})
    await post.allow("Lin", ONE)
    await post.post("Lin", key="adjustment/1")
    await post.send()
    await post.list_in_wecom(Lin="Lin")
    await post.post("Lin", key="adjustment/2")
    await post.send()

    assert [one["template_id"] for one in await post.came()] == [STAFF]
    assert await post.came_by_wecom() == ["lin"]
    assert await post.deliveries() == [("employee", "sent", None), ("wecom", "sent", None)]


async def test_what_one_channel_refuses_goes_over_the_next(post: Post) -> None:
    await post.world.sign_in("Lin")
    await post.list_in_wecom(Lin="nobody-there")
    await post.allow("Lin", LONG)
    await post.allow("Lin", ONE)
    await post.play("withdraw", openid=post.world.openids["Lin"], templates=[LONG], quietly=True)
    await post.post("Lin")

    for _ in range(3):
        await post.send()

    assert [one["template_id"] for one in await post.came()] == [ONE]
    assert await post.deliveries() == [
        ("wecom", "refused", "81013"),
        ("long_term", "refused", "43101"),
        ("one_time", "sent", None),
    ]
    assert await post.left("Lin", LONG) == 0


async def test_a_message_without_a_way_stays_in_the_inbox(post: Post) -> None:
    lin = await post.world.sign_in("Lin")
    await post.post("Lin")

    await post.send()

    inbox = (await lin.run("Inbox"))["inbox"]
    assert [one["title"] for one in inbox["items"]] == ["节能宣传周：积分调整 12"]
    assert (inbox["unread"], inbox["next"]) == (1, None)
    assert await post.deliveries() == []


async def test_what_was_taken_and_never_arrived_goes_over_the_next(post: Post) -> None:
    post.mute()
    await post.world.sign_in("Lin")
    await post.allow("Lin", LONG)
    await post.allow("Lin", ONE)
    await post.post("Lin")
    await post.send()
    (taken,) = await post.rows()

    fate = {"TemplateId": LONG, "MsgID": taken.number or "", "ErrorCode": "20003"}
    await post.tell("Lin", subscriptions.SENT, fate)
    await post.send()

    assert [one["template_id"] for one in await post.came()] == [LONG, ONE]
    assert await post.deliveries() == [("long_term", "refused", "20003"), ("one_time", "sent", None)]
