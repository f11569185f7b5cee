"""Amounts, units and details that no act has."""

from datetime import timedelta
from typing import Any

from tests.api.asking import accepted, act, failed, fresh_id, joined, nothing_written, record, refused
from tests.cast import World

NOT_A_NUMBER = ("必须是数字", "it must be a number")
WEIGHTS: list[tuple[object, tuple[str, str]]] = [
    (0, ("必须大于 0", "it must be more than 0")),
    ("-0.0", ("必须大于 0", "it must be more than 0")),
    (-1, ("必须大于 0", "it must be more than 0")),
    (200.001, ("不能大于 200", "it must be 200 or less")),
    (10**9, ("不能大于 200", "it must be 200 or less")),
    ("9" * 4000, ("不能大于 200", "it must be 200 or less")),
    ("1e99999", ("不能大于 200", "it must be 200 or less")),
    ("NaN", ("必须是有限的数", "it must be a finite number")),
    ("sNaN", ("必须是有限的数", "it must be a finite number")),
    ("-Infinity", ("必须是有限的数", "it must be a finite number")),
    (0.0001, ("最多 3 位小数", "more than 3 decimal places")),
    ("1e-99999", ("最多 3 位小数", "more than 3 decimal places")),
    ("three", NOT_A_NUMBER),
    ("1 kg", NOT_A_NUMBER),
    ("", NOT_A_NUMBER),
    ("\u0000", NOT_A_NUMBER),
    (None, NOT_A_NUMBER),
    (True, NOT_A_NUMBER),
    ([1], NOT_A_NUMBER),
    ({"amount": 1}, NOT_A_NUMBER),
]
SHEETS: list[tuple[object, tuple[str, str]]] = [
    (0, ("不能小于 1", "it must be 1 or more")),
    (-5, ("不能小于 1", "it must be 1 or more")),
    (101, ("不能大于 100", "it must be 100 or less")),
    (2**63, ("不能大于 100", "it must be 100 or less")),
    (1.5, ("必须是整数", "it must be a whole number")),
    ("3", ("必须是整数", "it must be a whole number")),
    (True, ("必须是整数", "it must be a whole number")),
    (None, ("必须是整数", "it must be a whole number")),
]


async def test_a_weight_that_is_none_is_refused_by_name_and_reason(world: World) -> None:
    campaign = await world.open_campaign("waste-sorting-week")
    lin, now = await joined(world, "Lin", campaign), world.clock.now()

    async with nothing_written(world):
        for weight, (zh, en) in WEIGHTS:
            item = act(campaign, "recyclables", now, material="pet", kilograms=weight)
            outcome = await refused(lin, item, "DetailInvalid", zh=f"“kilograms”填写有误：{zh}", en=en)
            assert outcome["field"] == "kilograms"


async def test_a_count_that_is_none_is_refused_by_name_and_reason(world: World) -> None:
    campaign = await world.open_campaign("energy-week")
    lin, now = await joined(world, "Lin", campaign), world.clock.now()

    async with nothing_written(world):
        for sheets, (zh, en) in SHEETS:
            item = act(campaign, "paperless", now, sheets=sheets)
            await refused(lin, item, "DetailInvalid", zh=f"“sheets”填写有误：{zh}", en=en)


async def test_a_wrong_unit_a_missing_detail_and_a_wrong_choice_are_named(world: World) -> None:
    campaign = await world.open_campaign("waste-sorting-week")
    lin, now = await joined(world, "Lin", campaign), world.clock.now()
    wrong: list[tuple[str, dict[str, Any], str, str]] = [
        ("recyclables", {"material": "pet", "jin": 2}, "“kilograms”填写有误：缺少该项", "it is missing"),
        (
            "recyclables",
            {"material": "pet", "kilograms": 1, "unit": "jin"},
            "“unit”填写有误：没有这一项",
            "no such detail",
        ),
        ("recyclables", {"material": "gold", "kilograms": 1}, "只能是：'paper'", "it must be one of: 'paper'"),
        ("recyclables", {}, "“material”填写有误：缺少该项", "it is missing"),
        ("ewaste", {"category": "phone"}, "“owner”填写有误：缺少该项", "it is missing"),
        ("own_cup", {"photo": "x" * 5000}, "“photo”填写有误：没有这一项", "no such detail"),
        ("own_cup", {"x\u0000" * 100: 1}, "没有这一项", "no such detail"),
    ]

    async with nothing_written(world):
        for kind, details, zh, en in wrong:
            await refused(lin, act(campaign, kind, now, **details), "DetailInvalid", zh=zh, en=en)


async def test_a_trip_too_far_for_its_mode_and_a_kind_of_another_theme_are_refused(world: World) -> None:
    campaign = await world.open_campaign()
    lin, now = await joined(world, "Lin", campaign), world.clock.now()

    async with nothing_written(world):
        walk = act(campaign, "commute", now, mode="walk", distance="from_10_km", direction="to_work")
        await refused(
            lin, walk, "DetailInvalid", zh="该出行方式最远可选 from_1_km", en="longest distance for this mode"
        )
        for kind in ("recyclables", "no_such_kind", "", "x" * 9999, "commute\u0000"):
            await refused(
                lin, act(campaign, kind, now), "KindNotInCampaign", zh="可打卡：“135”绿色出行", en="135 green commuting"
            )


async def test_details_that_are_no_object_are_a_bad_request(world: World) -> None:
    campaign = await world.open_campaign()
    lin, now = await joined(world, "Lin", campaign), world.clock.now()

    async with nothing_written(world):
        nothing: list[object] = [[], "{}", 1, None, True]
        for details in nothing:
            item = act(campaign, "lecture", now) | {"details": details}
            await failed(
                lin, "RecordCheckIns", "BAD_REQUEST", zh="details", en="details",
                input={"requestId": fresh_id(), "items": [item]},
            )  # fmt: skip


async def test_a_self_declared_weight_earns_points_and_no_carbon_until_it_is_weighed(world: World) -> None:
    campaign = await world.open_campaign("waste-sorting-week")
    lin, now = await joined(world, "Lin", campaign), world.clock.now()

    (own,) = await accepted(lin, act(campaign, "recyclables", now, material="pet", kilograms="2.000"))
    receipt = await record(lin, act(campaign, "ewaste", now - timedelta(hours=1), category="laptop", owner="unit"))

    assert (own["points"], own["carbon"]["milligrams"]) == (10, 0)
    # A unit's own asset is recorded and earns nobody personal points.
    assert (receipt["points"], receipt["carbon"]["milligrams"]) == (0, 0)
