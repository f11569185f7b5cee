"""Notices through WeCom: many members a call, those who cannot be reached named, the same one shown once."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from pydantic import SecretStr

from backend.wechat.calls import Patience
from backend.wechat.errors import WeChatMisconfigured, WeChatUnavailable
from backend.wechat.notices import NotSent, Whose
from backend.wechat.wecom import SEND, HttpWeCom, WeComNotice
from tests.wechat.sandbox import APP_ID, MemoryTokens, Sandbox

NOTICE = WeComNotice(
    "pages/index/index?m=1", "今天还没打卡", "自愿参加随时可关", (("活动", "节能宣传周"), ("截止", "23:59"))
)


@dataclass
class Corp:
    """The corp in the sandbox, and clients of it."""

    sandbox: Sandbox
    tokens: MemoryTokens = field(default_factory=MemoryTokens)

    def client(self, secret: str = "the-secret", corp_id: str = "ww1", app_id: str = APP_ID) -> HttpWeCom:
        """Return the real client, in a hurry, which tries once."""
        patience = Patience(tries=1, read_seconds=0.3, connect_seconds=0.3)
        http, url, clock = self.sandbox.http, self.sandbox.base_url, self.sandbox.clock
        return HttpWeCom(http, url, corp_id, SecretStr(secret), app_id, self.tokens, clock, patience)

    async def told(self) -> list[str]:
        """Return whose phones showed something."""
        found = (await self.sandbox.http.get(f"{self.sandbox.base_url}/sandbox/notices")).json()["wecom"]
        return [one["userid"] for one in found]


@pytest_asyncio.fixture
async def corp(sandbox: Sandbox) -> AsyncIterator[Corp]:
    """Return a corp of three, of whom one may not be told anything."""
    members = {"members": ["lin", "zhou", "wu"], "unlicensed": ["wu"]}
    await sandbox.play("corp", corp_id="ww1", secret="the-secret", accounts=3, **members)
    yield Corp(sandbox)


async def test_members_are_told_and_who_cannot_be_reached_is_named_as_we_named_them(corp: Corp) -> None:
    out = await corp.client().send(["Lin", "zhou", "Wu", "Nobody"], NOTICE)

    assert await corp.told() == ["lin", "zhou"]
    assert out == {"Wu", "Nobody"}


async def test_when_nobody_can_be_reached_all_are_named(corp: Corp) -> None:
    assert await corp.client().send(["wu", "nobody"], NOTICE) == {"wu", "nobody"}
    assert await corp.told() == []


async def test_the_same_notice_to_the_same_members_is_shown_once_in_four_hours(corp: Corp) -> None:
    for _ in range(2):
        await corp.client().send(["lin"], NOTICE)
    once = await corp.told()
    await corp.client().send(["lin"], replace(NOTICE, page="pages/index/index?m=2"))
    corp.sandbox.clock.advance(timedelta(hours=4, seconds=1))
    await corp.client().send(["lin"], NOTICE)

    assert (once, len(await corp.told())) == (["lin"], 3)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"title": "短"}, 40058),
        ({"description": "字" * 13}, 40058),
        ({"rows": (("k" * 11, "v"),)}, 40058),
        ({"rows": (("k", "v" * 31),)}, 40058),
        ({"rows": (("k", "v"),) * 11}, 40058),
        ({"page": "p" * 1025}, 40058),
    ],
    ids=str,
)
async def test_a_notice_that_breaks_a_rule_is_the_operators(corp: Corp, changed: dict[str, Any], code: int) -> None:
    with pytest.raises(NotSent) as refused:
        await corp.client().send(["lin"], replace(NOTICE, **changed))

    assert (refused.value.code, refused.value.whose) == (code, Whose.OPERATOR)


@pytest.mark.parametrize(
    ("client", "code"), [({"secret": "wrong"}, "40001"), ({"corp_id": "ww2"}, "40013"), ({"app_id": "wx2"}, "40013")]
)
async def test_a_wrong_secret_corp_or_mini_program_is_the_channels_fault(
    corp: Corp, client: dict[str, str], code: str
) -> None:
    with pytest.raises(WeChatMisconfigured, match=code):
        await corp.client(**client).send(["lin"], NOTICE)


@pytest.mark.parametrize("mode", ["busy", "quota", "error500", "html", "down", "slow"])
async def test_a_passing_fault_is_left_to_the_outbox(corp: Corp, mode: str) -> None:
    await corp.sandbox.play("faults", endpoint=SEND, mode=mode, seconds=1)

    with pytest.raises(WeChatUnavailable):
        await corp.client().send(["lin"], NOTICE)

    assert await corp.sandbox.asked(SEND) == 1


async def test_an_address_that_is_not_trusted_is_the_channels_fault(corp: Corp) -> None:
    await corp.sandbox.play("faults", endpoint=SEND, mode="ip")

    with pytest.raises(WeChatMisconfigured, match="60020"):
        await corp.client().send(["lin"], NOTICE)


async def test_the_token_is_shared_fetched_once_and_again_when_it_ended(corp: Corp) -> None:
    for number in range(3):
        await corp.client().send(["lin"], replace(NOTICE, page=f"p?m={number}"))
    fetched = await corp.sandbox.asked("/cgi-bin/gettoken")
    await corp.sandbox.play("revoke-corp-token")
    await corp.client().send(["lin"], replace(NOTICE, page="p?m=9"))

    assert (fetched, await corp.sandbox.asked("/cgi-bin/gettoken")) == (1, 2)
    assert len(await corp.told()) == 4


async def test_the_days_quota_of_the_corp_is_a_passing_fault(corp: Corp) -> None:
    await corp.sandbox.play("corp", accounts=0)

    with pytest.raises(WeChatUnavailable) as fault:
        await corp.client().send(["lin"], NOTICE)

    assert fault.value.retry_seconds == 60
