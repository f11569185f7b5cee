"""Days of recording, refusing, taking back, asking, appealing, all at once: ledgers, boards and reviews agree."""

import random
from collections import Counter
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from backend.core.db import Database
from backend.identity import service as identity
from backend.leaderboards import verify as board_laws
from backend.review import verify as review_laws
from backend.review.jobs import draw
from tests.cast import Person, World
from tests.laws.play import ENERGY_ACTS, Twins, act, complaints, record, together

DAYS, MEMBERS = 3, 6
APPEAL_ENDS = ["uphold", "dismiss"]


class Office:
    """Reviewers and members of one institution, each with an own chance, at both instances."""

    def __init__(self, twins: Twins, campaign: str, chance: random.Random) -> None:
        self.twins = twins
        self.world: World = twins.world
        self.campaign = campaign
        self.chance = chance
        self.done: Counter[str] = Counter()
        self._numbers = 0

    def request_id(self) -> str:
        """Return a new request id."""
        self._numbers += 1
        return f"request-{self._numbers:06d}"

    def at(self, person: Person) -> Person:
        """Return the person at one of the instances."""
        return self.chance.choice(self.twins.both(person))

    async def ask(self, person: Person, document: str, **wanted: Any) -> None:
        """Run a mutation, sometimes twice at once, and count what it said."""
        wanted["requestId"] = self.request_id()
        times = self.chance.choice((1, 1, 2))
        answers = await together(self.at(person).run(document, input=wanted) for _ in range(times))
        told = [{name: value for name, value in one.items() if name != "replayed"} for one in answers]
        # What did nothing left no receipt: between the two somebody else may have made it possible.
        done = [one for one in told if "ReviewStep" in str(one)]
        assert done == done[:1] * len(done)
        for outcome in (done or told)[0].get("outcomes", [(done or told)[0]]):
            self.done[f"{document} {outcome.get('verdict') or outcome['__typename']}"] += 1

    async def member(self, person: Person) -> None:
        """Record again what was refused, answer what is asked, appeal now and then."""
        reviews = (await person.run("MyReviews"))["reviews"]["items"]
        for one in reviews:
            if one["state"] == "asked" and self.chance.random() < 0.6:
                await self.ask(person, "AnswerReview", reviewId=one["id"], text="是的")
            if one["state"] == "refused" and self.chance.random() < 0.6:
                await self.ask(person, "AppealReview", reviewId=one["id"], text="请再看一次")
        await self.report(person)

    async def report(self, person: Person) -> None:
        """Record some acts of today or yesterday."""
        when = self.world.clock.now() - timedelta(days=self.chance.choice((0, 1)))
        items = [act(self.campaign, "energy_act", when, act=name) for name in self.chance.sample(ENERGY_ACTS, 3)]
        items.append(act(self.campaign, "paperless", when, sheets=self.chance.randrange(1, 100)))
        await record(self.at(person), self.request_id(), *items)

    async def reviewer(self, person: Person) -> None:
        """Decide on what waits, take some of it back, decide on appeals, undo an act the other way."""
        place = {"institutionId": self.world.institution_id("A")}
        waiting = (await self.at(person).run("ReviewQueue", **place, limit=50))["items"]
        for one in self.chance.sample(waiting, min(12, len(waiting))):
            verdict = self.chance.choice(("APPROVE", "REFUSE", "REFUSE", "ASK"))
            item = {"reviewId": one["id"], "verdict": verdict, "reason": "WRONG_KIND", "note": "请说明"}
            await self.ask(person, "DecideReviews", items=[item])
            if self.chance.random() < 0.4:
                await self.ask(person, "UndoReviews", reviewIds=[one["id"]])
        for one in await self.at(person).run("Appeals", **place):
            missed = [one for one in APPEAL_ENDS if not self.done[f"DecideAppeal {one}"]]
            upheld = self.chance.choice(missed or APPEAL_ENDS) == "uphold"  # chance alone may leave one out
            await self.ask(person, "DecideAppeal", reviewId=one["review"]["id"], upheld=upheld, note="已核对")

    async def organiser(self, person: Person) -> None:
        """Confirm or undo acts without a review."""
        wanted = {"institutionId": self.world.institution_id("A"), "campaignId": self.campaign}
        acts = (await person.run("ReportedCheckIns", **wanted))["items"]
        for one in self.chance.sample(acts, 3):
            if self.chance.random() < 0.5:
                await person.run("ConfirmCheckIn", input={"checkInId": one["id"]})
            else:
                await person.run("ReverseTransfer", input={"checkInId": one["id"], "reason": "误报"})


async def test_whatever_is_decided_at_once_ledgers_boards_and_reviews_agree(twins: Twins, database: Database) -> None:
    world = twins.world
    yesterday = world.clock.now().date() - timedelta(days=1)
    campaign = await world.open_campaign("green-office", starts_on=yesterday, days=9)
    people = await twins.members(campaign, MEMBERS)
    async with database.write() as session:
        place = world.institutions["A"].id or 0
        await identity.grant(session, world.members["Zhou"], "reviewer", place, world.clock.now())
    wu, sun, zhou = await together(world.sign_in(name) for name in ("Wu", "Sun", "Zhou"))
    office = Office(twins, campaign, random.Random(6))

    for _ in range(DAYS):
        await together(office.report(person) for person in people)
        world.clock.advance(timedelta(days=1))
        await together(draw(one, world.clock) for one in (world.parts.database, database))
        await together(
            [
                *(office.member(person) for person in people),
                *(office.reviewer(person) for person in (wu, sun, zhou)),
                office.organiser(wu),
            ]
        )
        await world.project()
        assert await complaints(database) == []
        async with database.read() as session:
            assert await review_laws.findings(session) == []
            assert await board_laws.findings(session) == []

    for verdict in ("approve", "refuse", "ask", "AlreadyReviewed"):
        assert office.done[f"DecideReviews {verdict}"] > 0, office.done
    for what in (
        "UndoReviews undo",
        "AnswerReview answer",
        "AppealReview appeal",
        "DecideAppeal uphold",
        "DecideAppeal dismiss",
    ):
        assert office.done[what] > 0, office.done
    async with database.read() as session:
        connection = await session.connection()
        doubled = await connection.execute(
            text(
                "SELECT cause, COUNT(*) FROM transfer WHERE ledger = 'points' AND reverses_id IS NULL "
                "GROUP BY cause HAVING COUNT(*) > 1"
            )
        )
        assert doubled.all() == []
