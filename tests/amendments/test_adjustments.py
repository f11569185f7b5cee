"""Points move by hand only when two people say so, neither of them the member, and the member reads why."""

import asyncio
from datetime import timedelta
from typing import Any

from sqlmodel import col, update

from backend.amendments.jobs import carry_on
from backend.campaigns.tables import CANCELLED, SEALED, Campaign
from tests.amendments.office import (
    MISSED,
    adjustment,
    adjustment_proposed,
    complaints,
    entries,
    messages,
    number,
    points,
    verdict,
)
from tests.api.asking import accepted, answered, joined, nothing_written
from tests.cast import World, trip


async def test_two_people_give_points_and_the_member_reads_why(world: World) -> None:
    campaign = await world.open_campaign(at="A")
    lin, wu, sun = await joined(world, "Lin", campaign), await world.sign_in("Wu"), await world.sign_in("Sun")

    made = await adjustment_proposed(wu, adjustment(world, campaign, 30))
    before = await points(lin)
    sent = verdict(made)
    answers = [await sun.run("DecideAdjustment", input=sent) for _ in range(2)]
    await world.project()

    assert (before, await points(lin)) == (0, 30)
    assert [(one["state"], one["replayed"]) for one in answers] == [("agreed", False), ("agreed", True)]
    (entry,) = await entries(lin)
    assert (entry["amount"], entry["explanation"]["sentence"]) == (30, f"经两人核准，人工调整 30，原因：{MISSED}")
    assert len(await messages(world, "Lin", "points_adjusted")) == 1
    assert await complaints(world) == []


async def test_points_are_taken_down_to_nothing_and_no_further(world: World) -> None:
    campaign = await world.open_campaign(at="A")
    lin, wu, sun = await joined(world, "Lin", campaign), await world.sign_in("Wu"), await world.sign_in("Sun")
    await accepted(lin, trip(campaign, world.clock.now()))
    words = {"zh": "只有 5 分", "en": "has 5 points"}

    await answered(wu, "ProposeAdjustment", "InvalidValue", **words, input=adjustment(world, campaign, -6))
    first, second = [await adjustment_proposed(wu, adjustment(world, campaign, -5)) for _ in range(2)]
    await sun.run("DecideAdjustment", input=verdict(first))

    await answered(sun, "DecideAdjustment", "InvalidValue", zh="只有 0 分", en="has 0 points", input=verdict(second))
    assert await points(lin) == 0
    await world.project()
    assert await complaints(world) == []


async def test_nobody_adjusts_alone_nor_for_themselves(world: World) -> None:
    campaign = await world.open_campaign(at="A")
    await joined(world, "Lin", campaign)
    wu, sun, chen = await joined(world, "Wu", campaign), await world.sign_in("Sun"), await world.sign_in("Chen")
    made = await adjustment_proposed(wu, adjustment(world, campaign, 30))
    for_wu = await adjustment_proposed(sun, adjustment(world, campaign, 30, "A003"))
    words = {"zh": "另一位", "en": "Another person"}

    async with nothing_written(world):
        await answered(
            wu, "ProposeAdjustment", "AnotherPersonNeeded", **words, input=adjustment(world, campaign, 5, "A003")
        )
        for name in ("AGREE", "DECLINE"):
            sent = verdict(made, name, note="不妥")
            await answered(wu, "DecideAdjustment", "AnotherPersonNeeded", **words, input=sent)
            await answered(wu, "DecideAdjustment", "AnotherPersonNeeded", **words, input=verdict(for_wu, name))
        await answered(chen, "DecideAdjustment", "NotFound", zh="没有找到", en="Not found", input=verdict(made))
        await answered(
            sun,
            "DecideAdjustment",
            "NotFound",
            zh="您的提案",
            en="your proposal",
            input=verdict(made, "WITHDRAW"),
        )


async def test_two_who_agree_at_once_move_the_points_once(world: World) -> None:
    campaign = await world.open_campaign(at="A")
    lin, wu, sun = await joined(world, "Lin", campaign), await world.sign_in("Wu"), await world.sign_in("Sun")
    made = await adjustment_proposed(wu, adjustment(world, campaign, 30))

    answers = await asyncio.gather(*(sun.run("DecideAdjustment", input=verdict(made)) for _ in range(4)))

    assert sorted(one["__typename"] for one in answers) == ["AdjustmentReceipt"] + ["ProposalClosed"] * 3
    assert await points(lin) == 30


async def test_an_adjustment_is_declined_withdrawn_or_expires(world: World) -> None:
    campaign = await world.open_campaign(at="A")
    await joined(world, "Lin", campaign)
    wu, sun = await world.sign_in("Wu"), await world.sign_in("Sun")
    declined, withdrawn, expired = [
        await adjustment_proposed(wu, adjustment(world, campaign, one)) for one in (1, 2, 3)
    ]

    await sun.run("DecideAdjustment", input=verdict(declined, "DECLINE", note="无凭据"))
    await wu.run("DecideAdjustment", input=verdict(withdrawn, "WITHDRAW"))
    world.clock.advance(timedelta(days=8))
    await answered(sun, "DecideAdjustment", "ProposalClosed", zh="已过期", en="expired already", input=verdict(expired))
    assert await carry_on(world.parts.database, world.clock) == 1

    listed = await sun.run("Adjustments", institutionId=world.institution_id("D"), campaignId=campaign)
    assert [(one["points"], one["state"], one["member"]) for one in listed["items"]] == [
        (3, "expired", "林小满"),
        (2, "withdrawn", "林小满"),
        (1, "declined", "林小满"),
    ]


async def test_an_adjustment_that_cannot_be_is_refused_by_name(world: World) -> None:
    campaign = await world.open_campaign(at="A")
    wu = await world.sign_in("Wu")
    bad: list[tuple[dict[str, Any], str, str, str]] = [
        (adjustment(world, campaign, 0), "InvalidValue", "1 至 1000", "1 to 1000"),
        (adjustment(world, campaign, 1001), "InvalidValue", "1 至 1000", "1 to 1000"),
        (adjustment(world, campaign, -1001), "InvalidValue", "1 至 1000", "1 to 1000"),
        (adjustment(world, campaign, 5, reason="。"), "InvalidValue", "2–200", "2 to 200"),
        (adjustment(world, campaign, 5, "A999"), "NotFound", "A999", "A999"),
        (
            adjustment(world, campaign, 5, "A002"),
            "NotFound",
            "参加本活动",
            "of this campaign",
        ),  # who does not take part
        (adjustment(world, "cmp_zz", 5), "NotFound", "活动", "campaign"),
        (adjustment(world, campaign, 5, requestId="?"), "RequestIdInvalid", "8", "8"),
    ]

    async with nothing_written(world):
        for sent, problem, zh, en in bad:
            await answered(wu, "ProposeAdjustment", problem, zh=zh, en=en, input=sent)


async def test_after_the_seal_an_adjustment_is_a_correction_and_still_possible(world: World) -> None:
    campaign = await world.open_campaign(at="A", days=1)
    lin, wu, sun = await joined(world, "Lin", campaign), await world.sign_in("Wu"), await world.sign_in("Sun")
    world.clock.advance(timedelta(days=25))

    async def let(state: str) -> None:
        async with world.parts.database.write() as session:
            await session.exec(update(Campaign).where(col(Campaign.id) == number(campaign)).values(state=state))

    await let(SEALED)
    made = await adjustment_proposed(wu, adjustment(world, campaign, 12))
    await sun.run("DecideAdjustment", input=verdict(made))
    (entry,) = await entries(lin)
    await let(CANCELLED)

    assert (entry["amount"], entry["day"]) == (12, "2026-06-15")
    await answered(
        wu, "ProposeAdjustment", "ResultStands", zh="已取消", en="was cancelled", input=adjustment(world, campaign, 1)
    )
