"""Points expire once, by lots, in time or late; members are told before, and see what of theirs expires when."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from backend.core.db import Database, WriteSession
from backend.identity import queries as identity
from backend.messages.tables import Message
from backend.points import queries as points
from backend.points.accounts import AccountKind
from backend.points.explain import SpendingTerms
from backend.rewards import expiry, jobs, spending
from tests.api.asking import contents
from tests.cast import World
from tests.laws.play import together
from tests.rewards.shop import Shop, complaints, credit, give, redeem, redeemed, request

LIVES = 25
NUMBERS = count(1)
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
HALVES = [datetime(year, month, 3, 4, tzinfo=UTC) for year in range(2026, 2031) for month in (3, 9)]
DOING = st.tuples(st.sampled_from(["earn", "earn", "spend", "undo", "give back"]), st.integers(1, 40))
LIFE = st.lists(st.lists(DOING, max_size=3), min_size=len(HALVES), max_size=len(HALVES))


def random_lives() -> list[list[list[tuple[str, int]]]]:
    """Make the same random lives in each run."""
    lives: list[list[list[tuple[str, int]]]] = []

    @settings(max_examples=LIVES, phases=[Phase.generate], derandomize=True, database=None, suppress_health_check=SLOW)
    @given(LIFE)
    def gather(life: list[list[tuple[str, int]]]) -> None:
        lives.append(life)

    gather()
    return lives[:LIVES]


@dataclass
class Life:
    """One member in the product, and what a plain count expects of them."""

    member_id: int
    earned: dict[int, int] = field(default_factory=dict)
    gone: int = 0
    expired: int = 0
    waiting: list[tuple[int, int]] = field(default_factory=list)  # years that ended, with what was gone by then
    awards: list[tuple[str, int, int]] = field(default_factory=list)  # cause, year, amount
    spendings: list[tuple[str, int]] = field(default_factory=list)

    def due(self) -> int:
        """Count what should have expired since the last time that the job ran."""
        expired = self.expired
        for year, gone in self.waiting:
            total = sum(amount for lot, amount in self.earned.items() if lot < year)
            expired += max(0, total - gone - expired)
        return expired - self.expired

    @property
    def spendable(self) -> int:
        """Count what can be spent."""
        return sum(self.earned.values()) - self.gone - self.expired - self.due()

    def expire(self) -> None:
        """Count as the job does."""
        self.expired += self.due()
        self.waiting = []

    async def do(self, session: WriteSession, verb: str, amount: int, now: datetime) -> None:
        """Do one thing in both; what cannot be done is left out."""
        if verb == "earn":
            cause = await credit(session, self.member_id, amount, now.date(), now)
            self.awards.append((cause, now.year, amount))
            self.earned[now.year] = self.earned.get(now.year, 0) + amount
        elif verb == "spend" and self.spendable >= amount:
            cause = f"tickets/{next(NUMBERS)}"
            place = await identity.place_of(session, self.member_id, now.date())
            assert place is not None
            to, terms = (AccountKind.TICKETS, 1), SpendingTerms("tickets", "抽奖", "draw")
            await spending.spend(session, place, cause, to=to, amount=amount, terms=terms, now=now)
            self.spendings.append((cause, amount))
            self.gone += amount
        elif verb == "undo" and not self.waiting and (own := [one for one in self.awards if one[1] == now.year]):
            cause, year, worth = own[amount % len(own)]
            self.awards.remove((cause, year, worth))
            await spending.give_back(session, [cause], "误报", None, now)
            self.earned[year] -= worth
        elif verb == "give back" and self.spendings:
            cause, worth = self.spendings.pop(amount % len(self.spendings))
            await spending.give_back(session, [cause], "取消", None, now)
            self.gone -= worth


async def test_random_lives_expire_as_a_plain_count_says(world: World, database: Database) -> None:
    lives = [Life(number) for number in await world.add_members("A", "财务处", LIVES)]
    doings = random_lives()
    for half, now in enumerate(HALVES):
        world.clock.at = now
        if now.month == 3:  # a year has ended since the last half
            for life in lives:
                life.waiting.append((now.year - 1, life.gone))
        is_late = now.month == 3 and now.year % 2 == 1
        if not is_late:
            await together(jobs.expire_points(database, world.clock) for _ in range(3))
            for life in lives:
                life.expire()
        async with database.write() as session:
            for life, doing in zip(lives, doings, strict=True):
                for verb, amount in doing[half]:
                    await life.do(session, verb, amount, now)
                assert await expiry.spendable(session, life.member_id, now) == life.spendable, doing[: half + 1]
    assert sum(life.expired for life in lives) > LIVES
    assert [line for line in await complaints(database) if "no tickets" not in line] == []


async def at(world: World, year: int, month: int, day: int) -> None:
    """Let it be noon of that day in Beijing."""
    world.clock.at = datetime(year, month, day, 4, tzinfo=UTC)


async def balance(world: World, name: str) -> int:
    """Return the points in a member's account."""
    async with world.parts.database.read() as session:
        return (await points.balance(session, world.members[name])).get("points", 0)


async def expire(world: World) -> int:
    """Let the job run once."""
    return await jobs.expire_points(world.parts.database, world.clock)


async def test_the_job_run_again_and_by_three_workers_takes_nothing_twice(world: World) -> None:
    await give(world, "Lin", 100)
    await at(world, 2027, 6, 1)
    await give(world, "Lin", 7)
    await at(world, 2028, 1, 1)

    done = await together(expire(world) for _ in range(3))
    before = await contents(world)
    again = await expire(world)

    assert (sum(done), again) == (1, 0)
    assert await balance(world, "Lin") == 7
    assert await contents(world) == before
    (entry, *_) = (await (await world.sign_in("Lin")).run("MyLedger"))["ledger"]["items"]
    assert entry["explanation"]["sentence"] == "100 积分于 2027 年底到期失效"
    assert await complaints(world.parts.database) == []


async def test_what_is_due_cannot_be_spent_while_the_job_is_late(shop: Shop) -> None:
    world = shop.world
    reward = await shop.add(items=9)
    await give(world, "Lin", 100)
    await at(world, 2027, 6, 1)
    await give(world, "Lin", 30)
    await at(world, 2029, 2, 1)
    await give(world, "Lin", 25)
    lin = await world.sign_in("Lin")

    shown = (await lin.run("Rewards"))["spending"]
    first, second = await redeem(lin, reward), await redeem(lin, reward)
    await expire(world)

    assert (shown["points"], shown["lots"]) == (25, [{"year": 2029, "left": 25, "expiresOn": "2030-12-31"}])
    assert (first["__typename"], second["__typename"]) == ("RewardRedeemed", "PointsShort")
    assert await balance(world, "Lin") == 5


async def test_points_given_back_after_their_lot_expired_are_good_until_the_next_year_ends(shop: Shop) -> None:
    world = shop.world
    reward = await shop.add(items=1)
    await give(world, "Lin", 20)
    await at(world, 2027, 12, 30)
    taken = await redeemed(await world.sign_in("Lin"), reward)
    await at(world, 2028, 1, 2)
    await expire(world)

    wu = await world.sign_in("Wu")
    await request(wu, "CancelRedemption", redemptionId=taken["redemptionId"], reason="缺货")
    given_back = await balance(world, "Lin")
    await at(world, 2029, 1, 1)
    await expire(world)

    assert (given_back, await balance(world, "Lin")) == (20, 0)


async def test_members_are_told_thirty_days_before_and_once(world: World) -> None:
    for name, amount in (("Lin", 40), ("Zhou", 8)):
        await give(world, name, amount)
    told = []
    for month, day in ((12, 1), (12, 2), (12, 31)):
        await at(world, 2027, month, day)
        told.append(sum(await together(jobs.tell_of_expiry(world.parts.database, world.clock) for _ in range(2))))

    async with world.parts.database.read() as session:
        found = (await session.exec(select(Message).order_by(col(Message.member_id)))).all()
    assert told == [0, 1, 0]
    assert [(one.member_id, one.kind) for one in found] == [
        (world.members["Lin"], "points_expiring"),
        (world.members["Zhou"], "points_expiring"),
    ]
    assert found[0].told == '{"day": "2027-12-31", "points": "40"}'


async def test_a_member_sees_their_lots_the_next_to_expire_first(shop: Shop) -> None:
    world = shop.world
    reward = await shop.add(items=1)
    await give(world, "Lin", 50)
    await at(world, 2027, 6, 1)
    await give(world, "Lin", 30)
    lin = await world.sign_in("Lin")

    await redeemed(lin, reward)

    assert (await lin.run("Rewards"))["spending"]["lots"] == [
        {"year": 2026, "left": 30, "expiresOn": "2027-12-31"},
        {"year": 2027, "left": 30, "expiresOn": "2028-12-31"},
    ]
