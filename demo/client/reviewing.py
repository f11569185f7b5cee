"""Reviewers at their consoles: a few minutes every morning, and one appeal that another reviewer decides."""

import asyncio
from typing import Any, Final

from demo.client.phone import Desk, Phone, expect
from demo.week import MORNING, NOON, Part

UNITS: Final = ("07", "18", "14", "12")  # whose organisers look through their queues
_APPEALED: Final = ("07", "demo-supervisor-02")  # where somebody objects, and who decides
_CASES: Final = 20
_ALIKE, _LARGE = "照片与另一张相似", "数量明显高于当日同类"
_DRAW_SECONDS: Final = 20.0


class Reviewers:
    """Everybody who looks at what was drawn."""

    def __init__(self, desk: Desk, openids: list[str]) -> None:
        self._desk = desk
        self._reviewers = [Phone(desk, f"demo-organiser-{unit}") for unit in UNITS]
        self._second = Phone(desk, _APPEALED[1])
        self._staff = [one for one in openids if one.startswith(f"demo-staff-{_APPEALED[0]}-")]

    async def before(self, part: Part) -> None:
        """In the morning: look at what the night's draw brought."""
        if part.number >= 1 and part.name == MORNING:
            await asyncio.gather(*(self._look(one, part) for one in self._reviewers))

    async def after(self, part: Part, phones: dict[str, Phone]) -> None:
        """At the second day's noon: let somebody object, and another reviewer decide."""
        if part.number == 1 and part.name == NOON and not self._desk.memory.get("appealed"):
            await self._appeal(phones)

    async def _look(self, reviewer: Phone, part: Part) -> None:
        key = f"reviewed/{reviewer.openid}/{part.key}"
        if self._desk.memory.get(key):
            return
        await reviewer.sign_in()
        institution = await _managed(reviewer)
        queue = await self._queue(reviewer, institution)
        refuses = reviewer.openid.endswith(_APPEALED[0])
        items = [_verdict(one, first=place == 0 and refuses) for place, one in enumerate(queue)]
        if items:
            asked = {"requestId": f"review-{reviewer.openid}-{part.key}", "items": items}
            expect(await reviewer.run("DecideReviews", input=asked), "ReviewReceipt")
        self._desk.memory.put(key, len(items))

    async def _queue(self, reviewer: Phone, institution: str) -> list[dict[str, Any]]:
        """Return the queue, once the worker has drawn it; a day without acts has none."""
        deadline = asyncio.get_running_loop().time() + _DRAW_SECONDS
        while True:
            found = await reviewer.run("ReviewQueue", institutionId=institution, limit=_CASES)
            if found["items"] or asyncio.get_running_loop().time() > deadline:
                items: list[dict[str, Any]] = found["items"]
                return items
            await asyncio.sleep(0.2)

    async def _appeal(self, phones: dict[str, Phone]) -> None:
        for openid in self._staff:
            phone = phones.get(openid)
            if phone is None or phone.token is None:
                continue
            page = (await phone.run("MyReviews"))["reviews"]
            refused = next((one for one in page["items"] if one["appealUntil"]), None)
            if refused is not None:
                asked = {"reviewId": refused["id"], "text": "当天确实参加了，工位同事可以作证，请再看一下。"}
                said = await phone.run("AppealReview", input={"requestId": f"appeal-{openid}", **asked})
                expect(said, "ReviewStep")
                await self._decide()
                return

    async def _decide(self) -> None:
        await self._second.sign_in()
        await self._reviewers[0].sign_in()
        where = await _managed(self._reviewers[0])  # the supervisor decides for the institution below
        for appeal in await self._second.run("Appeals", institutionId=where):
            case = appeal["review"]["id"]
            asked = {"requestId": f"appeal-decided-{case}", "reviewId": case, "upheld": True}
            note = "经核实情况属实，恢复积分。"
            expect(await self._second.run("DecideAppeal", input={**asked, "note": note}), "ReviewStep")
            self._desk.memory.put("appealed", case)


def _verdict(case: dict[str, Any], *, first: bool) -> dict[str, Any]:
    if _ALIKE in case["marks"]:
        return {"reviewId": case["id"], "verdict": "REFUSE", "reason": "COPIED"}
    if first:
        return {"reviewId": case["id"], "verdict": "REFUSE", "reason": "WRONG_PLACE_TIME"}
    if _LARGE in case["marks"]:
        return {"reviewId": case["id"], "verdict": "ASK", "note": "请说明这个数量是如何得到的。"}
    return {"reviewId": case["id"], "verdict": "APPROVE"}


async def _managed(phone: Phone) -> str:
    found = await phone.run("ManagedInstitutions")
    institution: str = found["manages"][0]["institution"]["id"]
    return institution
