"""A draw is announced before the campaign closes, made once it is sealed, and checked by anybody."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

from sqlalchemy import event
from sqlmodel import col, select, update

from backend.campaigns.tables import CANCELLED, Campaign, Participation
from backend.checkins.tables import CheckIn
from backend.core import ids
from backend.core.errors import Unavailable
from backend.draws import rule
from backend.draws.tables import DrawAward, DrawTicket
from backend.messages.tables import Message
from backend.settlement.tables import SealedStanding
from tests.api.asking import answered, contents, nothing_written
from tests.cast import Person
from tests.draws.raffle import BIKE, DIGEST, Raffle, complaints
from tests.laws.play import tally, together
from tests.rewards.shop import give, request


async def winners(raffle: Raffle) -> list[tuple[int, int, str]]:
    """Return number, prize and state of each award, in the order of the draw."""
    async with raffle.world.parts.database.read() as session:
        found = await session.exec(select(DrawAward).order_by(col(DrawAward.rank)))
        return [(one.number, one.place, one.state) for one in found]


async def ticket_of(raffle: Raffle, member_id: int) -> list[int]:
    """Return the numbers of a member's tickets that took part."""
    async with raffle.world.parts.database.read() as session:
        found = await session.exec(select(DrawTicket.number).where(col(DrawTicket.member_id) == member_id))
        return sorted(found)


async def winner(raffle: Raffle) -> tuple[Person, dict[str, Any]]:
    """Return who won the first prize, and the prize as they see it."""
    for name in ("Lin", "Zhou", "Chen"):
        person = await raffle.world.sign_in(name)
        own = (await raffle.seen(person))["ownPrizes"]
        if own:
            return person, own[0]
    raise AssertionError("somebody won")


async def test_the_seed_is_fixed_before_and_told_after_and_everybody_finds_the_same_winners(raffle: Raffle) -> None:
    members = await raffle.world.add_members("A", "财务处", 12)
    await raffle.act(*members, raffle.world.members["Lin"])
    announced = await raffle.announce()
    before, lin = await raffle.record(announced), await raffle.world.sign_in("Lin")
    hidden = await raffle.seen(lin)
    await raffle.seal()

    done = await raffle.follow()
    record = await raffle.record(announced)

    assert (before, hidden["seed"], hidden["ownTickets"], done) == (None, None, [], 1)
    assert announced["commitment"] == hashlib.sha256(record["seed"].encode()).hexdigest()
    assert (record["seal"], len(record["tickets"])) == (DIGEST, 13)
    ordered = sorted(
        record["tickets"],
        key=lambda number: hashlib.sha256(f"{record['seed']}|{DIGEST}|{number}".encode()).hexdigest(),
    )
    assert [(number, place) for number, place, _ in await winners(raffle)] == list(
        zip(ordered[:3], (1, 2, 2), strict=True)
    )
    assert rule.check(record) == []
    assert (await raffle.seen(lin))["ownTickets"] == await ticket_of(raffle, raffle.world.members["Lin"])
    assert not {"member", "name"} & set(str(record).replace("'", " ").split())
    assert await complaints(raffle.world.parts.database) == []


async def test_many_workers_late_and_again_make_one_draw(raffle: Raffle) -> None:
    await raffle.act(*await raffle.world.add_members("A", "财务处", 9))
    await raffle.announce()
    await raffle.seal()
    raffle.world.clock.advance(timedelta(days=400))

    done = await together(raffle.follow() for _ in range(4))
    before = await contents(raffle.world)

    assert sorted(done) == [0, 0, 0, 1]
    assert await raffle.follow() == 0
    assert await contents(raffle.world) == before
    async with raffle.world.parts.database.read() as session:
        told = (await session.exec(select(Message.kind))).all()
    assert tally(told) == {"draw_won": 3}


async def test_who_left_organises_or_has_too_few_acts_takes_no_part(raffle: Raffle) -> None:
    people = raffle.world.members
    await raffle.act(people["Lin"], people["Zhou"], people["Sun"], times=2)
    await raffle.act(people["Chen"], times=1)
    await raffle.act(people["Wu"], times=2)
    async with raffle.world.parts.database.write() as session:
        await session.exec(
            update(Participation)
            .where(col(Participation.member_id) == people["Zhou"])
            .values(left_at=raffle.world.clock.now())
        )
        first = select(CheckIn.id).where(col(CheckIn.member_id) == people["Wu"]).limit(1)
        await session.exec(update(CheckIn).where(col(CheckIn.id).in_(first)).values(counted=False))
    await raffle.announce(leastActs=2)
    await raffle.seal()
    chen, now = people["Chen"], raffle.world.clock.now()
    other = ids.decode("cmp", await raffle.world.open_campaign("plastic-free"))
    async with raffle.world.parts.database.write() as session:
        # Neither a department that happens to have Chen's number nor Chen's acts elsewhere count here.
        counts: dict[str, Any] = {"acts": 50, "points": 0, "carbon_mg": 0, "participants": 9, "institution_id": 1}
        session.add(Participation(campaign_id=other, member_id=chen, joined_at=now))
        for campaign, level in ((raffle.campaign_id, "department"), (other, "person")):
            session.add(SealedStanding(campaign_id=campaign, level=level, subject_id=chen, **counts))

    await raffle.follow()

    assert {name: len(await ticket_of(raffle, number)) for name, number in people.items()} == {
        "Lin": 1,
        "Zhou": 0,
        "Wu": 0,
        "Chen": 0,
        "Sun": 0,
    }


async def test_a_worker_killed_at_any_statement_changes_no_winner(raffle: Raffle) -> None:
    await raffle.act(*await raffle.world.add_members("A", "财务处", 9))
    announced = await raffle.announce()
    await raffle.seal()
    died = 0
    for step in count(1):
        try:
            with dying_at(raffle, step):
                await raffle.follow()
        except Unavailable:
            died += 1
        if await winners(raffle):  # either nothing of it was committed, or all
            break

    await raffle.follow()
    record = await raffle.record(announced)
    expected = rule.order(record["seed"], DIGEST, record["tickets"])[:3]
    assert died > 10
    assert [number for number, _, _ in await winners(raffle)] == expected
    assert await complaints(raffle.world.parts.database) == []


@contextmanager
def dying_at(raffle: Raffle, step: int) -> Iterator[None]:
    """Let the connection break when that statement is sent, counted from 1."""
    engine, sent = raffle.world.parts.database.engine.sync_engine, count(1)

    def break_off(*_: object) -> None:
        if next(sent) == step:
            raise ConnectionError

    event.listen(engine, "before_cursor_execute", break_off)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", break_off)


async def test_tickets_cost_points_up_to_a_limit_and_take_part(raffle: Raffle) -> None:
    world = raffle.world
    lin = await world.sign_in("Lin")
    await raffle.act(world.members["Lin"])
    await give(world, "Lin", 95)
    draw = await raffle.announce(ticketPoints=30, ticketsEach=3)

    bought = await request(lin, "BuyTickets", "two-tickets", drawId=draw["id"], tickets=2)
    again = await request(lin, "BuyTickets", "two-tickets", drawId=draw["id"], tickets=2)

    assert (bought["numbers"], bought["points"]) == ([1, 2], 60)
    assert again == bought | {"replayed": True}
    asked = {"requestId": "too-many-tickets", "drawId": draw["id"], "tickets": 2}
    await answered(lin, "BuyTickets", "TicketLimitReached", zh="最多购买 3 张", en="may buy 3", input=asked)
    entry = (await lin.run("MyLedger"))["ledger"]["items"][0]
    assert (entry["amount"], entry["explanation"]["sentence"][:5]) == (-60, "购买“绿色")
    assert (await raffle.seen(lin))["ownTickets"] == [1, 2]
    await raffle.seal()
    await raffle.follow()
    assert (await raffle.seen(lin))["ownTickets"] == [1, 2, 3]
    assert await complaints(world.parts.database) == []


async def test_tickets_of_who_takes_no_part_are_paid_back(raffle: Raffle) -> None:
    world = raffle.world
    lin = await world.sign_in("Lin")
    await raffle.act(world.members["Lin"], times=1)
    await give(world, "Lin", 50)
    draw = await raffle.announce(ticketPoints=30, ticketsEach=1, leastActs=2)
    await request(lin, "BuyTickets", drawId=draw["id"], tickets=1)
    await raffle.seal()

    await raffle.follow()

    assert (await lin.run("Rewards"))["spending"]["points"] == 50
    assert (await raffle.seen(lin))["ownTickets"] == []
    assert await complaints(world.parts.database) == []


async def test_a_ticket_that_cannot_be_bought_is_refused(raffle: Raffle) -> None:
    world = raffle.world
    lin, chen = await world.sign_in("Lin"), await world.sign_in("Chen")
    await raffle.act(world.members["Lin"])
    await give(world, "Lin", 5)
    free, sold = await raffle.announce(), await raffle.announce(ticketPoints=30, ticketsEach=2)
    off = await raffle.announce(ticketPoints=1, ticketsEach=2)
    await request(raffle.sun, "CancelDraw", drawId=off["id"], reason="奖品未到")

    async def refused(person: Person, draw: Any, problem: str, zh: str, en: str) -> None:
        asked = {"requestId": "a-ticket-refused", "drawId": draw["id"], "tickets": 1}
        await answered(person, "BuyTickets", problem, zh=zh, en=en, input=asked)

    async with nothing_written(world):
        await refused(lin, free, "TicketsNotSold", "不售抽奖券", "No tickets are sold")
        await refused(lin, sold, "PointsShort", "需要 30 积分", "It costs 30")
        assert (await request(lin, "BuyTickets", drawId=sold["id"], tickets=3))["__typename"] == "InvalidValue"
        await refused(lin, off, "DrawEnded", "已取消", "was cancelled")
        await refused(chen, sold, "NotJoined", "尚未参加", "not joined")
    world.clock.advance(timedelta(days=10))
    await refused(lin, sold, "DrawTooLate", "须在此之前", "before that")


async def test_a_draw_is_announced_before_the_campaign_closes_and_with_prizes(raffle: Raffle) -> None:
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"prizes": []}, "prizes"),
        ({"prizes": [BIKE | {"pieces": 0}]}, "pieces"),
        ({"prizes": [{"pieces": 1}]}, "titleZh"),
        ({"leastActs": 0}, "leastActs"),
        ({"ticketPoints": 0, "ticketsEach": 1}, "ticketPoints"),
        ({"ticketPoints": 5}, "ticketsEach"),
        ({"claimDays": 91}, "claimDays"),
    ]
    wu = await raffle.world.sign_in("Wu")  # organises at A, and not the campaign of the district
    asked = {"requestId": "announce-a-draw", "campaignId": raffle.campaign, "prizes": [BIKE]}

    async with nothing_written(raffle.world):
        for more, field in wrong:
            answer = await raffle.sun.run("AnnounceDraw", input=asked | more)
            assert (answer["__typename"], answer["field"]) == ("InvalidValue", field), answer
        await answered(wu, "AnnounceDraw", "NotFound", zh="没有找到", en="Not found", input=asked)
        raffle.world.clock.advance(timedelta(days=10))
        await answered(raffle.sun, "AnnounceDraw", "DrawTooLate", zh="已结束打卡", en="has closed", input=asked)


async def test_a_draw_that_is_called_off_pays_tickets_back_and_stays_so(raffle: Raffle) -> None:
    world = raffle.world
    lin = await world.sign_in("Lin")
    await raffle.act(world.members["Lin"])
    await give(world, "Lin", 30)
    draw = await raffle.announce(ticketPoints=30, ticketsEach=1)
    await request(lin, "BuyTickets", drawId=draw["id"], tickets=1)

    off = await request(raffle.sun, "CancelDraw", "call-it-off", drawId=draw["id"], reason="奖品未到")
    again = await request(raffle.sun, "CancelDraw", "call-it-off", drawId=draw["id"], reason="奖品未到")
    await raffle.seal()

    assert (off["returned"], again) == (1, off | {"replayed": True})
    assert (await raffle.follow(), (await raffle.seen(lin))["reason"]) == (0, "奖品未到")
    assert (await lin.run("Rewards"))["spending"]["points"] == 30
    asked = {"requestId": "call-off-again", "drawId": draw["id"], "reason": "再次取消"}
    await answered(raffle.sun, "CancelDraw", "DrawEnded", zh="已取消", en="was cancelled", input=asked)
    assert await complaints(world.parts.database) == []


async def test_the_draw_of_a_cancelled_campaign_is_called_off_by_the_worker(raffle: Raffle) -> None:
    world = raffle.world
    lin = await world.sign_in("Lin")
    await raffle.act(world.members["Lin"])
    await give(world, "Lin", 30)
    draw = await raffle.announce(ticketPoints=30, ticketsEach=1)
    await request(lin, "BuyTickets", drawId=draw["id"], tickets=1)
    async with world.parts.database.write() as session:
        changed = update(Campaign).values(state=CANCELLED, state_reason="台风")
        await session.exec(changed.where(col(Campaign.id) == raffle.campaign_id))

    done = await together(raffle.follow() for _ in range(3))

    assert sorted(done) == [0, 0, 1]
    assert (await lin.run("Rewards"))["spending"]["points"] == 30
    assert await complaints(world.parts.database) == []


async def test_a_prize_is_claimed_in_time_and_handed_over_once(raffle: Raffle) -> None:
    world = raffle.world
    await raffle.act(*(world.members[name] for name in ("Lin", "Zhou", "Chen")))
    draw = await raffle.announce(prizes=[BIKE])
    await raffle.seal()
    await raffle.follow()
    person, prize = await winner(raffle)

    claimed = await request(person, "ClaimPrize", drawId=draw["id"], ticket=prize["ticket"])
    given = await request(raffle.sun, "HandOverPrize", code=claimed["pickUpCode"])

    assert (prize["state"], prize["title"], prize["pickUpCode"]) == ("won", "折叠自行车", None)
    assert given["title"] == "折叠自行车"
    asked = {"requestId": "hand-over-again", "code": claimed["pickUpCode"]}
    await answered(raffle.sun, "HandOverPrize", "RedemptionEnded", zh="已领取", en="was handed over", input=asked)
    zh, en = "没有待领取", "Nothing that waits"
    guessed = {"requestId": "hand-over-to-oneself", "code": claimed["pickUpCode"]}
    await answered(person, "HandOverPrize", "PickUpCodeUnknown", zh=zh, en=en, input=guessed)
    world.clock.advance(timedelta(days=100))
    assert await raffle.follow() == 0


async def test_prizes_that_nobody_claims_go_to_the_next_tickets_and_the_record_still_checks(raffle: Raffle) -> None:
    world = raffle.world
    await raffle.act(*(world.members[name] for name in ("Lin", "Zhou", "Chen")))
    draw = await raffle.announce(prizes=[BIKE], claimDays=3)
    await raffle.seal()
    await raffle.follow()
    person, prize = await winner(raffle)
    world.clock.advance(timedelta(days=3))
    late = {"requestId": "claim-too-late", "drawId": draw["id"], "ticket": prize["ticket"]}
    await answered(person, "ClaimPrize", "PrizeLapsed", zh="奖品已顺延", en="went to the next", input=late)

    done = await together(raffle.follow() for _ in range(3))
    states = [state for _, _, state in await winners(raffle)]
    world.clock.advance(timedelta(days=3))
    await raffle.follow()
    world.clock.advance(timedelta(days=3))
    await raffle.follow()

    assert sorted(done) == [0, 0, 1]
    assert states == ["lapsed", "won"]
    record = await raffle.record(draw)
    assert [award["lapsed"] for award in record["awards"]] == [True, True, True]
    assert rule.check(record) == []
    assert await complaints(world.parts.database) == []


async def test_nobody_claims_what_another_won_or_sees_another_units_draw(raffle: Raffle) -> None:
    world = raffle.world
    await raffle.act(world.members["Lin"])
    draw = await raffle.announce(prizes=[BIKE])
    await raffle.seal()
    await raffle.follow()
    zhou = await world.sign_in("Zhou")
    own = await world.open_campaign("plastic-free", at="A")
    chen = await world.sign_in("Chen")

    stolen = await request(zhou, "ClaimPrize", drawId=draw["id"], ticket=1)

    assert stolen["__typename"] == "NotFound"
    elsewhere = await replace(raffle, campaign=own).announce()
    wrong = {"requestId": "cancel-of-a-stranger", "drawId": elsewhere["id"], "reason": "不办了"}
    await answered(chen, "CancelDraw", "NotFound", zh="没有找到", en="Not found", input=wrong)
    bought = await request(chen, "BuyTickets", drawId=elsewhere["id"], tickets=1)
    assert bought["__typename"] == "NotFound"
