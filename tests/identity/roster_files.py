"""Roster files and a small city for the tests of the import."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]
from pydantic import SecretStr
from sqlmodel import col, select

from backend.core.db import Database
from backend.core.vault import Vault
from backend.identity import tree
from backend.identity.credit_code import with_check
from backend.identity.roster import application, comparison, reading
from backend.identity.roster.plan import Preview
from backend.identity.tables import Department, Institution, Member, Membership

VAULT = Vault(SecretStr("for tests only"))
TODAY = date(2026, 11, 22)
CITY, DISTRICT, SYSTEM = (with_check(f"1112000000000010{number}") for number in "123")
A, B, OUTSIDE = (with_check(f"1212010400000020{number}") for number in "123")
UNREGISTERED = with_check("12120104000009999")
HEAD = "统一社会信用代码,部门,工号,姓名,手机号,生效日期,离职日期"


@dataclass(frozen=True)
class Belonging:
    """One membership as the tests look at it."""

    name: str
    institution: str
    department: str
    number: str
    starts_on: date
    ends_on: date | None


async def plant(database: Database) -> None:
    """Make a city: a district with the institutions A and B, and a system beside it with another one."""
    async with database.write() as session:
        city = await tree.add_institution(session, credit_code=CITY, name="示范市", level="city", parent_id=None)
        district = await tree.add_institution(
            session, credit_code=DISTRICT, name="河东新区", level="district", parent_id=city.id
        )
        system = await tree.add_institution(
            session, credit_code=SYSTEM, name="教育系统", level="system", parent_id=city.id
        )
        for code, name, parent in ((A, "甲单位", district), (B, "乙单位", district), (OUTSIDE, "外单位", system)):
            await tree.add_institution(session, credit_code=code, name=name, level="institution", parent_id=parent.id)


def line(
    number: str = "1001",
    name: str = "林晓",
    *,
    code: str = A,
    department: str = "财务处",
    phone: str = "",
    starts: str = "",
    ends: str = "",
) -> str:
    """Write one CSV line; it is Lin of Finance at A unless told otherwise."""
    return f"{code},{department},{number},{name},{phone},{starts},{ends}"


def csv(*lines: str, head: str = HEAD, encoding: str = "utf-8") -> bytes:
    """Write a CSV file."""
    return "\r\n".join((head, *lines, "")).encode(encoding)


def xlsx(*rows: Sequence[Any], head: str = HEAD, title: str | None = None) -> bytes:
    """Write a workbook of one sheet; cells that begin with "=" become formulas, dates become dates."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as workbook:
        sheet = workbook.add_worksheet("在职人员")
        lines = [[title]] if title else []
        for number, row in enumerate([*lines, head.split(","), *rows]):
            sheet.write_row(number, 0, row)
    return content.getvalue()


async def preview(
    database: Database, content: bytes, *, scope: str = DISTRICT, today: date = TODAY, complete: bool = False
) -> Preview:
    """Compare a file with the rosters."""
    file = reading.read_bytes(content, VAULT, today)
    async with database.read() as session:
        found = await tree.institution_by_code(session, scope)
        assert found is not None
        return await comparison.compare(session, file, found, today, complete=complete)


async def bring(
    database: Database,
    content: bytes,
    *,
    scope: str = DISTRICT,
    today: date = TODAY,
    complete: bool = False,
    skip_bad_rows: bool = False,
    allow_shrink: bool = False,
) -> Preview:
    """Compare and apply a file."""
    shown = await preview(database, content, scope=scope, today=today, complete=complete)
    async with database.write() as session:
        await application.apply(session, shown, today, skip_bad_rows=skip_bad_rows, allow_shrink=allow_shrink)
    return shown


async def belongings(database: Database) -> list[Belonging]:
    """Return every membership, in the order in which they were written."""
    async with database.read() as session:
        found = await session.exec(
            select(Membership, Member.name, Institution.name, Department.name)
            .join(Member, col(Member.id) == col(Membership.member_id))
            .join(Institution, col(Institution.id) == col(Membership.institution_id))
            .join(Department, col(Department.id) == col(Membership.department_id))
            .order_by(col(Membership.id))
        )
        return [
            Belonging(name, institution, department, held.staff_number, held.starts_on, held.ends_on)
            for held, name, institution, department in found
        ]


async def members(database: Database) -> dict[str, Member]:
    """Return the members by name."""
    async with database.read() as session:
        return {member.name: member for member in await session.exec(select(Member).order_by(col(Member.id)))}


def reasons(shown: Preview | reading.RosterFile) -> list[tuple[int, str, str]]:
    """Return line, column and English reason of each problem."""
    return [(problem.line, problem.column, problem.reason.in_("en")) for problem in shown.problems]
