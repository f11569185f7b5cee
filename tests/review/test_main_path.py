"""One act on its way: recorded, drawn, looked at blind, refused with a reason, appealed, upheld by another."""

from tests.api.asking import accepted, act, fresh_id, joined
from tests.cast import World
from tests.review.desk import decide, next_morning, refuse, waiting


async def test_a_refusal_reaches_the_member_who_appeals_and_gets_everything_back(world: World) -> None:
    campaign = await world.open_campaign("green-office")
    lin, wu, sun = await joined(world, "Lin", campaign), await world.sign_in("Wu"), await world.sign_in("Sun")
    await accepted(lin, act(campaign, "paperless", world.clock.now(), sheets=100))
    before = (await lin.run("MyLedger"))["balance"]

    drawn = await next_morning(world)
    (case,) = await waiting(world, wu)
    (done,) = await decide(wu, refuse(case["id"], note="一天一百张{不可能}"))

    assert drawn == 1
    assert (done["state"], done["verdict"]) == ("refused", "refuse")
    ledger = await lin.run("MyLedger")
    assert ledger["balance"]["points"] == 0
    assert all(
        "数量不合常理（一天一百张{不可能}）" in one["explanation"]["sentence"] for one in ledger["ledger"]["items"][:2]
    )
    (mine,) = (await lin.run("MyReviews"))["reviews"]["items"]
    assert mine["reason"] == "数量不合常理（一天一百张{不可能}）"
    appealed = await lin.run(
        "AppealReview", input={"requestId": fresh_id(), "reviewId": mine["id"], "text": "有打印机统计为证"}
    )
    assert appealed["__typename"] == "ReviewStep", appealed
    assert await wu.run("Appeals", institutionId=world.institution_id("A")) == []
    (appeal,) = await sun.run("Appeals", institutionId=world.institution_id("A"))
    upheld = await sun.run(
        "DecideAppeal", input={"requestId": fresh_id(), "reviewId": appeal["review"]["id"], "upheld": True}
    )
    assert upheld["state"] == "approved", upheld
    assert (await lin.run("MyLedger"))["balance"] == before
