"""Tokens: what ends a session, and what never was one."""

from dataclasses import replace
from datetime import timedelta

from backend.core import documents
from tests.api.asking import contents, failed, nothing_written
from tests.cast import SHIPPED, World

ENDED = {"code": "UNAUTHENTICATED", "zh": "登录已失效，请重新登录", "en": "session has ended"}


async def test_a_token_that_is_cut_changed_or_missing_opens_nothing(world: World) -> None:
    lin = await world.sign_in("Lin")
    token = lin.token or ""

    async with nothing_written(world):
        for wrong in (None, token[:-1], token.upper(), f"{token}0", "0" * 64, "x" * 5000, "' OR 1=1"):
            await failed(replace(lin, token=wrong), "Home", **ENDED)


async def test_a_token_counts_only_in_the_authorization_header(world: World) -> None:
    lin = await world.sign_in("Lin")
    body = {"documentId": documents.document_id(SHIPPED["SignOut"])}

    sent: list[tuple[list[tuple[str, str | bytes]], str]] = [
        ([("authorization", f"Basic {lin.token}")], ""),
        ([("x-token", f"{lin.token}")], ""),
        ([], f"?token={lin.token}&access_token={lin.token}"),
        ([("authorization", b"Bearer \xe7\xa0\x81")], ""),
        ([("authorization", f"bearer  {lin.token} ")], ""),
    ]

    codes = []
    for headers, query in sent:
        response = await world.client.post(f"/graphql{query}", json=body, headers=dict(headers))  # type: ignore[arg-type]
        codes.append([error["extensions"]["code"] for error in response.json().get("errors", [])])

    assert codes == [["UNAUTHENTICATED"]] * 4 + [[]]


async def test_signing_out_ends_this_session_and_no_other(world: World) -> None:
    phone, tablet = await world.sign_in("Lin"), await world.sign_in("Lin")

    await phone.run("SignOut")

    await failed(phone, "Home", **ENDED)
    await failed(phone, "SignOut", **ENDED)
    assert (await tablet.run("Home"))["member"]["name"] == "林小满"


async def test_a_session_ends_after_thirty_days(world: World) -> None:
    lin = await world.sign_in("Lin")

    world.clock.advance(timedelta(days=30) - timedelta(seconds=1))
    assert (await lin.run("Home"))["member"]["name"] == "林小满"
    world.clock.advance(timedelta(seconds=1))

    await failed(lin, "Home", **ENDED)


async def test_no_token_and_no_code_is_kept_in_the_database(world: World) -> None:
    code = await world.login_code("Lin")
    token = (await world.stranger().run("SignIn", input={"code": code}))["token"]

    kept = repr(await contents(world))
    assert token not in kept
    assert code not in kept
    assert world.openids["Lin"] not in kept
    assert "13800000001" not in kept
