"""Putting an act back: as it was, whatever has happened since, and never beside the same act."""

from datetime import timedelta
from typing import Any

import pytest

from backend.checkins import verify as check_in_laws
from backend.leaderboards import verify as board_laws
from backend.points import verify as ledger_laws
from backend.review import verify
from backend.review.jobs import draw
from tests.api.asking import accepted, act, contents, fresh_id, joined
from tests.api.test_photo_proof import upload
from tests.cast import Person, World, trip
from tests.review.desk import cases, decide, next_morning, refuse, undo, waiting
from tests.steps.phones import phone_of


async def complaints(world: World) -> list[str]:
    """Return what is wrong with ledger, acts, boards and reviews."""
    await world.project()
    async with world.parts.database.read() as session:
        laws = (ledger_laws, check_in_laws, board_laws, verify)
        return [line for one in laws for line in await one.findings(session)]


async def refused_case(world: World, lin: Person, *, proof_photo: str | None = None) -> tuple[str, dict[str, Any]]:
    """Let Wu refuse what Lin has recorded; return the case and the act as it was recorded."""
    wu = await world.sign_in("Wu")
    (made,) = [one for one in (await lin.run("MyCheckIns"))["checkIns"]["items"] if one["counted"]]
    await next_morning(world)
    (case,) = await waiting(world, wu)
    assert case["proof"] == ("photo" if proof_photo else "self_declared")
    await decide(wu, refuse(case["id"]))
    return case["id"], made


async def counted(person: Person) -> list[dict[str, Any]]:
    """Return what counts for a member."""
    return [one for one in (await person.run("MyCheckIns"))["checkIns"]["items"] if one["counted"]]


async def test_an_act_comes_back_with_the_same_worth_day_terms_and_photo(world: World) -> None:
    campaign = await world.open_campaign("grain-day")
    lin = await joined(world, "Lin", campaign)
    photo = await upload(world, "Lin")
    await accepted(lin, act(campaign, "clear_plate", world.clock.now()) | {"photoId": photo})
    case, made = await refused_case(world, lin, proof_photo=photo)
    wu = await world.sign_in("Wu")

    await undo(wu, case)

    (back,) = await counted(lin)
    same = ("campaignId", "kind", "day", "slot", "proof", "points", "carbon")
    assert {name: back[name] for name in same} == {name: made[name] for name in same}
    assert back["id"] != made["id"]
    explained = [await lin.run("ExplainTransfer", id=entry) for entry in (made["pointsEntry"], back["pointsEntry"])]
    first, second = (one["transfer"] for one in explained)
    assert first["explanation"] == second["explanation"]
    assert first["amount"] == second["amount"]
    rows = (await contents(world))["upload"]
    (row,) = await cases(world)
    assert row.act_id in rows[0]
    assert row.act_id != row.check_in_id
    assert await complaints(world) == []


async def test_an_act_comes_back_although_its_campaign_has_closed(world: World) -> None:
    campaign = await world.open_campaign("green-office", days=1)
    lin = await joined(world, "Lin", campaign)
    await accepted(lin, act(campaign, "own_cup", world.clock.now()))
    case, made = await refused_case(world, lin)
    world.clock.advance(timedelta(days=6))
    await next_morning(world)
    appeal = {"requestId": fresh_id(), "reviewId": case, "text": "确实自带了杯子"}
    assert (await lin.run("AppealReview", input=appeal))["__typename"] == "AppealNotOpen"
    world.clock.advance(timedelta(days=-1))
    await lin.run("AppealReview", input=appeal)
    world.clock.advance(timedelta(days=8))
    sun = await world.sign_in("Sun")

    done = await sun.run("DecideAppeal", input={"requestId": fresh_id(), "reviewId": case, "upheld": True})

    assert done["state"] == "approved"
    assert [one["points"] for one in await counted(lin)] == [made["points"]]
    assert await complaints(world) == []


@pytest.mark.parametrize(("again", "kept"), [("photo", "photo"), (None, "self_declared")])
async def test_the_same_act_reported_since_stands_if_it_is_as_strong(
    world: World, again: str | None, kept: str
) -> None:
    campaign = await world.open_campaign("grain-day")
    lin, wu = await joined(world, "Lin", campaign), await world.sign_in("Wu")
    item = act(campaign, "clear_plate", world.clock.now())
    await accepted(lin, item)
    case, made = await refused_case(world, lin)
    more = {"photoId": await upload(world, "Lin")} if again else {}
    (other,) = await accepted(lin, item | more)

    await undo(wu, case)

    (stands,) = await counted(lin)
    assert (stands["id"], stands["proof"]) == (other["id"], kept)
    assert (await cases(world))[0].act_id != (await cases(world))[0].check_in_id
    assert (await lin.run("MyLedger"))["balance"]["points"] == other["points"]
    assert made["points"] == 5
    assert await complaints(world) == []


async def test_the_same_act_reported_since_gives_way_to_a_stronger_proof(world: World) -> None:
    campaign = await world.open_campaign("grain-day")
    lin, wu = await joined(world, "Lin", campaign), await world.sign_in("Wu")
    item = act(campaign, "clear_plate", world.clock.now())
    photo = await upload(world, "Lin")
    await accepted(lin, item | {"photoId": photo})
    case, _ = await refused_case(world, lin, proof_photo=photo)
    await accepted(lin, item)

    await undo(wu, case)

    (stands,) = await counted(lin)
    assert (stands["proof"], stands["points"]) == ("photo", 8)
    assert (await lin.run("MyLedger"))["balance"]["points"] == 8
    assert await complaints(world) == []


@pytest.mark.parametrize("weaker_first", [True, False])
async def test_of_two_that_come_back_into_one_slot_the_stronger_counts(world: World, weaker_first: bool) -> None:
    campaign = await world.open_campaign("grain-day", days=3)
    lin, wu = await joined(world, "Lin", campaign), await world.sign_in("Wu")
    word = act(campaign, "clear_plate", world.clock.now())
    first, second = [word, word | {"photoId": await upload(world, "Lin")}][:: 1 if weaker_first else -1]
    await accepted(lin, first)
    await next_morning(world)
    world.clock.advance(timedelta(hours=11, minutes=50))  # ten to midnight in Beijing
    refused = [(await waiting(world, wu))[0]["id"]]
    await decide(wu, refuse(refused[0]))
    await accepted(lin, second)
    world.clock.advance(timedelta(minutes=16))
    await draw(world.parts.database, world.clock)
    refused.append((await waiting(world, wu))[0]["id"])
    await decide(wu, refuse(refused[1]))

    outcomes = await undo(wu, *refused)

    (stands,) = await counted(lin)
    assert [one["__typename"] for one in outcomes] == ["ReviewStep"] * 2, outcomes
    assert (stands["proof"], stands["points"]) == ("photo", 8)
    assert (await lin.run("MyLedger"))["balance"]["points"] == 8
    assert {one.act_id for one in await cases(world)} == {(await cases(world))[0].act_id}
    assert await complaints(world) == []


async def test_steps_that_came_instead_of_a_refused_trip_give_way_again(world: World) -> None:
    campaign = await world.open_campaign("green-commute-month")
    phone, wu = await phone_of(world, "Lin", campaign), await world.sign_in("Wu")
    await accepted(phone.person, trip(campaign, world.clock.now()))
    case, made = await refused_case(world, phone.person)
    await phone.walk(4321, days_ago=1)
    await phone.submit()
    instead = await counted(phone.person)

    await undo(wu, case)

    assert [(one["kind"], one["points"]) for one in instead] == [("steps", 4)]
    assert [(one["kind"], one["points"]) for one in await counted(phone.person)] == [("commute", made["points"])]
    assert await complaints(world) == []


async def test_a_case_whose_act_was_proved_better_meanwhile_is_settled_thereby(world: World) -> None:
    campaign = await world.open_campaign("green-office")
    lin, wu = await joined(world, "Lin", campaign), await world.sign_in("Wu")
    item = act(campaign, "own_cup", world.clock.now())
    await accepted(lin, item)
    case, _ = await refused_case(world, lin)
    (again,) = await accepted(lin, item)
    await wu.run("ConfirmCheckIn", input={"checkInId": again["id"]})

    await undo(wu, case)
    (outcome,) = await decide(wu, refuse(case))

    assert [(one["proof"], one["points"]) for one in await counted(lin)] == [("confirmed", 10)]
    assert await waiting(world, wu) == []
    assert outcome["__typename"] == "NotCounted"
    share = await wu.run("ValidShare", campaignId=campaign, institutionId=world.institution_id("A"))
    assert (share["population"], share["decided"]) == (1, 1)
    assert await complaints(world) == []


async def test_what_filled_the_room_meanwhile_stays_and_the_limit_is_not_judged_anew(world: World) -> None:
    campaign = await world.open_campaign("green-office")
    lin, wu, at = await joined(world, "Lin", campaign), await world.sign_in("Wu"), world.clock.now()
    first = [act(campaign, "energy_act", at, act=one) for one in ("lights_off", "screen_off", "stairs")]
    await accepted(lin, *first)
    await next_morning(world)
    case = (await waiting(world, wu))[0]
    await decide(wu, refuse(case["id"]))
    await accepted(lin, act(campaign, "energy_act", at, act="unplugged"))

    await undo(wu, case["id"])

    assert len(await counted(lin)) == 4  # three a day, and the one that staff had wrongly taken away
    assert (await lin.run("MyLedger"))["balance"]["points"] == 20
    assert await complaints(world) == []
    outcome = await lin.run(
        "RecordCheckIns",
        input={"requestId": fresh_id(), "items": [act(campaign, "energy_act", at, act="cooling_26")]},
    )
    assert outcome["outcomes"][0]["__typename"] == "CapReached"


async def test_an_act_goes_and_comes_as_often_as_it_is_decided(world: World) -> None:
    campaign = await world.open_campaign("green-office")
    lin, wu = await joined(world, "Lin", campaign), await world.sign_in("Wu")
    await accepted(lin, act(campaign, "own_cup", world.clock.now()))
    case, made = await refused_case(world, lin)

    for _ in range(3):
        await undo(wu, case)
        assert [one["points"] for one in await counted(lin)] == [made["points"]]
        await decide(wu, refuse(case))
        assert await counted(lin) == []
    await undo(wu, case)
    (back,) = await counted(lin)
    confirmed = await wu.run("ConfirmCheckIn", input={"checkInId": back["id"]})

    assert confirmed["checkIn"]["points"] == 10
    assert await waiting(world, wu) == []
    assert await complaints(world) == []
