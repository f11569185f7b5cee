"""One person's phone: signs in through WeChat, joins, checks in."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from demo.client.acts import Doing
from demo.client.memory import Memory
from demo.client.personas import Persona
from demo.client.plates import plate
from demo.client.service import Service, Unanswered, WeChat
from demo.week import EVENING, Part


@dataclass
class Tally:
    """What has come of the acts that were sent."""

    people: int = 0
    accepted: int = 0
    problems: Counter[str] = field(default_factory=Counter)


@dataclass
class Desk:
    """What every phone and console needs."""

    service: Service
    wechat: WeChat
    memory: Memory
    seed: int
    tally: Tally = field(default_factory=Tally)
    posters: dict[str, list[dict[str, Any]]] = field(default_factory=dict)  # by institution: what runs there


class Phone:
    """A phone with a session, kept while the client runs."""

    def __init__(self, desk: Desk, openid: str) -> None:
        self.openid = openid
        self.institution = ""
        self.campaigns: list[dict[str, Any]] = []
        self._desk = desk
        self.token: str | None = None

    async def run(self, document: str, **variables: Any) -> Any:
        """Run a document in this phone's session."""
        return await self._desk.service.run(document, self.token, **variables)

    async def sign_in(self) -> None:
        """Sign in if that has not been done, and link the account by the verified phone.

        Who is new has seen the campaigns' posters, as soon as one colleague has looked at Home.
        """
        if self.token:
            return
        desk = self._desk
        answer = await desk.service.run("SignIn", input={"code": await desk.wechat.code("login", self.openid)})
        self.token = expect(answer, "SignedIn")["token"]
        if not answer["bound"]:
            code = await desk.wechat.code("phone-code", self.openid)
            bound = expect(await self.run("BindRoster", input={"phoneCode": code}), "RosterBound")
            self.institution = bound["member"]["institution"]
            if posters := desk.posters.get(self.institution):
                self.campaigns = [{**one, "joined": False} for one in posters]
                return
        await self.look()
        if self.campaigns:
            desk.posters[self.institution] = self.campaigns

    async def look(self) -> None:
        """Read Home: where this person belongs, and which campaigns there are."""
        home = await self.run("Home")
        self.institution = home["member"]["institution"]
        self.campaigns = sorted(home["campaigns"], key=lambda one: (one["endsOn"], one["id"]))

    async def play(self, persona: Persona, part: Part) -> None:
        """Do what this person does in a part of a day."""
        desk = self._desk
        if not persona.active(part.number):
            return
        if self.token is None:
            await self.sign_in()
            await self.join(persona)
        codes = desk.memory.codes(self.institution, part.day)
        doing = Doing(persona, part, desk.seed, campaigns=self.by_kind(), codes=codes)
        if items := doing.gather():
            for place, taken_at in doing.photographed:
                items[place]["photoId"] = await self._photograph(persona, part, taken_at)
            await self.record(f"{self.openid}-{part.key}", items)
        if part.name == EVENING and persona.steps is not None:
            await self._send_steps(part, persona.steps)
        if part.name == EVENING and persona.leaves_on == part.number:
            for campaign in (one for one in self.campaigns if one["joined"]):
                expect(await self.run("LeaveCampaign", input={"campaignId": campaign["id"]}), "CampaignLeft")

    async def join(self, persona: Persona) -> None:
        """Take part in the nearest campaign or in all of them, under the name of one's choice."""
        # Nobody must join everything: the nearest campaign (the one that ends first) is enough for many.
        for campaign in self.campaigns if persona.joins_all else self.campaigns[:1]:
            if not campaign["joined"]:
                expect(await self.run("JoinCampaign", input={"campaignId": campaign["id"]}), "CampaignJoined")
                campaign["joined"] = True
        if persona.nickname:
            expect(await self.run("SetDisplayName", input={"displayName": persona.nickname}), "DisplayNameSet")
        self._desk.tally.people += 1

    def by_kind(self) -> dict[str, str]:
        """Return the joined campaign that takes each kind of act."""
        found: dict[str, str] = {}
        for campaign in (one for one in self.campaigns if one["joined"]):
            for rule in campaign["kinds"]:
                found.setdefault(rule["kind"], campaign["id"])
        return found

    async def _photograph(self, persona: Persona, part: Part, taken_at: datetime) -> str | None:
        """Take a picture of the plate, or send the one that everybody has; None when it was not taken."""
        seed = "the one that goes round" if persona.copies else f"{self.openid}/{part.key}"
        picture = await asyncio.to_thread(plate, seed, taken_at)
        asked = {"requestId": f"photo-{self.openid}-{part.key}"}
        ticket = expect(await self.run("RequestUpload", input=asked), "UploadTicket")
        taken = await self._desk.service.upload(ticket["path"], picture)
        return str(ticket["uploadId"]) if taken else None

    async def _send_steps(self, part: Part, steps: int) -> None:
        sealed = await self._desk.wechat.walked(self.openid, part.day, steps)
        asked = {"requestId": f"steps-{self.openid}-{part.key}", **sealed}
        answer = await self.run("SubmitSteps", input=asked)
        if answer["__typename"] == "StepsSubmitted":
            self._desk.tally.accepted += sum(day["checkIn"] is not None for day in answer["days"])
        else:  # a replay after a crash finds the data sealed anew, under an id that is settled
            self._desk.tally.problems[answer["__typename"]] += 1

    async def record(self, request_id: str, items: list[dict[str, Any]]) -> None:
        """Send what was done; where a photo was not taken, send the act again without it."""
        receipt = await self.run("RecordCheckIns", input={"requestId": request_id, "items": items})
        tally = self._desk.tally
        if receipt["__typename"] != "CheckInReceipt":
            # After a crash between an answer and our note of it, a code on the wall may be another one by
            # now: the service then says that this request was another one, which settles it.
            tally.problems[receipt["__typename"]] += 1
            return
        refused = []
        for item, outcome in zip(items, receipt["outcomes"], strict=True):
            if outcome["__typename"] == "Accepted":
                tally.accepted += 1
                continue
            tally.problems[outcome["__typename"]] += 1
            if outcome["__typename"].startswith("Photo"):
                refused.append({name: value for name, value in item.items() if name != "photoId"})
        if refused:  # the weaker proof is always open
            await self.record(f"{request_id}-again", refused)


async def of_unit(phones: Sequence[Phone], unit: str) -> list[Phone]:
    """Return the phones of one unit's staff, signed in."""
    found = [one for one in phones if one.openid.startswith(f"demo-staff-{unit}-")]
    for phone in found:
        await phone.sign_in()
    return found


def expect(answer: dict[str, Any], wanted: str) -> dict[str, Any]:
    if answer["__typename"] != wanted:
        raise Unanswered(f"{wanted} expected: {answer}")
    return answer
