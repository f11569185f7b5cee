"""Photos go a fortnight after closing, later only while an appeal or a question is open, and a job proves it daily."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlmodel import col, select, update

from backend.checkins import retention
from backend.checkins.jobs import forget_photos, prove_deletion
from backend.core.db import Database, insert_many
from backend.media.tables import DeletionProof, Upload
from backend.media.uploads import Uploads
from tests.api.asking import accepted, act, fresh_id, joined
from tests.cast import Person, World
from tests.media.test_uploads import photo, send, stored, ticket
from tests.review.desk import approve, ask, decide, next_morning, refuse, waiting

Case = tuple[str, Person, Person, datetime]


async def photographed(world: World) -> Case:
    """Let Lin's photo wait for review; return the case, Lin, Wu, and when the campaign closes."""
    campaign = await world.open_campaign("grain-day", days=1)
    lin, wu = await joined(world, "Lin", campaign), await world.sign_in("Wu")
    asked = await ticket(lin)
    await send(world, asked["path"], photo())
    await accepted(lin, act(campaign, "clear_plate", world.clock.now()) | {"photoId": asked["uploadId"]})
    await next_morning(world)
    (case,) = await waiting(world, wu)
    (shown,) = await wu.run("Campaigns", institutionId=world.institution_id("A"))
    return case["id"], lin, wu, datetime.fromisoformat(shown["closesAt"])


async def left_at(world: World, instant: datetime) -> int:
    """Let the worker delete what is due at an instant; return how many pictures are left."""
    world.clock.at = instant
    store = world.parts.services.use(Uploads).store
    await forget_photos(store, world.parts.database, world.clock)
    assert await retention.findings(store, world.parts.database, world.clock.now()) == []
    return len(stored(world))


async def test_a_photo_that_nobody_asked_about_or_that_was_approved_goes_on_time(world: World) -> None:
    case, _, wu, closes_at = await photographed(world)
    await decide(wu, approve(case))
    due = closes_at + timedelta(days=14)

    left = [await left_at(world, at) for at in (due - timedelta(seconds=1), due)]

    assert left == [2, 0]


async def test_a_refused_photo_stays_until_it_cannot_be_appealed_any_more(world: World) -> None:
    case, _, wu, closes_at = await photographed(world)
    world.clock.at = closes_at + timedelta(days=13)
    await decide(wu, refuse(case))
    ends = world.clock.now() + timedelta(days=7)

    left = [await left_at(world, at) for at in (closes_at + timedelta(days=15), ends - timedelta(seconds=1), ends)]

    assert left == [2, 2, 0]


@pytest.mark.parametrize("upheld", [True, False])
async def test_a_photo_under_appeal_stays_until_the_appeal_is_decided(world: World, upheld: bool) -> None:
    case, lin, wu, closes_at = await photographed(world)
    world.clock.at = closes_at + timedelta(days=13)
    await decide(wu, refuse(case))
    world.clock.advance(timedelta(days=6))
    await lin.run("AppealReview", input={"requestId": fresh_id(), "reviewId": case, "text": "请再看一次"})
    open_still = await left_at(world, closes_at + timedelta(days=26))
    sun = await world.sign_in("Sun")
    (appeal,) = await sun.run("Appeals", institutionId=world.institution_id("A"))
    ruling = {"requestId": fresh_id(), "reviewId": case, "upheld": upheld, "note": "已核对"}

    await sun.run("DecideAppeal", input=ruling)

    assert appeal["review"]["photo"] is not None
    assert (open_still, await left_at(world, world.clock.now())) == (2, 0)


async def test_no_photo_stays_longer_than_a_fortnight_more_whatever_is_open(world: World) -> None:
    case, lin, wu, closes_at = await photographed(world)
    world.clock.at = closes_at + timedelta(days=13)
    await decide(wu, refuse(case))
    await lin.run("AppealReview", input={"requestId": fresh_id(), "reviewId": case, "text": "请再看一次"})
    latest = closes_at + timedelta(days=28)

    left = [await left_at(world, at) for at in (latest - timedelta(seconds=1), latest)]
    sun = await world.sign_in("Sun")
    (appeal,) = await sun.run("Appeals", institutionId=world.institution_id("A"))

    assert left == [2, 0]
    assert appeal["review"]["photo"] is None


async def test_the_photos_of_an_act_and_of_its_answer_wait_for_the_decision(world: World) -> None:
    case, lin, wu, closes_at = await photographed(world)
    world.clock.at = closes_at + timedelta(days=12)
    await decide(wu, ask(case))
    asked = await ticket(lin, "the-answers-photo")
    await send(world, asked["path"], photo("another"))
    answer = {"requestId": fresh_id(), "reviewId": case, "text": "另附一张", "photoId": asked["uploadId"]}
    done = await lin.run("AnswerReview", input=answer)
    pending = await left_at(world, closes_at + timedelta(days=14, seconds=-1))
    shown = [one["id"] for one in await waiting(world, wu)]

    await decide(wu, approve(case))

    assert done["__typename"] == "ReviewStep"
    assert (pending, shown) == (4, [case])
    assert await left_at(world, closes_at + timedelta(days=14)) == 0


async def test_what_an_undo_takes_back_holds_no_photo(world: World) -> None:
    case, _, wu, closes_at = await photographed(world)
    world.clock.at = closes_at + timedelta(days=13, hours=23, minutes=30)
    await decide(wu, refuse(case))
    undone = {"requestId": fresh_id(), "reviewIds": [case]}
    await wu.run("UndoReviews", input=undone)

    assert await left_at(world, closes_at + timedelta(days=14)) == 0


async def proofs(world: World) -> list[DeletionProof]:
    """Return what the daily look has found so far."""
    async with world.parts.database.read() as session:
        return list((await session.exec(select(DeletionProof).order_by(col(DeletionProof.id)))).all())


async def test_a_job_looks_once_a_day_and_writes_down_that_nothing_is_left(world: World, database: Database) -> None:
    _, _, _, closes_at = await photographed(world)
    store = world.parts.services.use(Uploads).store
    before = await asyncio.gather(
        *(prove_deletion(store, one, world.clock) for one in (world.parts.database, database) * 2)
    )
    await left_at(world, closes_at + timedelta(days=14))

    after = [await prove_deletion(store, database, world.clock) for _ in range(2)]

    first, second = await proofs(world)
    assert (before, after) == ([0] * 4, [0, 0])
    assert (first.pictures, first.standing, first.deleted, first.unnamed, first.overdue) == (2, 1, 0, 0, 0)
    assert (second.pictures, second.standing, second.deleted, second.unnamed, second.overdue) == (0, 0, 1, 0, 0)


async def test_a_campaign_full_of_photos_is_cleared_in_one_go(world: World) -> None:
    _, _, _, closes_at = await photographed(world)
    world.clock.at = closes_at + timedelta(days=14)
    async with world.parts.database.write() as session:
        (act_id,) = await session.exec(select(Upload.act_id))
        row = {"member_id": world.members["Lin"], "state": "stored", "moderation": "passed", "act_id": act_id}
        row |= {"requested_at": closes_at, "expires_at": closes_at}
        more = [row | {"request_id": f"more-{one:04d}", "key": f"key-number-{one:04d}"} for one in range(450)]
        await insert_many(session, Upload, more)
    store = world.parts.services.use(Uploads).store

    gone = [await forget_photos(store, world.parts.database, world.clock) for _ in range(2)]

    assert gone == [451, 0]


async def test_what_is_left_too_long_is_named(world: World) -> None:
    _, _, _, closes_at = await photographed(world)
    store, database = world.parts.services.use(Uploads).store, world.parts.database
    store.put("a-key-of-nobody/photo", b"x")
    world.clock.at = closes_at + timedelta(days=14, hours=6)

    left = await prove_deletion(store, database, world.clock)
    told = await retention.findings(store, database, world.clock.now())

    (proof,) = await proofs(world)
    assert (left, proof.unnamed, proof.overdue, proof.held) == (2, 1, 1, 0)
    assert told == [
        "photo 1: its time is over and it is still there",
        "picture a-key-of-nobody/photo: no standing upload names it",
    ]


async def test_a_hold_that_somebody_forgot_to_end_is_named_too(world: World) -> None:
    _, _, _, closes_at = await photographed(world)
    store, database = world.parts.services.use(Uploads).store, world.parts.database
    async with database.write() as session:
        await session.exec(update(Upload).values(kept_until=closes_at + timedelta(days=400)))
    world.clock.at = closes_at + timedelta(days=27)
    held = await retention.look(store, database, world.clock.now())

    world.clock.at = closes_at + timedelta(days=28, hours=6)

    assert (held.held, held.overdue) == (1, ())
    assert len(await retention.findings(store, database, world.clock.now())) == 1
    assert await left_at(world, world.clock.now()) == 0
