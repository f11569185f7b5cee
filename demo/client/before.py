"""The campaign of weeks before: planned, run, paused, its rules changed in daylight, settled, sealed, corrected."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Final

from demo import prelude
from demo.client import notices, personas
from demo.client.acts import Doing
from demo.client.closing import Closing
from demo.client.personas import Persona
from demo.client.phone import Desk, Phone, expect
from demo.client.service import AT_ONCE
from demo.client.waiting import until
from demo.prelude import ACTS, ANSWER, CORRECTION, DISTRICT, PAUSE, PLAN, RESULT, RESUME, RULES, SEAL
from demo.week import AFTERNOON, ZONE, Part

_UNITS: Final = ("12", "11", "13", "03")
_OF_EACH, _IN_ALL = 36, 72
_SUBSCRIBERS: Final = 8
_BUDGET: Final = 30_000
_PRIZES: Final = (
    {"titleZh": "保温杯", "titleEn": "Thermos cup", "pieces": 2},
    {"titleZh": "帆布袋", "titleEn": "Canvas bag", "pieces": 3},
)
People = list[tuple[Persona, Phone]]


class Before:
    """Everybody who had to do with that campaign; each request has an id, so that a replay doubles nothing."""

    def __init__(self, desk: Desk, openids: Sequence[str], monday: date) -> None:
        self._desk = desk
        self._first = prelude.first_day(monday)
        self._supervisor = Phone(desk, f"demo-supervisor-{DISTRICT}")
        self._organiser = Phone(desk, f"demo-organiser-{DISTRICT}")
        self._people = _chosen(desk, openids)
        reviewers = [Phone(desk, f"demo-organiser-{unit}") for unit in _UNITS]
        self._closing = Closing(desk, self._organiser, reviewers, Phone(desk, "demo-supervisor-01"))

    async def play(self, part: Part) -> None:
        """Play one part."""
        await self._supervisor.sign_in()
        await self._organiser.sign_in()
        phones = [phone for _, phone in self._people]
        parts: dict[str, Callable[[], Awaitable[None]]] = {
            PLAN: self._plan,
            ACTS: lambda: self._act(part),
            PAUSE: lambda: self._pause(part),
            RESUME: self._resume,
            RULES: lambda: self._change_rules(part),
            RESULT: lambda: self._closing.put_out(self._campaign, phones[0]),
            ANSWER: lambda: self._closing.answer(self._campaign),
            SEAL: lambda: self._closing.seal(self._campaign, self._people),
            CORRECTION: lambda: self._closing.correct(self._campaign),
        }
        await parts[part.name]()

    @property
    def _campaign(self) -> str:
        return str(self._desk.memory.get("before/campaign"))

    async def _plan(self) -> None:
        """Confirm the dates by the notice, open with a budget, commit to a draw."""
        found = await self._supervisor.run("ManagedInstitutions")
        place = found["manages"][0]["institution"]["id"]
        days = {"startsOn": self._first.isoformat(), "endsOn": self._day(prelude.DAYS - 1).isoformat()}
        what = {"theme": prelude.THEME, "institutionId": place, **days}
        notice = "云山区机关事务服务中心关于开展绿色办公活动的通知（示例）"
        confirmed = await self._supervisor.run(
            "ConfirmDates", input={**what, "year": self._first.year, "notice": notice}
        )
        expect(confirmed, "DatesConfirmed")
        windows = {"reviewDays": prelude.REVIEW_DAYS, "objectionDays": prelude.OBJECTION_DAYS}
        await self._supervisor.run("DryRun", input={"proposal": {**what, **windows}})
        asked = {"requestId": "before-open", **what, "scope": "ONE_FOR_ALL", **windows, "budgetPoints": _BUDGET}
        opened = expect(await self._supervisor.run("OpenCampaigns", input=asked), "CampaignsOpened")
        (only,) = opened["opened"]
        self._desk.memory.put("before/campaign", only["campaign"]["id"])
        self._desk.memory.put("before/title", only["campaign"]["title"])
        self._desk.memory.put("before/edition", only["campaign"]["edition"])
        asked = {"requestId": "before-draw", "campaignId": self._campaign, "prizes": list(_PRIZES)}
        asked |= {"leastActs": 3, "ticketPoints": 10, "ticketsEach": 2}
        announced = expect(await self._supervisor.run("AnnounceDraw", input=asked), "DrawAnnounced")
        self._desk.memory.put("before/draw", announced["draw"]["id"])
        self._desk.memory.put("before/commitment", announced["draw"]["commitment"])

    async def _act(self, part: Part) -> None:
        """Let everybody do what they do in an office; the first of them want to hear of the result."""
        await until("opened the campaign", self._states, lambda states: "running" in states)
        waiting = list(self._people)

        async def serve() -> None:
            while waiting:
                await self._one(*waiting.pop(), part)

        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(serve())
        phones = [phone for _, phone in self._people]
        if part.number == 0:
            for phone in phones[:_SUBSCRIBERS]:
                await notices.allow(self._desk.wechat, phone, notices.RESULT)
            await notices.withdraw(self._desk.wechat, phones[_SUBSCRIBERS - 1], notices.RESULT)
        if part.number == prelude.DAYS - 1:
            for phone in phones[:2]:  # who has too few points is told so
                asked = {"requestId": f"before-ticket-{phone.openid}", "drawId": self._desk.memory.get("before/draw")}
                await phone.run("BuyTickets", input={**asked, "tickets": 1})

    async def _states(self) -> list[str]:
        await self._supervisor.look()
        return [one["state"] for one in self._supervisor.campaigns]

    async def _one(self, persona: Persona, phone: Phone, part: Part) -> None:
        if phone.token is None:
            await phone.sign_in()
            await phone.join(persona)
        # They work on in the afternoon, whatever the part is called in this story.
        doing = Doing(persona, replace(part, name=AFTERNOON), self._desk.seed, campaigns=phone.by_kind(), codes={})
        if items := doing.gather():
            await phone.record(f"{phone.openid}-{part.key}", items)

    async def _pause(self, part: Part) -> None:
        """Stop for a storm; who sends something meanwhile is told why it is not taken."""
        because = {"edition": self._desk.memory.get("before/edition"), "reason": "台风预警，居家办公半天"}
        asked = {"campaignId": self._campaign, "because": because}
        held = expect(await self._supervisor.run("PauseCampaign", input=asked), "CampaignUpdated")
        self._desk.memory.put("before/paused", held["campaign"]["edition"])
        phone = self._people[0][1]
        await phone.sign_in()
        acted_at = datetime.combine(part.day, time(10, 0), ZONE).isoformat()
        item = {"campaignId": self._campaign, "kind": "own_cup", "actedAt": acted_at, "details": {}}
        await phone.record("before-while-paused", [item])

    async def _resume(self) -> None:
        because = {"edition": self._desk.memory.get("before/paused"), "reason": "台风预警解除"}
        asked = {"campaignId": self._campaign, "because": because}
        expect(await self._supervisor.run("ResumeCampaign", input=asked), "CampaignUpdated")

    async def _change_rules(self, part: Part) -> None:
        """Preview, propose, let a second person agree to the figures; the worker restates what there is already."""
        change = {
            "campaignId": self._campaign,
            "fromDay": self._first.isoformat(),
            "restates": True,
            "reason": f"{part.day.month} 月 {part.day.day} 日推进会决定：分类投放与自带杯同样鼓励",
            "kinds": [{"kind": "waste_sorting", "points": 14}],
        }
        if not self._desk.memory.get("before/amendment"):
            await self._organiser.run("PreviewRuleChange", change=change)
        asked = {"requestId": "before-rules", "change": change}
        proposed = expect(await self._organiser.run("ProposeRuleChange", input=asked), "RuleChangeReceipt")["amendment"]
        self._desk.memory.put("before/amendment", proposed["id"])
        asked = {"requestId": "before-agree", "amendmentId": proposed["id"], "verdict": "AGREE"}
        agreed = await self._supervisor.run("DecideRuleChange", input={**asked, "basis": proposed["basis"]})
        expect(agreed, "RuleChangeReceipt")

    def _day(self, number: int) -> date:
        return self._first + timedelta(days=number)


def _chosen(desk: Desk, openids: Sequence[str]) -> People:
    """Return who took part: some of each institution of the district, none of whom leaves."""
    found: People = []
    for unit in _UNITS:
        own = [one for one in openids if one.startswith(f"demo-staff-{unit}-")]
        people = [persona for one in own if (persona := personas.of(one, desk.seed))]
        found += [(one, Phone(desk, one.openid)) for one in people[:_OF_EACH]]
    return found[:_IN_ALL]
