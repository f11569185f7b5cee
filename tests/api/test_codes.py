"""Codes shown on site: what they prove, and what they do not."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from backend.checkins.requests import Item
from tests.api.asking import accepted, act, answered, failed, joined, nothing_written, record_for, refused
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


@pytest.mark.parametrize(
    ("seconds", "problem"),
    [(-31, "CodeExpired"), (-30, None), (0, None), (79, None), (80, None), (81, "CodeExpired")],
)
async def test_our_clock_and_the_display_s_may_differ_by_half_a_minute_and_a_scan_may_take_one(
    world: World, seconds: int, problem: str | None
) -> None:
    campaign = await world.open_campaign()
    lin, earlier = await joined(world, "Lin", campaign), str(world.clock.now() - timedelta(hours=1))
    code = await displayed(world, (await issue(world, "Wu", "A", changes=True, validFrom=earlier))["displayPath"])
    world.clock.advance(timedelta(seconds=seconds))

    item = act(campaign, "lecture", world.clock.now(), code=code)
    if problem is None:
        await accepted(lin, item)
    else:
        await refused(lin, item, problem, zh="已过期", en="has passed")


@pytest.mark.parametrize(
    ("off", "problem", "zh", "en"),
    [
        (timedelta(hours=1), "ActInFuture", "检查手机时间", "check the phone's clock"),
        (timedelta(minutes=2, seconds=1), "ActInFuture", "检查手机时间", "check the phone's clock"),
        (timedelta(minutes=2), None, "", ""),
        (timedelta(minutes=-3), None, "", ""),
        (timedelta(minutes=-3, seconds=-1), "PhoneClockWrong", "校准", "clock is wrong"),
        (timedelta(hours=-1), "PhoneClockWrong", "校准", "clock is wrong"),
    ],
    ids=["an hour ahead", "too far ahead", "a little ahead", "a little behind", "too far behind", "an hour behind"],
)
async def test_a_phone_with_a_wrong_clock_is_told_so(
    world: World, off: timedelta, problem: str | None, zh: str, en: str
) -> None:
    campaign = await world.open_campaign()
    lin = await joined(world, "Lin", campaign)
    path = (await issue(world, "Wu", "A", changes=True, validFrom=str(world.clock.now() - timedelta(hours=2))))[
        "displayPath"
    ]
    item = act(campaign, "lecture", world.clock.now() + off, code=await displayed(world, path))

    if problem is None:
        await accepted(lin, item)
    else:
        async with nothing_written(world):
            await refused(lin, item, problem, zh=zh, en=en)


async def test_a_printed_code_is_judged_by_the_time_that_the_phone_claims(world: World) -> None:
    campaign = await world.open_campaign()
    lin, now = await joined(world, "Lin", campaign), world.clock.now()
    code = (await issue(world, "Wu", "A", validFrom=str(now - timedelta(minutes=30))))["code"]

    async with nothing_written(world):
        ahead, behind = [act(campaign, "lecture", now + timedelta(hours=hours), code=code) for hours in (1, -1)]
        await refused(lin, ahead, "ActInFuture", zh="检查手机时间", en="check the phone's clock")
        await refused(lin, behind, **NOT_VALID)


async def test_one_code_serves_everybody_at_once_and_each_of_them_once(world: World) -> None:
    campaign = await world.open_campaign()
    path = (await issue(world, "Wu", "A", changes=True))["displayPath"]
    code, now = await displayed(world, path), world.clock.now()
    staff = await world.add_members("A", "财务处", 100)

    answers = await record_for(world, campaign, {one: [Item(campaign, "lecture", now, {}, code)] for one in staff})
    lin = await joined(world, "Lin", campaign)
    await accepted(lin, act(campaign, "lecture", now, code=code))

    assert len(answers) == 100
    async with nothing_written(world):
        for again in (code, code.lower(), f" {code} "):
            item = act(campaign, "lecture", now + timedelta(seconds=5), code=again)
            await refused(lin, item, "AlreadyCheckedIn", zh="只计一次", en="counts once")


async def test_a_changing_code_of_another_kind_or_institution_is_no_code_here(world: World) -> None:
    campaign = await world.open_campaign(at="A")
    lin = await joined(world, "Lin", campaign)
    paths = [
        (await issue(world, name, key, kind, changes=True))["displayPath"]
        for name, key, kind in (("Wu", "A", "clear_plate"), ("Sun", "B", "lecture"))
    ]

    async with nothing_written(world):
        for path in paths:
            item = act(campaign, "lecture", world.clock.now(), code=await displayed(world, path))
            await refused(lin, item, **NOT_VALID)


@pytest.mark.parametrize(
    "write",
    [
        lambda code: f"{code[:4]} {code[4:]}",
        lambda code: f"{code[:4]}-{code[4:]}".lower(),
        lambda code: "".join(chr(ord(letter) + 0xFEE0) for letter in code),
        lambda code: f"s={code}",
        lambda code: f"scene=s%3D{code}",
        lambda code: f"pages/scan/scan?scene=s%3D{code}",
    ],
    ids=["in groups", "with a hyphen", "in full width", "a scene", "a scene as it comes", "a path with a scene"],
)
async def test_a_printed_code_is_taken_as_people_type_it_and_as_phones_give_it(world: World, write: Any) -> None:
    campaign = await world.open_campaign()
    lin = await joined(world, "Lin", campaign)
    code = (await issue(world, "Wu", "A"))["code"]

    (made,) = await accepted(lin, act(campaign, "lecture", world.clock.now(), code=write(code)))

    assert made["proof"] == "station"


@pytest.mark.parametrize(
    "code",
    [
        *("s=", "scene=", "s%3D", "%", "s=%00", "?scene=" * 29, "..", "A.B.C", "A.7777777777777.C", "A.777777777777.C"),
        *("１２３４.Ａ", "\u202e2345", "2" * 200, "2" * 201, "😀", "%F0%28", "s=s=s=2345", "a=b&scene=s%3D"),
    ],
)
async def test_no_text_whatever_is_a_fault(world: World, code: str) -> None:
    campaign = await world.open_campaign()
    lin = await joined(world, "Lin", campaign)

    async with nothing_written(world):
        await refused(lin, act(campaign, "lecture", world.clock.now(), code=code), **NOT_VALID)


async def test_a_code_for_lunch_does_not_prove_breakfast(world: World) -> None:
    campaign = await world.open_campaign("grain-day")
    lin, noon = await joined(world, "Lin", campaign), world.clock.now()
    begins = str(noon - timedelta(hours=8))
    lunch = (await issue(world, "Wu", "A", "clear_plate", slot="lunch", validFrom=begins))["code"]
    breakfast = act(campaign, "clear_plate", noon - timedelta(hours=4), code=lunch)

    async with nothing_written(world):
        await refused(lin, breakfast, **NOT_VALID)
    (eaten,) = await accepted(lin, act(campaign, "clear_plate", noon, code=lunch))
    (declared,) = await accepted(lin, breakfast | {"code": None})

    assert (eaten["slot"], eaten["proof"]) == ("lunch", "station")
    assert (declared["slot"], declared["proof"]) == ("breakfast", "self_declared")


async def test_a_code_for_every_meal_proves_the_meal_of_its_scan(world: World) -> None:
    campaign = await world.open_campaign("grain-day")
    lin, noon = await joined(world, "Lin", campaign), world.clock.now()
    code = (await issue(world, "Wu", "A", "clear_plate", validFrom=str(noon - timedelta(hours=8))))["code"]

    made = await accepted(lin, *(act(campaign, "clear_plate", noon - timedelta(hours=n), code=code) for n in (4, 0)))

    assert [one["slot"] for one in made] == ["breakfast", "lunch"]


async def test_a_lecture_that_goes_on_past_noon_is_one_act_by_its_code(world: World) -> None:
    campaign = await world.open_campaign()
    lin, noon = await joined(world, "Lin", campaign), world.clock.now()
    code = (await issue(world, "Wu", "A", validFrom=str(noon - timedelta(minutes=30))))["code"]

    (made,) = await accepted(lin, act(campaign, "lecture", noon - timedelta(minutes=1), code=code))
    world.clock.advance(timedelta(minutes=5))
    again = act(campaign, "lecture", world.clock.now(), code=code)
    await refused(lin, again, "AlreadyCheckedIn", zh="只计一次", en="counts once")

    assert made["slot"] == "morning"


async def test_a_meal_or_session_that_a_kind_does_not_have_is_refused_with_those_it_has(world: World) -> None:
    wu, now = await world.sign_in("Wu"), world.clock.now()
    asked = {"institutionId": world.institution_id("A"), "place": "食堂", "validFrom": now.isoformat()}
    asked |= {"validUntil": (now + timedelta(hours=2)).isoformat()}

    async with nothing_written(world):
        for kind, slot, zh, en in (
            ("clear_plate", "supper", "lunch（午餐 11:00–14:00）", "lunch (lunch 11:00"),
            ("lecture", "lunch", "morning（上午场）", "afternoon"),
            ("waste_sorting", "kitchen", "不分时段", "no sessions"),
            ("clear_plate", "", "可选", "one of"),
        ):
            given = asked | {"kind": kind, "slot": slot}
            await answered(wu, "IssueCode", "InvalidValue", zh=zh, en=en, input=given)


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
