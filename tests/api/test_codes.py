"""Codes shown on site: what they prove, and what they do not."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.api.asking import accepted, act, answered, failed, joined, nothing_written, refused
from tests.cast import World

NOT_VALID = {"problem": "CodeNotValid", "zh": "该码无效、已过期或不适用", "en": "unknown, expired or made for"}


async def issue(world: World, name: str, key: str, kind: str = "lecture", **more: Any) -> Any:
    """Let an organiser issue a code that is good for two hours from now."""
    now = world.clock.now()
    asked = {
        "institutionId": world.institution_id(key),
        "kind": kind,
        "place": "礼堂",
        "validFrom": now.isoformat(),
        "validUntil": (now + timedelta(hours=2)).isoformat(),
    }
    return await (await world.sign_in(name)).run("IssueCode", input=asked | more)


async def test_a_code_proves_presence_however_it_is_typed(world: World) -> None:
    campaign = await world.open_campaign()
    lin = await joined(world, "Lin", campaign)
    code = (await issue(world, "Wu", "A"))["code"]

    (made,) = await accepted(lin, act(campaign, "lecture", world.clock.now(), code=f" {code.lower()} "))

    assert (made["proof"], made["points"]) == ("station", 16)


async def test_codes_that_are_wrong_here_get_one_answer_and_the_weaker_way_stays_open(world: World) -> None:
    campaign = await world.open_campaign(at="A")
    lin, now = await joined(world, "Lin", campaign), world.clock.now()
    good = (await issue(world, "Wu", "A"))["code"]
    plate = (await issue(world, "Wu", "A", "clear_plate"))["code"]
    foreign = (await issue(world, "Sun", "B"))["code"]
    world.clock.advance(timedelta(hours=2))

    async with nothing_written(world):
        for code in (good, plate, foreign, "NOSUCH23", "", "x" * 9999, "码", "A\u0000", "'; --"):
            await refused(lin, act(campaign, "lecture", world.clock.now(), code=code), **NOT_VALID)
        await refused(lin, act(campaign, "lecture", now - timedelta(seconds=1), code=good), **NOT_VALID)
    (declared,) = await accepted(lin, act(campaign, "lecture", world.clock.now()))

    assert declared["proof"] == "self_declared"


async def test_an_act_of_the_code_s_hours_may_be_reported_later(world: World) -> None:
    campaign = await world.open_campaign()
    lin, then = await joined(world, "Lin", campaign), world.clock.now()
    code = (await issue(world, "Wu", "A"))["code"]
    world.clock.advance(timedelta(days=1))

    (late,) = await accepted(lin, act(campaign, "lecture", then, code=code))

    assert (late["proof"], late["day"]) == ("station", "2026-06-15")


async def test_a_code_is_not_made_for_an_unknown_kind_or_a_wrong_period_or_place(world: World) -> None:
    wu, now = await world.sign_in("Wu"), world.clock.now()
    asked = {"institutionId": world.institution_id("A"), "kind": "lecture", "place": "礼堂"}
    asked |= {"validFrom": now.isoformat(), "validUntil": (now + timedelta(hours=2)).isoformat()}
    wrong: list[tuple[dict[str, str], str, str]] = [
        ({"kind": "no_such"}, "“kind”", "'kind'"),
        ({"validFrom": "2026-06-15T12:00:00"}, "须带时区", "offset"),
        ({"validUntil": now.isoformat()}, "“validUntil”", "'validUntil'"),
        ({"validUntil": (now - timedelta(days=1)).isoformat()}, "“validUntil”", "'validUntil'"),
        ({"validUntil": (now + timedelta(days=32)).isoformat()}, "31 天", "31 days"),
        (
            {"validFrom": "0001-01-01T00:00:00+14:00", "validUntil": "0001-01-02T00:00:00+14:00"},
            "“validFrom”",
            "'validFrom'",
        ),
        (
            {"validFrom": "9999-12-31T00:00:00-12:00", "validUntil": "9999-12-31T12:00:00-12:00"},
            "“validFrom”",
            "'validFrom'",
        ),
        ({"place": " "}, "“place”", "'place'"),
        ({"place": "x" * 61}, "“place”", "'place'"),
        ({"place": "礼\u202e堂"}, "“place”", "'place'"),
        ({"place": "礼\u0000堂"}, "“place”", "'place'"),
    ]

    async with nothing_written(world):
        for changed, zh, en in wrong:
            await answered(wu, "IssueCode", "InvalidValue", zh=zh, en=en, input=asked | changed)
        await failed(
            replace(wu, token=None),
            "IssueCode",
            "UNAUTHENTICATED",
            zh="登录已失效",
            en="session has ended",
            input=asked,
        )


async def displayed(world: World, path: str) -> str:
    """Return what a display page shows at this moment."""
    shown = (await world.client.get(f"{path}/code.json")).json()
    assert shown["code"] in shown["picture"] or shown["picture"].startswith("<svg")
    assert 0 < shown["changes_in"] <= 20
    code: str = shown["code"]
    return code


async def test_a_changing_code_proves_more_than_a_printed_one(world: World) -> None:
    campaign = await world.open_campaign()
    lin = await joined(world, "Lin", campaign)
    path = (await issue(world, "Wu", "A", changes=True))["displayPath"]

    (made,) = await accepted(lin, act(campaign, "lecture", world.clock.now(), code=await displayed(world, path)))

    assert (made["proof"], made["points"]) == ("code", 20)


@pytest.mark.parametrize(("seconds", "problem"), [(0, None), (70, None), (81, "CodeExpired"), (3600, "CodeExpired")])
async def test_a_changing_code_is_worthless_after_a_minute_also_when_the_phone_claims_otherwise(
    world: World, seconds: int, problem: str | None
) -> None:
    campaign = await world.open_campaign()
    lin, then = await joined(world, "Lin", campaign), world.clock.now()
    code = await displayed(world, (await issue(world, "Wu", "A", changes=True))["displayPath"])
    world.clock.advance(timedelta(seconds=seconds))

    item = act(campaign, "lecture", then, code=code)
    if problem is None:
        await accepted(lin, item)
    else:
        await refused(lin, item, problem, zh="已过期", en="has passed")


@pytest.mark.parametrize("forge", ["mark", "step", "site", "short", "bare", "tail"])
async def test_a_forged_changing_code_gets_the_answer_of_any_wrong_code(world: World, forge: str) -> None:
    campaign = await world.open_campaign()
    lin, now = await joined(world, "Lin", campaign), world.clock.now()
    paths = [(await issue(world, "Wu", "A", changes=True))["displayPath"] for _ in range(2)]
    (site, step, mark), (other, _, _) = [(await displayed(world, path)).split(".") for path in paths]
    code = {
        "mark": f"{site}.{step}.{'A' * 10}",
        "step": f"{site}.{step[:-1]}{'A' if step[-1] != 'A' else 'B'}.{mark}",
        "site": f"{other}.{step}.{mark}",
        "short": f"{site}.{step}",
        "bare": site,
        "tail": f"{site}.{step}.{mark}.{mark}",
    }[forge]

    await refused(lin, act(campaign, "lecture", now, code=code), **NOT_VALID)


async def test_a_code_of_the_future_is_not_taken(world: World) -> None:
    campaign = await world.open_campaign()
    lin, now = await joined(world, "Lin", campaign), world.clock.now()
    path = (await issue(world, "Wu", "A", changes=True))["displayPath"]
    world.clock.advance(timedelta(minutes=5))
    code = await displayed(world, path)
    world.clock.advance(timedelta(minutes=-5))

    await refused(lin, act(campaign, "lecture", now, code=code), "CodeExpired", zh="动态码", en="changing code")


async def test_a_display_page_shows_the_place_and_a_strange_key_nothing(world: World) -> None:
    path = (await issue(world, "Wu", "A", changes=True))["displayPath"]

    page, english = [await world.client.get(f"{path}?lang={one}") for one in ("zh-CN", "en")]
    strange = [await world.client.get(f"/sites/nobody{tail}") for tail in ("", "/code.json")]
    script = await world.client.get("/sites/site.js")

    assert "礼堂" in page.text
    assert "绿色低碳讲堂" in page.text
    assert "Green lecture" in english.text
    assert [one.status_code for one in strange] == [404, 404]
    assert script.status_code == 200


async def test_a_place_that_is_not_on_earth_is_named(world: World) -> None:
    answer = await issue(world, "Wu", "A", latitudeE5=9_000_001, longitudeE5=0)

    assert answer["__typename"] == "InvalidValue"
