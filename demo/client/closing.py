"""How the campaign of weeks before came to its seal: review, objection, seal, draw, certificates, a correction."""

import contextlib
import hashlib
from collections.abc import Sequence
from typing import Any, Final

from demo.client import notices
from demo.client.personas import Persona
from demo.client.phone import Desk, Phone, expect
from demo.client.waiting import until

_PAGE: Final = 20
_NOTICE_SECONDS: Final = 8.0


class Closing:
    """What organisers and members do with a campaign that has closed."""

    def __init__(self, desk: Desk, organiser: Phone, reviewers: Sequence[Phone], second: Phone) -> None:
        self._desk = desk
        self._organiser = organiser
        self._reviewers = reviewers
        self._second = second  # who leaves nothing over: a reviewer does not look at their own department

    async def put_out(self, campaign: str, objector: Phone) -> None:
        """Look at what was drawn, end the review early, and let a member object to the provisional result."""
        await self._reach(campaign, "closed")
        if await self._state(campaign) == "closed":
            # The clock has leapt over nights, whose acts the worker draws one by one.
            await until("drawn what is to be reviewed", lambda: self._end_review(campaign), bool)
        await self._reach(campaign, "provisional")
        await objector.sign_in()
        text = "周三的分类投放好像少计了一次，请核对。"
        asked = {"requestId": "before-objection", "campaignId": campaign, "text": text}
        expect(await objector.run("ObjectToResult", input=asked), "ObjectionMade")

    async def answer(self, campaign: str) -> None:
        """Answer what is objected to."""
        page = await self._organiser.run("ResultObjections", campaignId=campaign)
        for one in page["items"]:
            if not one["answeredAt"]:
                asked = {"objectionId": one["id"], "answer": "已核对：当日投放两次，均已计入，可在“我的积分”查看。"}
                expect(await self._organiser.run("AnswerObjection", input=asked), "ObjectionAnswer")

    async def seal(self, campaign: str, people: Sequence[tuple[Persona, Phone]]) -> None:
        """Wait for the seal, give out what was drawn, make certificates and withdraw one of them."""
        await self._reach(campaign, "sealed")
        sealed = (await self._settlement(campaign))["campaign"]["seal"]
        self._desk.memory.put("before/digest", sealed["digest"])
        draw = await until("drawn", lambda: self._draw(campaign, self._organiser), lambda one: one["state"] == "drawn")
        committed = hashlib.sha256(draw["seed"].encode()).hexdigest()
        assert committed == self._desk.memory.get("before/commitment"), "the seed is not the one that was committed to"
        await self._hand_over_a_prize(campaign, [phone for _, phone in people])
        await self._certify(campaign, people)
        await self._see_a_notice()

    async def _see_a_notice(self) -> None:
        """Remember what came on a phone; a sandbox that was started again has forgotten who allowed it."""
        with contextlib.suppress(TimeoutError):
            came = await until("told of the seal", lambda: notices.came(self._desk.wechat), bool, _NOTICE_SECONDS)
            self._desk.memory.put("before/notice", "，".join(came[0]["values"].values()))

    async def correct(self, campaign: str) -> None:
        """Undo an act after the seal: the result stands, the correction stands beside it."""
        if self._desk.memory.get("before/corrected"):
            return
        place = await _managed(self._reviewers[0])
        page = await self._organiser.run("ReportedCheckIns", institutionId=place, campaignId=campaign)
        act = next(one for one in page["items"] if one["counted"] and one["pointsEntry"])
        asked = {"entryId": act["pointsEntry"], "reason": "封存后本人说明：误报一次"}
        await self._organiser.run("ReverseTransfer", input=asked)
        found = (await self._organiser.run("Corrections", campaignId=campaign))["items"]
        assert found, "the correction is not told"
        self._desk.memory.put(
            "before/corrected", [f"{one['ledger']} {one['amount']}：{one['reason']}" for one in found]
        )

    async def _end_review(self, campaign: str) -> bool:
        await self._second.sign_in()
        for reviewer in self._reviewers:
            place = await _managed(reviewer)
            await self._review(reviewer, place, campaign)
            await self._review(self._second, place, campaign)
        asked = {"campaignId": campaign, "reason": "抽查已全部完成"}
        ended = await self._organiser.run("EndReview", input=asked)
        return bool(ended["__typename"] == "SettlementMoved")

    async def _review(self, reviewer: Phone, place: str, campaign: str) -> None:
        while True:
            asked = {"institutionId": place, "campaignId": campaign, "limit": _PAGE}
            items = (await reviewer.run("ReviewQueue", **asked))["items"]
            if not items:
                return
            ids = [one["id"] for one in items]
            verdicts = [{"reviewId": one, "verdict": "APPROVE"} for one in ids]
            asked = {"requestId": f"before-review-{ids[0]}", "items": verdicts}
            expect(await reviewer.run("DecideReviews", input=asked), "ReviewReceipt")

    async def _hand_over_a_prize(self, campaign: str, phones: Sequence[Phone]) -> None:
        for phone in phones:
            await phone.sign_in()
            draw = await self._draw(campaign, phone)
            won = next((one for one in draw["ownPrizes"] if one["state"] == "won"), None)
            if won:
                asked = {"requestId": f"before-claim-{won['ticket']}", "drawId": draw["id"], "ticket": won["ticket"]}
                claimed = expect(await phone.run("ClaimPrize", input=asked), "PrizeClaimed")
                asked = {"requestId": f"before-prize-{won['ticket']}", "code": claimed["pickUpCode"]}
                expect(await self._organiser.run("HandOverPrize", input=asked), "PrizeHandedOver")
                return

    async def _certify(self, campaign: str, people: Sequence[tuple[Persona, Phone]]) -> None:
        """Make one certificate under a display name that stays, and one that its holder withdraws again."""
        named = next((one for one in people if one[0].nickname), people[0])
        other = next(one for one in people if one is not named)
        for (persona, phone), key in ((named, "certificate"), (other, "withdrawn")):
            await phone.sign_in()
            name = "DISPLAY" if persona.nickname else "MASKED"
            asked = {"requestId": f"before-{key}", "campaignId": campaign, "name": name}
            made = await phone.run("MakeCertificate", input=asked, format="PDF", language="ZH_CN")
            certificate = expect(made, "CertificateMade")["certificate"]
            told = {"openid": phone.openid, "id": certificate["id"], "verify": certificate["verifyPath"]}
            self._desk.memory.put(f"before/{key}", told)
            if key == "withdrawn":
                asked = {"certificateId": certificate["id"]}
                expect(await phone.run("WithdrawCertificate", input=asked), "CertificateWithdrawn")

    async def _draw(self, campaign: str, phone: Phone) -> dict[str, Any]:
        (draw,) = await phone.run("Draws", campaignId=campaign)
        return dict(draw)

    async def _settlement(self, campaign: str) -> dict[str, Any]:
        return dict(await self._organiser.run("Settlement", campaignId=campaign))

    async def _state(self, campaign: str) -> str:
        return str((await self._settlement(campaign))["campaign"]["state"])

    async def _reach(self, campaign: str, state: str) -> None:
        """Wait until the worker has brought the campaign so far, or farther."""
        way = ("running", "closed", "reviewed", "provisional", "sealed")
        enough = way[way.index(state) :]
        await until(f"come to {state}", lambda: self._state(campaign), lambda found: found in enough)


async def _managed(phone: Phone) -> str:
    await phone.sign_in()
    found = await phone.run("ManagedInstitutions")
    return str(found["manages"][0]["institution"]["id"])
