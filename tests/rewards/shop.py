"""Short words for what tests of rewards do all the time: give points, offer, redeem."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from backend.core.db import Database, WriteSession
from backend.leaderboards import verify as board_laws
from backend.points import service as ledger
from backend.points import verify as ledger_laws
from backend.points.accounts import AccountKind, account
from backend.points.explain import PointsTerms
from backend.points.service import Cause
from backend.points.tables import POINTS
from backend.rewards import verify as reward_laws
from tests.api.asking import fresh_id
from tests.cast import Failed, Person, World

TERMS = PointsTerms(base=1, units="1", unit="act", proof_percent=100, before_cap=1)


async def credit(
    session: WriteSession, member_id: int, amount: int, day: date, now: datetime, *, ledger_name: str = POINTS
) -> str:
    """Award a member points, or carbon, for an act of that day in a campaign of long ago; return the cause."""
    posting = await ledger.open_posting(session, now)
    key = f"check-in/{posting.number()}"
    posting.award(
        Cause(key, 1, member_id, 1, 1, day, "confirmed", 1),
        ledger_name,
        from_account=account(AccountKind.CAMPAIGN, 1),
        to_account=account(AccountKind.MEMBER, member_id),
        amount=amount,
        terms=TERMS,
    )
    await posting.write(session)
    return key


async def give(world: World, name: str, amount: int, ledger_name: str = POINTS) -> None:
    """Award one of the cast points, or carbon, for an act of today."""
    async with world.parts.database.write() as session:
        now = world.clock.now()
        await credit(session, world.members[name], amount, now.date(), now, ledger_name=ledger_name)


@dataclass
class Shop:
    """The world with the rewards of Institution A, kept by Wu."""

    world: World
    wu: Person
    offer: dict[str, Any] = field(
        default_factory=lambda: {"titleZh": "帆布袋", "howZh": "到 302 室领取", "points": 20, "fromOn": "2026-06-01"}
    )

    async def add(self, items: int | None = None, codes: str | None = None, **more: Any) -> Any:
        """Add a reward and return it as staff see it."""
        asked: dict[str, Any] = {"institutionId": self.world.institution_id("A"), "offer": self.offer | more}
        answer = await request(self.wu, "AddReward", **asked, stock={"items": items, "codes": codes})
        assert answer["__typename"] == "RewardKept", answer
        return answer["kept"]


async def request(person: Person, document: str, request_id: str | None = None, **asked: Any) -> Any:
    """Run a mutation under a request id and return its answer; who is told to try again does, as clients do."""
    given = {"requestId": request_id or fresh_id(), **asked}
    while True:
        try:
            return await person.run(document, input=given)
        except Failed as failure:
            if failure.codes != ["UNAVAILABLE"]:
                raise


async def redeem(person: Person, reward: Any, request_id: str | None = None, points: int = 20) -> Any:
    """Redeem a reward and return the answer."""
    return await request(person, "RedeemReward", request_id, rewardId=reward["reward"]["id"], points=points)


async def redeemed(person: Person, reward: Any, points: int = 20) -> Any:
    """Redeem a reward that must be given, and return the answer."""
    answer = await redeem(person, reward, points=points)
    assert answer["__typename"] == "RewardRedeemed", answer
    return answer


async def kept(shop: Shop, reward: Any) -> Any:
    """Return a reward as it stands now, as staff see it."""
    found = await shop.wu.run("KeptRewards", institutionId=shop.world.institution_id("A"))
    (one,) = (one for one in found if one["reward"]["id"] == reward["reward"]["id"])
    return one


async def complaints(database: Database) -> list[str]:
    """Return what is wrong with the ledger, boards and rewards."""
    async with database.read() as session:
        return [*await ledger_laws.findings(session), *await reward_laws.findings(session)]


async def board_complaints(world: World) -> list[str]:
    """Return what is wrong with the boards, once they have followed."""
    await world.project()
    async with world.parts.database.read() as session:
        return await board_laws.findings(session)
