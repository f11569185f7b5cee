"""Every kind of entry can be explained, in both languages, to the milligram."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from tests.api.asking import accepted, act, joined
from tests.api.test_codes import displayed, issue
from tests.cast import Person, World, trip


async def told(person: Person, entry: str) -> tuple[str, str]:
    """Return how an entry is explained in Chinese and in English."""
    sentences = []
    for language in ("zh-CN", "en"):
        found = await replace(person, language=language).run("ExplainTransfer", id=entry)
        sentences.append(found["transfer"]["explanation"]["sentence"])
    return sentences[0], sentences[1]


async def test_points_and_carbon_of_an_act_are_told_as_sums(world: World) -> None:
    campaign = await world.open_campaign()
    lin = await joined(world, "Lin", campaign)
    (made,) = await accepted(lin, trip(campaign, world.clock.now()))

    entry = (await lin.run("ExplainTransfer", id=made["carbonEntry"]))["transfer"]

    assert await told(lin, made["pointsEntry"]) == ("10 分 × 50%（凭证） = 5", "10 points × 50% (proof) = 5")
    zh, en = await told(lin, made["carbonEntry"])
    assert en == "5 km × 0.072 kgCO2/km × 50% = 180 g"
    assert zh.endswith("× 50% = 180 g")
    assert (entry["amount"], entry["ledger"], entry["day"]) == (180_000, "carbon_mg", "2026-06-15")
    used = entry["explanation"]["factor"]
    assert (used["key"], used["value"], used["unit"]) == ("reduction.travel.rail_km", "0.072", "kgCO2/km")
    assert "DB11/T 3043—2024" in used["source"]
    assert used["confidence"] == "derived"


async def test_units_a_special_day_and_full_proof_are_told(world: World) -> None:
    campaign = await world.open_campaign("energy-week")
    world.clock.advance(timedelta(days=2))
    lin = await joined(world, "Lin", campaign)
    code = await displayed(world, (await issue(world, "Wu", "A", "paperless", changes=True))["displayPath"])
    (made,) = await accepted(lin, act(campaign, "paperless", world.clock.now(), code=code, sheets=10))

    assert await told(lin, made["pointsEntry"]) == (
        "2 分 × 10 张 × 100%（凭证） × 200%（主题日） = 40",
        "2 points × 10 sheet × 100% (proof) × 200% (special day) = 40",
    )
    zh, en = await told(lin, made["carbonEntry"])
    assert zh == "10 张 × 0.0052 kgCO2e/张 × 100% = 52 g"
    assert en == "10 sheet × 0.0052 kgCO2e/sheet × 100% = 52 g"


async def test_what_was_taken_back_says_why(world: World) -> None:
    campaign = await world.open_campaign()
    lin, wu = await joined(world, "Lin", campaign), await world.sign_in("Wu")
    (made,) = await accepted(lin, trip(campaign, world.clock.now()))
    confirmed = (await wu.run("ConfirmCheckIn", input={"checkInId": made["id"]}))["checkIn"]
    full = (await lin.run("MyCheckIns", after=None))["checkIns"]["items"][0]
    await wu.run("ReverseTransfer", input={"entryId": full["pointsEntry"], "reason": "误报"})

    entries: list[Any] = (await lin.run("MyLedger", after=None))["ledger"]["items"]

    assert confirmed["id"] == full["id"]
    undone = {one["reversesId"]: await told(lin, one["id"]) for one in entries if one["reversesId"]}
    assert undone[made["pointsEntry"]] == ("已由更强的凭证取代，冲回 5", "replaced by a stronger proof; 5 taken back")
    assert undone[full["pointsEntry"]] == ("冲回 10，原因：误报", "10 taken back: 误报")
    assert {zh for zh, _ in undone.values()} >= {"冲回 360 g，原因：误报", "已由更强的凭证取代，冲回 180 g"}


async def test_every_amount_of_a_member_adds_up_to_the_balance(world: World) -> None:
    campaign = await world.open_campaign("energy-week")
    lin, now = await joined(world, "Lin", campaign), world.clock.now()
    acts = ("lights_off", "screen_off", "stairs")
    await accepted(
        lin, trip(campaign, now), act(campaign, "paperless", now, sheets=3), act(campaign, "clear_plate", now),
        *[act(campaign, "energy_act", now, act=one) for one in acts],
    )  # fmt: skip

    ledger = await lin.run("MyLedger", after=None)

    for name, held in (("points", "points"), ("carbon_mg", "carbon")):
        total = sum(one["amount"] for one in ledger["ledger"]["items"] if one["ledger"] == name)
        balance = ledger["balance"][held]
        assert total == (balance if name == "points" else balance["milligrams"])
    assert ledger["balance"]["points"] == 5 + 3 + 5 + 3 * 5
    assert ledger["balance"]["carbon"]["grams"] == "187.8"  # 180 g + 3 × 5.2 g × 50 %
