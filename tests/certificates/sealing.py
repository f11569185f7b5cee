"""Sealed campaigns for tests of papers: the rows are written by hand, as settlement writes them."""

import hashlib
import zlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func
from sqlmodel import col, select, update

from backend.campaigns.tables import SEALED, Campaign, Participation
from backend.checkins.requests import Item
from backend.core import ids
from backend.core.db import WriteSession
from backend.identity.tables import Department, Member
from backend.leaderboards import pins
from backend.points.tables import LedgerBatch
from backend.settlement.tables import Seal, SealedStanding
from tests.api.asking import fresh_id, record_for
from tests.cast import Person, World

# For what asks the database nothing that other tests do not ask of both: drawing, languages, WeChat's bad days.
ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@dataclass
class Settled:
    """A sealed campaign of the district: 财务处 and 办公室 at A, 借阅部 at B, twelve, six and nine people."""

    world: World
    campaign: str
    number: int
    digest: str
    departments: dict[str, int]

    async def member(self, name: str, language: str = "zh-CN") -> Person:
        """Return that person, signed in."""
        person = await self.world.sign_in(name)
        person.language = language
        return person


async def settled(world: World) -> Settled:
    """Open a campaign, let people take part in it, and seal it."""
    campaign = await world.open_campaign("energy-week")
    people = {
        ("A", "财务处"): [world.members["Lin"], world.members["Zhou"], *await world.add_members("A", "财务处", 10)],
        ("A", "办公室"): await world.add_members("A", "办公室", 6),
        ("B", "借阅部"): [*await world.add_members("B", "借阅部", 9)],
        ("B", "采编部"): await world.add_members("B", "采编部", 7),
    }
    details = {"mode": "metro", "distance": "from_5_km", "direction": "to_work"}
    trip = Item(campaign, "commute", world.clock.now(), details)
    recorded = [world.members["Lin"], world.members["Zhou"]]  # of the others only the sealed lines are asked for
    await record_for(world, campaign, {one: [trip] for one in recorded})
    await world.project()
    world.clock.advance(timedelta(days=30))
    number = ids.decode("cmp", campaign)
    digest = hashlib.sha256(campaign.encode()).hexdigest()
    departments: dict[str, int] = {}
    boards: list[dict[str, Any]] = []
    async with world.parts.database.write() as session:
        await session.exec(update(Campaign).where(col(Campaign.id) == number).values(state=SEALED))
        last = (await session.exec(select(func.max(LedgerBatch.id)))).one()
        told: dict[str, Any] = {"sealed_at": world.clock.now(), "document": zlib.compress(b"{}"), "last_batch": last}
        session.add(Seal(campaign_id=number, digest=digest, **told))
        await session.flush()
        for (place, department), members in people.items():
            institution = world.institutions[place].id or 0
            found = await session.exec(
                select(Department.id).where(
                    col(Department.institution_id) == institution, col(Department.name) == department
                )
            )
            departments[department] = found.one() or 0
            for rank, member in enumerate(members):
                if member not in recorded:
                    session.add(Participation(campaign_id=number, member_id=member, joined_at=world.clock.now()))
                own = {"points": 100 - rank, "carbon_mg": 1_234_567, "acts": 3, "participants": 1}
                boards.append(_line(session, number, "person", member, institution_id=institution, **own))
            size = len(members)
            line = {"points": 90 * size, "carbon_mg": 1_000_000 * size, "acts": 3 * size}
            line |= {"participants": size, "people": size, "institution_id": institution}
            boards.append(_line(session, number, "department", departments[department], name=department, **line))
        for place, size in (("A", 18), ("B", 16)):
            institution = world.institutions[place].id or 0
            line = {"points": 100 * size, "carbon_mg": 1_000_000 * size, "acts": 3 * size}
            line |= {"participants": size, "people": size * 2, "institution_id": institution}
            name = world.institutions[place].name
            boards.append(_line(session, number, "institution", institution, name=name, **line))
        await pins.pin(session, number, boards, world.clock.now(), is_seal=True)
    return Settled(world, campaign, number, digest, departments)


def _line(session: WriteSession, campaign: int, level: str, subject: int, **told: Any) -> dict[str, Any]:
    """Write a line of the result, and return that of the boards."""
    line: dict[str, Any] = {"campaign_id": campaign, "level": level, "subject_id": subject} | told
    session.add(SealedStanding(**line))
    return {"period": "campaign", "name": None, "people": None} | {key: line[key] for key in line if key != "acts"}


async def make(person: Person, campaign: str, name: str | None = None, **more: Any) -> Any:
    """Make a certificate and return the answer."""
    asked = {"requestId": fresh_id(), "campaignId": campaign, "name": name} | more
    return await person.run("MakeCertificate", input=asked, format="PNG", language="ZH_CN")


async def made(person: Person, campaign: str, name: str | None = None) -> Any:
    """Make a certificate that must be made and return it."""
    answer = await make(person, campaign, name)
    assert answer["__typename"] == "CertificateMade", answer
    return answer["certificate"]


async def rename(world: World, who: str, **names: Any) -> None:
    """Let a member bear another name, or display name."""
    async with world.parts.database.write() as session:
        await session.exec(update(Member).where(col(Member.id) == world.members[who]).values(**names))


async def page(world: World, path: str, language: str = "zh-CN") -> tuple[int, str]:
    """Open a public page and return its status and its text."""
    answer = await world.client.get(path, headers={"accept-language": language}, follow_redirects=True)
    return answer.status_code, answer.text
