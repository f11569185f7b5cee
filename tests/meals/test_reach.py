"""Who manages an institution or runs its canteen keeps its log; the role of the canteen opens nothing else."""

from datetime import timedelta
from typing import Any

import pytest

from backend.identity import service
from tests.api.asking import end_membership, failed, nothing_written
from tests.cast import Failed, Person, World
from tests.custody.drive import begin
from tests.identity.test_roles import asked as console
from tests.meals.canteen import FORBIDDEN, MONDAY, hire_cook, log, lunch, recorded


async def shut_out(person: Person, world: World, place: str) -> None:
    """Assert that somebody neither writes nor reads the log of the institution with that id."""
    days = {"from": MONDAY.isoformat(), "until": MONDAY.isoformat()}
    async with nothing_written(world):
        await failed(person, "RecordMealWaste", **FORBIDDEN, input=lunch(world, institutionId=place))
        await failed(person, "MealWastes", **FORBIDDEN, institutionId=place, **days)


@pytest.mark.parametrize("name", ["Wu", "Sun"])
async def test_who_manages_the_institution_keeps_its_log(world: World, name: str) -> None:
    person = await world.sign_in(name)

    await recorded(person, lunch(world))

    assert len(await log(person, world)) == 1


async def test_who_runs_the_canteen_keeps_its_log(world: World) -> None:
    cook = await hire_cook(world)

    await recorded(cook, lunch(world))

    assert len(await log(cook, world)) == 1
    held = (await cook.run("ManagedInstitutions"))["manages"]
    assert [(one["role"], one["institution"]["name"]) for one in held] == [("canteen", "滨河区档案馆")]


async def test_an_institution_of_others_and_one_that_is_not_there_look_alike(world: World) -> None:
    cook, wu = await hire_cook(world), await world.sign_in("Wu")
    chen = await hire_cook(world, "Chen", over="B")
    await recorded(cook, lunch(world))

    for person in (cook, wu):
        for place in (world.institution_id("B"), world.institution_id("D"), "ins_zzzzzz", "1 OR 1=1", "", "x" * 9999):
            await shut_out(person, world, place)
    await shut_out(chen, world, world.institution_id("A"))
    assert await log(chen, world, at="B") == []


@pytest.mark.parametrize("role", [None, "reviewer", "recycler"])
async def test_nobody_else_keeps_the_log(world: World, role: str | None) -> None:
    if role is not None:
        async with world.parts.database.write() as session:
            place = world.institutions["A"].id or 0
            await service.grant(session, world.members["Lin"], role, place, world.clock.now())

    await shut_out(await world.sign_in("Lin"), world, world.institution_id("A"))


async def test_who_is_not_signed_in_or_holds_a_screen_s_key_keeps_no_log(world: World) -> None:
    wu = await world.sign_in("Wu")
    hung = await wu.run("RegisterScreen", input={"institutionId": world.institution_id("A"), "place": "一层食堂"})
    days = {"from": MONDAY.isoformat(), "until": MONDAY.isoformat()}
    place = world.institution_id("A")

    ended = {"code": "UNAUTHENTICATED", "zh": "登录已失效", "en": "session has ended"}
    async with nothing_written(world):
        for somebody in (world.stranger(), Person(world.client, hung["key"])):
            await failed(somebody, "RecordMealWaste", **ended, input=lunch(world))
            await failed(somebody, "MealWastes", **ended, institutionId=place, **days)


@pytest.mark.parametrize("ended", ["the role", "the membership"])
async def test_a_cook_whose_time_is_over_keeps_no_log(world: World, ended: str) -> None:
    cook = await hire_cook(world)
    await recorded(cook, lunch(world))

    if ended == "the role":
        async with world.parts.database.write() as session:
            place = world.institutions["A"].id or 0
            await service.end_role(session, world.members["Lin"], "canteen", place, world.clock.now())
    else:
        await end_membership(world, "Lin", world.clock.now() - timedelta(days=1))

    await shut_out(cook, world, world.institution_id("A"))


async def test_the_role_of_the_canteen_opens_nothing_else(world: World) -> None:
    drive = await begin(world)
    member = await drive.member("Zhou")
    phone = await drive.brought(member, "handed_over")
    cook = await hire_cook(world, "Lin", over="D")
    at = {"institutionId": world.institution_id("A"), "campaignId": drive.campaign}

    async with nothing_written(world):
        for document, variables in console(world, world.institution_id("A")).items():
            await failed(cook, document, **FORBIDDEN, **variables)
        for document in ("CustodyItems", "CustodyTotals", "ReviewQueue", "ReviewSettings"):
            assert await refusal(cook, document, at) == ["FORBIDDEN"], document
        sealing = {"requestId": "cook-0001", "devices": [{"deviceId": phone}]}
        assert await refusal(cook, "SealDevices", {"input": sealing}) == ["FORBIDDEN"]


async def refusal(person: Person, document: str, variables: dict[str, Any]) -> list[Any]:
    """Return the codes of the errors that a document ends in."""
    try:
        answer = await person.run(document, **variables)
    except Failed as failure:
        return failure.codes
    raise AssertionError(answer)
