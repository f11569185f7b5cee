"""Rewards at the service counter, and carbon that members give to an event."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from demo.client.phone import Desk, Phone, expect, of_unit
from demo.week import NOON, Part

_SUPERVISOR, _COUNTER = "demo-supervisor-01", "demo-operator-01"
_DAY: Final = 1
_UNIT: Final = "07"
_BAGS, _PRICE, _CODES, _CODE_PRICE = 3, 30, 5, 20
_KILOGRAMS: Final = 1
_MOST_GIVEN: Final = 400_000  # milligrams by one person
_MOST_GIVERS: Final = 16


class Rewards:
    """The city's catalogue, who redeems from it, and who gives to an event."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._supervisor = Phone(desk, _SUPERVISOR)
        self._counter = Phone(desk, _COUNTER)

    async def offer(self, monday: date) -> None:
        """Put a bag with a small stock and codes for a ride into the catalogue; open an event to be neutralised."""
        await self._supervisor.sign_in()
        place = await self._place()
        days = {"fromOn": monday.isoformat(), "untilOn": (monday + timedelta(days=60)).isoformat()}
        bag = {
            "titleZh": "帆布袋",
            "titleEn": "Canvas bag",
            "howZh": "工作日到一楼服务台领取",
            "howEn": "Service desk, ground floor",
        }
        ride = {
            "titleZh": "公交乘车码",
            "titleEn": "Bus ride code",
            "howZh": "在公交小程序中输入",
            "howEn": "Type it into the bus app",
        }
        codes = "\n".join(f"BUS-{number:04d}-DEMO" for number in range(1, _CODES + 1))
        offers = {
            "bag": ({**bag, **days, "points": _PRICE, "perMember": 1}, {"items": _BAGS}),
            "ride": ({**ride, **days, "points": _CODE_PRICE, "perMember": 1}, {"codes": codes}),
        }
        for key, (told, stock) in offers.items():
            asked = {"requestId": f"reward-{key}", "institutionId": place, "offer": told, "stock": stock}
            kept = expect(await self._supervisor.run("AddReward", input=asked), "RewardKept")["kept"]
            self._desk.memory.put(f"reward/{key}", kept["reward"]["id"])
        asked = {
            "requestId": "event-reading",
            "institutionId": place,
            "titleZh": "机关读书节",
            "titleEn": "Reading festival",
        }
        asked |= {"heldOn": (monday + timedelta(days=30)).isoformat(), "kilograms": _KILOGRAMS}
        asked |= {"source": "会场用电与印刷品估算（示例）"}
        opened = expect(await self._supervisor.run("OpenNeutralEvent", input=asked), "NeutralEventOpened")
        self._desk.memory.put("event", opened["event"]["id"])

    async def after(self, part: Part, phones: Sequence[Phone]) -> None:
        """On the second day's noon: let members redeem until the bags are gone, hand over two, give to the event."""
        if part.number != _DAY or part.name != NOON or self._desk.memory.get("redeemed"):
            return
        here = (await of_unit(phones, _UNIT))[1:]  # the first keeps everything for whoever looks around later
        redeemed = await self._redeem(here)
        await self._donate(here)
        self._desk.memory.put("redeemed", redeemed)

    async def _redeem(self, phones: Sequence[Phone]) -> dict[str, int]:
        """Return how often each answer was given."""
        told: dict[str, int] = {}
        codes = []
        for phone in phones:
            if told.get("RewardSoldOut"):
                break
            left = (await phone.run("Rewards"))["spending"]["points"]
            for key, price in (("bag", _PRICE), ("ride", _CODE_PRICE)):
                if left < price:
                    continue
                asked = {
                    "requestId": f"redeem-{key}-{phone.openid}",
                    "rewardId": self._desk.memory.get(f"reward/{key}"),
                }
                answer = await phone.run("RedeemReward", input={**asked, "points": price})
                told[answer["__typename"]] = told.get(answer["__typename"], 0) + 1
                left -= price if answer["__typename"] == "RewardRedeemed" else 0
                codes += [answer["pickUpCode"]] if answer.get("pickUpCode") else []
        await self._counter.sign_in()
        for code in codes[:2]:
            asked = {"requestId": f"hand-over-{code}", "code": code}
            expect(await self._counter.run("HandOverReward", input=asked), "RewardHandedOver")
        return told

    async def _donate(self, phones: Sequence[Phone]) -> None:
        """Give until the event has what it needs."""
        event = self._desk.memory.get("event")
        for phone in phones[:_MOST_GIVERS]:
            events = (await phone.run("NeutralEvents"))["neutralEvents"]
            own = next((one for one in events if one["id"] == event), None)
            missing = own["needed"]["milligrams"] - own["donated"]["milligrams"] if own else 0
            if missing <= 0:
                return
            held = (await phone.run("Rewards"))["spending"]["carbon"]["milligrams"]
            if (given := min(held, missing, _MOST_GIVEN)) > 0:
                asked = {"requestId": f"donate-{phone.openid}", "eventId": event, "milligrams": given}
                # A replay after a crash may find less missing: it is told that this request was another one.
                await phone.run("DonateCarbon", input=asked)

    async def _place(self) -> str:
        found = await self._supervisor.run("ManagedInstitutions")
        return str(found["manages"][0]["institution"]["id"])


def event_line(event: dict[str, Any]) -> str:
    """Say how far an event has come."""
    return f"{event['title']}：{event['donated']['label']} / {event['needed']['label']}（{event['state']}）"
