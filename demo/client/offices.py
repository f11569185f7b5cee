"""What supervisors and organisers do at their desks: open campaigns, hang screens and codes, decide over acts."""

import asyncio
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from demo.client.phone import Desk, Phone, expect
from demo.week import AFTERNOON, EVENING, NOON, ZONE, Part

# Who opens which theme, and for how many days from Monday on. All of them run at once, in overlapping places.
CAMPAIGNS: Final = (
    ("demo-supervisor-01", "green-commute-month", 30),  # the whole city
    ("demo-supervisor-02", "green-office", 5),  # a district
    ("demo-supervisor-04", "plastic-free", 7),  # the schools
    ("demo-supervisor-05", "grain-safety-week", 7),  # the hospitals
)
SCREENS: Final = (  # the organiser who hangs it, and where
    ("demo-organiser-07", "一层食堂"),
    ("demo-organiser-18", "职工餐厅"),
    ("demo-organiser-14", "学校食堂"),
    ("demo-organiser-12", "机关食堂"),
)
LECTURE_DAY: Final = 2
REVERSAL_DAY: Final = 1
_CONFIRMED_AT_ONCE: Final = 6
_OPENING_SECONDS: Final = 20.0


class Offices:
    """The consoles of everybody who has a role."""

    def __init__(self, desk: Desk, openids: list[str]) -> None:
        self._desk = desk
        self._organisers = [Phone(desk, one) for one in openids if "-organiser-" in one]
        self._supervisors = {one: Phone(desk, one) for one in openids if "-supervisor-" in one}

    async def prepare(self, monday: date) -> None:
        """On the eve: schedule the campaigns and hang the screens."""
        for openid, theme, days in CAMPAIGNS:
            await self._open(self._supervisors[openid], theme, monday, monday + timedelta(days=days - 1))
        for openid, place in SCREENS:
            await self._hang_screen(openid, place)

    async def wait_until_open(self) -> None:
        """After midnight: wait until the worker has opened every campaign, by itself."""
        self._desk.posters.clear()  # those of the eve were drawn before every campaign was announced
        deadline = asyncio.get_running_loop().time() + _OPENING_SECONDS
        for supervisor in self._supervisors.values():
            await supervisor.sign_in()
            await supervisor.look()
            while not all(one["state"] == "running" for one in supervisor.campaigns):
                if asyncio.get_running_loop().time() > deadline:
                    raise TimeoutError("the worker has not opened the campaigns")
                await asyncio.sleep(0.1)
                await supervisor.look()

    async def before(self, part: Part) -> None:
        """Hang up the codes that members will scan in this part of the day."""
        kinds = {NOON: ["clear_plate"], AFTERNOON: ["waste_sorting"]}.get(part.name, [])
        if part.name == AFTERNOON and part.number == LECTURE_DAY:
            kinds.append("lecture")
        await asyncio.gather(*(self._hang_code(one, kind, part.day) for one in self._organisers for kind in kinds))

    async def after(self, part: Part) -> None:
        """Weigh and confirm recyclables in the evening; undo one act that was a mistake."""
        if part.name == EVENING:
            await asyncio.gather(*(self._confirm(one) for one in self._organisers))
        if part.number == REVERSAL_DAY and part.name == NOON:
            await self._reverse_one()

    def screens(self) -> list[dict[str, str]]:
        """Return the screens with the path that each opens."""
        found = [self._desk.memory.get(f"screen/{openid}") for openid, _ in SCREENS]
        return [one for one in found if one]

    async def _open(self, supervisor: Phone, theme: str, starts_on: date, ends_on: date) -> None:
        await supervisor.sign_in()
        institution = await _managed(supervisor)
        known = await supervisor.run("Campaigns", institutionId=institution["id"])
        if any(one["theme"] == theme and one["startsOn"] == starts_on.isoformat() for one in known):
            return
        asked = {
            "theme": theme,
            "institutionId": institution["id"],
            "startsOn": starts_on.isoformat(),
            "endsOn": ends_on.isoformat(),
        }
        expect(await supervisor.run("OpenCampaign", input=asked), "CampaignOpened")

    async def _hang_screen(self, openid: str, place: str) -> None:
        key = f"screen/{openid}"
        if self._desk.memory.get(key):
            return
        organiser = next(one for one in self._organisers if one.openid == openid)
        await organiser.sign_in()
        institution = await _managed(organiser)
        asked = {"institutionId": institution["id"], "place": place}
        hung = expect(await organiser.run("RegisterScreen", input=asked), "ScreenRegistered")
        theme = organiser.campaigns[0]["title"]
        self._desk.memory.put(
            key, {"institution": institution["name"], "place": place, "campaign": theme, "path": hung["path"]}
        )

    async def _hang_code(self, organiser: Phone, kind: str, day: date) -> None:
        await organiser.sign_in()
        if kind in self._desk.memory.codes(organiser.institution, day) or not _has(organiser, kind):
            return
        institution = await _managed(organiser)
        begin, finish = (datetime.combine(day, hour, ZONE) for hour in (time(10, 30), time(20, 0)))
        asked = {
            "institutionId": institution["id"],
            "kind": kind,
            "place": {"clear_plate": "餐盘回收处", "waste_sorting": "垃圾投放点", "lecture": "报告厅"}[kind],
            "validFrom": begin.isoformat(),
            "validUntil": finish.isoformat(),
        }
        issued = expect(await organiser.run("IssueCode", input=asked), "CodeIssued")
        self._desk.memory.put_code(organiser.institution, day, kind, issued["code"])

    async def _confirm(self, organiser: Phone) -> None:
        waiting = [one for one in await self._reported(organiser, "recyclables") if one["proof"] == "self_declared"]
        for act in waiting[:_CONFIRMED_AT_ONCE]:
            await organiser.run("ConfirmCheckIn", input={"checkInId": act["id"]})

    async def _reverse_one(self) -> None:
        if self._desk.memory.get("reversed"):
            return
        organiser = next(one for one in self._organisers if one.openid == SCREENS[1][0])
        reported = [one for one in await self._reported(organiser, "clear_plate") if one["pointsEntry"]]
        if reported:
            asked = {"entryId": reported[0]["pointsEntry"], "reason": "本人说明误点，经核实撤销"}
            await organiser.run("ReverseTransfer", input=asked)
            self._desk.memory.put("reversed", reported[0]["id"])

    async def _reported(self, organiser: Phone, kind: str) -> list[dict[str, Any]]:
        await organiser.sign_in()
        campaign = _has(organiser, kind)
        if campaign is None:
            return []
        institution = await _managed(organiser)
        page = await organiser.run("ReportedCheckIns", institutionId=institution["id"], campaignId=campaign)
        return [one for one in page["items"] if one["kind"] == kind and one["counted"]]


async def _managed(phone: Phone) -> dict[str, str]:
    found = await phone.run("ManagedInstitutions")
    institution: dict[str, str] = found["manages"][0]["institution"]
    return institution


def _has(phone: Phone, kind: str) -> str | None:
    found = (one["id"] for one in phone.campaigns if any(rule["kind"] == kind for rule in one["kinds"]))
    return next(found, None)
