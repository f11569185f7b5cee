"""Codes shown on site: what they prove, and what they do not."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

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

    assert (made["proof"], made["points"]) == ("code", 20)


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

    assert (late["proof"], late["day"]) == ("code", "2026-06-15")


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
