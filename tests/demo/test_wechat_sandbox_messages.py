"""The sandbox takes messages as WeChat and WeCom do: strict in every field, with quotas, refusals and pushes."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import pytest_asyncio

from demo.wechat_sandbox import create_app, values
from demo.wechat_sandbox.notices import EMPLOYEE, SUBSCRIBE
from tests.demo.test_wechat_sandbox import APP_ID, SECRET, Time, _play, _token
from tests.demo.test_wechat_sandbox_checks import Service
from tests.demo.test_wechat_sandbox_checks import Stage as Opened

GOOD = {"thing1": {"value": "节能宣传周"}, "time2": {"value": "2026年6月15日 11:50"}}
TEMPLATES = {"t-one": "one_time", "t-other": "one_time", "t-long": "long_term", "t-staff": "employee"}
NOTICE = {
    "appid": APP_ID,
    "page": "pages/index/index",
    "title": "今天还没打卡",
    "description": "自愿参加随时可关",
    "content_item": [{"key": "活动", "value": "节能宣传周"}],
}


@dataclass
class Stage:
    """The sandbox with its templates and its corp."""

    wechat: httpx.AsyncClient
    now: Time
    token: str
    corp_token: str
    service: Service = field(default_factory=Service)

    async def send(self, path: str = SUBSCRIBE, **body: Any) -> dict[str, Any]:
        """Send a message."""
        template = "t-staff" if path == EMPLOYEE else "t-one"
        data: Any = json.dumps({"data": GOOD}) if path == EMPLOYEE else GOOD
        asked = {"touser": "oLin", "template_id": template, "page": "pages/index/index", "data": data} | body
        answer = await self.wechat.post(path, params={"access_token": self.token}, json=asked)
        told: dict[str, Any] = answer.json()
        return told

    async def tell(self, touser: str = "lin", **body: Any) -> dict[str, Any]:
        """Send a notice through WeCom."""
        notice = NOTICE | body.pop("notice", {})
        asked = {"touser": touser, "msgtype": "miniprogram_notice", "miniprogram_notice": notice} | body
        answer = await self.wechat.post("/cgi-bin/message/send", params={"access_token": self.corp_token}, json=asked)
        told: dict[str, Any] = answer.json()
        return told

    async def told(self) -> list[str]:
        """Return whose phones WeCom told something."""
        return [one["userid"] for one in (await self.wechat.get("/sandbox/notices")).json()["wecom"]]

    async def tap(self, *, quietly: bool = False, **answers: str) -> dict[str, Any]:
        """Let Lin answer a pop-up."""
        named = {name.replace("_", "-"): answer for name, answer in answers.items()}
        return await _play(self.wechat, "subscribe", openid="oLin", answers=named, quietly=quietly)


@pytest_asyncio.fixture
async def stage() -> AsyncIterator[Stage]:
    """Return a sandbox whose account has four templates, and whose corp has two members."""
    now = Time()
    app = create_app(APP_ID, SECRET, now=now)
    service = Service()
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://sandbox")
    app.state.world.pushes.http = httpx.AsyncClient(transport=httpx.ASGITransport(service))
    async with client, app.state.world.pushes.http:
        await client.post("/sandbox/users", json={"openid": "oLin"})
        for name, kind in TEMPLATES.items():
            await _play(client, "templates", template_id=name, type=kind, fields=["thing1", "time2"])
        await _play(client, "corp", corp_id="ww1", secret="s", accounts=1, members=["lin", "wu"], unlicensed=["wu"])
        got = await client.get("/cgi-bin/gettoken", params={"corpid": "ww1", "corpsecret": "s"})
        yield Stage(client, now, (await _token(client))["access_token"], got.json()["access_token"], service)


async def test_each_allow_is_worth_one_message_and_a_lasting_one_any_number(stage: Stage) -> None:
    await stage.tap(t_one="accept")
    await stage.tap(t_long="accept")

    one_time = [(await stage.send())["errcode"] for _ in range(2)]
    lasting = [(await stage.send(template_id="t-long"))["errcode"] for _ in range(2)]

    assert (one_time, lasting) == ([0, 43101], [0, 0])


@pytest.mark.parametrize("answer", ["reject", "ban", "filter"])
async def test_any_other_answer_is_worth_nothing(stage: Stage, answer: str) -> None:
    assert (await stage.tap(t_one=answer))["t-one"] == answer
    assert (await stage.send())["errcode"] == 43101


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"touser": "oNobody"}, 40003),
        ({"template_id": "t-nobody"}, 40037),
        ({"template_id": "t-staff"}, 40037),
        ({"page": "pages/nowhere/nowhere"}, 41030),
        ({"page": "/pages/index/index"}, 41030),
        ({"miniprogram_state": "beta"}, 40097),
        ({"lang": "de"}, 40097),
        ({"data": "text"}, 47003),
        ({"data": {"thing1": {"value": "好"}}}, 47003),
        ({"data": GOOD | {"thing9": {"value": "多余"}}}, 47003),
        ({"data": GOOD | {"thing1": {"value": ""}}}, 47003),
        ({"data": GOOD | {"thing1": "好"}}, 47003),
        ({"data": GOOD | {"time2": {"value": "2026-06-15 11:50:00"}}}, 47003),
    ],
    ids=str,
)
async def test_each_mistake_of_a_subscribe_message_has_its_code_and_costs_nothing(
    stage: Stage, body: dict[str, Any], code: int
) -> None:
    await stage.tap(t_one="accept")

    answer = await stage.send(**body)

    assert answer["errcode"] == code
    assert "rid: " in answer["errmsg"]
    assert (await stage.send())["errcode"] == 0


async def test_a_broken_rule_names_its_field(stage: Stage) -> None:
    answer = await stage.send(data=GOOD | {"thing1": {"value": "字" * 21}})

    assert "data.thing1.value" in answer["errmsg"]


@pytest.mark.parametrize(
    ("field_name", "good", "bad"),
    [
        ("thing1", "字" * 20, "字" * 21),
        ("thing1", "12 ab 字！", "好👍"),
        ("number1", "-12.5", "十二"),
        ("letter1", "abc", "a1"),
        ("symbol1", "+-*/=", "+-*/=+"),
        ("character_string1", "A-2026_06", "含字"),
        ("time1", "23:59", "24:00"),
        ("time1", "2026年6月15日 09:00~2026年6月15日 11:50", "2026年6月15日"),
        ("date1", "2026年6月15日", "2026-06-15"),
        ("amount1", "¥12.50元", "12345678901"),
        ("phone_number1", "+86-13800138000", "电话"),
        ("car_number1", "津A12345", "津A1234567"),
        ("name1", "欧阳某某", "一二三四五六七八九十多"),
        ("name1", "Alexander", "A" * 21),
        ("phrase1", "已通过审核", "已通过审核了"),
        ("phrase1", "通过", "OK"),
        ("enum1", "待领取", "别的"),
    ],
)
def test_each_type_of_value_has_its_rule(field_name: str, good: str, bad: str) -> None:
    assert values.is_good(field_name, good, ("待领取",))
    assert not values.is_good(field_name, bad, ("待领取",))
    assert not values.is_good(field_name, " ")
    assert not values.is_good(field_name, 5)


async def test_messages_of_a_day_are_rationed(stage: Stage) -> None:
    await stage.tap(t_long="accept")
    await _play(stage.wechat, "message-limits", a_day=2)

    codes = [(await stage.send(template_id="t-long"))["errcode"] for _ in range(3)]
    stage.now.seconds += 86_400
    stage.token = (await _token(stage.wechat))["access_token"]

    assert codes == [0, 0, 45009]
    assert (await stage.send(template_id="t-long"))["errcode"] == 0


@pytest.mark.parametrize(
    "answers",
    [{}, {f"t-{n}": "accept" for n in range(6)}, {"t-one": "accept", "t-long": "accept"}, {"t-staff": "accept"}],
    ids=["none", "six", "mixed", "employee"],
)
async def test_the_phone_does_not_ask_what_it_may_not(stage: Stage, answers: dict[str, str]) -> None:
    answer = await stage.wechat.post("/sandbox/subscribe", json={"openid": "oLin", "answers": answers})

    assert answer.status_code == 409


async def test_an_employee_message_wants_the_relation_and_a_text_of_json(stage: Stage) -> None:
    codes = [(await stage.send(EMPLOYEE))["errcode"]]
    await _play(stage.wechat, "bind-employee", openid="oLin", templates=["t-staff"])
    wrong: list[dict[str, Any]] = [{"data": {"data": GOOD}}, {"data": "no json"}, {"touser": "oNobody"}]
    wrong += [{"template_id": "t-one"}, {"data": json.dumps({"data": {}})}]
    codes += [(await stage.send(EMPLOYEE, **body))["errcode"] for body in [{}, *wrong]]
    await _play(stage.wechat, "withdraw", openid="oLin", templates=["t-staff"])
    codes.append((await stage.send(EMPLOYEE))["errcode"])

    assert codes == [40256, 0, 40097, 40097, 40257, 40037, 47003, 40256]


async def test_taps_withdrawals_and_what_became_of_messages_are_pushed(stage: Stage) -> None:
    key = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"
    await _play(stage.wechat, "push-address", url="https://service.test/push", token="a-token", key=key)
    await stage.tap(t_one="accept", t_other="reject")
    sent = await stage.send()
    pushes = stage.wechat._transport.app.state.world.pushes  # type: ignore[attr-defined]
    await asyncio.gather(*pushes._under_way)
    await _play(stage.wechat, "withdraw", openid="oLin", templates=["t-one"])
    await stage.tap(quietly=True, t_one="accept")

    opened = Opened(stage.wechat, stage.service)
    popup, fate, change = (opened.opened(number) for number in range(3))
    assert len(stage.service.came) == 3
    assert [one["Event"] for one in (popup, fate, change)] == [
        "subscribe_msg_popup_event",
        "subscribe_msg_sent_event",
        "subscribe_msg_change_event",
    ]
    assert [(one["TemplateId"], one["SubscribeStatusString"]) for one in popup["List"]] == [
        ("t-one", "accept"),
        ("t-other", "reject"),
    ]
    assert fate["List"]["MsgID"] == str(sent["msgid"])
    assert change["List"]["SubscribeStatusString"] == "reject"


# WeCom.


@pytest.mark.parametrize(
    ("corp_id", "secret", "code"), [("ww1", "s", 0), ("ww2", "s", 40013), ("ww1", "x", 40001), ("", "", 40013)]
)
async def test_the_corps_token_wants_the_corp_and_its_secret(
    stage: Stage, corp_id: str, secret: str, code: int
) -> None:
    answer = (await stage.wechat.get("/cgi-bin/gettoken", params={"corpid": corp_id, "corpsecret": secret})).json()

    assert answer["errcode"] == code
    assert (answer.get("access_token") == stage.corp_token) is (code == 0)


async def test_a_token_of_the_corp_ends(stage: Stage) -> None:
    stage.now.seconds += 7200
    ended = await stage.tell()
    stage.corp_token = "nonsense"

    assert (ended["errcode"], (await stage.tell())["errcode"]) == (42001, 40014)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"msgtype": "text"}, 40008),
        ({"touser": ""}, 40031),
        ({"touser": "|".join(f"u{n}" for n in range(1001))}, 40031),
        ({"touser": "nobody|wu"}, 81013),
        ({"notice": {"appid": "wx-other"}}, 40013),
        ({"notice": {"title": "三个字"}}, 40058),
        ({"notice": {"title": "字" * 13}}, 40058),
        ({"notice": {"description": "短"}}, 40058),
        ({"notice": {"page": "p" * 1025}}, 40058),
        ({"notice": {"content_item": [{"key": "k", "value": "v"}] * 11}}, 40058),
        ({"notice": {"content_item": [{"key": "", "value": "v"}]}}, 40058),
        ({"notice": {"emphasis_first_item": "yes"}}, 40058),
    ],
    ids=lambda one: str(one)[:40],
)
async def test_each_mistake_of_a_notice_has_its_code(stage: Stage, body: dict[str, Any], code: int) -> None:
    assert (await stage.tell(**body))["errcode"] == code
    assert await stage.told() == []


async def test_who_cannot_be_reached_is_named_in_small_letters(stage: Stage) -> None:
    answer = await stage.tell("Lin|Wu|Nobody")

    assert (answer["errcode"], answer["invaliduser"], answer["unlicenseduser"]) == (0, "nobody", "wu")
    assert await stage.told() == ["lin"]


async def test_what_goes_too_fast_for_a_member_is_dropped_without_a_word(stage: Stage) -> None:
    codes = [(await stage.tell())["errcode"] for _ in range(31)]
    stage.now.seconds += 61
    await stage.tell()

    assert codes == [0] * 31
    assert len(await stage.told()) == 31


async def test_a_day_has_two_hundred_for_each_account(stage: Stage) -> None:
    codes = []
    for _ in range(201):
        stage.now.seconds += 3
        codes.append((await stage.tell())["errcode"])

    assert codes == [0] * 200 + [45009]


async def test_a_repeat_is_looked_for_only_when_asked_and_only_so_long(stage: Stage) -> None:
    again: dict[str, Any] = {"enable_duplicate_check": 1, "duplicate_check_interval": 600}
    for _ in range(2):
        await stage.tell(**again)
    once = len(await stage.told())
    stage.now.seconds += 601
    await stage.tell(**again)
    await stage.tell()
    await stage.tell()

    assert (once, len(await stage.told())) == (1, 4)


@pytest.mark.parametrize(
    ("what", "body", "status"),
    [
        ("templates", {"template_id": "t", "type": "weekly", "fields": ["thing1"]}, 400),
        ("templates", {"template_id": "t", "type": "one_time"}, 400),
        ("subscribe", {"openid": "oNobody", "answers": {"t-one": "accept"}}, 404),
        ("bind-employee", {"openid": "oLin", "templates": ["t-one"]}, 409),
        ("bind-employee", {"openid": "oLin", "templates": []}, 409),
    ],
    ids=str,
)
async def test_a_mistake_on_the_control_surface_is_told(
    stage: Stage, what: str, body: dict[str, Any], status: int
) -> None:
    assert (await stage.wechat.post(f"/sandbox/{what}", json=body)).status_code == status
