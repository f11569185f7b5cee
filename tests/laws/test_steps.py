"""Steps and trips of one day never both count, in any order, at the same instant, at two instances.

`WALKING_LIVES=30 make test` lives more of the random lives.
"""

import itertools
import os
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from backend.core.db import Database
from backend.leaderboards import verify
from demo.wechat_sandbox.sealing import seal
from tests.cast import APP_ID, Person, trip
from tests.laws.play import SESSION_KEY, Twins, acts_of, complaints, points_of, record_one, tally, together
from tests.steps.phones import at

EXAMPLES = int(os.environ.get("WALKING_LIVES", "15"))
AT_ONCE = 5  # each sending is a transaction of its own, for which SQLite lets nobody wait long
DAYS = (0, 1)  # ago
DIRECTIONS = ("to_work", "from_work")
Step = tuple[Any, ...]
DAY, COUNT, WAY = st.sampled_from(DAYS), st.integers(0, 7).map(lambda n: n * 900), st.sampled_from(DIRECTIONS)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("walk"), DAY, COUNT),
        st.tuples(st.just("walk"), DAY, COUNT),
        st.tuples(st.just("travel"), DAY, WAY),
        st.tuples(st.just("both"), DAY, COUNT, WAY),
        st.tuples(st.just("undo"), st.integers(0, 9)),
        st.tuples(st.just("confirm"), st.integers(0, 9)),
        st.tuples(st.just("forget")),
    ),
    min_size=3,
    max_size=14,
)
_NUMBERS = itertools.count()


def sending(twins: Twins, steps: dict[int, int]) -> dict[str, Any]:
    """Return what a phone sends of the steps of these days, told by how long ago they were."""
    now = twins.world.clock.now()
    entries = [{"timestamp": at(now.date() - timedelta(days=ago)), "step": count} for ago, count in steps.items()]
    watermark = {"appid": APP_ID, "timestamp": int(now.timestamp())}
    sealed = seal({"stepInfoList": entries, "watermark": watermark}, SESSION_KEY)
    return {"requestId": f"steps-{next(_NUMBERS):08d}", **sealed}


@dataclass
class Model:
    """What should be there: counts that were sent, and points by day, trips apart from steps."""

    sent: dict[int, int] = field(default_factory=dict)
    trips: dict[tuple[int, str], int] = field(default_factory=dict)
    steps: dict[int, int] = field(default_factory=dict)
    undone: set[int] = field(default_factory=set)

    @property
    def points(self) -> int:
        """What the member holds."""
        return sum(self.trips.values()) + sum(self.steps.values())

    def walk(self, day: int, count: int) -> None:
        """Send a day's steps."""
        self.sent[day] = max(count, self.sent.get(day, 0))
        thousands = min(self.sent[day] // 1000, 5)
        if day not in self.undone and not any(ago == day for ago, _ in self.trips) and thousands:
            self.steps[day] = max(thousands, self.steps.get(day, 0))

    def travel(self, day: int, way: str) -> str:
        """Record a trip and return the outcome."""
        if (day, way) in self.trips:
            return "AlreadyCheckedIn"
        self.trips[day, way] = 5
        self.steps.pop(day, None)
        return "Accepted"


class Life:
    """One member, in the product and in the model, step by step."""

    def __init__(self, twins: Twins, person: Person, steps: list[Step], campaign: str, wu: Person) -> None:
        self.steps = steps
        self.expected = Model()
        self._twins, self._campaign, self._wu, self._person = twins, campaign, wu, person

    async def step(self, name: str, *details: Any) -> None:
        """Do one thing in both and compare what is there afterwards."""
        await getattr(self, f"_{name}")(*details)
        standing = await self._standing()
        assert await points_of(self._person) == self.expected.points
        expected = {("commute", day, way): points for (day, way), points in self.expected.trips.items()}
        expected |= {("steps", day, "day"): points for day, points in self.expected.steps.items()}
        assert {key: one["points"] for key, one in standing.items()} == expected

    async def _walk(self, day: int, count: int) -> None:
        before, person = self.expected.points, self._twins.both(self._person)[day]
        answer = await person.run("SubmitSteps", input=sending(self._twins, {day: count}))
        self.expected.walk(day, count)
        assert answer["earned"] == self.expected.points - before
        (told,) = answer["days"]
        assert (told["steps"], told["points"]) == (self.expected.sent[day], self.expected.steps.get(day, 0))
        assert (told["notCountedBecause"] is None) == (day in self.expected.steps)

    async def _travel(self, day: int, way: str) -> None:
        assert await self._record(day, way) == self.expected.travel(day, way)

    async def _both(self, day: int, count: int, way: str) -> None:
        here, there = self._twins.both(self._person)
        submitting = [one.run("SubmitSteps", input=sending(self._twins, {day: count})) for one in (here, there)]
        await together([*submitting, self._record(day, way)])
        self.expected.walk(day, count)
        self.expected.travel(day, way)

    async def _record(self, day: int, way: str) -> str:
        item = trip(self._campaign, self._twins.world.clock.now() - timedelta(days=day), way)
        return await record_one(self._twins.both(self._person)[day], f"trip-{next(_NUMBERS):08d}", item)

    async def _undo(self, number: int) -> None:
        if (chosen := await self._chosen(number)) is None:
            return
        (kind, day, slot), one = chosen
        asked = {"checkInId": one["id"], "reason": "误报"}
        assert (await self._wu.run("ReverseTransfer", input=asked))["__typename"] == "TransferReversed"
        if kind == "steps":
            del self.expected.steps[day]
            self.expected.undone.add(day)
        else:
            del self.expected.trips[day, slot]

    async def _confirm(self, number: int) -> None:
        if (chosen := await self._chosen(number)) is None:
            return
        (kind, day, slot), one = chosen
        answer = await self._wu.run("ConfirmCheckIn", input={"checkInId": one["id"]})
        if kind == "steps" or self.expected.trips[day, slot] == 10:
            assert answer["__typename"] == "ProofNotStronger"
        else:
            assert answer["__typename"] == "CheckInConfirmed"
            self.expected.trips[day, slot] = 10

    async def _forget(self) -> None:
        answer = await self._person.run("ForgetSteps")
        assert answer["days"] == len(self.expected.sent)
        self.expected.sent.clear()

    async def _chosen(self, number: int) -> tuple[tuple[str, int, str], dict[str, Any]] | None:
        standing = sorted((await self._standing()).items())
        return standing[number % len(standing)] if standing else None

    async def _standing(self) -> dict[tuple[str, int, str], dict[str, Any]]:
        today = self._twins.world.clock.now().date()
        return {
            (one["kind"], (today - date.fromisoformat(one["day"])).days, one["slot"]): one
            for one in await acts_of(self._person)
            if one["counted"]
        }


def _lives() -> list[list[Step]]:
    """Return the same random lives in every run."""
    lives: list[list[Step]] = []

    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, phases=[Phase.generate])
    @given(STEPS)
    def gather(steps: list[Step]) -> None:
        lives.append(steps)

    gather()
    return lives[:EXAMPLES]


async def _live(life: Life) -> None:
    for number, step in enumerate(life.steps):
        try:
            await life.step(*step)
        except AssertionError as difference:
            difference.add_note(f"after these steps: {life.steps[: number + 1]}")
            raise


async def _all_is_well(twins: Twins, database: Database) -> None:
    await twins.world.project()
    assert await complaints(database) == []
    async with database.read() as session:
        assert await verify.findings(session) == []


async def test_random_lives_of_walking_and_travelling_go_as_the_model_says(twins: Twins, database: Database) -> None:
    world = twins.world
    campaign = await world.open_campaign(starts_on=world.clock.now().date() - timedelta(days=1))
    people = await twins.members(campaign, EXAMPLES)
    wu = await world.sign_in("Wu")
    lives = [Life(twins, *one, campaign, wu) for one in zip(people, _lives(), strict=True)]

    for some in range(0, EXAMPLES, AT_ONCE):
        await together(_live(life) for life in lives[some : some + AT_ONCE])

    await _all_is_well(twins, database)


async def test_trips_and_steps_that_come_at_once_end_with_the_trip(twins: Twins, database: Database) -> None:
    world = twins.world
    campaign = await world.open_campaign()
    people = await twins.members(campaign, 6)

    async def one(person: Person) -> list[str]:
        ends = twins.both(person)
        walking = [
            ends[count % 2].run("SubmitSteps", input=sending(twins, {0: count * 1000})) for count in (4, 1, 3, 5, 2)
        ]
        travelling = [
            record_one(ends[turn], f"trip-{next(_NUMBERS):08d}", trip(campaign, world.clock.now(), way))
            for turn, way in enumerate(DIRECTIONS)
        ]
        await together([*walking[:3], *travelling, *walking[3:]])
        return sorted(one["kind"] for one in await acts_of(person) if one["counted"])

    assert [await one(person) for person in people] == [["commute", "commute"]] * len(people)
    assert [await points_of(person) for person in people] == [10] * len(people)
    await _all_is_well(twins, database)


async def test_sendings_of_growing_steps_at_once_end_with_the_largest(twins: Twins, database: Database) -> None:
    campaign = await twins.world.open_campaign()
    people = await twins.members(campaign, 6)

    async def one(person: Person) -> int:
        counts = (3000, 1000, 4000, 2000, 4000)
        answers = await together(
            twins.both(person)[turn % 2].run("SubmitSteps", input=sending(twins, {0: count}))
            for turn, count in enumerate(counts)
        )
        return sum(answer["earned"] for answer in answers)

    earned = [await one(person) for person in people]

    assert tally(earned) == {4: len(people)}
    assert [await points_of(person) for person in people] == earned
    await _all_is_well(twins, database)


async def test_a_check_of_the_acts_names_steps_that_count_beside_a_trip(twins: Twins, database: Database) -> None:
    campaign = await twins.world.open_campaign()
    (lin,) = await twins.members(campaign, 1)
    await lin.run("SubmitSteps", input=sending(twins, {0: 3000}))
    await record_one(lin, "a-trip-of-lin", trip(campaign, twins.world.clock.now()))
    assert await complaints(database) == []

    async with database.write() as session:
        await (await session.connection()).exec_driver_sql("UPDATE check_in SET counted = TRUE")

    assert any("it counts beside a commute of the same day" in one for one in await complaints(database))
