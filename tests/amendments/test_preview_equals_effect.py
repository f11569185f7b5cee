"""Random acts, random changes of the rules: what the preview says is what is there after, for everybody."""

import json
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from backend.amendments import foresight, service
from backend.amendments.changes import Change, KindChange
from backend.amendments.figures import Figures
from backend.amendments.foresight import Foreseen, Proposal
from backend.campaigns import queries as campaigns
from backend.campaigns.queries import Running
from backend.campaigns.shelf import Shelf
from backend.carbon import method
from backend.carbon.factors import FactorSet
from backend.checkins import decisions
from backend.checkins.kind import all_kinds
from backend.checkins.proof import Proof
from backend.checkins.requests import Item
from backend.checkins.tables import CheckIn
from backend.core.receipts import Order
from backend.core.text import Text
from backend.leaderboards import periods, queries
from backend.leaderboards.queries import Scope
from backend.points.tables import Transfer
from tests.amendments.office import carried, complaints, number
from tests.api.asking import fresh_id, record_for
from tests.cast import World

EXAMPLES, PEOPLE, DAYS, THRESHOLD = 4, 7, 3, 5
THEME = "green-commute-month"
WALK = "reduction.travel.walk_km"


@dataclass(frozen=True)
class Told:
    """An act of the so-manieth member, so many days ago, and what staff do with it afterwards."""

    member: int
    days_ago: int
    direction: str
    mode: str
    after: str


ACTS = st.lists(
    st.builds(
        Told,
        member=st.integers(0, 2 * PEOPLE - 1),
        days_ago=st.integers(0, DAYS - 1),
        direction=st.sampled_from(["to_work", "from_work"]),
        mode=st.sampled_from(["walk", "metro"]),
        after=st.sampled_from(["nothing", "nothing", "nothing", "confirm", "reverse"]),
    ),
    min_size=25,
    max_size=45,
    unique_by=lambda one: (one.member, one.days_ago, one.direction),
)
CHANGES = st.builds(
    Change,
    kinds=st.builds(
        KindChange,
        kind=st.just("commute"),
        points=st.none() | st.integers(1, 90),
        per_day=st.none() | st.integers(1, 3),
    ).map(lambda one: (one,)),
    points_per_day=st.none() | st.integers(1, 60),
    proof_credit=st.sampled_from([{}, {"self_declared": 80}, {"self_declared": 0, "photo": 0}]),
    special_days=st.sampled_from([{}, {"car-free-day": 500}]),
    factors=st.sampled_from([(), (WALK,)]),
)
FROM = st.integers(0, DAYS - 1)
FACTOR = st.integers(1, 900)


def _examples() -> list[tuple[list[Told], Change, int, int]]:
    """Return the same examples in every run."""
    found: list[tuple[list[Told], Change, int, int]] = []

    @settings(max_examples=EXAMPLES * 3, deadline=None, derandomize=True, database=None, phases=[Phase.generate])
    @given(ACTS, CHANGES, FROM, FACTOR)
    def gather(acts: list[Told], change: Change, days_ago: int, factor: int) -> None:
        if change.points_per_day or change.proof_credit or change.factors or change.kinds[0].points:
            found.append((acts, change, days_ago, factor))

    gather()
    return found[:EXAMPLES]


async def test_the_preview_is_what_is_there_afterwards(world: World) -> None:
    world.clock.advance(timedelta(days=99))  # 22 September, the car-free day
    today = world.clock.now().date()
    people = [
        await world.add_members("A", f"{name}{turn}", PEOPLE) for turn in range(EXAMPLES) for name in ("一处", "二处")
    ]
    moved = 0
    for turn, (acts, change, days_ago, factor) in enumerate(_examples()):
        members = people[2 * turn] + people[2 * turn + 1]
        campaign = await world.open_campaign(THEME, "A", today - timedelta(days=DAYS - 1), DAYS + turn)
        await _play(world, campaign, members, acts)
        before = await _ranks(world, campaign)

        foreseen = await _agree(world, campaign, change, today - timedelta(days=days_ago), factor)
        await carried(world)

        figures = foreseen.preview.figures
        moved += len(figures.boards)
        assert await _sums(world, campaign) == _told(figures), change
        assert await _earned(world, campaign) == await _owed(world, campaign, foreseen.changed)
        assert _moves(before, await _ranks(world, campaign)) == _moved(figures)
        assert await complaints(world) == []
    assert moved > EXAMPLES  # else the ranks were not tried


async def _play(world: World, campaign: str, members: list[int], acts: list[Told]) -> None:
    by_member: dict[int, list[Item]] = {member: [] for member in members}
    for one in acts:
        details = {"mode": one.mode, "distance": "from_1_km", "direction": one.direction}
        at = world.clock.now() - timedelta(days=one.days_ago)
        by_member[members[one.member]].append(Item(campaign, "commute", at, details))
    await record_for(world, campaign, {**by_member})
    wanted = {(members[one.member], one.days_ago, one.direction): one.after for one in acts}
    for act in await _acts(world, campaign):
        ago = (world.clock.now().date() - act.day).days
        after = wanted[act.member_id, ago, act.slot]
        async with world.parts.database.write() as session:
            if after == "confirm":
                await decisions.confirm(session, act.id, world.members["Wu"], world.clock.now())
            elif after == "reverse":
                await decisions.reverse(session, act.id, world.members["Wu"], "重复", world.clock.now())
    await world.project()


async def _agree(world: World, campaign: str, change: Change, from_day: date, factor: int) -> Foreseen:
    now, shelf = world.clock.now(), world.parts.services.use(Shelf)
    newer = [
        one.model_copy(update={"value": Decimal(factor).scaleb(-3)}) if one.key == WALK else one
        for one in shelf.factors.factors
    ]
    proposal = Proposal(number(campaign), change, from_day, restates=True, reason="测试")
    async with world.parts.database.read() as session:
        running = await campaigns.one(session, number(campaign))
        assert running is not None
        shelf = replace(shelf, factors=FactorSet.of(newer))
        foreseen = await foresight.foresee(session, running, proposal, shelf=shelf, now=now, threshold=THRESHOLD)
    wu, sun = world.members["Wu"], world.members["Sun"]
    async with world.parts.database.write() as session:
        made = await service.propose(session, Order(wu, fresh_id(), "propose", 0), proposal, foreseen, now)
    async with world.parts.database.write() as session:
        order = Order(sun, fresh_id(), "agree", 0)
        await service.agree(session, order, made.subject_id, foreseen.preview.basis, now)
    return foreseen


async def _acts(world: World, campaign: str) -> list[CheckIn]:
    async with world.parts.database.read() as session:
        found = await session.exec(
            select(CheckIn)
            .where(col(CheckIn.campaign_id) == number(campaign), col(CheckIn.counted))
            .order_by(col(CheckIn.id))
        )
        return list(found)


async def _sums(world: World, campaign: str) -> dict[str, int]:
    """Sum the offsets that are in the ledger."""
    async with world.parts.database.read() as session:
        found = await session.exec(
            select(Transfer).where(
                col(Transfer.campaign_id) == number(campaign), col(Transfer.cause).startswith("restated/")
            )
        )
        offsets = found.all()
    sums: dict[str, int] = defaultdict(int)
    for one in offsets:
        way = "up" if one.to_account & 15 == 2 else "down"
        sums[f"{one.ledger}_{way}"] += one.amount
    return {
        **sums,
        "transfers": len(offsets),
        "acts": len({one.cause for one in offsets}),
        "members": len({one.member_id for one in offsets}),
    }


def _told(figures: Figures) -> dict[str, int]:
    names = ("points_up", "points_down", "carbon_mg_up", "carbon_mg_down", "transfers", "acts", "members")
    told = {name: getattr(figures, name) for name in names}
    return {name: value for name, value in told.items() if value or name in {"transfers", "acts", "members"}}


async def _earned(world: World, campaign: str) -> dict[int, tuple[int, int]]:
    """Sum the ledger by act, as whoever looks from outside would."""
    earned: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    async with world.parts.database.read() as session:
        for one in await session.exec(select(Transfer).where(col(Transfer.campaign_id) == number(campaign))):
            if one.reverses_id is None and one.cause.startswith(("check-in/", "restated/")):
                act, way = int(one.cause.split("/")[1]), 1 if one.to_account & 15 == 2 else -1
                earned[act][one.ledger != "points"] += way * one.amount
    counted = {act.id: act for act in await _acts(world, campaign)}
    assert all((act.points, act.carbon_mg) == tuple(earned[number]) for number, act in counted.items())
    return {number: (act.points, act.carbon_mg) for number, act in counted.items()}


async def _owed(world: World, campaign: str, changed: Running) -> dict[int, tuple[int, int]]:
    """Value every act by hand: the new rules from their day on, the old ones before; each day's limit in order."""
    owed: dict[int, tuple[int, int]] = {}
    spent: dict[tuple[int, date], int] = defaultdict(int)
    newest = changed.changes[-1]
    for act in await _acts(world, campaign):
        if act.day < newest.applies_from:
            owed[act.id] = act.points, act.carbon_mg
            continue
        theme = newest.rules.theme
        rule = theme.kind_rule(act.kind)
        assert rule is not None
        assert rule.points is not None
        percent = theme.proof_credit.percent(Proof(act.proof).value)
        special = theme.points_percent(act.day, changed.campaign.starts_on)
        worth = round(Decimal(rule.points * percent * special) / 10_000)
        points = max(0, min(worth, theme.rules.points_per_day - spent[act.member_id, act.day]))
        spent[act.member_id, act.day] += points
        kind = all_kinds()[act.kind]
        counted = kind.carbon(kind.details.model_validate(json.loads(act.details)))
        assert counted is not None
        factor = newest.rules.factors.get(counted.factor_key, act.day)
        share = counted.evidence_percent[Proof(act.proof)]
        amount = method.milligrams(counted.quantity.amount, factor.value, share)
        owed[act.id] = points, round(amount)
    return owed


Ranks = dict[tuple[str, str, str], dict[int, tuple[int, str]]]


async def _ranks(world: World, campaign: str) -> Ranks:
    """Return who stands where on every board that the campaign shows, from the scores."""
    found: Ranks = {}
    async with world.parts.database.read() as session:
        running = await campaigns.one(session, number(campaign))
        assert running is not None
        boards, day = running.rules.theme.boards, min(running.today(world.clock.now()), running.campaign.ends_on)
        place = world.institutions["A"].id or 0
        for level in boards.levels:
            for period in boards.periods:
                for measure in boards.measures:
                    if level == "person" and measure.endswith("per_head"):
                        continue
                    scope = Scope(running.id, level, periods.named(period, day), measure, place)
                    listed = queries.listed(await queries.totals(session, scope, day), THRESHOLD)
                    ranked = queries.ranked(listed, measure)
                    found[level, scope.period, measure] = {one.subject_id: (one.rank, one.name) for one in ranked}
    return found


def _moves(before: Ranks, after: Ranks) -> dict[tuple[str, str, str], Any]:
    """Return how many ranks moved on each board, and how, of groups."""
    moves = {}
    for board, old in before.items():
        new = after[board]
        changed = {one for one in old.keys() | new.keys() if old.get(one, (0,))[0] != new.get(one, (0,))[0]}
        if changed and (board[0] != "person" or len(old) >= THRESHOLD):
            names = {one: (old.get(one) or new[one])[1] for one in changed}
            groups = {names[one]: (old.get(one, (None,))[0], new.get(one, (None,))[0]) for one in changed}
            moves[board] = len(changed), {} if board[0] == "person" else groups
    return moves


def _moved(figures: Figures) -> dict[tuple[str, str, str], Any]:
    return {
        (one.level, one.period, one.measure): (
            one.moved,
            {line.name: (line.before, line.after) for line in one.lines},
        )
        for one in figures.boards
    }


def test_a_text_of_each_language_tells_the_figures() -> None:
    problem = foresight.figures_changed(Figures(acts=3), Figures(acts=4, points_up=10))

    assert problem.text("zh-CN").endswith("涉及行动 3 → 4，增加积分 0 → 10")
    assert problem.text("en").endswith("acts 3 → 4, points more 0 → 10")
    assert isinstance(problem.fields["changes"], Text)
