"""A limit is a limit: simultaneous requests at two instances never get past it."""

from datetime import timedelta

from tests.laws.play import ENERGY_ACTS, Twins, act, acts_of, points_of, record, record_one, tally, together

EVERYBODY = 6


async def test_no_more_acts_than_a_day_allows(twins: Twins) -> None:
    world = twins.world
    campaign = await world.open_campaign("green-office")
    people = await twins.members(campaign, EVERYBODY)
    now = world.clock.now()

    outcomes = await together(
        record_one(twins.both(person)[turn % 2], f"energy-{turn:03d}", act(campaign, "energy_act", now, act=name))
        for person in people
        for turn, name in enumerate(ENERGY_ACTS * 2)
    )

    assert tally(outcomes)["Accepted"] == 3 * EVERYBODY
    assert set(outcomes) == {"Accepted", "AlreadyCheckedIn", "CapReached"}
    assert [len(await acts_of(person)) for person in people] == [3] * EVERYBODY


async def test_no_more_acts_than_a_campaign_allows_over_its_days(twins: Twins) -> None:
    world = twins.world
    today = world.clock.now()
    campaign = await world.open_campaign("green-commute-month", starts_on=today.date() - timedelta(days=2))
    people = await twins.members(campaign, EVERYBODY)

    outcomes = await together(
        record_one(twins.both(person)[day % 2], f"lecture-{day}", act(campaign, "lecture", today - timedelta(days=day)))
        for person in people
        for day in (0, 1, 2)
    )

    assert tally(outcomes) == {"Accepted": 2 * EVERYBODY, "CapReached": EVERYBODY}


async def test_no_more_points_than_a_day_allows_across_kinds(twins: Twins) -> None:
    world = twins.world
    campaign = await world.open_campaign("green-office")
    people = await twins.members(campaign, EVERYBODY)
    now = world.clock.now()
    # 50 points by paper and 5 for each of six other acts: 80 with a limit of 60.
    items = [act(campaign, "paperless", now, sheets=50), act(campaign, "own_cup", now)]
    items += [act(campaign, "energy_act", now, act=name) for name in ENERGY_ACTS[:3]]
    items += [act(campaign, "water_act", now, act=name) for name in ("tap_closed", "leak_reported")]

    outcomes = await together(
        record_one(twins.both(person)[turn % 2], f"kind-of-act-{turn}", item)
        for person in people
        for turn, item in enumerate(items)
    )

    assert tally(outcomes) == {"Accepted": len(items) * EVERYBODY}
    assert [await points_of(person) for person in people] == [60] * EVERYBODY


async def test_a_limit_holds_inside_one_request_and_across_members_in_one_transaction(twins: Twins) -> None:
    world = twins.world
    campaign = await world.open_campaign("green-office")
    people = await twins.members(campaign, EVERYBODY)
    items = [act(campaign, "energy_act", world.clock.now(), act=name) for name in ENERGY_ACTS]

    answers = await together(
        record(twins.both(person)[turn], f"all-six-{turn}", *items) for person in people for turn in (0, 1)
    )

    accepted = sum(one["__typename"] == "Accepted" for answer in answers for one in answer["outcomes"])
    assert accepted == 3 * EVERYBODY
    assert [await points_of(person) for person in people] == [15] * EVERYBODY
