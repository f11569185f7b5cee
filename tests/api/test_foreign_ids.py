"""What belongs to another institution, and what does not exist, look alike; malformed ids are no faults."""

from typing import Any

from backend.identity import service
from tests.api.asking import accepted, act, answered, failed, joined, nothing_written, refused
from tests.cast import SHIPPED, Failed, Person, World, trip

# More of them are tried on the decoding itself, in tests/core/test_ids.py.
MALFORMED = ["", "cmp_", "1 OR 1=1", "-1", str(2**63), "cmp_١", "cmp_1\u0000", "cmp_zzzzzzzzzzzzz", "x" * 10_240]


async def neighbours(world: World) -> tuple[str, dict[str, Any], Person]:
    """Let Lin have an act in a campaign of A alone, and Chen organise B."""
    campaign = await world.open_campaign(at="A")
    lin = await joined(world, "Lin", campaign)
    (made,) = await accepted(lin, trip(campaign, world.clock.now()))
    async with world.parts.database.write() as session:
        place = world.institutions["B"].id or 0
        await service.grant(session, world.members["Chen"], "organiser", place, world.clock.now())
    return campaign, made, await world.sign_in("Chen")


async def answer_of(person: Person, document: str, variables: dict[str, Any]) -> Any:
    """Return what a document answered, errors too, without the ids that were asked for."""
    try:
        answer = await person.run(document, **variables)
    except Failed as failure:
        answer = [failure.codes, failure.messages]
    return answer


def naming(campaign: str, made: dict[str, Any], world: World) -> list[tuple[str, dict[str, Any], set[str]]]:
    """Return every document that takes an id, with these ids."""
    now, own = world.clock.now(), world.institution_id("B")
    board = {"level": "PERSON", "period": "CAMPAIGN", "measure": "POINTS"}
    record = {"requestId": "foreign-id", "items": [trip(campaign, now), act(campaign, "lecture", now)]}
    return [
        ("JoinCampaign", {"input": {"campaignId": campaign}}, {campaign}),
        ("LeaveCampaign", {"input": {"campaignId": campaign}}, {campaign}),
        ("RecordCheckIns", {"input": record}, {campaign}),
        ("Board", {"campaignId": campaign, **board}, {campaign}),
        ("ExplainTransfer", {"id": made["carbonEntry"]}, {made["carbonEntry"]}),
        ("ReverseTransfer", {"input": {"entryId": made["carbonEntry"], "reason": "试一试"}}, {made["carbonEntry"]}),
        ("ConfirmCheckIn", {"input": {"checkInId": made["id"]}}, {made["id"]}),
        ("ReportedCheckIns", {"institutionId": own, "campaignId": campaign}, {campaign}),
        ("MyCheckIns", {"after": made["id"]}, {made["id"]}),
        ("MyLedger", {"after": made["carbonEntry"]}, {made["carbonEntry"]}),
    ]


async def test_an_id_of_another_institution_gets_the_answer_of_one_that_does_not_exist(world: World) -> None:
    campaign, made, chen = await neighbours(world)
    missing = {"id": "chk_7777777", "carbonEntry": "trf_7777777"}

    async with nothing_written(world):
        foreign = naming(campaign, made, world)
        absent = naming("cmp_7777", missing, world)
        for (document, variables, ids), (_, others, other_ids) in zip(foreign, absent, strict=True):
            told = repr(await answer_of(chen, document, variables))
            expected = repr(await answer_of(chen, document, others))
            for one, other in zip(ids, other_ids, strict=True):
                expected = expected.replace(other, one)
            assert told == expected, document
            assert "绿色" not in told, document

    assert (await chen.run("Home"))["campaigns"] == []


async def test_the_problem_of_a_foreign_campaign_is_told_in_both_languages(world: World) -> None:
    campaign, made, chen = await neighbours(world)

    async with nothing_written(world):
        words = {"zh": "没有找到这项内容，或您无权查看：活动", "en": "Not found, or not yours to see: campaign"}
        await answered(chen, "JoinCampaign", "NotFound", **words, input={"campaignId": campaign})
        await refused(chen, trip(campaign, world.clock.now()), "NotFound", **words)
        board = {"level": "PERSON", "period": "CAMPAIGN", "measure": "POINTS"}
        await failed(chen, "Board", "PROBLEM", **words, campaignId=campaign, **board)
        entry = {"entryId": made["carbonEntry"], "reason": "试一试"}
        shown = {"zh": f"无权查看：{made['carbonEntry']}", "en": f"not yours to see: {made['carbonEntry']}"}
        await answered(chen, "ReverseTransfer", "NotFound", **shown, input=entry)


async def test_a_malformed_id_is_never_a_fault(world: World) -> None:
    _, _, chen = await neighbours(world)

    async with nothing_written(world):
        for wrong in MALFORMED:
            for document, variables, _ in naming(wrong, {"id": wrong, "carbonEntry": wrong}, world):
                response = await chen.send(document, variables)
                assert response.status_code == 200, (document, wrong)
                assert "UNEXPECTED" not in response.text, (document, wrong)
                assert "Traceback" not in response.text


async def test_a_screen_s_key_opens_nothing_but_its_board_and_a_person_s_token_no_screen(world: World) -> None:
    wu = await world.sign_in("Wu")
    asked = {"institutionId": world.institution_id("A"), "place": "一层食堂"}
    screen = Person(world.client, (await wu.run("RegisterScreen", input=asked))["key"])

    assert (await screen.run("CanteenBoard"))["place"] == "一层食堂"
    ended = {"code": "UNAUTHENTICATED", "zh": "登录已失效", "en": "session has ended"}
    await failed(wu, "CanteenBoard", **ended)
    async with nothing_written(world):
        for document in SHIPPED.keys() - {"CanteenBoard", "SignIn", "Kinds"}:
            variables = next((v for name, v, _ in naming("cmp_1", {"id": "chk_1", "carbonEntry": "trf_1"}, world)
                              if name == document), None)  # fmt: skip
            if variables is not None or document in ("Home", "SignOut", "Themes", "ManagedInstitutions"):
                await failed(screen, document, **ended, **(variables or {}))
