"""The access token is fetched once for all callers and all processes."""

import asyncio
from datetime import timedelta

import pytest

from backend.core.clock import FixedClock
from backend.wechat.errors import WeChatUnavailable
from backend.wechat.stable_token import StableToken
from backend.wechat.tokens import StoredToken
from tests.wechat.sandbox import MemoryTokens, Sandbox

TOKEN = "/cgi-bin/stable_token"


async def test_fifty_simultaneous_callers_make_one_request(sandbox: Sandbox) -> None:
    client = sandbox.client()

    tokens = await asyncio.gather(*(client.access_token() for _ in range(50)))

    assert len(set(tokens)) == 1
    assert len(tokens[0]) == 512
    assert await sandbox.asked(TOKEN) == 1


async def test_two_processes_that_share_a_store_make_one_request(sandbox: Sandbox) -> None:
    first, second = sandbox.client(), sandbox.client()

    assert await first.access_token() == await second.access_token()

    assert await sandbox.asked(TOKEN) == 1


async def test_two_processes_that_ask_at_the_same_instant_get_the_same_token(sandbox: Sandbox) -> None:
    first, second = sandbox.client(tokens=MemoryTokens()), sandbox.client(tokens=MemoryTokens())

    tokens = await asyncio.gather(first.access_token(), second.access_token())

    assert tokens[0] == tokens[1]


async def test_the_token_is_kept_until_five_minutes_before_its_end(sandbox: Sandbox) -> None:
    client = sandbox.client()
    first = await client.access_token()
    sandbox.clock.at += timedelta(seconds=7200 - 300 - 1)
    kept = await client.access_token()
    sandbox.clock.at += timedelta(seconds=1)

    renewed = await client.access_token()

    assert first == kept != renewed
    assert await sandbox.asked(TOKEN) == 2


async def test_at_the_edge_of_the_last_five_minutes_it_is_not_asked_for_at_every_call(sandbox: Sandbox) -> None:
    await sandbox.client().access_token()
    sandbox.clock.at += timedelta(seconds=7200 - 300.5)
    client = sandbox.client(tokens=MemoryTokens())

    tokens = [await client.access_token() for _ in range(20)]

    assert len(set(tokens)) == 1
    assert await sandbox.asked(TOKEN) == 2


async def test_a_refusal_during_a_renewal_that_finds_the_refused_token_still_brings_another(clock: FixedClock) -> None:
    old, new = (StoredToken(name, clock.now() + timedelta(hours=2)) for name in ("old", "new"))
    reading = asyncio.Event()

    class SlowTokens(MemoryTokens):
        async def read(self) -> StoredToken | None:
            await reading.wait()
            return self.token

    async def fetch() -> StoredToken:
        return new

    token = StableToken(fetch, SlowTokens(old), clock)
    first = asyncio.create_task(token.current())
    await asyncio.sleep(0)
    second = asyncio.create_task(token.replace("old"))
    await asyncio.sleep(0)

    reading.set()

    assert (await first, await second) == ("old", "new")


async def test_when_wechat_is_down_all_callers_fail_together_and_the_next_one_succeeds(sandbox: Sandbox) -> None:
    await sandbox.play("faults", endpoint=TOKEN, mode="busy", count=3)
    client = sandbox.client()

    answers = await asyncio.gather(*(client.access_token() for _ in range(50)), return_exceptions=True)

    assert {type(answer) for answer in answers} == {WeChatUnavailable}
    assert await sandbox.asked(TOKEN) == 3
    assert len(await client.access_token()) == 512


async def test_a_caller_who_goes_away_does_not_take_the_token_from_the_others(sandbox: Sandbox) -> None:
    client = sandbox.client()
    leaving = asyncio.create_task(client.access_token())
    staying = asyncio.create_task(client.access_token())
    await asyncio.sleep(0)

    leaving.cancel()

    assert len(await staying) == 512
    with pytest.raises(asyncio.CancelledError):
        await leaving
