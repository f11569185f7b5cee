"""What members ask for and say: reminders, a badge that is shown, a complaint; what offices answer and plan."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from demo.client import notices
from demo.client.phone import Desk, Phone, expect, of_unit
from demo.week import AFTERNOON, MORNING, Part

_UNIT: Final = "07"
_PLANNER: Final = "demo-supervisor-01"
_REMINDED_AT: Final = "17:10"
_ASKERS: Final = 12
_LOOKED_AT: Final = 30  # members, for one who has a badge
_BADGES_OF: Final = ("green-office", "green-commute-month", "e-waste-drive")  # the ones with streaks first


class Letters:
    """Everything small that goes to and fro beside check-ins."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._organiser = Phone(desk, f"demo-organiser-{_UNIT}")
        self._planner = Phone(desk, _PLANNER)

    async def plan_ahead(self, monday: date) -> None:
        """Confirm next year's energy week, as its notice says; give the calendar an address."""
        await self._planner.sign_in()
        place, year = await _place(self._planner), monday.year + 1
        plan = await self._planner.run("YearPlan", institutionId=place, year=year)
        energy = next(one for one in plan["themes"] if one["theme"] == "energy-week")
        middle = date.fromisoformat(energy["startsOn"]) if energy["startsOn"] else date(year, 6, 15)
        begins = middle - timedelta(days=middle.weekday())
        asked = {"institutionId": place, "theme": "energy-week", "year": year, "startsOn": begins.isoformat()}
        asked |= {"endsOn": (begins + timedelta(days=6)).isoformat(), "notice": f"海机管〔{year}〕3号（示例）"}
        confirmed = expect(await self._planner.run("ConfirmDates", input=asked), "DatesConfirmed")["planned"]
        told = f"{confirmed['title']} {confirmed['startsOn']} 至 {confirmed['endsOn']}（{asked['notice']}）"
        self._desk.memory.put("planned", told)
        await self._organiser.sign_in()
        if not self._desk.memory.get("calendar"):
            asked = {"institutionId": await _place(self._organiser)}
            renewed = expect(await self._organiser.run("RenewCalendarFeed", input=asked), "CalendarFeedRenewed")
            self._desk.memory.put("calendar", renewed["path"])

    async def after(self, part: Part, phones: Sequence[Phone], *, is_last: bool) -> None:
        """Do what belongs to this part of the week."""
        if part.number == 0 and part.name == MORNING:
            await self._ask_for_reminders(await of_unit(phones, _UNIT))
        if part.number == 0 and part.name == AFTERNOON:
            await self._complain((await of_unit(phones, _UNIT))[-1])
        if part.number == 1 and part.name == MORNING:
            await self._answer()
        if is_last:
            await self._show_a_badge(await of_unit(phones, _UNIT))

    async def _ask_for_reminders(self, phones: Sequence[Phone]) -> None:
        """Ask for the one before going home; who allowed a message and withdrew it in WeChat is not reached."""
        for phone in phones[:_ASKERS]:
            expect(await phone.run("SetReminder", input={"kind": "CHECK_IN", "atTime": _REMINDED_AT}), "ReminderSet")
            await notices.allow(self._desk.wechat, phone, notices.REMINDER)

    async def _complain(self, phone: Phone) -> None:
        campaign = next(one for one in phone.campaigns if one["joined"])
        asked = {"requestId": "complaint", "kind": "SUGGESTION", "campaignId": campaign["id"], "anonymous": True}
        text = "餐盘回收处的现场码贴得太低，排队时不好扫，建议抬高一些。"
        expect(await phone.run("FileComplaint", input={**asked, "text": text}), "ComplaintStep")

    async def _answer(self) -> None:
        await self._organiser.sign_in()
        found = await self._organiser.run("Complaints", institutionId=await _place(self._organiser), which="WAITING")
        for one in found["items"]:
            asked = {"requestId": f"answer-{one['id']}", "complaintId": one["id"]}
            text = "谢谢建议，今天已把现场码抬高到视线高度。"
            expect(await self._organiser.run("AnswerComplaint", input={**asked, "text": text}), "ComplaintStep")

    async def _show_a_badge(self, phones: Sequence[Phone]) -> None:
        """Let somebody show a badge to colleagues; remember how their streak and the shared goal stand."""
        if self._desk.memory.get("honours"):
            return
        for theme in _BADGES_OF:
            for phone in phones[:_LOOKED_AT]:
                await phone.look()
                for campaign in (one for one in phone.campaigns if one["joined"] and one["theme"] == theme):
                    honours = (await phone.run("Honours", campaignId=campaign["id"]))["honours"]
                    held = next((one for one in honours["badges"] if one["held"]), None)
                    if held is not None:
                        asked = {"campaignId": campaign["id"], "badge": held["key"], "shown": True}
                        expect(await phone.run("ShowBadge", input=asked), "BadgeShowing")
                        self._desk.memory.put("honours", _told(campaign, honours, held))
                        return


def _told(campaign: dict[str, Any], honours: dict[str, Any], badge: dict[str, Any]) -> str:
    said = [f"{campaign['title']}：徽章“{badge['title']}”"]
    if streak := honours["streak"]:
        said.append(f"连续 {streak['current']} 天")
    if goal := honours["goal"]:
        said.append(f"{goal['group']}共同目标 {goal['percent']}%")
    return "，".join(said)


async def _place(phone: Phone) -> str:
    found = await phone.run("ManagedInstitutions")
    return str(found["manages"][0]["institution"]["id"])
