"""Roles reach a subtree and end when they are ended; what is not yours and what is not there look alike."""

from datetime import timedelta
from typing import Any

from backend.identity import service
from tests.api.asking import answered, board, end_membership, failed, nothing_written
from tests.cast import Person, World

FORBIDDEN = {"code": "FORBIDDEN", "zh": "没有进行此操作的权限", "en": "not allowed"}


def asked(world: World, place: str) -> dict[str, dict[str, Any]]:
    """Return what every console document that names an institution is asked."""
    now, day = world.clock.now(), world.clock.now().date().isoformat()
    code = {"kind": "lecture", "place": "礼堂", "validFrom": now.isoformat()}
    code["validUntil"] = (now + timedelta(hours=2)).isoformat()
    return {
        "Campaigns": {"institutionId": place},
        "Screens": {"institutionId": place},
        "ReportedCheckIns": {"institutionId": place, "campaignId": "cmp_1", "after": None},
        "OpenCampaign": {
            "input": {"institutionId": place, "theme": "plastic-free", "startsOn": day, "endsOn": day},
        },
        "IssueCode": {"input": {"institutionId": place, **code}},
        "IssueBindingCode": {"input": {"institutionId": place, "staffNumber": "A001"}},
        "RegisterScreen": {"input": {"institutionId": place, "place": "一层食堂"}},
    }


async def allowed(world: World, person: Person, key: str) -> set[bool]:
    """Return whether each console document let this person in, as a set."""
    outcomes = set()
    for document, variables in asked(world, world.institution_id(key)).items():
        errors = (await person.send(document, variables)).json().get("errors", [])
        codes = [error["extensions"]["code"] for error in errors]
        assert codes in ([], ["FORBIDDEN"]), (document, errors)
        outcomes.add(not codes)
    return outcomes


async def test_a_role_reaches_its_institution_and_everything_below(world: World) -> None:
    wu, sun, lin = [await world.sign_in(name) for name in ("Wu", "Sun", "Lin")]

    reach = {
        (name, key): await allowed(world, person, key)
        for name, person in (("Wu", wu), ("Sun", sun), ("Lin", lin))
        for key in "CDAB"
    }

    yes = {("Wu", "A"), ("Sun", "D"), ("Sun", "A"), ("Sun", "B")}
    assert reach == {key: {key in yes} for key in reach}


async def test_a_refusal_writes_nothing_and_does_not_tell_whether_the_institution_exists(world: World) -> None:
    lin = await world.sign_in("Lin")

    async with nothing_written(world):
        for place in (
            world.institution_id("B"),
            "ins_zzzzzz",
            "1 OR 1=1",
            "",
            "x" * 9999,
        ):
            for document, variables in asked(world, place).items():
                await failed(lin, document, **FORBIDDEN, **variables)


async def test_a_role_ends_when_it_is_ended_or_its_holder_leaves(world: World) -> None:
    wu, sun = await world.sign_in("Wu"), await world.sign_in("Sun")
    assert [one["role"] for one in (await wu.run("ManagedInstitutions"))["manages"]] == ["organiser"]

    async with world.parts.database.write() as session:
        place = world.institutions["A"].id or 0
        await service.end_role(session, world.members["Wu"], "organiser", place, world.clock.now())
    await end_membership(world, "Sun", world.clock.now() - timedelta(days=1))

    assert await allowed(world, wu, "A") == {False}
    assert await allowed(world, sun, "D") == {False}
    assert (await wu.run("ManagedInstitutions"))["manages"] == []


async def test_a_binding_code_is_made_only_for_a_staff_number_of_that_roster(world: World) -> None:
    wu = await world.sign_in("Wu")

    async with nothing_written(world):
        for number in ("B001", "", "A001\u0000", "１", "x" * 5000):
            await answered(
                wu,
                "IssueBindingCode",
                "NotFound",
                zh="工号",
                en="staff number",
                input={"institutionId": world.institution_id("A"), "staffNumber": number},
            )


async def test_who_has_left_sees_no_board_and_manages_nothing_while_the_grant_stands(world: World) -> None:
    campaign = await world.open_campaign()
    sun = await world.sign_in("Sun")
    assert await board(sun, campaign, "INSTITUTION") is not None

    await end_membership(world, "Sun", world.clock.now() - timedelta(days=1))

    asked: dict[str, Any] = {"campaignId": campaign, "level": "INSTITUTION", "period": "CAMPAIGN", "measure": "POINTS"}
    await failed(sun, "Board", "PROBLEM", zh="活动", en="campaign", **asked)
    assert (await sun.run("ManagedInstitutions"))["manages"] == []


async def _grant(world: World, name: str, role: str, key: str) -> None:
    async with world.parts.database.write() as session:
        place = world.institutions[key].id or 0
        await service.grant(session, world.members[name], role, place, world.clock.now())


async def test_nobody_makes_a_code_for_somebody_who_reaches_further(world: World) -> None:
    wu, sun = await world.sign_in("Wu"), await world.sign_in("Sun")
    asked: dict[str, Any] = {"input": {"institutionId": world.institution_id("A"), "staffNumber": "A001"}}
    await _grant(world, "Lin", "reviewer", "A")
    assert (await wu.run("IssueBindingCode", **asked))["__typename"] == "BindingCodeIssued"

    await _grant(world, "Lin", "reviewer", "D")

    async with nothing_written(world):
        await failed(wu, "IssueBindingCode", **FORBIDDEN, **asked)
    assert (await sun.run("IssueBindingCode", **asked))["__typename"] == "BindingCodeIssued"


async def test_a_role_that_has_ended_no_longer_keeps_an_organiser_from_making_a_code(world: World) -> None:
    wu = await world.sign_in("Wu")
    await _grant(world, "Lin", "supervisor", "D")
    async with world.parts.database.write() as session:
        place = world.institutions["D"].id or 0
        await service.end_role(session, world.members["Lin"], "supervisor", place, world.clock.now())

    made = await wu.run("IssueBindingCode", input={"institutionId": world.institution_id("A"), "staffNumber": "A001"})

    assert made["__typename"] == "BindingCodeIssued"
