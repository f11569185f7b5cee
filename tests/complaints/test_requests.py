"""Bad input, repeats, limits, and WeChat's look at what a member wrote: nothing is lost, nothing is done twice."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from backend.complaints import queries
from backend.core.clock import FixedClock
from tests.api.asking import answered, end_membership, failed, fresh_id, hurry, nothing_written
from tests.cast import World, populate
from tests.complaints.desk import ANSWERED, SAID, answer, file, mine
from tests.identity.test_display_name_check import TEXT, asked


@pytest.fixture
def database_url(sqlite_cast: Path, tmp_path: Path) -> str:
    """Return an empty SQLite file: what is refused at the door, and the receipts, are the same on both databases."""
    path = tmp_path / "test.db"
    path.write_bytes(sqlite_cast.read_bytes())
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture
async def world(database_url: str, clock: FixedClock) -> AsyncIterator[World]:
    """Give the cast, on SQLite alone."""
    async with populate(database_url, clock) as world:
        yield world


async def test_a_text_that_is_too_short_too_long_or_invisible_is_refused_by_name(world: World) -> None:
    lin = await world.sign_in("Lin")

    async with nothing_written(world):
        for text in ("", "太高了", "  四个字的 ", "长" * 501, "有\u0000不可见字符", "\u202e翻转的文字"):
            content = {"requestId": fresh_id(), "kind": "COMPLAINT", "text": text}
            await answered(lin, "FileComplaint", "InvalidValue", zh="5–500", en="5 to 500 visible", input=content)
    assert await asked(world) == 0


async def test_lines_and_blanks_around_a_text_are_kept_as_people_mean_them(world: World) -> None:
    lin = await world.sign_in("Lin")

    await file(lin, "  第一条：牌子太高\r\n第二条：灯\t太暗👨‍👩‍👧  ")

    assert (await mine(lin))[0]["text"] == "第一条：牌子太高\n第二条：灯 太暗👨‍👩‍👧"


async def test_the_same_request_is_answered_again_and_asks_wechat_once(world: World) -> None:
    lin, wu = await world.sign_in("Lin"), await world.sign_in("Wu")
    content = {"requestId": fresh_id(), "kind": "COMPLAINT", "text": SAID}

    first = await lin.run("FileComplaint", input=content)
    await answer(wu, first)
    again = await lin.run("FileComplaint", input=content)

    assert again == first | {"replayed": True}
    assert await asked(world) == 1
    assert len(await mine(lin)) == 1
    for change in ({"text": "另一件事情"}, {"anonymous": True}, {"kind": "SUGGESTION"}):
        await answered(lin, "FileComplaint", "RequestReused", zh="已用于另一项", en="used", input=content | change)


async def test_an_offices_repeat_is_answered_again(world: World) -> None:
    lin, wu = await world.sign_in("Lin"), await world.sign_in("Wu")
    step = await file(lin)
    content = {"requestId": fresh_id(), "complaintId": step["complaintId"], "text": ANSWERED}

    first = await wu.run("AnswerComplaint", input=content)
    again = await wu.run("AnswerComplaint", input=content)

    assert again == first | {"replayed": True}
    assert await asked(world) == 1  # the member's words only


async def test_a_request_needs_an_id(world: World) -> None:
    lin = await world.sign_in("Lin")
    content = {"requestId": "short", "kind": "COMPLAINT", "text": SAID}

    await answered(lin, "FileComplaint", "RequestIdInvalid", zh="8 至 64", en="8 to 64", input=content)


async def test_three_a_day_are_taken_and_the_next_day_three_more(world: World) -> None:
    lin, zhou = await world.sign_in("Lin"), await world.sign_in("Zhou")
    for number in range(3):
        await file(lin, f"第 {number} 件事情要说")
    content = {"requestId": fresh_id(), "kind": "COMPLAINT", "text": SAID}

    async with nothing_written(world):
        zh, en = "每天最多提交 3 条投诉或建议，2026-06-16 00:00", "from 2026-06-16 00:00 on"
        await answered(lin, "FileComplaint", "TooManyComplaints", zh=zh, en=en, input=content)
    await file(zhou)
    world.clock.advance(timedelta(hours=12))
    taken = await lin.run("FileComplaint", input=content)

    assert taken["__typename"] == "ComplaintStep"


async def test_what_wechat_refuses_or_doubts_is_not_taken(world: World) -> None:
    lin = await world.sign_in("Lin")

    async with nothing_written(world):
        for text in ("这里有违规的话", "这里有待审的话"):
            content = {"requestId": fresh_id(), "kind": "COMPLAINT", "text": text}
            zh, en = "未通过微信的内容安全检测", "did not pass WeChat's content check"
            await answered(lin, "FileComplaint", "TextRefused", zh=zh, en=en, input=content)


async def test_while_wechat_is_down_nothing_is_taken_and_the_same_request_may_come_again(world: World) -> None:
    lin = await world.sign_in("Lin")
    content = {"requestId": fresh_id(), "kind": "COMPLAINT", "text": SAID}
    hurry(world)
    await world.wechat.post("/sandbox/faults", json={"endpoint": TEXT, "mode": "error500", "count": 6})

    async with nothing_written(world):
        zh, en = "微信服务暂时没有响应", "WeChat does not answer"
        await failed(lin, "FileComplaint", "UNAVAILABLE", zh=zh, en=en, input=content)
    taken = await lin.run("FileComplaint", input=content)

    assert (taken["__typename"], taken["replayed"]) == ("ComplaintStep", False)


async def test_where_text_checks_are_switched_off_wechat_is_not_asked(database_url: str, clock: FixedClock) -> None:
    async with populate(database_url, clock, text_checks=False) as world:
        await file(await world.sign_in("Lin"), "这里有违规的话")

        assert await asked(world) == 0


async def test_who_is_on_no_roster_any_more_files_nothing_and_reads_what_they_said(world: World) -> None:
    lin, wu = await world.sign_in("Lin"), await world.sign_in("Wu")
    step = await file(lin)
    await end_membership(world, "Lin", world.clock.now())
    world.clock.advance(timedelta(days=1))
    content = {"requestId": fresh_id(), "kind": "COMPLAINT", "text": SAID}

    await answered(lin, "FileComplaint", "NotOnRoster", zh="名册", en="roster", input=content)
    await answer(wu, step)

    assert (await mine(lin))[0]["answers"][0]["text"] == ANSWERED


async def test_a_list_is_for_who_manages_there(world: World) -> None:
    lin, chen = await world.sign_in("Lin"), await world.sign_in("Chen")
    step = await file(lin)

    for person in (lin, chen):
        asked_for = {"institutionId": world.institution_id("A"), "which": "WAITING"}
        await failed(person, "Complaints", "FORBIDDEN", zh="没有", en="not allowed", **asked_for)
        content = {"requestId": fresh_id(), "complaintId": step["complaintId"], "text": ANSWERED}
        zh, en = "投诉或建议", "complaint or suggestion"
        await answered(person, "AnswerComplaint", "NotFound", zh=zh, en=en, input=content)
    assert await mine(chen) == []


async def test_the_lists_have_pages_in_their_order(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    wu, lin = await world.sign_in("Wu"), await world.sign_in("Lin")
    for number in range(5):
        await file(lin, f"第 {number} 件事情要说")
        world.clock.advance(timedelta(days=1))

    newest = await lin.run("MyComplaints")
    older = await lin.run("MyComplaints", after=newest["complaints"]["next"])
    first = await wu.run("Complaints", institutionId=world.institution_id("A"))
    second = await wu.run("Complaints", institutionId=world.institution_id("A"), after=first["next"])
    last = await wu.run("Complaints", institutionId=world.institution_id("A"), after=second["next"])

    assert [numbered(page["complaints"]) for page in (newest, older)] == ["43", "21"]
    assert [numbered(page) for page in (first, second, last)] == ["01", "23", "4"]
    assert last["next"] is None


def numbered(page: dict[str, Any]) -> str:
    """Return the numbers in the texts of a page."""
    return "".join(one["text"][2] for one in page["items"])
