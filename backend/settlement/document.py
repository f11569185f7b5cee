"""Draw a seal up: everything that counts, in one consistent look at the database, as canonical text."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from tempfile import TemporaryFile
from typing import IO, Any

from sqlalchemy import func, text
from sqlmodel import col, select

from backend.campaigns.queries import Running
from backend.campaigns.tables import CampaignRule
from backend.core.db import Database, ReadSession
from backend.identity.tables import Institution
from backend.leaderboards import pins, service
from backend.leaderboards.periods import CAMPAIGN
from backend.points.tables import LedgerBatch
from backend.settlement import entries, lines
from backend.settlement.recount import Groups, Sum


@dataclass(frozen=True)
class Draft:
    """A seal that only has to be written down: digest, compressed text, lines of the result, lines of every board."""

    digest: str
    document: bytes
    standings: list[dict[str, Any]]
    boards: list[dict[str, Any]]
    last_batch: int


@asynccontextmanager
async def reading(database: Database) -> AsyncIterator[tuple[ReadSession, int]]:
    """Open a look that sees every batch of the ledger up to the newest, whose number it gives.

    On PostgreSQL a batch with a smaller number may still be uncommitted. Taking the table's lock waits for those, and
    lets go as soon as the look has begun.
    """
    async with database.read() as session:
        async with database.write() as fence:
            if not database.is_sqlite:
                await fence.exec(text("LOCK TABLE ledger_batch IN SHARE MODE"))  # type: ignore[call-overload]
            newest = (await session.exec(select(func.max(col(LedgerBatch.id))))).one()
        yield session, newest or 0


@dataclass
class _Participants:
    """The lines of each participant, in a file until all are known and can be put in order."""

    spool: IO[bytes]
    found: list[tuple[bytes, int, int, int, Sum, int]] = field(default_factory=list)

    def add(self, member_id: int, own: entries.Own) -> None:
        at = self.spool.tell()
        whole = Sum()
        for part in own.sums.values():
            whole.add(part)
        self.spool.write(b"".join(own.texts))
        self.found.append((own.key, member_id, at, self.spool.tell() - at, whole, own.institution_id))

    def in_order(self) -> Iterator[tuple[int, int, Sum, int, list[bytes]]]:
        for number, (_, member_id, at, length, whole, institution_id) in enumerate(sorted(self.found, key=_key), 1):
            self.spool.seek(at)
            yield number, member_id, whole, institution_id, self.spool.read(length).splitlines(keepends=True)


def _key(row: tuple[bytes, int, int, int, Sum, int]) -> tuple[bytes, int]:
    return row[:2]


async def draw_up(session: ReadSession, running: Running, calendar_hash: str, last_batch: int) -> Draft:
    """Return the seal of a campaign as things stand.

    1. Read each participant's entries, some participants at a time, and add the groups up. 2. Name the groups.
    3. Write the text: what was sealed, rules, calendar, groups, participants in order. Memory does not grow with the
    acts but by what their compressed text takes.
    """
    tally, groups, places = pins.Tally(running.id), Groups(), entries.Places()
    with TemporaryFile() as spool:
        participants = _Participants(spool)
        async for members in pins.participants(session, running.id):
            for member_id, own in (await entries.of_members(session, running.id, members, places)).items():
                participants.add(member_id, own)
                groups.add(own.sums)
            tally.add((await service.recount(session, running.id, members)).values())
            session.expunge_all()
        boards = await tally.rows(session, running.campaign.ends_on)
        standings = _groups(boards, groups, places)
        writer = lines.Writer()
        for one in await _head(session, running, calendar_hash):
            writer.add(one)
        for one in _told(standings, places):
            writer.add(one)
        standings += list(_write(writer, participants, running.id))
    digest, document = writer.finish()
    return Draft(digest, document, standings, boards, last_batch)


async def _head(session: ReadSession, running: Running, calendar_hash: str) -> list[bytes]:
    campaign = running.campaign
    place = await session.get(Institution, campaign.institution_id)
    assert place is not None, "a campaign is opened for a stored institution"
    changes = (
        await session.exec(
            select(CampaignRule).where(col(CampaignRule.campaign_id) == running.id).order_by(col(CampaignRule.version))
        )
    ).all()
    whole = {
        "format": lines.FORMAT,
        "theme": campaign.theme_key,
        "institution": place.credit_code,
        "starts_on": campaign.starts_on.isoformat(),
        "ends_on": campaign.ends_on.isoformat(),
        "time_zone": campaign.time_zone,
        "day_cut_hour": campaign.day_cut_hour,
        "grace_hours": campaign.grace_hours,
    }
    first = _rules(1, campaign.starts_on.isoformat(), campaign.theme_hash, campaign.factors_hash, restates=False)
    return [
        lines.line("seal", **whole),
        first,
        *(
            _rules(one.version, one.applies_from.isoformat(), one.theme_hash, one.factors_hash, restates=one.restates)
            for one in changes
        ),
        lines.line("calendar", hash=calendar_hash),
    ]


def _rules(version: int, applies_from: str, theme: str, factors: str, *, restates: bool) -> bytes:
    return lines.line(
        "rules", version=version, applies_from=applies_from, theme=theme, factors=factors, restates=restates
    )


def _groups(boards: list[dict[str, Any]], groups: Groups, places: entries.Places) -> list[dict[str, Any]]:
    """Return the lines of the groups, as boards have them; the entries must say the same."""
    standings = []
    for row in boards:
        if row["period"] != CAMPAIGN or row["level"] == "person":
            continue
        code = places.institutions[row["institution_id"]].credit_code
        counted = groups.sums[code, row["name"] if row["level"] == "department" else None]
        told = (row["points"], row["carbon_mg"], row["participants"])
        if told != (counted.points, counted.carbon_mg, counted.participants):
            raise entries.NotInOrderError(f"{code} {row['name']}: acts and ledger do not add up to the same")
        standings.append({name: row[name] for name in row if name != "period"} | {"acts": counted.acts, "number": None})
    return standings


def _told(standings: list[dict[str, Any]], places: entries.Places) -> list[bytes]:
    """Return the lines of the groups as text: institutions by their codes, then departments by code and name."""

    def place(row: Mapping[str, Any]) -> tuple[bool, str, str]:
        code = places.institutions[row["institution_id"]].credit_code
        return row["level"] == "department", code, row["name"]

    texts = []
    for row in sorted(standings, key=place):
        is_department, code, name = place(row)
        named = {"department": name} if is_department else {"name": name}
        sums = {key: row[key] for key in ("people", "participants", "acts", "points", "carbon_mg")}
        texts.append(lines.line("standing", institution=code, **named, **sums))
    return texts


def _write(writer: lines.Writer, participants: _Participants, campaign_id: int) -> Iterator[dict[str, Any]]:
    """Write every participant with their entries; give the lines of the persons."""
    for number, member_id, whole, institution_id, texts in participants.in_order():
        sums = {"acts": whole.acts, "points": whole.points, "carbon_mg": whole.carbon_mg}
        writer.add(lines.line("participant", participant=number, **sums))
        for one in texts:
            writer.add(lines.numbered(one, number))
        yield {
            "campaign_id": campaign_id,
            "level": "person",
            "subject_id": member_id,
            "institution_id": institution_id,
            **sums,
            "participants": 1,
            "people": None,
            "name": None,
            "number": number,
        }
