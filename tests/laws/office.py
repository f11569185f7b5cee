"""What A's campaign office has, and every document of it with the ids of A's (or of nothing) wherever it takes one."""

import zlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlmodel import col, select, update

from backend.campaigns.tables import SEALED, Campaign, Participation
from backend.core import ids
from backend.identity.tables import Membership
from backend.leaderboards import pins
from backend.points.tables import CARBON_MG
from backend.settlement.tables import ResultObjection, Seal, SealedStanding
from tests.cast import Person, World
from tests.laws.naming import Named, given
from tests.rewards.shop import give

Ways = list[Callable[[Named], dict[str, Any]]]

WEEK = {"theme": "energy-week", "startsOn": "2026-06-22", "endsOn": "2026-06-26"}
PLANNED = {"theme": "energy-week", "year": 2026}
OFFER = {"titleZh": "帆布袋", "howZh": "到 302 室领取", "points": 20, "fromOn": "2026-06-01"}
EVENT = {"titleZh": "读书节", "heldOn": "2026-07-01", "kilograms": 1, "source": "用电量乘以电网因子"}
STORY = {
    "title": "随手关灯",
    "text": "每天最后一个离开办公室的人，随手关灯、关空调、拔插头",
    "name": "DISPLAY",
    "consents": True,
}
PAPER = {"format": "PNG", "language": "ZH_CN"}
EDITION = {"edition": 1, "reason": "通知有变"}


def _rules(named: Named) -> dict[str, Any]:
    kinds = [{"kind": "own_cup", "points": 20}]
    return {"campaignId": named.campaign, "fromDay": "2026-06-17", "reason": "按新标准计", "kinds": kinds}


def _of_both(ask: Callable[[str, Named], dict[str, Any]]) -> Ways:
    """Ask of a running campaign and of a sealed one."""
    return [lambda n: ask(n.campaign, n), lambda n: ask(n.sealed, n)]


ASKING: dict[str, Ways] = {
    "AddReward": [
        lambda n: given(requestId="a-new-reward", institutionId=n.institution, offer=OFFER, stock={"items": 3})
    ],
    "Adjustments": [
        lambda n: {"institutionId": n.institution, "campaignId": n.campaign},
        lambda n: {"institutionId": n.institution, "campaignId": n.campaign, "after": n.adjustment},
    ],
    "AnnounceDraw": [
        lambda n: given(requestId="a-new-draw", campaignId=n.campaign, prizes=[{"titleZh": "保温杯", "pieces": 1}])
    ],
    "AnswerObjection": [lambda n: given(objectionId=n.result_objection, answer="已经核对过了")],
    "Board.v2": _of_both(
        lambda one, _: {"campaignId": one, "level": "PERSON", "period": "CAMPAIGN", "measure": "POINTS"}
    ),
    "BoardPicture": _of_both(lambda one, n: given(campaignId=one, institutionId=n.institution)),
    "BuyTickets": [lambda n: given(requestId="tickets-of-a", drawId=n.draw, tickets=1)],
    "CalendarFeed": [lambda n: {"institutionId": n.institution}],
    "CallOffCampaign": [lambda n: given(campaignId=n.campaign, because=EDITION)],
    "CampaignBudget": [lambda n: {"campaignId": n.campaign}],
    "CampaignChanges": [lambda _: {}],
    "CampaignReport": [
        *_of_both(lambda one, _: {"campaignId": one, "language": "ZH_CN"}),
        *_of_both(lambda one, n: {"campaignId": one, "institutionId": n.institution, "language": "ZH_CN"}),
    ],
    "Campaigns.v2": [lambda n: {"institutionId": n.institution}],
    "CancelDraw": [lambda n: given(requestId="a-cancelled-draw", drawId=n.draw, reason="奖品未到")],
    "CancelMyRedemption": [lambda n: given(requestId="cancelled-by-me", redemptionId=n.redemption)],
    "CancelNeutralEvent": [lambda n: given(requestId="a-cancelled-event", eventId=n.event, reason="改为线上")],
    "CancelRedemption": [lambda n: given(requestId="a-cancelled-one", redemptionId=n.redemption, reason="缺货")],
    "CanteenBoard.v2": [lambda _: {}],
    "CertifiedGroups": _of_both(
        lambda one, n: {"campaignId": one, "institutionId": n.institution, "measure": "POINTS"}
    ),
    "ChangeCampaign": [lambda n: given(campaignId=n.campaign, edition=1, endsOn="2026-06-25", reason="顺延")],
    "ChangeReward": [lambda n: given(requestId="a-changed-reward", rewardId=n.reward, edition=1, offer=OFFER)],
    "ChooseCase": [lambda n: given(requestId="a-chosen-case", caseId=n.story, appears=True)],
    "ClaimPrize": [lambda n: given(requestId="a-claimed-prize", drawId=n.draw, ticket=1)],
    "CloneCampaign": [lambda n: given(requestId="a-cloned-one", campaignId=n.campaign, year=2027)],
    "ComplianceStatement": [
        *_of_both(lambda one, _: {"campaignId": one, "language": "ZH_CN"}),
        *_of_both(lambda one, n: {"campaignId": one, "institutionId": n.institution, "language": "ZH_CN"}),
    ],
    "ConfirmDates": [
        lambda n: given(
            institutionId=n.institution,
            **PLANNED,
            startsOn="2026-06-22",
            endsOn="2026-06-28",
            notice="发改办1号",
        )
    ],
    "Corrections": [
        *_of_both(lambda one, _: {"campaignId": one}),
        lambda n: {"campaignId": n.sealed, "after": n.entry},
    ],
    "DecideAdjustment": [
        lambda n: given(requestId="agreed-adjustment", adjustmentId=n.adjustment, verdict="AGREE"),
        lambda n: given(requestId="taken-back-adjust", adjustmentId=n.adjustment, verdict="WITHDRAW"),
    ],
    "DecideObjection": [
        lambda n: given(requestId="decided-objection", objectionId=n.objection, upheld=True, note="已核实")
    ],
    "DecideRuleChange": [
        lambda n: given(requestId="agreed-amendment", amendmentId=n.amendment, verdict="AGREE", basis="b" * 64),
        lambda n: given(requestId="taken-back-change", amendmentId=n.amendment, verdict="WITHDRAW"),
    ],
    "DonateCarbon": [lambda n: given(requestId="a-donation-of-b", eventId=n.event, milligrams=5)],
    "DrawRecord": [lambda n: {"drawId": n.draw}],
    "Draws": _of_both(lambda one, _: {"campaignId": one}),
    "DryRun": [
        lambda n: given(campaignId=n.campaign),
        lambda n: given(proposal={"institutionId": n.institution, **WEEK}),
    ],
    "EndReview": _of_both(lambda one, _: given(campaignId=one, reason="已经核完")),
    "FreezeBoards": _of_both(lambda one, _: given(campaignId=one, reason="颁奖前")),
    "HandOverPrize": [lambda n: given(requestId="a-handed-prize", code=n.pick_up)],
    "HandOverReward": [lambda n: given(requestId="a-handed-reward", code=n.pick_up)],
    "Home.v2": [lambda _: {}],
    "Inbox": [lambda n: {"after": n.message}, lambda _: {}],
    "KeptRewards": [lambda n: {"institutionId": n.institution}],
    "MakeCertificate": _of_both(lambda one, _: given(requestId="a-certificate-1", campaignId=one) | PAPER),
    "MakeGroupCertificate": [
        *_of_both(
            lambda one, n: (
                given(requestId="a-group-paper-1", campaignId=one, groupId=n.institution, measure="POINTS") | PAPER
            )
        ),
        lambda n: (
            given(requestId="a-group-paper-2", campaignId=n.sealed, groupId=n.department, measure="POINTS") | PAPER
        ),
    ],
    "MarkMessagesRead": [lambda n: given(upTo=n.message)],
    "MessageCounts": [lambda n: {"institutionId": n.institution}],
    "MessageSettings": [lambda _: {}],
    "MyCases": [lambda _: {}],
    "MyCertificates": [lambda _: {}],
    "MyObjections": [lambda _: {}],
    "MyRedemptions": [lambda n: {"after": n.redemption}, lambda _: {}],
    "NeutralCertificate": [lambda n: {"eventId": n.event}],
    "NeutralCertificatePaper": [lambda n: {"eventId": n.event} | PAPER],
    "NeutralEvents": [lambda _: {}],
    "ObjectToResult": _of_both(lambda one, _: given(requestId="an-objection-1", campaignId=one, text="少算了一次")),
    "ObjectToUndoing": [lambda n: given(requestId="an-objection-2", checkInId=n.check_in, text="确实做了")],
    "Objections": [lambda n: {"institutionId": n.institution}],
    "OfferCase": [lambda n: given(requestId="a-case-of-b", campaignId=n.campaign, **STORY)],
    "OfferedCases": [
        lambda n: {"campaignId": n.campaign},
        lambda n: {"campaignId": n.campaign, "institutionId": n.institution, "after": n.story},
    ],
    "OpenCampaigns": [
        lambda n: given(requestId="opened-for-a", institutionId=n.institution, scope="ONE_FOR_ALL", **WEEK)
    ],
    "OpenNeutralEvent": [lambda n: given(requestId="an-event-of-a", institutionId=n.institution, **EVENT)],
    "PauseCampaign": [lambda n: given(campaignId=n.campaign, because=EDITION)],
    "Poster": [lambda n: given(campaignId=n.campaign, institutionId=n.institution)],
    "PreviewRuleChange": [lambda n: {"change": _rules(n)}],
    "ProposeAdjustment": [
        lambda n: given(
            requestId="an-adjustment-1",
            campaignId=n.campaign,
            institutionId=n.institution,
            staffNumber="A001",
            points=5,
            reason="网络故障",
        )
    ],
    "ProposeRuleChange": [lambda n: given(requestId="a-proposal-of-b", change=_rules(n))],
    "RedeemReward": [lambda n: given(requestId="a-redemption-b", rewardId=n.reward, points=20)],
    "RenewCalendarFeed": [lambda n: given(institutionId=n.institution)],
    "ReportSubscriptions": [lambda n: given(requestId=n.request, results=[{"templateId": "t", "said": "accept"}])],
    "RestockReward": [lambda n: given(requestId="more-of-a-reward", rewardId=n.reward, stock={"items": 1})],
    "ResultObjections": [
        *_of_both(lambda one, _: {"campaignId": one}),
        lambda n: {"campaignId": n.sealed, "after": n.result_objection},
    ],
    "Results": [lambda _: {}],
    "ResumeCampaign": [lambda n: given(campaignId=n.campaign, because=EDITION)],
    "RetireReward": [lambda n: given(requestId="a-retired-one", rewardId=n.reward, edition=1, reason="停止")],
    "Rewards": [lambda _: {}],
    "RuleChanges": [lambda n: {"campaignId": n.campaign}, lambda n: {"campaignId": n.campaign, "after": n.amendment}],
    "SealFile": _of_both(lambda one, _: {"campaignId": one}),
    "SetBudget": [lambda n: given(requestId="a-budget-for-a", campaignId=n.campaign, points=500)],
    "SetMessageSwitch": [lambda _: given(subject="inbox", isOn=True)],
    "SetReminder": [lambda _: given(kind="CHECK_IN", atTime=None)],
    "Settlement": _of_both(lambda one, _: {"campaignId": one}),
    "UnfreezeBoards": _of_both(lambda one, _: given(campaignId=one, reason="颁奖后")),
    "WaitingRedemptions": [
        lambda n: {"rewardId": n.reward},
        lambda n: {"rewardId": n.reward, "after": n.redemption},
    ],
    "WithdrawCase": [lambda n: given(requestId="a-withdrawn-case", caseId=n.story)],
    "WithdrawCertificate": [lambda n: given(certificateId=n.certificate)],
    "WithdrawDates": [lambda n: given(institutionId=n.institution, **PLANNED)],
    "YearPlan": [lambda n: {"institutionId": n.institution, "year": 2026}],
}


async def _done(person: Person, document: str, typename: str, **asked: Any) -> Any:
    answer = await person.run(document, **asked)
    assert answer["__typename"] == typename, answer
    return answer


async def of_a(world: World, lin: Person, wu: Person, campaign: str, undone: str) -> dict[str, str]:
    """Let A have one of everything that the office has: for sale, to give to, to draw, proposed, objected, sealed."""
    at, who = world.institution_id("A"), {"requestId": "first-of-its-kind"}
    await give(world, "Lin", 500)
    await give(world, "Lin", 3_000_000, CARBON_MG)
    sold = given(**who, institutionId=at, offer=OFFER, stock={"items": 3})
    reward = (await _done(wu, "AddReward", "RewardKept", **sold))["kept"]["reward"]["id"]
    bought = given(requestId="lins-canvas-bag", rewardId=reward, points=20)
    redemption = await _done(lin, "RedeemReward", "RewardRedeemed", **bought)
    opened = given(requestId="an-event-to-fill", institutionId=at, **EVENT)
    event = (await _done(wu, "OpenNeutralEvent", "NeutralEventOpened", **opened))["event"]["id"]
    donated = given(requestId="lins-donation-1", eventId=event, milligrams=1_000_000)
    await _done(lin, "DonateCarbon", "CarbonDonated", **donated)
    prizes = [{"titleZh": "保温杯", "pieces": 1}]
    announced = given(requestId="a-draw-of-a", campaignId=campaign, prizes=prizes, ticketPoints=5, ticketsEach=1)
    draw = (await _done(wu, "AnnounceDraw", "DrawAnnounced", **announced))["draw"]["id"]
    tickets = given(requestId="lins-tickets-1", drawId=draw, tickets=1)
    await lin.run("BuyTickets", **tickets)
    rules = {"campaignId": campaign, "fromDay": "2026-06-17", "reason": "按新标准计"}
    change = rules | {"kinds": [{"kind": "own_cup", "points": 20}]}
    proposal = given(requestId="a-change-of-a", change=change)
    amendment = (await _done(wu, "ProposeRuleChange", "RuleChangeReceipt", **proposal))["amendment"]["id"]
    wanted = {"campaignId": campaign, "institutionId": at, "staffNumber": "A001", "points": 5, "reason": "网络故障"}
    adjusted = given(requestId="an-adjustment-a", **wanted)
    adjustment = (await _done(wu, "ProposeAdjustment", "AdjustmentReceipt", **adjusted))["adjustment"]["id"]
    objected = given(requestId="lins-objection-1", checkInId=undone, text="确实做了")
    objection = (await _done(lin, "ObjectToUndoing", "ObjectionReceipt", **objected))["objection"]["id"]
    offered = given(requestId="a-case-of-lin", campaignId=campaign, **STORY | {"name": "ANONYMOUS"})
    story = (await _done(lin, "OfferCase", "CaseStep", **offered))["caseId"]
    await wu.run("RenewCalendarFeed", **given(institutionId=at))
    return {
        "reward": reward,
        "redemption": redemption["redemptionId"],
        "pick_up": redemption["pickUpCode"],
        "event": event,
        "draw": draw,
        "amendment": amendment,
        "adjustment": adjustment,
        "objection": objection,
        "story": story,
        "message": (await lin.run("Inbox"))["inbox"]["items"][0]["id"],
        **await _sealed(world, lin),
    }


async def _sealed(world: World, lin: Person) -> dict[str, str]:
    """Let a campaign of A be sealed by hand, with Lin in its result, an objection of hers and a certificate."""
    campaign = await world.open_campaign("energy-week", at="A")
    number, now, member = ids.decode("cmp", campaign), world.clock.now(), world.members["Lin"]
    async with world.parts.database.write() as session:
        found = await session.exec(select(Membership).where(col(Membership.member_id) == member))
        own = found.one()
        session.add(Participation(campaign_id=number, member_id=member, joined_at=now))
        await session.exec(update(Campaign).where(col(Campaign.id) == number).values(state=SEALED, sealed_at=now))
        session.add(Seal(campaign_id=number, sealed_at=now, digest="5ea1" * 16, document=zlib.compress(b"{}\n")))
        said: dict[str, Any] = {"campaign_id": number, "member_id": member, "request_id": "lins-objection-2"}
        objection = ResultObjection(**said, text="少算了一次", made_at=now - timedelta(days=1))
        session.add(objection)
        await session.flush()
        line: dict[str, Any] = {"campaign_id": number, "level": "person", "subject_id": member}
        line |= {"institution_id": own.institution_id, "points": 10, "carbon_mg": 1000, "participants": 1}
        session.add(SealedStanding(**line, acts=2, number=1))
        await pins.pin(
            session, number, [line | {"period": "campaign", "name": None, "people": None}], now, is_seal=True
        )
        numbers = {"result_objection": ids.encode("rob", objection.id or 0)}
        numbers["department"] = ids.encode("dep", own.department_id)
    asked = given(requestId="lins-certificate", campaignId=campaign) | PAPER
    made = await _done(lin, "MakeCertificate", "CertificateMade", **asked)
    return {"sealed": campaign, "certificate": made["certificate"]["id"], **numbers}
