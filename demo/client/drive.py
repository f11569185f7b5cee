"""A 3C drive in one institution: two devices of the staff go from booking to the recycler's certificate."""

from datetime import date, timedelta
from typing import Any, Final

from demo.client.phone import Desk, Phone, expect
from demo.week import AFTERNOON, EVENING, MORNING, NOON, Part

UNIT: Final = "07"
RECYCLER: Final = "demo-recycler-21"
_WITNESS: Final = f"{UNIT}0001"  # the organiser, who stands by while the recycler erases
_PHONE, _LAPTOP = 0, 1
_DEVICES: Final = (
    {"category": "phone", "condition": "working", "dataBearing": True},
    {"category": "laptop", "condition": "broken", "dataBearing": True},
)
_GRAMS: Final = (172, 2140)


class Drive:
    """Plays the chain; every request has an id of its own, so that a replay finds the devices where they are."""

    def __init__(self, desk: Desk, openids: list[str]) -> None:
        self._desk = desk
        self._organiser = Phone(desk, f"demo-organiser-{UNIT}")
        self._recycler = Phone(desk, RECYCLER)
        self._owners = [Phone(desk, one) for one in openids if one.startswith(f"demo-staff-{UNIT}-")][:2]

    async def announce(self, monday: date) -> None:
        """Open the drive for a working week."""
        await self._organiser.sign_in()
        institution = await self._institution()
        known = await self._organiser.run("Campaigns", institutionId=institution)
        if any(one["theme"] == "e-waste-drive" for one in known):
            return
        days = {"startsOn": monday.isoformat(), "endsOn": (monday + timedelta(days=4)).isoformat()}
        asked = {"theme": "e-waste-drive", "institutionId": institution, **days}
        expect(await self._organiser.run("OpenCampaign", input=asked), "CampaignOpened")

    async def after(self, part: Part) -> None:
        """Lead the devices on by the step that belongs to this part of the week."""
        if part.number == 0:
            steps = {MORNING: self._book, NOON: self._take_over, AFTERNOON: self._weigh, EVENING: self._dispose}
            await steps[part.name]()
        elif part.number == 1 and part.name == MORNING:
            await self._certify()

    async def _book(self) -> list[dict[str, Any]]:
        booked = []
        for owner, device in zip(self._owners, _DEVICES, strict=True):
            await owner.sign_in()
            await owner.look()
            campaign = next(one for one in owner.campaigns if one["theme"] == "e-waste-drive")
            if not campaign["joined"]:
                expect(await owner.run("JoinCampaign", input={"campaignId": campaign["id"]}), "CampaignJoined")
            asked = {"requestId": f"drive-book-{owner.openid}", "campaignId": campaign["id"], "devices": [device]}
            booked += _moved(await owner.run("BookDevices", input=asked))
        return booked

    async def _take_over(self) -> None:
        """Take the devices over by the codes that their owners show, and seal them."""
        await self._organiser.sign_in()
        booked = await self._book()
        devices = [{"code": one["handOverCode"]} for one in booked]
        taken = await self._organiser.run("HandOverDevices", input={"requestId": "drive-take-over", "devices": devices})
        sealing = [{"deviceId": one["deviceId"]} for one in _moved(taken)]
        asked = {"requestId": "drive-seal", "devices": sealing}
        _moved(await self._organiser.run("SealDevices", input=asked))

    async def _weigh(self) -> None:
        """Weigh what was sealed, which earns the points, and erase what can hold data."""
        await self._recycler.sign_in()
        ids = await self._ids()
        weights = [{"deviceId": one, "grams": grams} for one, grams in zip(ids, _GRAMS, strict=True)]
        _moved(await self._recycler.run("WeighDevices", input={"requestId": "drive-weigh", "devices": weights}))
        for place, method in ((_PHONE, "overwrite"), (_LAPTOP, "shred")):
            asked = {
                "requestId": f"drive-erase-{method}",
                "method": method,
                "witnessStaffNumber": _WITNESS,
                "witnessInstitutionId": await self._institution(),
                "deviceIds": [ids[place]],
            }
            _moved(await self._recycler.run("EraseDevices", input=asked))

    async def _dispose(self) -> None:
        await self._recycler.sign_in()
        ids = await self._ids()
        for place, disposition in ((_PHONE, "reuse"), (_LAPTOP, "destroyed")):
            asked = {"requestId": f"drive-{disposition}", "disposition": disposition, "deviceIds": [ids[place]]}
            _moved(await self._recycler.run("DisposeDevices", input=asked))

    async def _certify(self) -> None:
        await self._recycler.sign_in()
        asked = {"requestId": "drive-certify", "certificateNumber": "HH-2026-0615-01", "deviceIds": await self._ids()}
        _moved(await self._recycler.run("CertifyDevices", input=asked))

    async def _ids(self) -> list[str]:
        return [one["deviceId"] for one in await self._book()]

    async def _institution(self) -> str:
        await self._organiser.sign_in()
        found = await self._organiser.run("ManagedInstitutions")
        institution: str = found["manages"][0]["institution"]["id"]
        return institution


def _moved(answer: dict[str, Any]) -> list[dict[str, Any]]:
    outcomes = expect(answer, "DeviceReceipt")["outcomes"]
    return [expect(one, "DeviceMoved") for one in outcomes]
