"""A member of B sees nothing of A's: a foreign id and an id of nothing get the same answer everywhere."""

import json
from collections.abc import Callable
from dataclasses import fields
from datetime import timedelta
from typing import Any

import pytest

from backend.core import ids
from backend.identity import service as identity
from backend.review.jobs import draw
from tests.cast import SHIPPED, Person, World
from tests.laws import office
from tests.laws.naming import MISSING, NOTHING, Named, given
from tests.laws.play import Twins, act, record, together

PERIOD = {"validFrom": "2026-06-15T00:00:00+00:00", "validUntil": "2026-06-16T00:00:00+00:00"}
DAYS = {"startsOn": "2026-06-16", "endsOn": "2026-06-20"}
BOARD = {"level": "PERSON", "period": "CAMPAIGN", "measure": "POINTS"}
TRIP = {"mode": "metro", "distance": "from_5_km", "direction": "to_work"}


def _recording(named: Named, kind: str, details: dict[str, Any]) -> dict[str, Any]:
    item = {"campaignId": named.campaign, "kind": kind, "actedAt": named.at, "details": details}
    return given(requestId=named.request, items=[item, item | {"code": named.code}])


# Every shipped document, with the ids of A's (or of nothing) wherever it takes one.
ASKING: dict[str, list[Callable[[Named], dict[str, Any]]]] = {
    "AnswerComplaint": [lambda n: given(requestId="a-reply", complaintId=n.complaint, text="已经换了位置")],
    "AnswerReview": [lambda n: given(requestId="an-answer", reviewId=n.case, text="是的")],
    "AppealReview": [lambda n: given(requestId="an-appeal", reviewId=n.case, text="请再看")],
    "Appeals": [lambda n: {"institutionId": n.institution}],
    "BindRoster": [lambda n: given(bindingCode=n.code)],
    "Board": [lambda n: {"campaignId": n.campaign, **BOARD}],
    "BookDevices": [lambda n: given(requestId="a-booking", campaignId=n.campaign, devices=[{"category": "phone"}])],
    "Calendar": [lambda _: {"year": 2026}],
    "Campaigns": [lambda n: {"institutionId": n.institution}],
    "CancelBooking": [lambda n: given(requestId="a-cancelling", deviceId=n.device)],
    "CancelDevice": [lambda n: given(requestId="a-cancelling-too", deviceId=n.device, reason="不再需要")],
    "CanteenBoard": [lambda _: {}],
    "CertifyDevices": [lambda n: given(requestId="a-certificate", certificateNumber="A-1", deviceIds=[n.device])],
    "CloseComplaint": [lambda n: given(requestId="a-closing", complaintId=n.complaint)],
    "CodeKinds": [lambda _: {}],
    "Complaints": [
        lambda n: {"institutionId": n.institution, "which": "WAITING"},
        lambda n: {"institutionId": n.institution, "which": "DONE", "after": n.complaint},
    ],
    "ConfirmCheckIn": [lambda n: given(checkInId=n.check_in)],
    "ConfirmWeighing": [lambda n: given(requestId="a-weighing", checkInId=n.check_in, grams=500)],
    "CorrectDisposition": [
        lambda n: given(requestId="a-correction", deviceId=n.device, disposition="parts", reason="登记有误")
    ],
    "CustodyItem": [lambda n: {"sealCode": n.seal}],
    "CustodyItems": [lambda n: {"institutionId": n.institution, "campaignId": n.campaign}],
    "CustodyTotals": [lambda n: {"institutionId": n.institution, "campaignId": n.campaign}],
    "DecideAppeal": [lambda n: given(requestId="a-decision", reviewId=n.case, upheld=True)],
    "DecideReviews": [
        lambda n: given(requestId="a-verdict", items=[{"reviewId": n.case, "verdict": "APPROVE"}]),
        lambda n: given(requestId="a-refusal", items=[{"reviewId": n.case, "verdict": "REFUSE", "reason": "OTHER"}]),
    ],
    "DisposeDevices": [lambda n: given(requestId="a-disposition", disposition="reuse", deviceIds=[n.device])],
    "EraseDevices": [
        lambda n: given(requestId="an-erasure", method="overwrite", witnessStaffNumber="A001", deviceIds=[n.device])
    ],
    "ExplainTransfer": [lambda n: {"id": n.entry}, lambda n: {"id": n.reversal}],
    "FileComplaint": [
        lambda n: given(requestId="a-complaint", kind="COMPLAINT", text="够不着的扫码牌", campaignId=n.campaign)
    ],
    "ForgetSteps": [lambda _: {}],
    "ForwardComplaint": [lambda n: given(requestId="a-forwarding", complaintId=n.complaint)],
    "HandOverDevices": [lambda n: given(requestId="a-hand-over", devices=[{"code": n.hand_over}])],
    "HandOverSlip": [lambda n: {"deviceIds": [n.device], "language": "ZH_CN"}],
    "Home": [lambda _: {}],
    "Honours": [lambda n: {"campaignId": n.campaign}],
    "IssueBindingCode": [lambda n: given(institutionId=n.institution, staffNumber="A001")],
    "IssueCode": [lambda n: given(institutionId=n.institution, kind="own_cup", place="一层", **PERIOD)],
    "IssueCode.v2": [lambda n: given(institutionId=n.institution, kind="own_cup", place="二层", **PERIOD)],
    "JoinCampaign": [lambda n: given(campaignId=n.campaign)],
    "Kinds": [lambda _: {}],
    "Kinds.v2": [lambda _: {}],
    "LeaveCampaign": [lambda n: given(campaignId=n.campaign)],
    "ManagedInstitutions": [lambda _: {}],
    "MyCheckIns": [lambda n: {"after": n.check_in}, lambda _: {}],
    "MyComplaints": [lambda n: {"after": n.complaint}, lambda _: {}],
    "MyDevices": [lambda n: {"after": n.device}, lambda _: {}],
    "MyLedger": [lambda n: {"after": n.entry}, lambda _: {}],
    "MySteps": [lambda _: {}],
    "MyReviews": [lambda n: {"after": n.case}, lambda _: {}],
    "CancelCampaign": [lambda n: given(campaignId=n.campaign)],
    "OpenCampaign": [lambda n: given(theme="green-office", institutionId=n.institution, **DAYS)],
    "Receipt": [lambda n: {"requestId": n.request}],
    "RecordCheckIns": [
        lambda n: _recording(n, "own_cup", {}),
        lambda n: _recording(n, "commute", TRIP),
        lambda n: _recording(n, "nonsense", {"no": "sense"}),
    ],
    "RegisterUnitAssets": [
        lambda n: given(
            requestId="an-asset-of-a",
            institutionId=n.institution,
            campaignId=n.campaign,
            assets=[{"approvalNumber": "A-1", "category": "desktop"}],
        )
    ],
    "RegisterScreen": [lambda n: given(institutionId=n.institution, place="一层食堂")],
    "ReportedCheckIns": [lambda n: {"institutionId": n.institution, "campaignId": n.campaign}],
    "ReverseTransfer": [
        lambda n: given(entryId=n.entry, reason="误报"),
        lambda n: given(entryId=n.entry, reason=""),
        lambda n: given(entryId=n.reversal, reason="误报"),
    ],
    "RequestUpload": [lambda _: given(requestId="a-photo-of-my-own")],
    "ReviewQueue": [
        lambda n: {"institutionId": n.institution},
        lambda n: {"institutionId": n.institution, "campaignId": n.campaign},
    ],
    "ReviewSettings": [lambda n: {"institutionId": n.institution}],
    "RevokeScreen": [lambda n: given(screenId=n.screen)],
    "RevokeSite": [lambda n: given(siteId=n.site)],
    "Screens": [lambda n: {"institutionId": n.institution}],
    "Screens.v2": [lambda n: {"institutionId": n.institution}],
    "PairScreen": [lambda n: given(requestId="a-screen", institutionId=n.institution, code="222222", place="一层食堂")],
    "SetScreen": [lambda n: given(screenId=n.screen, place="二层食堂", edition=1)],
    "ScreenMessages": [lambda n: {"institutionId": n.institution}],
    "ScreenPreview": [lambda n: given(institutionId=n.institution, scene="persons", shape="strip")],
    "WriteScreenMessage": [
        lambda n: given(
            requestId="a-message",
            institutionId=n.institution,
            textZh="通知",
            beginsAt=n.at,
            endsAt="2026-07-01T00:00:00Z",
        )
    ],
    "WithdrawScreenMessage": [lambda n: given(messageId=n.on_screen)],
    "MealWastes": [lambda n: {"institutionId": n.institution, "from": "2026-06-10", "until": "2026-06-20"}],
    "RecordMealWaste": [
        lambda n: given(
            requestId="a-meal",
            institutionId=n.institution,
            day="2026-06-15",
            meal="LUNCH",
            diners=80,
            wasteKilograms="2.5",
        )
    ],
    "SealDevices": [lambda n: given(requestId="a-sealing", devices=[{"deviceId": n.device}])],
    "SetDisplayName": [lambda _: given(displayName=None)],
    "SetReviewMinutes": [lambda n: given(institutionId=n.institution, minutesADay=10)],
    "ShowBadge": [lambda n: given(campaignId=n.campaign, badge="all-round", shown=True)],
    "ShownBadges": [lambda n: {"campaignId": n.campaign}],
    "SignIn": [lambda n: given(code=n.code)],
    "SignOut": [lambda _: {}],
    "SiteSheet": [lambda n: {"siteId": n.site, "format": "PNG", "language": "ZH_CN"}],
    "Sites": [lambda n: {"institutionId": n.institution}],
    "SubmitSteps": [lambda n: given(requestId=n.request, encryptedData=n.code, iv=n.code)],
    "Themes": [lambda _: {}],
    "UndoReviews": [lambda n: given(requestId="an-undo", reviewIds=[n.case])],
    "ValidShare": [
        lambda n: {"campaignId": n.campaign, "institutionId": n.institution},
        lambda n: {"campaignId": n.campaign},
    ],
    "WeighDevices": [lambda n: given(requestId="a-weight", devices=[{"deviceId": n.device, "grams": 200}])],
    **office.ASKING,
}


# What asks for nobody: how to sign in, and what the service can count.
FOR_EVERYBODY = {"CodeKinds", "Kinds", "Kinds.v2", "SignIn"}


async def _of_a(twins: Twins) -> Named:
    """Let A have one of everything: a campaign of its own, acts, a reversal, a screen, a code."""
    world = twins.world
    at, institution = world.clock.now(), world.institution_id("A")
    lin, wu, sun = await together(world.sign_in(name) for name in ("Lin", "Wu", "Sun"))
    campaign = await world.open_campaign("green-office", at="A")
    await lin.run("JoinCampaign", input={"campaignId": campaign})
    items = [act(campaign, "own_cup", at), act(campaign, "water_act", at, act="tap_closed")]
    answer = await record(lin, "only-lin-knows-this", *items)
    kept, undone = (outcome["checkIn"] for outcome in answer["outcomes"])
    await wu.run("ReverseTransfer", input={"entryId": undone["pointsEntry"], "reason": "误报"})
    reversal = (await lin.run("MyLedger"))["ledger"]["items"][0]
    assert reversal["reversesId"] == undone["pointsEntry"]
    code = await wu.run("IssueCode", input={"institutionId": institution, "kind": "own_cup", "place": "一层", **PERIOD})
    await wu.run("RegisterScreen", input={"institutionId": institution, "place": "一层食堂"})
    screens = await wu.run("Screens", institutionId=institution)
    written = {
        "requestId": "a-message-of-a",
        "institutionId": institution,
        "textZh": "本周三素食日",
        "beginsAt": at.isoformat(),
        "endsAt": (at + timedelta(days=9)).isoformat(),
    }
    on_screen = (await wu.run("WriteScreenMessage", input=written))["written"]["id"]
    meal = {"institutionId": institution, "day": "2026-06-15", "meal": "LUNCH", "diners": 91, "wasteKilograms": "7.31"}
    await wu.run("RecordMealWaste", input=meal | {"requestId": "a-meal-of-a"})
    (site,) = (await wu.run("Sites", institutionId=institution))["items"]
    drive = await world.open_campaign("e-waste-drive", at="A")
    await lin.run("JoinCampaign", input={"campaignId": drive})
    booking = {"requestId": "lins-devices", "campaignId": drive, "devices": [{"category": "phone"}] * 2}
    kept_device, given_device = (await lin.run("BookDevices", input=booking))["outcomes"]
    handed = {"requestId": "lins-phone-is-given", "devices": [{"code": given_device["handOverCode"]}]}
    await wu.run("HandOverDevices", input=handed)
    sealing = {"requestId": "lins-phone-is-sealed", "devices": [{"deviceId": given_device["deviceId"]}]}
    (sealed,) = (await wu.run("SealDevices", input=sealing))["outcomes"]
    world.clock.advance(timedelta(days=1))
    await draw(world.parts.database, world.clock)
    queue = await wu.run("ReviewQueue", institutionId=institution)
    said = {"requestId": "lins-complaint", "kind": "COMPLAINT", "text": "扫码牌贴得太高", "campaignId": campaign}
    complaint = await lin.run("FileComplaint", input=said)
    assert sun.token
    of_office = await office.of_a(world, lin, wu, campaign, undone["id"])
    return Named(
        **of_office,
        campaign=campaign,
        check_in=kept["id"],
        entry=kept["pointsEntry"],
        reversal=reversal["id"],
        institution=institution,
        request="only-lin-knows-this",
        screen=screens[0]["id"],
        on_screen=on_screen,
        code=code["code"],
        case=queue["items"][0]["id"],
        site=site["id"],
        device=given_device["deviceId"],
        hand_over=kept_device["handOverCode"],
        seal=sealed["sealCode"],
        complaint=complaint["complaintId"],
        at=at.isoformat(),
    )


def _missing_like(named: Named) -> Named:
    """Return ids of nothing, of the same kinds as those given."""
    same_kind = {name: ids.encode(getattr(named, name).partition("_")[0], NOTHING) for name in ("entry", "screen")}
    return Named(**{**vars(MISSING), **same_kind, "reversal": same_kind["entry"]})


async def _asked(person: Person, document: str, variables: dict[str, Any], named: Named) -> str:
    """Return status and answer of a document, with the ids that were sent taken out."""
    response = await person.send(document, variables)
    assert response.status_code < 500, response.text
    said = json.dumps(response.json(), ensure_ascii=False, sort_keys=True)
    for one in sorted(fields(named), key=lambda one: -len(getattr(named, one.name))):
        if getattr(named, one.name) in json.dumps(variables):
            said = said.replace(getattr(named, one.name), "<as sent>")
    return f"{response.status_code} {said}"


def test_every_shipped_document_is_asked() -> None:
    assert set(ASKING) == set(SHIPPED)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_what_is_foreign_and_what_is_nothing_answer_alike(twins: Twins, language: str) -> None:
    world = twins.world
    foreign = await _of_a(twins)
    missing = _missing_like(foreign)
    async with world.parts.database.write() as session:
        await identity.grant(
            session, world.members["Chen"], "organiser", world.institutions["B"].id or 0, world.clock.now()
        )

    told_apart = []
    for document, ways in ASKING.items():
        world.clock.advance(timedelta(seconds=30))  # WeChat takes only so many sign-ins of one person in a minute
        for way in ways:
            chen = await world.sign_in("Chen", language)
            one = await _asked(chen, document, way(foreign), foreign)
            chen = await world.sign_in("Chen", language)
            other = await _asked(chen, document, way(missing), missing)
            canaries = [value for value in vars(foreign).values() if value in one and value != foreign.at]
            if one != other or canaries:
                told_apart.append((document, one, other, canaries))

    assert told_apart == []


async def test_who_is_not_signed_in_gets_what_is_for_everybody_and_nothing_else(world: World) -> None:
    stranger, answered = world.stranger(), set()

    for document, ways in ASKING.items():
        for way in ways:
            said = (await stranger.send(document, way(MISSING))).text
            if '"UNAUTHENTICATED"' not in said:
                answered.add(document)

    assert answered == FOR_EVERYBODY
