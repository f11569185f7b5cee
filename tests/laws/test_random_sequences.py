"""Random lives of a member against a model: recording, retrying, confirming, undoing, leaving, coming back."""

from datetime import timedelta
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from backend.core.db import Database
from backend.leaderboards import verify
from tests.cast import Person
from tests.laws import model
from tests.laws.model import Act
from tests.laws.play import ENERGY_ACTS, Twins, act, acts_of, complaints, points_of, record, together

EXAMPLES = 30
Step = tuple[Any, ...]
ACTS = [
    *(Act("energy_act", name, days) for name in ENERGY_ACTS[:5] for days in (0, 1)),
    *(Act("own_cup", "afternoon", days) for days in (0, 1)),
    *(Act("paperless", "day", days, sheets) for sheets in (3, 50) for days in (0, 1)),
]
RECORDING = st.tuples(
    st.just("record"),
    st.integers(0, 5),
    st.lists(st.sampled_from(ACTS), min_size=1, max_size=4).map(tuple),
    st.integers(1, 4),
)
DECIDING = st.tuples(st.sampled_from(["confirm", "reverse"]), st.integers(0, 9))
MOVING = st.tuples(st.sampled_from(["leave", "join"]))
STEPS = st.lists(st.one_of(RECORDING, RECORDING, DECIDING, MOVING), min_size=3, max_size=14)


class Life:
    """One member, in the product and in the model, step by step."""

    def __init__(self, twins: Twins, person: Person, steps: list[Step], campaign: str, wu: Person) -> None:
        self.person = person
        self.steps = steps
        self.expected = model.Member()
        self._twins = twins
        self._campaign = campaign
        self._wu = wu

    async def step(self, name: str, *details: Any) -> None:
        """Do one thing in both and compare what is said and what is there afterwards."""
        if name == "record":
            await self._record(*details)
        elif name in {"leave", "join"}:
            document = "LeaveCampaign" if name == "leave" else "JoinCampaign"
            await self.person.run(document, input={"campaignId": self._campaign})
            self.expected.joined = name == "join"
        else:
            await self._decide(name, *details)
        assert await points_of(self.person) == self.expected.points
        assert set(await self._standing()) == set(self.expected.counted)

    async def _record(self, number: int, acts: tuple[Act, ...], copies: int) -> None:
        request_id, items = f"request-{number}", [self._item(one) for one in acts]
        ends = self._twins.both(self.person)
        answers = await together(record(ends[turn % 2], request_id, *items) for turn in range(copies))
        said = [[one["__typename"] for one in answer.get("outcomes", [answer])] for answer in answers]
        assert said == [self.expected.record(request_id, acts)] * copies

    def _item(self, one: Act) -> dict[str, Any]:
        at = self._twins.world.clock.now() - timedelta(days=one.days_ago)
        details: dict[str, dict[str, Any]]
        details = {"energy_act": {"act": one.slot}, "own_cup": {}, "paperless": {"sheets": one.units}}
        return act(self._campaign, one.kind, at, **details[one.kind])

    async def _decide(self, name: str, number: int) -> None:
        standing = await self._standing()
        if not standing:
            return
        key = sorted(standing)[number % len(standing)]
        check_in = standing[key]
        entry = check_in["pointsEntry"] or check_in["carbonEntry"]
        if name == "confirm":
            answer = await self._wu.run("ConfirmCheckIn", input={"checkInId": check_in["id"]})
            assert answer["__typename"] == self.expected.confirm(key)
        elif entry:  # what earned nothing has no entry to undo
            answer = await self._wu.run("ReverseTransfer", input={"entryId": entry, "reason": "误报"})
            assert answer["__typename"] == self.expected.reverse(key)

    async def _standing(self) -> dict[tuple[str, str, int], dict[str, Any]]:
        today = self._twins.world.clock.now().date()
        return {
            (one["kind"], one["slot"], (today - today.fromisoformat(one["day"])).days): one
            for one in await acts_of(self.person)
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


async def test_random_lives_go_as_the_model_says(twins: Twins, database: Database) -> None:
    world = twins.world
    yesterday = world.clock.now().date() - timedelta(days=1)
    campaign = await world.open_campaign("green-office", starts_on=yesterday)
    people = await twins.members(campaign, EXAMPLES)
    wu = await world.sign_in("Wu")

    await together(_live(Life(twins, *one, campaign, wu)) for one in zip(people, _lives(), strict=True))

    await world.project()
    assert await complaints(database) == []
    async with database.read() as session:
        assert await verify.findings(session) == []
