"""Short words for what tests of draws do all the time: a campaign with acts, a draw, a seal put in by hand."""

import hashlib
import itertools
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select

from backend.campaigns.tables import Participation
from backend.checkins.tables import CheckIn
from backend.core import ids
from backend.core.db import Database, WriteSession
from backend.core.vault import Vault
from backend.draws import jobs
from backend.draws import verify as draw_laws
from backend.points import verify as ledger_laws
from backend.settlement.tables import Seal, SealedStanding
from tests.cast import Person, World
from tests.rewards.shop import request

DIGEST = hashlib.sha256(b"a sealed result").hexdigest()
BIKE, CUP = {"titleZh": "折叠自行车", "pieces": 1}, {"titleZh": "保温杯", "titleEn": "Cup", "pieces": 2}
_NUMBERS = itertools.count(1)


@dataclass
class Raffle:
    """A campaign of the district, run by Sun, with a draw."""

    world: World
    sun: Person
    campaign: str

    @property
    def campaign_id(self) -> int:
        """The campaign's row number."""
        return ids.decode("cmp", self.campaign)

    async def announce(self, **more: Any) -> Any:
        """Announce a draw and return it."""
        asked = {"campaignId": self.campaign, "prizes": [BIKE, CUP]} | more
        answer = await request(self.sun, "AnnounceDraw", **asked)
        assert answer["__typename"] == "DrawAnnounced", answer
        return answer["draw"]

    async def act(self, *members: int, times: int = 1) -> None:
        """Let members take part and record so many acts that count."""
        async with self.world.parts.database.write() as session:
            for member_id in members:
                await self._act(session, member_id, times)

    async def _act(self, session: WriteSession, member_id: int, times: int) -> None:
        now = self.world.clock.now()
        if await session.get(Participation, (self.campaign_id, member_id)) is None:
            session.add(Participation(campaign_id=self.campaign_id, member_id=member_id, joined_at=now))
        for _ in range(times):
            number = next(_NUMBERS)
            session.add(
                CheckIn(
                    id=number,
                    member_id=member_id,
                    campaign_id=self.campaign_id,
                    institution_id=1,
                    department_id=1,
                    kind="own_cup",
                    act_class="own_cup",
                    day=now.date(),
                    slot=f"slot-{number}",
                    proof="photo",
                    site_code_id=None,
                    details="{}",
                    acted_at=now,
                    recorded_at=now,
                    counted=True,
                    points=0,
                    carbon_mg=0,
                    replaces_id=None,
                )
            )

    async def seal(self, digest: str = DIGEST) -> None:
        """Put the campaign's seal in by hand, once its windows are over."""
        self.world.clock.advance(timedelta(days=20))
        async with self.world.parts.database.write() as session:
            now = self.world.clock.now()
            session.add(Seal(campaign_id=self.campaign_id, sealed_at=now, digest=digest, document=b""))
            counted = (
                select(CheckIn.member_id, func.count()).where(col(CheckIn.counted)).group_by(col(CheckIn.member_id))
            )
            for member_id, acts in (await session.exec(counted)).all():
                standing: dict[str, Any] = {
                    "subject_id": member_id,
                    "institution_id": 1,
                    "acts": acts,
                    "points": 0,
                    "carbon_mg": 0,
                }
                session.add(SealedStanding(campaign_id=self.campaign_id, level="person", participants=1, **standing))

    async def follow(self) -> int:
        """Let the worker do what is due."""
        return await follow(self.world)

    async def seen(self, person: Person) -> Any:
        """Return the only draw, as somebody sees it."""
        (draw,) = await person.run("Draws", campaignId=self.campaign)
        return draw

    async def record(self, draw: Any) -> Any:
        """Return what is published of a draw."""
        reader = await self.world.sign_in("Sun")  # whose last session may have ended
        found = await reader.run("DrawRecord", drawId=draw["id"])
        return json.loads(found["document"]) if found else None


async def follow(world: World) -> int:
    """Let one worker do what is due of draws."""
    return await jobs.follow_the_seals(world.parts.services.use(Vault), world.parts.database, world.clock)


async def begin(world: World) -> Raffle:
    """Open a campaign of a week."""
    campaign = await world.open_campaign("green-office")
    return Raffle(world, await world.sign_in("Sun"), campaign)


async def complaints(database: Database) -> list[str]:
    """Return what is wrong with the ledger and with draws."""
    async with database.read() as session:
        return [*await ledger_laws.findings(session), *await draw_laws.findings(session)]
