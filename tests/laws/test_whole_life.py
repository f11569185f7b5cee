"""Points from the act to the day on which they expire, through every way in which they move: all laws hold throughout.

Earned, restated, adjusted, spent, given back, given away, undone, put back, sealed, corrected, expired.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import col, select

from backend import verification
from backend.checkins.requests import Item
from backend.points.accounts import KIND_BITS, AccountKind
from backend.points.jobs import extend_the_chain
from backend.points.tables import Transfer
from backend.rewards.jobs import expire_points
from backend.settlement import lines
from backend.settlement.tables import Seal
from tests.amendments.office import adjustment, adjustment_proposed, agreed, carried, restating, verdict
from tests.amendments.test_objections import decision, objection
from tests.api.asking import accepted, joined, record_for
from tests.cast import Person, World, trip
from tests.rewards.shop import Shop, redeem, redeemed, request
from tests.settlement.way import days, to_seal

DEARER = {"kinds": [{"kind": "commute", "points": 20}]}
DETAILS = {"mode": "metro", "distance": "from_5_km", "direction": "to_work"}


async def wrong(world: World) -> list[str]:
    """Return what `verify` finds, once boards and chain have followed."""
    await world.project()
    await extend_the_chain(world.parts.database, world.clock)
    async with world.parts.database.read() as session:
        return await verification.stored(session)


async def moved(world: World) -> dict[str, tuple[int, int]]:
    """Return for each kind of account what it holds, points and milligrams: both add up to nothing."""
    held: dict[str, list[int]] = {}
    async with world.parts.database.read() as session:
        for row in (await session.exec(select(Transfer).order_by(col(Transfer.id)))).all():
            for account, amount in ((row.from_account, -row.amount), (row.to_account, row.amount)):
                kind = AccountKind(account & ((1 << KIND_BITS) - 1)).name
                held.setdefault(kind, [0, 0])[row.ledger == "carbon_mg"] += amount
    assert [sum(one[ledger] for one in held.values()) for ledger in (0, 1)] == [0, 0]
    return {kind: (points, carbon) for kind, (points, carbon) in held.items()}


@dataclass
class Life:
    """A campaign of A in which Lin and nine others take part, and what Lin can be given for points."""

    world: World
    shop: Shop
    campaign: str
    lin: Person
    sun: Person
    acts: list[str]

    @property
    def wu(self) -> Person:
        """Who organises."""
        return self.shop.wu

    async def held(self) -> dict[str, Any]:
        """Return what Lin holds."""
        balance: dict[str, Any] = (await self.lin.run("MyLedger"))["balance"]
        return balance


async def begin(world: World) -> Life:
    """Let everybody earn."""
    campaign = await world.open_campaign(at="A")
    lin, wu, sun = await joined(world, "Lin", campaign), await world.sign_in("Wu"), await world.sign_in("Sun")
    others = [world.members["Zhou"], *await world.add_members("A", "财务处", 8)]
    acts = []
    for _ in range(2):
        now = world.clock.now()
        acts += await accepted(lin, *[trip(campaign, now, way) for way in ("to_work", "from_work")])
        await record_for(world, campaign, {one: [Item(campaign, "commute", now, DETAILS)] for one in others})
        world.clock.advance(timedelta(days=1))
    return Life(world, Shop(world, wu), campaign, lin, sun, [one["id"] for one in acts])


async def change_by_hand(life: Life) -> None:
    """Restate what was earned, adjust it, undo an act and put it back."""
    world = life.world
    first = {"fromDay": (world.clock.now() - timedelta(days=2)).date().isoformat()}
    await agreed(life.wu, life.sun, restating(world, life.campaign, **DEARER) | first)
    await carried(world)
    await adjust(life, 15)
    await life.wu.run("ReverseTransfer", input={"checkInId": life.acts[0], "reason": "与考勤不符"})
    made = await life.lin.run("ObjectToUndoing", input=objection(life.acts[0]))
    answer = await life.sun.run("DecideObjection", input=decision(made["objection"]["id"], upheld=True))
    assert answer["__typename"] == "ObjectionReceipt", answer


async def adjust(life: Life, amount: int) -> None:
    """Let Wu propose points by hand and Sun agree."""
    number = await adjustment_proposed(life.wu, adjustment(life.world, life.campaign, amount))
    answer = await life.sun.run("DecideAdjustment", input=verdict(number))
    assert answer["__typename"] == "AdjustmentReceipt", answer


async def spend(life: Life) -> None:
    """Redeem two rewards, cancel one, give all carbon away."""
    reward = await life.shop.add(items=3)
    await redeemed(life.lin, reward)
    taken = await redeemed(life.lin, reward)
    assert (await redeem(life.lin, reward))["__typename"] == "PointsShort"
    back = await request(life.wu, "CancelRedemption", redemptionId=taken["redemptionId"], reason="缺货")
    assert back["__typename"] == "RedemptionCancelled", back
    said = {"titleZh": "读书节", "heldOn": "2026-07-01", "kilograms": 1, "source": "用电量乘以电网因子"}
    opened = await request(life.wu, "OpenNeutralEvent", institutionId=life.world.institution_id("A"), **said)
    given = await request(life.lin, "DonateCarbon", eventId=opened["event"]["id"], milligrams=700_000)
    assert given["__typename"] == "CarbonDonated", given


async def stamped(world: World) -> Mapping[str, Any]:
    """Return what the seal says, and the digest of what it holds."""
    async with world.parts.database.read() as session:
        (seal,) = (await session.exec(select(Seal))).all()
    return {"digest": seal.digest, "recomputed": lines.digest(seal.document)}


async def whole_life(world: World) -> Life:
    """Play everything up to the seal."""
    life = await begin(world)
    await change_by_hand(life)
    await spend(life)
    await to_seal(world, life.campaign)
    return life


async def test_points_live_from_the_act_to_their_end_and_every_law_holds(world: World) -> None:
    life = await begin(world)
    earned = await life.held()
    assert await wrong(world) == []

    await change_by_hand(life)
    changed = await life.held()
    assert await wrong(world) == []

    await spend(life)
    spent = await life.held()
    assert await wrong(world) == []

    seal = await to_seal(world, life.campaign)
    assert await wrong(world) == []

    world.clock.advance(days(1))
    for name in ("Lin", "Wu", "Sun"):  # whose sessions have ended meanwhile
        vars({"Lin": life.lin, "Wu": life.wu, "Sun": life.sun}[name])["token"] = (await world.sign_in(name)).token
    undone = await life.wu.run("ReverseTransfer", input={"checkInId": life.acts[1], "reason": "照片不符"})
    await adjust(life, -5)
    corrected = await life.held()
    assert await wrong(world) == []
    listed = (await life.sun.run("Corrections", campaignId=life.campaign))["items"]
    place = {"campaignId": life.campaign, "level": "PERSON", "period": "CAMPAIGN", "measure": "POINTS"}
    (await life.lin.run("Board.v2", **place))["board"]
    board = (await life.lin.run("Board.v2", **place))["board"]["me"]["place"]

    world.clock.at = datetime(2028, 1, 1, 4, tzinfo=UTC)
    await expire_points(world.parts.database, world.clock)
    vars(life.lin)["token"] = (await world.sign_in("Lin")).token
    ended = await life.held()
    assert await wrong(world) == []

    kilograms = earned["carbon"]["grams"]
    assert (earned["points"], changed["points"], spent["points"], corrected["points"]) == (20, 55, 35, 20)
    assert (ended["points"], changed["carbon"]["grams"]) == (0, kilograms)
    assert undone["__typename"] == "TransferReversed"
    assert sorted(one["amount"] for one in listed if one["ledger"] == "points") == [-5, -5, -5]
    assert (board["value"], board["correction"]) == (55, -15)
    held = await moved(world)
    assert (held["REWARD"], held["DONATED"]) == ((20, 0), (0, 700_000))
    assert held["EXPIRED"] == (20 + 9 * 2 * 10, 0)
    assert await stamped(world) == {"digest": seal.digest, "recomputed": seal.digest}
