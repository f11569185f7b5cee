"""Ranks, shared ranks, names, and one's own place."""

from datetime import timedelta
from typing import Any

import pytest

from backend.checkins.requests import Item
from tests.api.asking import accepted, act, board, forget_boards, joined, record_for
from tests.cast import World, trip

ACTS = ("lights_off", "screen_off", "unplugged")


def items(world: World, campaign: str, count: int) -> list[Item]:
    """Return so many energy acts, of 5 points each."""
    return [Item(campaign, "energy_act", world.clock.now(), {"act": act}) for act in ACTS[:count]]


async def followed_by_four(world: World, campaign: str, institution: str = "A") -> None:
    """Let four others make a trip of 5 points, so that whoever has more is named on the board of persons."""
    details = {"mode": "metro", "distance": "from_5_km", "direction": "to_work"}
    people = await world.add_members(institution, "后勤处", 4)
    await record_for(world, campaign, {one: [Item(campaign, "commute", world.clock.now(), details)] for one in people})


def both_trips(world: World, campaign: str) -> list[dict[str, Any]]:
    """Return the trips of a day, of 10 points together."""
    return [trip(campaign, world.clock.now(), direction) for direction in ("to_work", "from_work")]


async def test_equal_scores_share_a_rank_and_the_board_says_how_they_are_ordered(world: World) -> None:
    campaign = await world.open_campaign("energy-week")
    lin = await joined(world, "Lin", campaign)
    people = await world.add_members("A", "财务处", 10)
    counts = (3, 2, 2, 1, 1, 1, 1, 1, 1, 1)
    await record_for(world, campaign, dict(zip(people, [items(world, campaign, n) for n in counts], strict=True)))
    await accepted(lin, *[act(campaign, "energy_act", world.clock.now(), act=one) for one in ACTS[:2]])
    await world.project()

    shown = await board(lin, campaign, "PERSON")

    ranks = [(row["rank"], row["value"], row["label"]) for row in shown["board"]["rows"]]
    assert ranks == [(1, 15, "15 分"), (2, 10, "10 分"), (2, 10, "10 分"), (2, 10, "10 分"), (5, 5, "5 分")]
    assert "并列同一名次" in shown["board"]["ties"]
    assert (shown["board"]["participants"], shown["board"]["points"]) == (11, 80)
    assert shown["me"]["place"] == {"rank": 2, "value": 10, "label": "10 分", "mine": True}


async def test_only_the_top_is_listed_and_a_member_always_finds_the_own_place_and_its_neighbours(world: World) -> None:
    campaign = await world.open_campaign("energy-week")
    people = await world.add_members("A", "财务处", 20)
    await record_for(world, campaign, {one: items(world, campaign, 2) for one in people[:10]})
    await record_for(world, campaign, {one: items(world, campaign, 1) for one in people[10:]})
    lin = await joined(world, "Lin", campaign)
    await accepted(lin, act(campaign, "clear_plate", world.clock.now()))
    await world.project()

    shown = await board(lin, campaign, "PERSON")

    assert len(shown["board"]["rows"]) == 10
    assert shown["board"]["participants"] == 21
    assert {row["rank"] for row in shown["board"]["rows"]} == {1}
    assert shown["me"]["place"]["rank"] == 11
    assert sum(one["mine"] for one in shown["me"]["neighbours"]) == 1
    assert all(set(one) == {"rank", "value", "label", "mine"} for one in shown["me"]["neighbours"])
    assert 3 <= len(shown["me"]["neighbours"]) <= 5


@pytest.mark.parametrize(("ranked", "named"), [(1, 0), (4, 0), (5, 2), (7, 3)])
async def test_of_few_persons_the_lower_half_is_not_named_and_fewer_than_five_not_at_all(
    world: World, ranked: int, named: int
) -> None:
    campaign = await world.open_campaign("energy-week")
    people = await world.add_members("A", "财务处", ranked - 1)
    await record_for(world, campaign, {one: items(world, campaign, 2) for one in people})
    lin = await joined(world, "Lin", campaign)
    await accepted(lin, act(campaign, "energy_act", world.clock.now(), act="stairs"))
    await world.project()

    shown = await board(lin, campaign, "PERSON")

    assert [row["name"] for row in shown["board"]["rows"]] == ["员**"] * named
    assert shown["board"]["participants"] == shown["me"]["place"]["rank"] == ranked


async def test_who_has_earned_nothing_has_no_place_and_is_not_listed(world: World) -> None:
    campaign = await world.open_campaign()
    lin = await joined(world, "Lin", campaign)
    await world.project()

    shown = await board(lin, campaign, "PERSON")

    assert shown["board"]["rows"] == []
    assert shown["me"] == {"place": None, "neighbours": []}


async def test_names_are_masked_until_a_display_name_is_chosen_and_when_it_is_dropped(world: World) -> None:
    campaign = await world.open_campaign()
    lin = await joined(world, "Lin", campaign)
    await followed_by_four(world, campaign)
    await accepted(lin, *both_trips(world, campaign))
    await world.project()

    async def shown_name() -> Any:
        forget_boards(world)
        return [row["name"] for row in (await board(lin, campaign, "PERSON"))["board"]["rows"]]

    assert await shown_name() == ["林**", "员**"]
    await lin.run("SetDisplayName", input={"displayName": "小满"})
    assert await shown_name() == ["小满", "员**"]
    await lin.run("SetDisplayName", input={"displayName": None})
    assert await shown_name() == ["林**", "员**"]


async def test_day_week_and_campaign_part_at_midnight_on_monday(world: World) -> None:
    world.clock.advance(timedelta(days=6))  # Sunday
    campaign = await world.open_campaign(days=7)
    lin = await joined(world, "Lin", campaign)
    await accepted(lin, trip(campaign, world.clock.now()))
    await world.project()

    async def points() -> dict[str, tuple[str, int]]:
        forget_boards(world)
        boards = {period: await board(lin, campaign, "PERSON", period) for period in ("DAY", "WEEK", "CAMPAIGN")}
        return {period: (one["board"]["period"], one["board"]["points"]) for period, one in boards.items()}

    assert await points() == {"DAY": ("2026-06-21", 5), "WEEK": ("2026-W25", 5), "CAMPAIGN": ("campaign", 5)}
    world.clock.advance(timedelta(hours=11, minutes=59, seconds=59))
    assert (await points())["DAY"] == ("2026-06-21", 5)
    world.clock.advance(timedelta(seconds=1))
    assert await points() == {"DAY": ("2026-06-22", 0), "WEEK": ("2026-W26", 0), "CAMPAIGN": ("campaign", 5)}
    # A late report counts for its own day and week.
    await accepted(lin, trip(campaign, world.clock.now() - timedelta(hours=2), "from_work"))
    await accepted(lin, act(campaign, "lecture", world.clock.now()))
    await world.project()
    assert await points() == {"DAY": ("2026-06-22", 10), "WEEK": ("2026-W26", 10), "CAMPAIGN": ("campaign", 20)}
    # After the last day the boards stay with it.
    world.clock.advance(timedelta(days=20))
    assert (await points())["DAY"][0] == "2026-06-27"
