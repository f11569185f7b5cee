"""Nobody changes rules alone: who may propose, who may agree, to which figures, and what ends a proposal."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select, update

from backend.amendments import figures
from backend.amendments.jobs import carry_on
from backend.campaigns.tables import CANCELLED, SEALED, Campaign, CampaignEvent, CampaignRule
from tests.amendments.office import agreed, carried, change, decide, number, points, propose, proposed, restating
from tests.api.asking import accepted, answered, fresh_id, joined, nothing_written
from tests.cast import Person, World, trip

DEARER = {"kinds": [{"kind": "commute", "points": 20}]}


@pytest.fixture
async def campaign(world: World) -> str:
    """Open a campaign at Wu's institution in which Lin has done one trip."""
    campaign = await world.open_campaign(at="A")
    lin = await joined(world, "Lin", campaign)
    await accepted(lin, trip(campaign, world.clock.now()))
    return campaign


def _decision(amendment: dict[str, Any], verdict: str = "AGREE", **more: Any) -> dict[str, Any]:
    asked = {"requestId": fresh_id(), "amendmentId": amendment["id"], "verdict": verdict, "basis": amendment["basis"]}
    return asked | more


async def test_who_proposes_does_not_agree_and_does_not_decline(world: World, campaign: str) -> None:
    wu = await world.sign_in("Wu")
    amendment = await proposed(wu, restating(world, campaign, **DEARER))
    words = {"zh": "另一位", "en": "Another person"}

    async with nothing_written(world):
        for verdict in ("AGREE", "DECLINE"):
            asked = _decision(amendment, verdict, note="不妥")
            await answered(wu, "DecideRuleChange", "AnotherPersonNeeded", **words, input=asked)


async def test_two_who_agree_at_once_change_the_rules_once(world: World, campaign: str) -> None:
    wu, sun, lin = await world.sign_in("Wu"), await world.sign_in("Sun"), await world.sign_in("Lin")
    amendment = await proposed(wu, restating(world, campaign, **DEARER))

    answers = await asyncio.gather(*(decide(sun, amendment) for _ in range(4)))
    await carried(world)

    names = sorted(answer["__typename"] for answer in answers)
    assert names == ["ProposalClosed"] * 3 + ["RuleChangeReceipt"]
    assert await points(lin) == 10
    async with world.parts.database.read() as session:
        (rule,) = (await session.exec(select(CampaignRule))).all()
        (event,) = (await session.exec(select(CampaignEvent).where(col(CampaignEvent.what) == "rules"))).all()
    assert (rule.version, rule.proposed_by, rule.agreed_by) == (2, world.members["Wu"], world.members["Sun"])
    assert rule.restated_at is not None
    assert event.by_member == world.members["Sun"]


async def test_a_request_that_is_sent_again_gets_its_answer_again(world: World, campaign: str) -> None:
    wu, sun = await world.sign_in("Wu"), await world.sign_in("Sun")
    asked = restating(world, campaign, **DEARER)

    first, second = [await propose(wu, asked, "propose-0001") for _ in range(2)]
    other = await propose(wu, restating(world, campaign, pointsPerDay=10), "propose-0001")
    decision = _decision(first["amendment"])
    answers = [await sun.run("DecideRuleChange", input=decision) for _ in range(2)]

    assert (first["replayed"], second["replayed"], other["__typename"]) == (False, True, "RequestReused")
    assert second["amendment"] == first["amendment"]
    assert [(one["replayed"], one["state"]) for one in answers] == [(False, "agreed"), (True, "agreed")]


async def test_a_second_proposal_waits_until_the_first_is_done(world: World, campaign: str) -> None:
    wu, sun = await world.sign_in("Wu"), await world.sign_in("Sun")
    asked = {"requestId": fresh_id(), "change": restating(world, campaign, pointsPerDay=3)}
    amendment = await proposed(wu, restating(world, campaign, **DEARER))
    words = {"zh": "待核准或正在执行", "en": "waits to be agreed to"}

    await answered(sun, "ProposeRuleChange", "AmendmentOpen", **words, input=asked)
    await decide(sun, amendment)
    await answered(sun, "ProposeRuleChange", "AmendmentOpen", **words, input=asked)
    await carry_on(world.parts.database, world.clock)

    assert (await propose(sun, restating(world, campaign, pointsPerDay=3)))["__typename"] == "RuleChangeReceipt"


async def test_a_proposal_is_declined_with_a_reason_or_taken_back_by_its_own_person(
    world: World, campaign: str
) -> None:
    wu, sun, lin = await world.sign_in("Wu"), await world.sign_in("Sun"), await world.sign_in("Lin")
    first = await proposed(wu, restating(world, campaign, **DEARER))
    await answered(
        sun, "DecideRuleChange", "InvalidValue", zh="2–200", en="2 to 200", input=_decision(first, "DECLINE")
    )
    declined = await decide(sun, first, "DECLINE", note="依据不足")
    second = await proposed(wu, restating(world, campaign, **DEARER))
    await answered(
        sun, "DecideRuleChange", "NotFound", zh="您的提案", en="your proposal", input=_decision(second, "WITHDRAW")
    )
    withdrawn = await decide(wu, second, "WITHDRAW")
    await carried(world)

    assert (declined["state"], declined["amendment"]["note"]) == ("declined", "依据不足")
    assert withdrawn["state"] == "withdrawn"
    assert await points(lin) == 5
    words = {"zh": "已驳回", "en": "declined already"}
    await answered(sun, "DecideRuleChange", "ProposalClosed", **words, input=_decision(first))


async def test_a_proposal_expires_after_a_week(world: World, campaign: str) -> None:
    wu, sun = await world.sign_in("Wu"), await world.sign_in("Sun")
    amendment = await proposed(wu, restating(world, campaign, **DEARER))
    world.clock.advance(timedelta(days=7))
    words = {"zh": "已过期", "en": "expired already"}

    await answered(sun, "DecideRuleChange", "ProposalClosed", **words, input=_decision(amendment))
    (shown,) = (await wu.run("RuleChanges", campaignId=campaign))["items"]
    expired = await carry_on(world.parts.database, world.clock)

    assert shown["state"] == "expired"
    assert (expired, await carry_on(world.parts.database, world.clock)) == (1, 0)


async def test_managers_of_others_learn_nothing(world: World, campaign: str) -> None:
    wu, chen = await world.sign_in("Wu"), await world.sign_in("Chen")
    amendment = await proposed(wu, restating(world, campaign, **DEARER))
    asked = restating(world, campaign, **DEARER)
    missing = {"zh": "没有找到", "en": "Not found"}

    async with nothing_written(world):
        await answered(
            chen, "ProposeRuleChange", "NotFound", **missing, input={"requestId": fresh_id(), "change": asked}
        )
        await answered(chen, "PreviewRuleChange", "NotFound", **missing, change=asked)
        await answered(chen, "DecideRuleChange", "NotFound", **missing, input=_decision(amendment))


async def test_who_agrees_has_seen_the_figures_that_hold(world: World, campaign: str) -> None:
    wu, sun = await world.sign_in("Wu"), await world.sign_in("Sun")
    zhou = await joined(world, "Zhou", campaign)
    amendment = await proposed(wu, restating(world, campaign, **DEARER))
    await accepted(zhou, trip(campaign, world.clock.now()))
    world.clock.advance(timedelta(minutes=6))

    changed = await decide(Person(sun.client, sun.token, "en"), amendment)
    (shown,) = (await sun.run("RuleChanges", campaignId=campaign))["items"]
    again = await decide(sun, shown)

    assert changed["__typename"] == "FiguresChanged"
    assert "acts 1 → 2" in changed["message"]
    assert (shown["figures"]["acts"], shown["basis"] != amendment["basis"]) == (2, True)
    assert again["state"] == "agreed"


async def test_figures_of_a_moment_ago_suffice_while_people_go_on_recording(world: World, campaign: str) -> None:
    wu, sun = await world.sign_in("Wu"), await world.sign_in("Sun")
    zhou = await joined(world, "Zhou", campaign)
    amendment = await proposed(wu, restating(world, campaign, **DEARER))
    await accepted(zhou, trip(campaign, world.clock.now()))

    assert (await decide(sun, amendment))["state"] == "agreed"
    await carried(world)
    assert await points(zhou) == 10


@pytest.mark.parametrize(
    ("state", "zh", "en"), [(SEALED, "结果已确定", "is sealed"), (CANCELLED, "已取消", "was cancelled")]
)
async def test_a_result_that_stands_is_not_changed(world: World, campaign: str, state: str, zh: str, en: str) -> None:
    wu, sun = await world.sign_in("Wu"), await world.sign_in("Sun")
    amendment = await proposed(wu, restating(world, campaign, **DEARER))
    async with world.parts.database.write() as session:
        await session.exec(update(Campaign).where(col(Campaign.id) == number(campaign)).values(state=state))
    asked = {"requestId": fresh_id(), "change": restating(world, campaign, pointsPerDay=3)}

    await answered(wu, "ProposeRuleChange", "ResultStands", zh=zh, en=en, input=asked)
    await answered(sun, "DecideRuleChange", "ResultStands", zh=zh, en=en, input=_decision(amendment))


async def test_a_day_that_has_passed_meanwhile_is_agreed_to_no_more(world: World, campaign: str) -> None:
    wu, sun = await world.sign_in("Wu"), await world.sign_in("Sun")
    amendment = await proposed(wu, change(campaign, world.clock.now().date(), **DEARER))
    world.clock.advance(timedelta(days=1))

    words = {"zh": "须在 2026-06-16 至", "en": "between 2026-06-16 and"}
    await answered(sun, "DecideRuleChange", "InvalidValue", **words, input=_decision(amendment))


async def test_later_changes_build_on_earlier_ones(world: World, campaign: str) -> None:
    wu, sun, lin = await world.sign_in("Wu"), await world.sign_in("Sun"), await world.sign_in("Lin")

    await agreed(wu, sun, restating(world, campaign, **DEARER))
    await carried(world)
    await agreed(sun, wu, restating(world, campaign, proofCredit=[{"key": "self_declared", "percent": 70}]))
    await carried(world)
    await agreed(wu, sun, restating(world, campaign, pointsPerDay=12))
    await carried(world)

    assert await points(lin) == 12
    told = [one["explanation"]["sentence"] for one in (await lin.run("MyLedger"))["ledger"]["items"]]
    assert "原 14（20 分 × 70%（凭证） = 14）；现 12（20 分 × 70%（凭证） = 14，每日上限 12 分，计 12）" in told[0]
    assert "原 10（20 分 × 50%（凭证） = 10）；现 14" in told[1]


async def test_figures_that_were_just_seen_are_not_computed_again(
    world: World, campaign: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wu, sun = await world.sign_in("Wu"), await world.sign_in("Sun")
    amendment = await proposed(wu, restating(world, campaign, **DEARER))

    async def never(*_: Any) -> None:
        pytest.fail("nobody asked for it")

    monkeypatch.setattr(figures, "preview", never)
    world.clock.advance(timedelta(minutes=4))

    assert (await decide(sun, amendment))["__typename"] == "RuleChangeReceipt"
