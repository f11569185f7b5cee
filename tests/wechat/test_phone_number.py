"""The phone button's code becomes a verified number; a stale token is replaced on the way."""

from datetime import timedelta

import pytest

from backend.wechat.errors import PhoneCodeInvalid, WeChatMisconfigured
from backend.wechat.tokens import StoredToken
from tests.wechat.sandbox import LIN, Sandbox

PHONE = "/wxa/business/getuserphonenumber"
TOKEN = "/cgi-bin/stable_token"
ZHOU = "oZhouOfFinance"


async def test_the_number_comes_with_its_country_code(sandbox: Sandbox) -> None:
    code = await sandbox.phone_code()

    number = await sandbox.client().phone_number(code, LIN)

    assert number == "+8613800138000"


async def test_a_number_of_another_country_keeps_its_code(sandbox: Sandbox) -> None:
    await sandbox.play("users", openid=ZHOU, phone="91234567", country_code="852")

    number = await sandbox.client().phone_number(await sandbox.phone_code(ZHOU), ZHOU)

    assert number == "+85291234567"


async def test_another_persons_code_is_refused(sandbox: Sandbox) -> None:
    await sandbox.play("users", openid=ZHOU, phone="13900139000")

    with pytest.raises(PhoneCodeInvalid):
        await sandbox.client().phone_number(await sandbox.phone_code(), ZHOU)


async def test_a_used_a_forged_and_an_expired_phone_code_are_refused(sandbox: Sandbox) -> None:
    client = sandbox.client()
    used, expired = await sandbox.phone_code(), await sandbox.phone_code()
    await client.phone_number(used, LIN)
    with pytest.raises(PhoneCodeInvalid):
        await client.phone_number(used, LIN)
    sandbox.clock.at += timedelta(minutes=5)

    for code in (expired, "0forged", "not a code"):
        with pytest.raises(PhoneCodeInvalid):
            await client.phone_number(code, LIN)


async def test_a_sign_in_code_gives_no_phone_number(sandbox: Sandbox) -> None:
    with pytest.raises(PhoneCodeInvalid):
        await sandbox.client().phone_number(await sandbox.login(), LIN)


@pytest.mark.parametrize("stale", ["malformed", f"10_{'x' * 509}"], ids=["40014", "40001"])
async def test_a_token_that_wechat_refuses_is_replaced_once(sandbox: Sandbox, stale: str) -> None:
    sandbox.tokens.token = StoredToken(stale, sandbox.clock.at + timedelta(hours=2))

    number = await sandbox.client().phone_number(await sandbox.phone_code(), LIN)

    assert number == "+8613800138000"
    assert (await sandbox.asked(PHONE), await sandbox.asked(TOKEN)) == (2, 1)
    assert sandbox.tokens.token.value != stale


async def test_a_token_that_ended_earlier_than_we_thought_is_replaced(sandbox: Sandbox) -> None:
    client = sandbox.client()
    token = await client.access_token()
    sandbox.clock.at += timedelta(hours=3)
    sandbox.tokens.token = StoredToken(token, sandbox.clock.at + timedelta(hours=1))

    number = await sandbox.client().phone_number(await sandbox.phone_code(), LIN)

    assert number == "+8613800138000"
    assert await sandbox.asked(TOKEN) == 2


async def test_a_token_revoked_elsewhere_is_replaced_in_every_process_by_one_request(sandbox: Sandbox) -> None:
    first, second = sandbox.client(), sandbox.client()
    assert await first.access_token() == await second.access_token()
    await sandbox.play("revoke-token")

    for client in (first, second):
        await client.phone_number(await sandbox.phone_code(), LIN)

    assert await sandbox.asked(TOKEN) == 2
    assert await first.access_token() == await second.access_token()


async def test_a_token_that_is_refused_twice_is_the_operators(sandbox: Sandbox) -> None:
    client = sandbox.client()
    token = await client.access_token()
    await sandbox.play("revoke-token")
    sandbox.clock.at += timedelta(seconds=20)

    class Stubborn:
        """A neighbour that keeps putting the refused token back."""

        async def read(self) -> StoredToken | None:
            return None

        async def write(self, fetched: StoredToken) -> None:
            await sandbox.play("revoke-token")

    with pytest.raises(WeChatMisconfigured) as fault:
        await sandbox.client(tokens=Stubborn()).phone_number(await sandbox.phone_code(), LIN)

    assert fault.value.code == 40001
    assert token not in str(fault.value)
