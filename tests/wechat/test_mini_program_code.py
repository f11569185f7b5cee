"""Codes that open the mini-program: a picture on success, JSON on failure, and who can mend what."""

import io
from typing import Any

import httpx
import pytest
from PIL import Image

from backend.wechat import verdicts
from backend.wechat.errors import WeChatMisconfigured, WeChatUnavailable
from backend.wechat.tokens import StoredToken
from tests.media.paper.marks import scanned
from tests.wechat.sandbox import Sandbox

CODES, TOKEN = "/wxa/getwxacodeunlimit", "/cgi-bin/stable_token"
WANTED: dict[str, Any] = {"page": "pages/scan/scan", "env_version": "release", "width": 430}


async def test_a_code_is_a_picture_that_opens_the_page_with_its_scene(sandbox: Sandbox) -> None:
    picture = await sandbox.client().mini_program_code("s=K7QM2XPA", **WANTED)

    image = Image.open(io.BytesIO(picture))
    assert 300 < image.width <= 430
    assert scanned(image.convert("L")) == ["pages/scan/scan?scene=s%3DK7QM2XPA"]


async def test_a_page_that_is_not_published_is_the_operator_s_and_a_trial_may_have_it(sandbox: Sandbox) -> None:
    unpublished = WANTED | {"page": "pages/none/none"}

    with pytest.raises(WeChatMisconfigured) as fault:
        await sandbox.client().mini_program_code("s=K7QM2XPA", **unpublished)
    picture = await sandbox.client().mini_program_code("s=K7QM2XPA", **(unpublished | {"env_version": "trial"}))

    assert fault.value.code == 41030
    assert "page" in fault.value.hint
    assert picture.startswith(b"\x89PNG")


@pytest.mark.parametrize(("changed", "code"), [({"width": 100}, 40097), ({"env_version": "none"}, 40097)])
async def test_what_wechat_refuses_is_the_operator_s(sandbox: Sandbox, changed: dict[str, Any], code: int) -> None:
    with pytest.raises(WeChatMisconfigured) as fault:
        await sandbox.client().mini_program_code("s=K7QM2XPA", **(WANTED | changed))

    assert fault.value.code == code


@pytest.mark.parametrize("scene", ["", "x" * 33, "s=码", "s%3D1", "a b"])
async def test_a_scene_that_wechat_would_refuse_is_our_own_mistake_and_is_not_sent(
    sandbox: Sandbox, scene: str
) -> None:
    with pytest.raises(AssertionError):
        await sandbox.client().mini_program_code(scene, **WANTED)

    assert await sandbox.asked(CODES) == 0


@pytest.mark.parametrize("scene", ["", "x" * 33, "s%3D1", None, 7])
async def test_the_sandbox_refuses_such_a_scene_as_wechat_does(sandbox: Sandbox, scene: object) -> None:
    token = await sandbox.client().access_token()

    answer = await sandbox.http.post(
        f"{sandbox.base_url}{CODES}", params={"access_token": token}, json={"scene": scene, "page": "pages/scan/scan"}
    )

    assert answer.json()["errcode"] == 40169
    assert verdicts.of(40169) is verdicts.Verdict.CONFIGURATION


async def test_a_stale_token_is_replaced_once_and_the_code_still_comes(sandbox: Sandbox) -> None:
    client = sandbox.client()
    held = await client.access_token()
    await sandbox.play("revoke-token")

    picture = await client.mini_program_code("s=K7QM2XPA", **WANTED)

    assert picture.startswith(b"\x89PNG")
    assert (await sandbox.asked(CODES), await sandbox.asked(TOKEN)) == (2, 2)
    assert sandbox.tokens.token != StoredToken(held, sandbox.clock.at)


@pytest.mark.parametrize("mode", ["busy", "quota", "html", "error500", "down"])
async def test_a_passing_fault_is_waited_out(sandbox: Sandbox, mode: str) -> None:
    await sandbox.play("faults", endpoint=CODES, mode=mode, count=2)

    picture = await sandbox.client().mini_program_code("s=K7QM2XPA", **WANTED)

    assert picture.startswith(b"\x89PNG")
    assert await sandbox.asked(CODES) == 3


@pytest.mark.parametrize(("mode", "seconds"), [("quota", 60), ("down", 5)])
async def test_a_fault_that_does_not_pass_ends_the_asking_with_a_hint(
    sandbox: Sandbox, mode: str, seconds: int
) -> None:
    await sandbox.play("faults", endpoint=CODES, mode=mode, count=9)

    with pytest.raises(WeChatUnavailable) as fault:
        await sandbox.client().mini_program_code("s=K7QM2XPA", **WANTED)

    assert fault.value.retry_seconds == seconds


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, json={"errcode": 0, "errmsg": "ok"}),
        httpx.Response(200, content=b"", headers={"content-type": "image/jpeg"}),
        httpx.Response(200, content=b"x" * (4 * 1024 * 1024 + 1), headers={"content-type": "image/jpeg"}),
    ],
    ids=["no picture", "empty", "huge"],
)
async def test_a_success_without_a_picture_is_none(sandbox: Sandbox, answer: httpx.Response) -> None:
    token = await sandbox.client().access_token()
    assert token
    async with httpx.AsyncClient(transport=httpx.MockTransport(lambda _: answer)) as http:
        with pytest.raises(WeChatUnavailable):
            await sandbox.client(http=http).mini_program_code("s=K7QM2XPA", **WANTED)
