"""Asking again: one request is recorded once, however often and wherever it is sent."""

from datetime import timedelta

from tests.cast import trip
from tests.laws.play import Twins, acts_of, points_of, record, record_one, rows_of, tally, together, told

RETRIES = 50


async def test_fifty_simultaneous_retries_yield_one_act_and_one_same_answer(twins: Twins) -> None:
    campaign = await twins.world.open_campaign()
    (lin,) = await twins.members(campaign, 1)
    item = trip(campaign, twins.world.clock.now())

    answers = await together(record(twins.both(lin)[turn % 2], "one-tap-of-lin", item) for turn in range(RETRIES))

    assert {answer["__typename"] for answer in answers} == {"CheckInReceipt"}
    assert answers[0]["outcomes"][0]["__typename"] == "Accepted"
    assert [told(answer) for answer in answers] == [told(answers[0])] * RETRIES
    assert tally(answer["replayed"] for answer in answers) == {False: 1, True: RETRIES - 1}
    database = twins.world.parts.database
    assert [await rows_of(database, table) for table in ("check_in", "receipt", "transfer")] == [1, 1, 2]


async def test_fifty_equal_acts_under_different_ids_are_accepted_once(twins: Twins) -> None:
    campaign = await twins.world.open_campaign()
    (lin,) = await twins.members(campaign, 1)
    item = trip(campaign, twins.world.clock.now())

    outcomes = await together(
        record_one(twins.both(lin)[turn % 2], f"tap-number-{turn}", item) for turn in range(RETRIES)
    )

    assert tally(outcomes) == {"Accepted": 1, "AlreadyCheckedIn": RETRIES - 1}
    assert await rows_of(twins.world.parts.database, "receipt") == 1


async def test_one_id_for_two_contents_at_once_records_one_and_refuses_the_other(twins: Twins) -> None:
    campaign = await twins.world.open_campaign()
    (lin,) = await twins.members(campaign, 1)
    there, back = (trip(campaign, twins.world.clock.now(), direction) for direction in ("to_work", "from_work"))

    answers = await together(
        record(twins.both(lin)[turn % 2], "shared-id", (there, back)[turn % 2]) for turn in range(20)
    )

    refused = [answer for answer in answers if answer["__typename"] == "RequestReused"]
    assert len(refused) == 10
    assert len(await acts_of(lin)) == 1
    assert await rows_of(twins.world.parts.database, "check_in") == 1


async def test_an_equal_id_of_another_member_is_another_request(twins: Twins) -> None:
    campaign = await twins.world.open_campaign()
    people = await twins.members(campaign, 12)
    item = trip(campaign, twins.world.clock.now())

    answers = await together(
        record(twins.both(person)[turn % 2], "equal-id", item) for turn, person in enumerate(people)
    )

    assert [answer["replayed"] for answer in answers] == [False] * 12
    assert [await points_of(person) for person in people] == [5] * 12


async def test_a_refused_request_is_mended_and_sent_again_under_its_id(twins: Twins) -> None:
    campaign = await twins.world.open_campaign()
    (lin,) = await twins.members(campaign, 1)
    now = twins.world.clock.now()
    wrong, right = trip(campaign, now + timedelta(hours=1)), trip(campaign, now)

    before = await together(record_one(one, "mended-request", wrong) for one in twins.both(lin) * 3)
    after = await together(record_one(one, "mended-request", right) for one in twins.both(lin) * 3)

    assert before == ["ActInFuture"] * 6
    assert after == ["Accepted"] * 6
    assert len(await acts_of(lin)) == 1


async def test_an_answer_is_given_again_days_later_and_after_the_act_was_undone(twins: Twins) -> None:
    world = twins.world
    campaign = await world.open_campaign()
    (lin,) = await twins.members(campaign, 1)
    wu = await world.sign_in("Wu")
    item = trip(campaign, world.clock.now())
    first = await record(lin, "long-forgotten", item)
    entry = first["outcomes"][0]["checkIn"]["pointsEntry"]
    undone = await wu.run("ReverseTransfer", input={"entryId": entry, "reason": "误报"})
    world.clock.advance(timedelta(days=20))

    again = await together(record(one, "long-forgotten", item) for one in twins.both(lin))

    assert undone["__typename"] == "TransferReversed"
    assert [told(answer) for answer in again] == [told(first)] * 2
    assert await points_of(lin) == 0


async def test_joining_by_an_impatient_thumb_is_joining_once(twins: Twins) -> None:
    campaign = await twins.world.open_campaign()
    (lin,) = await twins.members(None, 1)

    answers = await together(
        twins.both(lin)[turn % 2].run("JoinCampaign", input={"campaignId": campaign}) for turn in range(20)
    )

    assert tally(answer["__typename"] for answer in answers) == {"CampaignJoined": 20}
    assert await rows_of(twins.world.parts.database, "participation") == 1


async def test_one_campaign_theme_is_opened_at_two_instances_at_once(twins: Twins) -> None:
    world = twins.world
    sun = await world.sign_in("Sun")
    wanted = {"theme": "plastic-free", "institutionId": world.institution_id("D")}
    wanted |= {"startsOn": "2026-06-16", "endsOn": "2026-06-20"}

    answers = await together(twins.both(sun)[turn % 2].run("OpenCampaign", input=wanted) for turn in range(8))

    assert tally(answer["__typename"] for answer in answers) == {"CampaignOpened": 8}
    assert len({answer["campaign"]["id"] for answer in answers}) == 1
