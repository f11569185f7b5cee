"""A change of rules from proposal to ledger: previewed, agreed to by another person, told, carried out, explained."""

from datetime import timedelta

from tests.amendments.office import (
    REASON,
    agreed,
    carried,
    change,
    complaints,
    entries,
    messages,
    points,
    proposed,
    restating,
)
from tests.api.asking import accepted, joined
from tests.cast import World, trip

DEARER = {"kinds": [{"kind": "commute", "points": 20}]}


async def test_a_change_restates_what_was_earned_and_says_why(world: World) -> None:
    campaign = await world.open_campaign(at="A")
    lin, wu, sun = await joined(world, "Lin", campaign), await world.sign_in("Wu"), await world.sign_in("Sun")
    await accepted(lin, trip(campaign, world.clock.now()))

    amendment = await agreed(wu, sun, restating(world, campaign, **DEARER))
    await carried(world)

    assert (amendment["figures"]["acts"], amendment["figures"]["transfers"]) == (1, 1)
    assert (amendment["figures"]["pointsUp"], amendment["figures"]["pointsDown"]) == (5, 0)
    assert amendment["changes"] == ["“135”绿色出行 每次积分：10 → 20"]
    assert await points(lin) == 10
    newest = (await entries(lin))[0]
    assert newest["amount"] == 5
    assert newest["explanation"]["sentence"] == (
        f"按第 2 版规则重算：原 5（10 分 × 50%（凭证） = 5）；现 10（20 分 × 50%（凭证） = 10）。原因：{REASON}"
    )
    assert await complaints(world) == []
    (told,) = await messages(world, "Lin", "rules_changed")
    assert REASON in told.told
    (shown,) = (await lin.run("CampaignChanges"))["campaigns"]
    assert [(one["version"], one["restates"], one["reason"]) for one in shown["changes"]] == [(2, True, REASON)]


async def test_a_change_from_a_day_on_leaves_what_was_earned(world: World) -> None:
    campaign = await world.open_campaign(at="A")
    lin, wu, sun = await joined(world, "Lin", campaign), await world.sign_in("Wu"), await world.sign_in("Sun")
    await accepted(lin, trip(campaign, world.clock.now()))
    tomorrow = world.clock.now().date() + timedelta(days=1)

    amendment = await agreed(wu, sun, change(campaign, tomorrow, **DEARER))
    await carried(world)
    await accepted(lin, trip(campaign, world.clock.now(), "from_work"))
    world.clock.advance(timedelta(days=1))
    (late,) = await accepted(lin, trip(campaign, world.clock.now()))

    assert amendment["figures"]["acts"] == 0
    assert late["points"] == 10
    assert await points(lin) == 20
    await world.project()
    assert await complaints(world) == []


async def test_what_a_change_would_do_can_be_seen_before_anything_is_proposed(world: World) -> None:
    campaign = await world.open_campaign(at="A")
    lin, wu = await joined(world, "Lin", campaign), await world.sign_in("Wu", "en")
    await accepted(lin, trip(campaign, world.clock.now()))

    seen = await wu.run("PreviewRuleChange", change=restating(world, campaign, **DEARER))

    assert seen["changes"] == ["points for 135 commute: 10 → 20"]
    assert seen["figures"]["pointsUp"] == 5
    assert (await wu.run("RuleChanges", campaignId=campaign))["items"] == []
    made = await proposed(wu, restating(world, campaign, **DEARER))
    assert made["figures"] == seen["figures"]
