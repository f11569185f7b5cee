"""Points from the act to the day on which they expire, through every way in which they move: all laws hold throughout.

Earned, restated, adjusted, spent, given back, given away, undone, put back, sealed, corrected, expired.
"""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text
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
from tests.certificates.sealing import ONE_DATABASE
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
    said: dict[str, Any] = {"titleZh": "读书节", "heldOn": "2026-07-01", "kilograms": 1, "source": "用电量乘以电网因子"}
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


# What somebody may change behind the product's back, and what `verify` says of it besides that the chain is broken.
RESTATED, EXPIRED = (
    f"(SELECT MIN(id) FROM transfer WHERE cause LIKE '{cause}/%')" for cause in ("restated", "expired")
)
FORGED = (
    ("UPDATE check_in SET points = points + 1 WHERE id = (SELECT MIN(id) FROM check_in WHERE counted)", "check-in"),
    ("UPDATE check_in SET rule_version = 1 WHERE id = (SELECT MAX(id) FROM check_in)", "was not restated by the rules"),
    ("UPDATE transfer SET department_id = department_id + 1 WHERE id = " + RESTATED, "is not that of its check-in"),
    ("UPDATE transfer SET rule_version = 9 WHERE id = " + RESTATED, "is not that of its check-in"),
    ("UPDATE campaign_rule SET agreed_by = proposed_by", "one person changed its rules"),
    ("UPDATE campaign_rule SET restates = NOT restates", "its rules are not what was proposed and agreed to"),
    ("UPDATE amendment SET state = 'declined'", "its rules are not what was proposed and agreed to"),
    ("DELETE FROM campaign_rule", "it was agreed to, and the campaign has no such rules"),
    ("UPDATE adjustment SET points = points + 1 WHERE id = 1", "no two people agreed to it"),
    ("UPDATE adjustment SET state = 'declined' WHERE id = 1", "no two people agreed to it"),
    ("UPDATE transfer SET cause = 'adjustment/99' WHERE cause = 'adjustment/1'", "it was agreed to, and moved nothing"),
    ("UPDATE redemption SET state = 'cancelled'", "the ledger says otherwise"),
    ("UPDATE redemption SET state = 'waiting'", "the ledger says otherwise"),
    ("UPDATE reward SET stock = stock + 1", "its stock and its redemptions"),
    ("UPDATE donation SET carbon_mg = carbon_mg - 1", "donation 1: the ledger says otherwise"),
    ("UPDATE neutral_event SET donated_mg = donated_mg - 1", "it does not hold what was given to it"),
    ("DELETE FROM donation", "nothing was donated by it"),
    (
        "UPDATE transfer SET cause = 'expired/9999/2027' WHERE id = " + EXPIRED,
        "expired by it is of another member",
    ),
    ("UPDATE score SET points = points + 1", "the ledger says"),
    ("UPDATE sealed_standing SET points = points + 1 WHERE level = 'department'", "its standings of departments"),
    ("UPDATE pinned_standing SET points = points + 1 WHERE period = 'campaign'", "the boards show"),
    ("UPDATE pinned_standing SET points = points + 1 WHERE period = '2026-06-16' AND level = 'person'", "show"),
    ("UPDATE pinned_standing SET points = points + 1 WHERE period = '2026-06-16' AND level <> 'person'", "show"),
    ("DELETE FROM board_pin", "the boards of the campaign do not show it"),
    ("UPDATE seal SET digest = 'no such'", "the seal says no such"),
    ("UPDATE campaign SET seal_digest = 'no such'", "the campaign quotes another digest"),
    ("UPDATE campaign SET state = 'provisional'", "is not sealed"),
    ("DELETE FROM seal", "it is sealed and has no seal"),
    ("UPDATE transfer SET amount = amount + 1 WHERE cause LIKE 'expired/%'", "was changed"),
    ("UPDATE transfer SET amount = amount + 1 WHERE id = (SELECT MIN(id) FROM transfer)", "was changed"),
)


class _NotKeptError(Exception):
    """What was forged is dropped again."""


@ONE_DATABASE
async def test_whatever_is_changed_behind_our_back_is_named(world: World) -> None:
    life = await whole_life(world)
    world.clock.at = datetime(2028, 1, 1, 4, tzinfo=UTC)
    await expire_points(world.parts.database, world.clock)
    assert await wrong(world) == []
    assert life.acts

    unseen = []
    for forgery, complaint in FORGED:
        found = await forged(world, forgery)
        if not any(complaint in line for line in found):
            unseen.append((forgery, found))

    assert unseen == []


async def forged(world: World, forgery: str) -> list[str]:
    """Return what `verify` finds of a change that is dropped again."""
    found: list[str] = []
    with contextlib.suppress(_NotKeptError):
        async with world.parts.database.write() as session:
            connection = await session.connection()
            await connection.execute(text("PRAGMA defer_foreign_keys = ON"))
            await connection.execute(text(forgery))
            found = await verification.stored(session)
            raise _NotKeptError
    return found
