"""A long list with bad items: the good ones are recorded, each bad one is told why, in the order sent."""

from datetime import timedelta

from tests.cast import World
from tests.laws.play import ENERGY_ACTS, WASTE_CLASSES, Twins, act, points_of, record, rows_of

ITEMS = 1000


async def test_a_thousand_items_with_some_bad_record_the_good_and_explain_the_bad(twins: Twins) -> None:
    world: World = twins.world
    campaign = await world.open_campaign("green-office")
    (lin,) = await twins.members(campaign, 1)
    now = world.clock.now()
    good = [act(campaign, "waste_sorting", now, waste_class=name) for name in WASTE_CLASSES[:2]]
    good += [act(campaign, "energy_act", now, act=name) for name in ENERGY_ACTS[:3]]
    bad = {
        "NotFound": act("cmp_zzzz", "own_cup", now),
        "KindNotInCampaign": act(campaign, "no_such_kind", now),
        "ActInFuture": act(campaign, "own_cup", now + timedelta(days=1)),
        "OutsideCampaignDays": act(campaign, "own_cup", now - timedelta(days=3)),
        "DetailInvalid": act(campaign, "energy_act", now, act="moonwalk"),
        "CodeNotValid": act(campaign, "own_cup", now, code="NOSUCHCODE"),
        "AlreadyCheckedIn": good[0],
        "CapReached": act(campaign, "energy_act", now, act=ENERGY_ACTS[3]),
    }
    names, items = list(bad), list(bad.values())
    expected = ["Accepted"] * len(good) + [names[turn % len(names)] for turn in range(ITEMS - len(good))]

    answer = await record(
        lin, "a-thousand-at-once", *good, *(items[turn % len(items)] for turn in range(ITEMS - len(good)))
    )

    assert [outcome["__typename"] for outcome in answer["outcomes"]] == expected
    assert all(outcome["message"] for outcome in answer["outcomes"][len(good) :])
    assert await rows_of(world.parts.database, "check_in") == len(good)
    assert answer["points"] == await points_of(lin) == 5 * len(good)


async def test_a_thousand_good_items_of_many_members_are_all_recorded(twins: Twins) -> None:
    world = twins.world
    campaign = await world.open_campaign("green-office", starts_on=world.clock.now().date() - timedelta(days=1))
    people = await twins.members(campaign, 2)
    items = [
        act(campaign, "energy_act", world.clock.now() - timedelta(days=day), act=name)
        for day in (0, 1)
        for name in ENERGY_ACTS[:3]
    ]

    for turn, person in enumerate(people):
        answer = await record(twins.both(person)[turn], "both-days", *items)
        assert answer["points"] == 30

    assert await rows_of(world.parts.database, "check_in") == 2 * len(items)


async def test_a_list_that_is_too_long_or_empty_is_refused_whole(twins: Twins) -> None:
    world = twins.world
    campaign = await world.open_campaign("green-office")
    (lin,) = await twins.members(campaign, 1)
    item = act(campaign, "own_cup", world.clock.now())

    answers = [await record(lin, "wrong-length", *[item] * length) for length in (0, ITEMS + 1)]

    assert [answer["__typename"] for answer in answers] == ["BatchTooLarge"] * 2
    assert await rows_of(world.parts.database, "check_in") == 0
