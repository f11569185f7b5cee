"""A small city and a shelf of themes, for the tests of campaigns."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from backend.campaigns import service, shelf
from backend.campaigns.tables import Campaign
from backend.core import paths
from backend.core.db import Database
from backend.identity import tree
from backend.identity.credit_code import with_check
from backend.identity.tables import Institution, Member, Membership

SHELF = shelf.load(paths.folder("campaigns"))
# Noon in Beijing on the Wednesday before the campaign's Monday.
NOW = datetime(2026, 6, 10, 4, 0, tzinfo=UTC)
MONDAY = date(2026, 6, 15)


@dataclass(frozen=True)
class City:
    """The numbers of a district, an office below it, a school beside it, and one person in each."""

    district: int
    office: int
    school: int
    lin: int
    chen: int


async def plant(database: Database) -> City:
    """Build the city."""
    async with database.write() as session:
        made: list[Institution] = []
        for number, level, above in ((1, "city", None), (2, "district", 0), (3, "institution", 1), (4, "district", 0)):
            parent = made[above].id if above is not None else None
            code = with_check(f"1112000000000700{number}")
            made.append(
                await tree.add_institution(
                    session, credit_code=code, name=f"单位{number}", level=level, parent_id=parent
                )
            )
        people = []
        for institution in made[2:]:
            department = await tree.add_department(session, institution.id or 0, "办公室")
            member = Member(name="林小满", phone_fingerprint=None)
            session.add(member)
            await session.flush()
            session.add(
                Membership(
                    member_id=member.id or 0,
                    institution_id=institution.id or 0,
                    department_id=department.id or 0,
                    staff_number="A1",
                    starts_on=date(2026, 1, 1),
                )
            )
            people.append(member.id or 0)
        return City(made[1].id or 0, made[2].id or 0, made[3].id or 0, *people)


async def schedule(
    database: Database, institution_id: int, starts_on: date = MONDAY, days: int = 7, theme: str = "energy-week"
) -> Campaign:
    """Open a campaign of so many days."""
    async with database.write() as session:
        return await service.open_campaign(
            session,
            theme=SHELF.theme(theme),
            factors=SHELF.factors,
            institution_id=institution_id,
            starts_on=starts_on,
            ends_on=starts_on + timedelta(days=days - 1),
            opened_by=None,
            now=NOW,
        )
