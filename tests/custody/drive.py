"""Short words for what tests of custody do all the time: a drive with its people, and devices on their way."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from backend.checkins import verify as act_laws
from backend.custody import verify as custody_laws
from backend.identity import service
from backend.leaderboards import verify as board_laws
from backend.points import verify as ledger_laws
from tests.api.asking import LANGUAGES, fresh_id, join
from tests.cast import Person, World

WAY = ("handed_over", "sealed", "weighed", "erased", "disposed", "certified")


@dataclass
class Drive:
    """An e-waste drive of the district: Wu organises at A, Sun above, and Chen, of the recycler's firm, everywhere."""

    world: World
    campaign: str
    wu: Person
    sun: Person
    recycler: Person

    async def member(self, name: str) -> Person:
        """Return a member who takes part."""
        person = await self.world.sign_in(name)
        await join(person, self.campaign)
        return person

    async def book(self, person: Person, category: str = "phone", **more: Any) -> Any:
        """Book one device and return what came of it."""
        (outcome,) = await outcomes(
            person, "BookDevices", campaignId=self.campaign, devices=[{"category": category, **more}]
        )
        return outcome

    async def register(self, asset: Any, by: Person | None = None) -> Any:
        """Register one asset of A's and return what came of it."""
        place = self.world.institution_id("A")
        (outcome,) = await outcomes(
            by or self.wu, "RegisterUnitAssets", institutionId=place, campaignId=self.campaign, assets=[asset]
        )
        return outcome

    async def take(self, code: str, by: Person | None = None, **more: Any) -> Any:
        """Take one device over and return what came of it."""
        (outcome,) = await outcomes(by or self.wu, "HandOverDevices", devices=[{"code": code, **more}])
        return outcome

    async def seal(self, device: str, by: Person | None = None, **more: Any) -> Any:
        """Seal one device and return what came of it."""
        (outcome,) = await outcomes(by or self.wu, "SealDevices", devices=[{"deviceId": device, **more}])
        return outcome

    async def weigh(self, device: str, grams: int | None = 180, by: Person | None = None) -> Any:
        """Weigh one device and return what came of it."""
        asked = [{"deviceId": device, "grams": grams}]
        (outcome,) = await outcomes(by or self.wu, "WeighDevices", devices=asked)
        return outcome

    async def erase(self, device: str, method: str = "overwrite", by: Person | None = None, **more: Any) -> Any:
        """Erase one device before Wu and return what came of it."""
        asked: dict[str, Any] = {"witnessStaffNumber": "A003", "deviceIds": [device], "method": method, **more}
        (outcome,) = await outcomes(by or self.recycler, "EraseDevices", **asked)
        return outcome

    async def dispose(self, device: str, disposition: str = "reuse", by: Person | None = None) -> Any:
        """Note what became of one device and return what came of that."""
        asked: dict[str, Any] = {"disposition": disposition, "deviceIds": [device]}
        (outcome,) = await outcomes(by or self.recycler, "DisposeDevices", **asked)
        return outcome

    async def certify(self, device: str, number: str = "再生-2026-0001", by: Person | None = None) -> Any:
        """Certify one device and return what came of it."""
        asked: dict[str, Any] = {"certificateNumber": number, "deviceIds": [device]}
        (outcome,) = await outcomes(by or self.recycler, "CertifyDevices", **asked)
        return outcome

    async def correct(self, device: str, disposition: str, by: Person, reason: str = "登记有误，实为拆解") -> Any:
        """Correct what became of one device and return what came of that."""
        asked = {"deviceId": device, "disposition": disposition, "reason": reason}
        (outcome,) = await outcomes(by, "CorrectDisposition", **asked)
        return outcome

    async def brought(self, person: Person, until: str, category: str = "phone", **more: Any) -> str:
        """Book a device and lead it up to that stage; return its id."""
        booked = moved(await self.book(person, category, **more))
        return await self.led(booked, until)

    async def led(self, booked: Any, until: str) -> str:
        """Lead a booked device up to that stage; return its id."""
        device: str = booked["deviceId"]
        steps = {
            "handed_over": lambda: self.take(booked["handOverCode"]),
            "sealed": lambda: self.seal(device, separate=True),
            "weighed": lambda: self.weigh(device),
            "erased": lambda: self.erase(device),
            "disposed": lambda: self.dispose(device),
            "certified": lambda: self.certify(device),
        }
        for stage in WAY[: WAY.index(until) + 1] if until != "booked" else ():
            assert moved(await steps[stage]())["stage"] == stage
        return device


async def begin(world: World, days: int = 5, at: str = "D") -> Drive:
    """Open a drive, and let the recycler in."""
    campaign = await world.open_campaign("e-waste-drive", at=at, days=days)
    wu, sun = await world.sign_in("Wu"), await world.sign_in("Sun")
    return Drive(world, campaign, wu, sun, await hire_recycler(world))


async def hire_recycler(world: World, over: str = "D") -> Person:
    """Let Chen's library stand in for the recycler's firm: Chen holds that role and no other."""
    async with world.parts.database.write() as session:
        place = world.institutions[over].id or 0
        await service.grant(session, world.members["Chen"], "recycler", place, world.clock.now())
    return await world.sign_in("Chen")


async def request(person: Person, document: str, request_id: str | None = None, **asked: Any) -> Any:
    """Run a mutation of custody under a request id and return its answer."""
    return await person.run(document, input={"requestId": request_id or fresh_id(), **asked})


async def outcomes(person: Person, document: str, request_id: str | None = None, **asked: Any) -> list[Any]:
    """Run a mutation of custody and return the outcome of each device."""
    answer = await request(person, document, request_id, **asked)
    assert answer["__typename"] == "DeviceReceipt", answer
    found: list[Any] = answer["outcomes"]
    return found


def moved(outcome: Any) -> Any:
    """Return an outcome that must be a step taken."""
    assert outcome["__typename"] == "DeviceMoved", outcome
    return outcome


async def refused(person: Person, document: str, problem: str, *, zh: str, en: str, **asked: Any) -> None:
    """Ask for a step that one device must be refused, in both languages."""
    for language, words in zip(LANGUAGES, (zh, en), strict=True):
        (outcome,) = await outcomes(replace(person, language=language), document, **asked)
        assert outcome["__typename"] == problem, outcome
        assert words in outcome["message"], outcome


async def devices(person: Person) -> list[Any]:
    """Return the devices of a member, newest first."""
    found: list[Any] = (await person.run("MyDevices"))["devices"]["items"]
    return found


async def device(person: Person) -> Any:
    """Return the one device of a member."""
    (found,) = await devices(person)
    return found


async def kept(person: Person, world: World, campaign: str, place: str = "A", stage: str | None = None) -> list[Any]:
    """Return the devices that somebody sees in an institution."""
    asked = {"institutionId": world.institution_id(place), "campaignId": campaign, "stage": stage}
    found: list[Any] = (await person.run("CustodyItems", **asked))["items"]
    return found


def stages(steps: Sequence[Any]) -> list[str]:
    """Return the stages of a device's way."""
    return [step["stage"] for step in steps]


async def complaints(world: World) -> list[str]:
    """Return what is wrong with ledger, acts, devices and boards, once the boards have followed."""
    await world.project()
    database = world.parts.database
    async with database.read() as session:
        return [
            *(await ledger_laws.findings(session)),
            *(await act_laws.findings(session)),
            *(await custody_laws.findings(session)),
            *(await board_laws.findings(session)),
        ]
