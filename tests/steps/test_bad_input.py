"""What a broken or hostile phone may send instead of steps: each gets its reason, and nothing is left behind."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from backend.steps.api import MOST_CHARACTERS
from tests.api.asking import LANGUAGES, answered, contents, fresh_id, nothing_written
from tests.cast import World
from tests.laws.play import points_of, rows_of, tally, together
from tests.steps.phones import Phone, at, phone_of

STALE = {"zh": "微信登录状态已更新，请重新登录后再试", "en": "Please sign in again and retry"}
REFUSED = {"zh": "微信数据无法核验或已过期", "en": "could not be verified or are too old"}


async def told(phone: Phone, problem: str, sealed: dict[str, str], *, zh: str, en: str) -> None:
    """Send something and expect this problem in both languages, and no trace of it."""
    asked = {"requestId": fresh_id(), **sealed}
    async with nothing_written(phone.world):
        await answered(phone.person, "SubmitSteps", problem, zh=zh, en=en, input=asked)


def steps_of(day: date, step: Any = 100) -> dict[str, Any]:
    """Return a payload with one day."""
    return {"stepInfoList": [{"timestamp": at(day), "step": step}]}


async def test_a_stale_key_asks_to_sign_in_again_and_the_same_request_goes_through_afterwards(world: World) -> None:
    campaign = await world.open_campaign()
    lin = await phone_of(world, "Lin", campaign)
    await lin.walk(3000)
    await lin.login()  # the phone has a new key, of which nobody has told us
    await told(lin, "SessionKeyStale", await lin.werun(), **STALE)
    request_id = fresh_id()
    assert (await lin.send(await lin.werun(), request_id))["__typename"] == "SessionKeyStale"

    lin.person = await world.sign_in("Lin")
    answer = await lin.send(await lin.werun(), request_id)

    assert (answer["__typename"], answer["earned"], answer["replayed"]) == ("StepsSubmitted", 3, False)


async def test_what_another_members_phone_was_given_is_noise_under_ones_own_key(world: World) -> None:
    lin, zhou = await phone_of(world, "Lin"), await phone_of(world, "Zhou")
    await lin.walk(5000)

    await told(zhou, "SessionKeyStale", await lin.werun(), **STALE)


async def test_a_foreign_an_old_and_a_future_watermark_are_refused(world: World) -> None:
    lin = await phone_of(world, "Lin")
    now = int(world.clock.now().timestamp())
    own = {"appid": "wx0123456789abcdef", "timestamp": now}
    for watermark in (
        own | {"appid": "wxsomebodyelses00"},
        own | {"timestamp": now - 3601},
        own | {"timestamp": now + 301},
        own | {"timestamp": float("nan")},
        None,
    ):
        sealed = await lin.seal({"watermark": watermark, **steps_of(lin.today)})
        await told(lin, "OpenDataRefused", sealed, **REFUSED)


async def test_what_is_cut_off_mangled_or_no_base64_is_refused(world: World) -> None:
    lin = await phone_of(world, "Lin")
    good = await lin.werun()
    data, iv = good["encryptedData"], good["iv"]
    for broken in (
        {"encryptedData": "", "iv": iv},
        {"encryptedData": data[:-30], "iv": iv},
        {"encryptedData": data[:-1], "iv": iv},
        {"encryptedData": "步数" * 20, "iv": iv},
        {"encryptedData": data.replace(data[100], "!"), "iv": iv},
        {"encryptedData": data, "iv": ""},
        {"encryptedData": data, "iv": "AAAA"},
        {"encryptedData": data, "iv": "\u0000" * 24},
    ):
        await told(lin, "OpenDataRefused", broken, **REFUSED)
    for noise in (
        {"encryptedData": data[:64], "iv": iv},
        {"encryptedData": data, "iv": "A" * 22 + "=="},
    ):
        await told(lin, "SessionKeyStale", noise, **STALE)


async def test_what_is_too_long_is_not_even_opened(world: World) -> None:
    lin = await phone_of(world, "Lin")
    iv = (await lin.werun())["iv"]
    many = await lin.seal({"stepInfoList": steps_of(lin.today)["stepInfoList"] * 10_000})
    assert len(many["encryptedData"]) > MOST_CHARACTERS

    await told(lin, "InvalidValue", many, zh="最多 16384 个字符", en="at most 16384 characters")
    too_long = {"encryptedData": "A" * (MOST_CHARACTERS + 1), "iv": iv}
    await told(lin, "InvalidValue", too_long, zh="“encryptedData”填写有误", en="'encryptedData' cannot")
    await told(lin, "InvalidValue", {"encryptedData": "AAAA", "iv": "A" * 25}, zh="“iv”填写有误", en="'iv' cannot")
    async with nothing_written(world):
        huge = {"requestId": fresh_id(), "encryptedData": "A" * 10_000_000, "iv": iv}
        response = await lin.person.send("SubmitSteps", {"input": huge})
    assert response.status_code == 413


async def test_the_most_that_is_opened_is_read_in_time(world: World) -> None:
    lin = await phone_of(world, "Lin")
    nested = await lin.seal({"stepInfoList": "[" * 12_000})
    assert len(nested["encryptedData"]) <= MOST_CHARACTERS

    await told(lin, "StepsInvalid", nested, zh="没有步数列表", en="there is no list of steps")


@pytest.mark.parametrize(
    ("step", "field"),
    [(wrong, "stepInfoList[0].step") for wrong in (float("nan"), -1, 10**12, 1e12, True, "8000", None)],
    ids=str,
)
async def test_a_count_that_cannot_be_is_named(world: World, step: Any, field: str) -> None:
    lin = await phone_of(world, "Lin")
    sealed = await lin.seal(steps_of(lin.today, step))

    await told(lin, "StepsInvalid", sealed, zh=f"（{field}）", en=f"({field}): its steps are a whole number")
    assert (await lin.send(sealed))["field"] == field


async def test_lists_and_days_that_cannot_be_are_named(world: World) -> None:
    lin = await phone_of(world, "Lin")
    tomorrow = steps_of(lin.today + timedelta(days=1))
    for payload, zh, en in (
        ({}, "没有步数列表", "there is no list of steps"),
        ({"stepInfoList": []}, "请先在微信中开通“微信运动”", "switch WeRun on in WeChat first"),
        ({"stepInfoList": steps_of(lin.today)["stepInfoList"] * 101}, "超过 100 条", "more than 100 entries"),
        (tomorrow, "日期晚于今天", "its day has not come yet"),
        (steps_of(date(1999, 12, 31)), "2000 至 2100 年之间", "between 2000 and 2100"),
    ):
        await told(lin, "StepsInvalid", await lin.seal(payload), zh=zh, en=en)


async def test_one_wrong_entry_spoils_them_all(world: World) -> None:
    campaign = await world.open_campaign()
    lin = await phone_of(world, "Lin", campaign)
    good, wrong = steps_of(lin.today, 5000)["stepInfoList"], steps_of(lin.today, -5)["stepInfoList"]

    await told(lin, "StepsInvalid", await lin.seal({"stepInfoList": good + wrong}), zh="[1].step", en="[1].step")


async def test_a_request_id_of_another_form_or_of_other_data_is_refused(world: World) -> None:
    lin = await phone_of(world, "Lin")
    first, second = await lin.werun(), await lin.werun()
    used = fresh_id()
    await lin.send(first, used)

    for request_id in ("", "short", "x" * 65, "步数步数步数步数", "with spaces!"):
        async with nothing_written(world):
            words = {"zh": "8 至 64 个字母", "en": "8 to 64 letters"}
            asked = {"requestId": request_id, **first}
            await answered(lin.person, "SubmitSteps", "RequestIdInvalid", **words, input=asked)
    async with nothing_written(world):
        words = {"zh": "该请求编号已用于另一项内容", "en": "used for something else"}
        await answered(lin.person, "SubmitSteps", "RequestReused", **words, input={"requestId": used, **second})


async def test_duplicate_days_count_once_by_the_larger_count(world: World) -> None:
    campaign = await world.open_campaign()
    lin = await phone_of(world, "Lin", campaign)
    told_of = [{"timestamp": at(lin.today, hour), "step": steps} for hour, steps in ((0, 1500), (9, 3500), (12, 2500))]

    answer = await lin.send(await lin.seal({"stepInfoList": told_of}))

    assert [(one["steps"], one["points"]) for one in answer["days"]] == [(3500, 3)]
    assert (await points_of(lin.person), await rows_of(world.parts.database, "step_day")) == (3, 1)


async def test_two_sendings_at_the_same_instant_earn_once(world: World) -> None:
    campaign = await world.open_campaign()
    lin = await phone_of(world, "Lin", campaign)
    await lin.walk(3000)
    sealed, request_id = await lin.werun(), fresh_id()
    others = [await lin.werun() for _ in range(5)]

    same = await together(lin.send(sealed, request_id) for _ in range(5))
    different = await together(lin.send(one) for one in others)

    assert tally(one["replayed"] for one in same) == {False: 1, True: 4}
    assert [one["days"] for one in same + different] == [same[0]["days"]] * 10
    assert sum(one["earned"] for one in different) == 0
    assert await points_of(lin.person) == 3


async def test_nothing_of_a_refused_sending_is_logged(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    lin = await phone_of(world, "Lin")
    sealed = await lin.seal(steps_of(lin.today, "canary-steps"))

    for language in LANGUAGES:
        phone = replace(lin, person=replace(lin.person, language=language))
        answer = await phone.send(sealed)
        assert "canary" not in repr(answer)

    printed = capsys.readouterr()
    assert "canary" not in printed.out + printed.err
    assert sealed["encryptedData"][:40] not in printed.out + printed.err
    assert "canary" not in repr(await contents(world))
