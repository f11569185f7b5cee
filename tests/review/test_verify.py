"""What was changed behind review's back is named: a draw, a verdict, an act that counts although it was refused."""

import pytest
from sqlalchemy import text

from backend.review import verify
from tests.api.asking import fresh_id
from tests.cast import World
from tests.review.desk import acts_of, decide, next_morning, refuse, waiting


async def reviewed(world: World) -> None:
    """Let ten acts be drawn and one be refused and appealed."""
    campaign = await world.open_campaign("green-office")
    await acts_of(world, campaign, [world.members["Lin"], *await world.add_members("A", "财务处", 9)])
    await next_morning(world)
    wu, lin = await world.sign_in("Wu"), await world.sign_in("Lin")
    await decide(wu, *[refuse(one["id"]) for one in await waiting(world, wu)])
    (mine,) = (await lin.run("MyReviews"))["reviews"]["items"]
    await lin.run("AppealReview", input={"requestId": fresh_id(), "reviewId": mine["id"], "text": "请再看"})


async def complaints(world: World) -> list[str]:
    async with world.parts.database.read() as session:
        return await verify.findings(session)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (
            "UPDATE check_in SET counted = TRUE WHERE id = (SELECT act_id FROM review_case WHERE id = 3)",
            "case 3: it was refused",
        ),
        ("UPDATE review_case SET state = 'approved' WHERE id = 3", "case 3: it is approved, its log ends with"),
        (
            "UPDATE review_case SET state = 'asked' WHERE id IN (SELECT case_id FROM review_appeal)",
            "does not stand as its",
        ),
        ("DELETE FROM review_decision WHERE case_id = 4", "case 4: it is refused, its log ends with None"),
        ("UPDATE review_draw SET seed = 'another'", "draw 1: whether and where check-in"),
        ("UPDATE review_case SET check_in_id = 77 WHERE id = 5", "draw 1: whether and where check-in 77 was drawn"),
        ("UPDATE review_case SET turn = turn + 1 WHERE id = 5", "does not follow from its seed"),
        ("UPDATE review_band SET sampled = sampled - 1", "does not follow from its seed"),
    ],
)
async def test_a_change_is_named(world: World, change: str, complaint: str) -> None:
    await reviewed(world)
    before = await complaints(world)

    async with world.parts.database.write() as session:
        await (await session.connection()).execute(text(change))

    assert before == []
    assert any(complaint in line for line in await complaints(world)), await complaints(world)
