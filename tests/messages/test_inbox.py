"""The inbox: told in the language in which it is read, one's own only, and every kind can be switched off."""

from typing import Any

import pytest

from backend.core.text import Text
from backend.messages.kinds import KINDS
from tests.cast import Failed
from tests.messages.post import Post

VALUES: dict[str, str | Text] = {
    "campaign": Text("节能宣传周", "Energy week"),
    "what": Text("活动暂停", "The campaign is paused"),
    "reason": "停电",
    "from_day": "2026-06-16",
    "points": "12",
    "badge": Text("节能达人", "Saver"),
    "day": "2026-12-31",
    "reward": Text("帆布袋", "Bag"),
    "how": Text("到前台领取", "at the desk"),
    "prize": Text("水杯", "Cup"),
    "until": "23:59",
    "starts_on": "2026-06-15",
    "ends_on": "2026-06-21",
    "act": Text("随手节水", "Saved water"),
    "note": "看过照片，予以恢复",
    "result": Text("成立", "upheld"),
    "percent": "80",
    "issued": "8000",
    "budget": "10000",
    "place": "一层食堂",
    "institution": "滨河区档案馆",
    "since": "2026-06-15 11:20",
}


async def inbox(post: Post, name: str, language: str = "zh-CN", **variables: Any) -> dict[str, Any]:
    """Return somebody's inbox."""
    person = await post.world.sign_in(name, language)
    found: dict[str, Any] = (await person.run("Inbox", **variables))["inbox"]
    return found


async def test_every_kind_is_told_in_both_languages_with_all_its_values(post: Post) -> None:
    lin = await post.world.sign_in("Lin")
    for kind in KINDS:
        await lin.run("SetMessageSwitch", input={"subject": kind, "isOn": True})
        values = {name: value for name, value in VALUES.items() if name in KINDS[kind].values}
        await post.post("Lin", kind=kind, key=kind, **values)

    chinese, english = (await inbox(post, "Lin"))["items"], (await inbox(post, "Lin", "en"))["items"]

    assert [one["kind"] for one in chinese] == list(reversed(KINDS))
    for told in (*chinese, *english):
        assert "…" not in told["title"] + told["body"]
        assert "{" not in told["title"] + told["body"]
    assert [one["title"] for one in chinese if one["title"] in {other["title"] for other in english}] == []


async def test_the_same_message_reads_in_the_language_of_who_reads(post: Post) -> None:
    await post.post("Lin")

    assert (await inbox(post, "Lin"))["items"][0]["title"] == "节能宣传周：积分调整 12"
    assert (await inbox(post, "Lin", "en"))["items"][0]["title"] == "Energy week: 12 points adjusted"


async def test_pages_go_back_to_the_first_message(post: Post) -> None:
    for number in range(65):
        await post.post("Lin", key=f"adjustment/{number}", points=str(number))

    pages, after = [], None
    while True:
        page = await inbox(post, "Lin", after=after)
        pages.append([one["title"].rpartition(" ")[2] for one in page["items"]])
        after = page["next"]
        if after is None:
            break

    assert [len(page) for page in pages] == [30, 30, 5]
    assert [title for page in pages for title in page] == [str(number) for number in reversed(range(65))]


async def test_reading_marks_up_to_a_message_and_leaves_others_alone(post: Post) -> None:
    for number in range(3):
        await post.post("Lin", "Zhou", key=f"adjustment/{number}")
    lin = await post.world.sign_in("Lin")
    second = (await inbox(post, "Lin"))["items"][1]["id"]

    first = await lin.run("MarkMessagesRead", input={"upTo": second})
    again = await lin.run("MarkMessagesRead", input={"upTo": second})
    nonsense = await lin.run("MarkMessagesRead", input={"upTo": "msg_zzzzzzzzzzzzz!"})

    assert (first["read"], first["unread"]) == (2, 1)
    assert (again["read"], nonsense["read"]) == (0, 0)
    assert [bool(one["readAt"]) for one in (await inbox(post, "Lin"))["items"]] == [False, True, True]
    assert (await inbox(post, "Zhou"))["unread"] == 3


async def test_nobody_reads_what_is_somebody_elses(post: Post) -> None:
    await post.post("Lin")
    number = (await inbox(post, "Lin"))["items"][0]["id"]
    chen = await post.world.sign_in("Chen")

    await chen.run("MarkMessagesRead", input={"upTo": number})

    assert (await inbox(post, "Chen"))["items"] == []
    assert (await inbox(post, "Lin"))["unread"] == 1


async def test_a_stranger_has_no_inbox(post: Post) -> None:
    for document in ("Inbox", "MessageSettings"):
        with pytest.raises(Failed) as refused:
            await post.world.stranger().run(document)

        assert set(refused.value.codes) == {"UNAUTHENTICATED"}


@pytest.mark.parametrize(("kind", "stays"), [("badge_earned", 0), ("points_adjusted", 1), ("rules_changed", 1)])
async def test_a_kind_that_is_off_leaves_the_inbox_unless_it_must_be_known(post: Post, kind: str, stays: int) -> None:
    lin = await post.world.sign_in("Lin")
    await post.allow("Lin")
    await lin.run("SetMessageSwitch", input={"subject": kind, "isOn": False})

    await post.post("Lin", "Zhou", kind=kind)
    await post.send()

    assert ((await inbox(post, "Lin"))["unread"], (await inbox(post, "Zhou"))["unread"]) == (stays, 1)
    assert (await post.came(), await post.deliveries()) == ([], [])


async def test_what_is_asked_for_comes_only_to_who_switched_it_on(post: Post) -> None:
    lin = await post.world.sign_in("Lin")
    await lin.run("SetMessageSwitch", input={"subject": "check_in_reminder", "isOn": True})

    await post.post("Lin", "Zhou", kind="check_in_reminder", until="23:59")

    assert ((await inbox(post, "Lin"))["unread"], (await inbox(post, "Zhou"))["unread"]) == (1, 0)


async def test_switches_are_seen_turned_and_turned_back(post: Post) -> None:
    lin = await post.world.sign_in("Lin")
    before = (await lin.run("MessageSettings"))["messageSettings"]
    turns = [
        await lin.run("SetMessageSwitch", input={"subject": "one_time", "isOn": on}) for on in (False, True, False)
    ]
    after = turns[-1]["settings"]

    assert {one["key"]: one["isOn"] for one in before["kinds"]} == {
        key: not kind.asked_for for key, kind in KINDS.items()
    }
    assert [(one["key"], one["isOn"], one["kinds"]) for one in before["channels"]] == [
        (channel, True, ["points_adjusted"]) for channel in ("wecom", "employee", "long_term", "one_time")
    ]
    assert [one["isOn"] for one in after["channels"]] == [True, True, True, False]


async def test_a_switch_that_does_not_exist_is_named(post: Post) -> None:
    lin = await post.world.sign_in("Lin", "en")
    for subject in ("inbox", "kind/badge_earned", "", "x" * 100):
        answer = await lin.run("SetMessageSwitch", input={"subject": subject, "isOn": False})

        assert answer["__typename"] == "SwitchUnknown"
        assert subject[:40] in answer["message"]
