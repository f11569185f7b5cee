"""How many SQL statements the hot documents cost, however much there is to tell."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from backend.checkins.requests import Item
from backend.core.clock import FixedClock
from tests.api.asking import accepted, act, forget_boards, fresh_id, joined, record_for
from tests.cast import World, populate, trip
from tests.steps.phones import phone_of


@pytest.fixture
def database_url(sqlite_cast: Path, tmp_path: Path) -> str:
    """Return an empty SQLite file: the statements are the same on both databases."""
    path = tmp_path / "test.db"
    path.write_bytes(sqlite_cast.read_bytes())
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture
async def world(database_url: str, clock: FixedClock) -> AsyncIterator[World]:
    """Give the cast, on SQLite alone."""
    async with populate(database_url, clock) as world:
        yield world


@contextmanager
def statements(world: World) -> Iterator[list[str]]:
    """Collect the statements that are sent, leaving out BEGIN and COMMIT."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(" ".join(statement.split()))

    engine = world.parts.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def test_recording_costs_the_same_for_one_act_and_for_many(world: World) -> None:
    campaign = await world.open_campaign("energy-week")
    lin, zhou, now = await joined(world, "Lin", campaign), await joined(world, "Zhou", campaign), world.clock.now()
    acts = [act(campaign, "energy_act", now, act=one) for one in ("lights_off", "screen_off", "stairs")]

    with statements(world) as one:
        await accepted(lin, trip(campaign, now))
    with statements(world) as many:
        await accepted(zhou, *acts, trip(campaign, now), act(campaign, "clear_plate", now))

    # Who asks; places (locked), receipts, campaigns, acts, participations; batch, acts, transfers, receipt.
    assert len(one) == 10, one
    assert len(many) == len(one), many


async def test_a_budget_costs_a_lock_and_a_count(world: World) -> None:
    campaign = await world.open_campaign("energy-week", at="A")
    lin, wu, now = await joined(world, "Lin", campaign), await world.sign_in("Wu"), world.clock.now()
    await wu.run("SetBudget", input={"requestId": "budget-0001", "campaignId": campaign, "points": 100})

    with statements(world) as sent:
        await accepted(lin, trip(campaign, now), act(campaign, "clear_plate", now))

    # As without, and: the counter (locked), and what was issued.
    assert len(sent) == 12, sent


async def test_sending_steps_costs_the_same_for_one_day_and_for_thirty_one(world: World) -> None:
    first = world.clock.now().date() - timedelta(days=1)
    campaign = await world.open_campaign(starts_on=first)
    lin, zhou = await phone_of(world, "Lin", campaign), await phone_of(world, "Zhou", campaign)
    await lin.walk(3000)
    for days_ago in range(31):
        await zhou.walk(3000, days_ago)
    day = await lin.seal({"stepInfoList": [{"timestamp": int(world.clock.now().timestamp()), "step": 3000}]})
    month = await zhou.werun()

    with statements(world) as one:
        assert (await lin.send(day))["earned"] == 3
    with statements(world) as many:
        assert (await zhou.send(month))["earned"] == 6

    # Who asks; places (locked), receipt, login, counts (read and set); campaigns taken part in, with their rules; days
    # undone; campaigns, acts, participations; batch, acts, transfers; how each day stands, and its entries; receipt.
    assert len(one) == 18, one
    assert len(many) == len(one), many


async def test_home_costs_the_same_however_many_campaigns_and_acts_there_are(world: World) -> None:
    campaign = await world.open_campaign()
    lin = await joined(world, "Lin", campaign)
    await accepted(lin, trip(campaign, world.clock.now()))
    await lin.run("Home")

    with statements(world) as few:
        await lin.run("Home")
    for theme in ("energy-week", "waste-sorting-week"):
        await joined(world, "Lin", await world.open_campaign(theme))
    await accepted(lin, trip(campaign, world.clock.now(), "from_work"))
    await lin.run("Home")
    with statements(world) as more:
        await lin.run("Home")

    # The four panels ask at once who it is for: one question is sent for all of them.
    assert len(few) == 9, few
    assert len(more) == len(few), more


async def test_objections_cost_the_same_whether_one_waits_or_two(world: World) -> None:
    campaign = await world.open_campaign(at="A")
    lin, wu, now = await joined(world, "Lin", campaign), await world.sign_in("Wu"), world.clock.now()
    costs = []

    for direction in ("to_work", "from_work"):
        (made,) = await accepted(lin, trip(campaign, now, direction))
        await wu.run("ReverseTransfer", input={"checkInId": made["id"], "reason": "与考勤不符"})
        asked = {"requestId": fresh_id(), "checkInId": made["id"], "text": "当天确实乘地铁上班"}
        await lin.run("ObjectToUndoing", input=asked)
        with statements(world) as sent:
            listed = await wu.run("Objections", institutionId=world.institution_id("A"))
            await lin.run("MyObjections")
        costs.append((len(listed), len(sent)))

    assert costs == [(1, costs[0][1]), (2, costs[0][1])]


async def test_a_board_that_has_not_changed_is_asked_for_in_a_few_statements(world: World) -> None:
    campaign = await world.open_campaign()
    details = {"mode": "metro", "distance": "from_5_km", "direction": "to_work"}
    people = await world.add_members("A", "财务处", 30)
    await record_for(world, campaign, {one: [Item(campaign, "commute", world.clock.now(), details)] for one in people})
    await world.project()
    lin = await joined(world, "Lin", campaign)
    asked = {"campaignId": campaign, "level": "DEPARTMENT", "period": "CAMPAIGN", "measure": "POINTS_PER_HEAD"}
    forget_boards(world)

    with statements(world) as made:
        await lin.run("Board", **asked)
    with statements(world) as kept:
        await lin.run("Board", **asked)

    # Who asks, the campaign, the place (twice), its revision; to make it: scores, head counts, roster.
    assert (len(made), len(kept)) == (8, 5), (made, kept)
    assert not any("transfer" in one or "check_in" in one for one in made)
