"""What the office sees and does: counts without names, and the list by which WeCom knows members."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select, update
from typer.testing import CliRunner

from backend.__main__ import cli
from backend.core.text import LOCALES
from backend.core.vault import Vault
from backend.identity import credit_code
from backend.messages import addresses, parcels, permits, wecom_list
from backend.messages.jobs import forget_the_old
from backend.messages.reasons import told
from backend.messages.tables import MessageDelivery, WeComUser
from backend.messages.wecom_list import WeComListUnreadable
from tests.cast import Failed
from tests.messages.post import ONE, Post

LIST = "姓名,账号,工号\n林小满,Lin.XM,A001\n周立夏,zhou,A002\n谁,nobody,A999\n,,\n"


async def counts(post: Post, name: str, place: str) -> list[dict[str, Any]]:
    """Return the counts of an institution as somebody sees them."""
    person = await post.world.sign_in(name)
    found: list[dict[str, Any]] = await person.run("MessageCounts", institutionId=post.world.institution_id(place))
    return found


async def test_an_organiser_sees_how_many_and_nobody_by_name(post: Post) -> None:
    members = await post.world.add_members("A", "财务处", 8)
    post.world.members |= {f"员工{number}": member_id for number, member_id in enumerate(members)}
    user_ids = {f"员工{number}": f"user{number}" for number in range(8)}
    await post.play("corp", members=[f"user{number}" for number in range(6)])
    await post.list_in_wecom(**user_ids)
    await post.post(*user_ids)
    await post.send()

    found = await counts(post, "Wu", "A")

    assert [(one["kind"], one["channel"], one["state"], one["reason"], one["messages"]) for one in found] == [
        ("points_adjusted", "wecom", "refused", "企业微信中没有此人或不可见", None),  # two people are too few to tell
        ("points_adjusted", "wecom", "sent", None, 6),
    ]
    assert "员工" not in str(found)
    assert await counts(post, "Sun", "D") == found
    assert await counts(post, "Sun", "B") == []


async def test_who_does_not_manage_an_institution_sees_no_counts(post: Post) -> None:
    for name, place in (("Wu", "B"), ("Wu", "D"), ("Lin", "A"), ("Chen", "A")):
        with pytest.raises(Failed) as refused:
            await counts(post, name, place)

        assert refused.value.codes == ["FORBIDDEN"]


def test_every_reason_has_words_in_both_languages() -> None:
    ours = [
        value
        for name, value in vars(parcels).items()
        if name.isupper() and isinstance(value, str) and name != "REFUSED"
    ]
    words = {reason: {locale: told(reason).in_(locale) for locale in LOCALES} for reason in [*ours, "43101", "47003"]}

    assert len(ours) >= 8
    assert all(len(set(both.values())) == 2 for both in words.values())
    assert all(reason not in words[reason]["en"] for reason in ours)
    assert "47003" in words["47003"]["zh-CN"]


async def test_the_list_of_wecom_is_imported_and_imported_again(post: Post) -> None:
    vault, code = post.world.parts.services.use(Vault), post.world.institutions["A"].credit_code
    pairs = wecom_list.read(LIST.encode("gb18030"))
    done = []
    for given in (pairs, [("A001", "zhou"), ("A002", "Lin.XM")]):
        async with post.world.parts.database.write() as session:
            done.append(await wecom_list.apply(session, vault, code, given, post.clock.now()))

    async with post.world.parts.database.read() as session:
        members = [post.world.members[name] for name in ("Lin", "Zhou", "Wu")]
        names = await addresses.of(session, vault, "", "wecom", members)

    assert done == [wecom_list.Imported(2, ("A999",)), wecom_list.Imported(2, ())]
    assert names == {members[0]: "zhou", members[1]: "Lin.XM"}


@pytest.mark.parametrize(
    "content",
    [
        "",
        "姓名,工号\n林,A001\n",
        "工号,账号\nA001,a|b\n",
        "工号,账号\nA001,x\nA002,X\n",
        f"工号,userid\nA001,{'x' * 65}\n",
    ],
    ids=["nothing", "no user ids", "two in one", "one for two", "too long"],
)
def test_a_list_that_cannot_be_right_is_refused(content: str) -> None:
    with pytest.raises(WeComListUnreadable):
        wecom_list.read(content.encode())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_the_list_of_wecom_is_read_in_every_form_of_a_roster(encoding: str, sign: str) -> None:
    content = LIST.replace(",", sign).encode(encoding)

    assert wecom_list.read(content) == [("A001", "Lin.XM"), ("A002", "zhou"), ("A999", "nobody")]


@pytest.mark.parametrize(
    ("content", "reason"),
    [(LIST.encode("utf-16"), "UTF-8"), (LIST.encode() + b"\xff\xff,x,A003\n", "6"), (b'"open,', "1")],
    ids=["UTF-16", "spoilt", "an open quote"],
)
def test_a_list_of_wecom_that_is_no_text_is_refused_with_its_line(content: bytes, reason: str) -> None:
    with pytest.raises(WeComListUnreadable) as refused:
        wecom_list.read(content)

    assert reason in refused.value.text("zh-CN")
    assert reason in refused.value.text("en")


def test_the_list_is_imported_at_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "wecom.csv"
    file.write_text(LIST, encoding="utf-8-sig")
    monkeypatch.setenv("TANHUI_DATABASE_URL", f"sqlite:///{tmp_path}/tanhui.db")
    code = credit_code.with_check("11120000000000000")
    run = CliRunner().invoke
    run(cli, ["migrate"])

    nowhere = run(cli, ["roster", "wecom", code, str(file)])
    run(cli, ["institutions", "add", code, "海河市机关事务管理局", "--level", "city"])
    done = run(cli, ["roster", "wecom", code, str(file)])
    file.write_text("姓名\n林小满\n", encoding="utf-8")
    unreadable = run(cli, ["roster", "wecom", code, str(file)])

    assert (nowhere.exit_code, done.exit_code, unreadable.exit_code) == (1, 0, 1)
    assert "0 members listed" in done.output
    assert "nobody has the staff number A001" in done.output
    assert "工号 / 账号" in unreadable.output


async def test_what_is_old_is_forgotten_and_what_waits_too_long_is_given_up(post: Post) -> None:
    await post.world.sign_in("Lin")
    await post.allow("Lin", times=2)
    await post.post("Lin", key="adjustment/1")
    await post.send()
    await post.post("Lin", key="adjustment/2")
    await post.send_nothing_yet()
    database = post.world.parts.database

    at_once = await forget_the_old(database, post.clock)
    post.clock.advance(timedelta(days=61))
    later = [await forget_the_old(database, post.clock) for _ in range(2)]

    assert (at_once, later) == (0, [3, 0])  # a delivery and two taps
    assert await post.deliveries() == [("one_time", "given_up", "expired")]


async def test_an_allow_that_comes_while_the_platform_refuses_still_counts(post: Post) -> None:
    await post.world.sign_in("Lin")
    lin, asked_at = post.world.members["Lin"], post.clock.now()
    async with post.world.parts.database.write() as session:
        await permits.accept(session, lin, ONE, lasting=False, by_phone=True, now=asked_at)
        await permits.accept(session, lin, ONE, lasting=False, by_phone=True, now=asked_at + timedelta(seconds=1))
        await permits.run_out(session, lin, ONE, asked_at)

    assert await post.left("Lin") == 1


async def test_nobody_can_report_more_than_a_hundred(post: Post) -> None:
    lin = post.world.members["Lin"]
    async with post.world.parts.database.write() as session:
        for _ in range(103):
            await permits.accept(session, lin, ONE, lasting=False, by_phone=True, now=post.clock.now())

    assert await post.left("Lin") == permits.MOST_CREDITS


async def test_what_arrived_not_is_noted_as_refused(post: Post) -> None:
    await post.world.sign_in("Lin")
    await post.allow("Lin")
    post.mute()
    await post.post("Lin")
    await post.send()
    (row,) = await post.rows()
    fate = {"TemplateId": ONE, "MsgID": row.number, "ErrorCode": "20003", "ErrorStatus": "blocked"}
    event = {"FromUserName": post.world.openids["Lin"], "CreateTime": int(post.clock.now().timestamp())}
    event |= {"MsgType": "event", "Event": "subscribe_msg_sent_event", "List": fate}

    answers = [(await post.play("send", message=event))["answers"] for _ in range(2)]

    assert answers == [["success"]] * 2
    assert await post.deliveries() == [("one_time", "refused", "20003")]
    assert await post.left("Lin") == 0


async def test_the_tables_hold_no_name_of_wecom_in_the_clear(post: Post) -> None:
    await post.list_in_wecom(Lin="lin.the.accountant")

    async with post.world.parts.database.read() as session:
        (row,) = (await session.exec(select(WeComUser))).all()
    assert "accountant" not in str(row)


async def test_a_message_under_way_is_not_sent_when_its_template_is_taken_away(post: Post) -> None:
    await post.world.sign_in("Lin")
    await post.allow("Lin")
    await post.post("Lin")
    await post.send_nothing_yet()
    async with post.world.parts.database.write() as session:
        await session.exec(update(MessageDelivery).values(channel="long_term").where(col(MessageDelivery.id) > 0))
    folder = post.world.parts.settings.campaigns_folder
    (folder / "messages.toml").write_text("format = 1\n[[long_term]]\n" + _OTHER, encoding="utf-8")
    post.workers.append(post.worker())

    await post.send(2)

    assert await post.deliveries() == [("long_term", "refused", "no_template")]


_OTHER = 'kind = "badge_earned"\ntemplate = "another-template-1"\nfields = { thing1 = "{badge}" }\n'
