"""The tree of institutions: city, then district or system (系统), then institution, and its departments.

A place in the tree is a path of row numbers from the root down, "/1/4/9/", so that a subtree is everything
whose path begins with its root's. How many people a place had is dated and read as of a day.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

from sqlalchemy import func
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel, col, select

from backend.core.db import ReadSession, WriteSession
from backend.core.errors import InvalidValue, NotFound, Problem
from backend.core.text import Text
from backend.identity import credit_code as codes
from backend.identity import queries
from backend.identity.tables import Department, HeadCount, Institution

# What may stand directly above each level; None is the root.
_ABOVE: dict[str, tuple[str | None, ...]] = {
    "city": (None,),
    "district": ("city",),
    "system": ("city",),
    "institution": ("district", "system"),
}
_NAME_LENGTH = 100
_MOST_PEOPLE = 10_000_000


class CreditCodeTaken(Problem):
    """An institution with this code exists already."""

    zh = "统一社会信用代码 {credit_code} 已登记，不能重复添加。"
    en = "An institution with the code {credit_code} is registered already."


class DepartmentTaken(Problem):
    """The institution has a department of this name already."""

    zh = "该单位已有名为“{name}”的部门。"
    en = "The institution has a department named '{name}' already."


class LevelMisplaced(Problem):
    """An institution of that level cannot stand at that place of the tree."""

    zh = "层级有误：{level} 不能设在 {parent_level} 之下（顺序为：市→区或系统→单位）。"
    en = "Wrong level: {level} cannot stand below {parent_level} (the order is city, district or system, institution)."


async def add_institution(
    session: WriteSession, *, credit_code: str, name: str, level: str, parent_id: int | None
) -> Institution:
    """Add an institution below its parent (none for a city) and return it with its path.

    Raises CreditCodeInvalid, CreditCodeTaken, LevelMisplaced, InvalidValue, and NotFound for the parent.
    """
    code = codes.normalise(credit_code)
    above = await _parent(session, level, parent_id)
    added = Institution(credit_code=code, name=_name(name), level=level, parent_id=parent_id, path="")
    try:
        await _flush(session, added)
    except IntegrityError as collision:
        if _names(collision, "uq_institution_credit_code", "institution.credit_code"):
            raise CreditCodeTaken(credit_code=code) from collision
        raise
    # The path holds the row's own number, which the database gives at the insert.
    added.path = f"{above}{added.id}/"
    await _flush(session, added)
    return added


async def add_department(session: WriteSession, institution_id: int, name: str) -> Department:
    """Add a department (内设部门) to an institution; raises DepartmentTaken, InvalidValue, NotFound."""
    if await session.get(Institution, institution_id) is None:
        raise NotFound(what=str(institution_id))
    added = Department(institution_id=institution_id, name=_name(name))
    try:
        await _flush(session, added)
    except IntegrityError as collision:
        if _names(collision, "uq_department_institution_id_name", "department.institution_id, department.name"):
            raise DepartmentTaken(name=added.name) from collision
        raise
    return added


async def set_head_count(
    session: WriteSession, institution_id: int, department_id: int | None, counted_on: date, people: int
) -> None:
    """Record how many people an institution (or one of its departments) has from a day on.

    A second count of the same day replaces the first; other days stay as they are. Raises InvalidValue for an
    absurd number and NotFound for a department of another institution.
    """
    if not 0 <= people <= _MOST_PEOPLE:
        raise InvalidValue(field="people", reason=Text("人数超出合理范围", "the number of people is out of range"))
    await _refuse_foreign_department(session, institution_id, department_id)
    key = "institution_id" if department_id is None else "department_id"
    connection = await session.connection()
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    row = {"institution_id": institution_id, "department_id": department_id, "counted_on": counted_on, "people": people}
    await connection.execute(
        insert(HeadCount)
        .values(row)
        .on_conflict_do_update(
            index_elements=[key, "counted_on"],
            index_where=col(HeadCount.department_id).is_(None) if department_id is None else None,
            set_={"people": people},
        )
    )


def covers(upper: Institution, lower: Institution) -> bool:
    """Tell whether `lower` is `upper` itself or stands anywhere below it."""
    return lower.path.startswith(upper.path)


async def institution_by_code(session: ReadSession, credit_code: str) -> Institution | None:
    """Return the institution with that code, or None; raises CreditCodeInvalid for what is no code."""
    code = codes.normalise(credit_code)
    return (await session.exec(select(Institution).where(col(Institution.credit_code) == code))).first()


async def institution_head_counts_on(session: ReadSession, institution_ids: Sequence[int], day: date) -> dict[int, int]:
    """Return the latest whole-institution count of each, in one statement; the uncounted are left out."""
    of_whole = col(HeadCount.department_id).is_(None)
    return await _latest(session, HeadCount.institution_id, institution_ids, day, of_whole)


async def department_head_counts_on(session: ReadSession, department_ids: Sequence[int], day: date) -> dict[int, int]:
    """Return the latest count of each department, in one statement; the uncounted are left out."""
    return await _latest(session, HeadCount.department_id, department_ids, day)


async def people_on(
    session: ReadSession, level: Literal["department", "institution"], numbers: Sequence[int], day: date
) -> dict[int, int]:
    """Return how many people each had on a day: where nobody recorded a head count, its roster is the count."""
    counts_on = department_head_counts_on if level == "department" else institution_head_counts_on
    on_roster = await queries.roster_sizes(session, level, numbers, day)
    return dict.fromkeys(numbers, 0) | on_roster | await counts_on(session, numbers, day)


async def _latest(session: ReadSession, key: Any, ids: Sequence[int], day: date, *also: Any) -> dict[int, int]:
    newest_first = func.row_number().over(partition_by=col(key), order_by=col(HeadCount.counted_on).desc())
    ranked = (
        select(col(key).label("place"), col(HeadCount.people).label("people"), newest_first.label("age"))
        .where(col(key).in_(ids), col(HeadCount.counted_on) <= day, *also)
        .subquery()
    )
    found = await session.exec(select(ranked.c.place, ranked.c.people).where(ranked.c.age == 1))
    return {place: people for place, people in found}  # noqa: C416 - dict() of rows does not pass the type checker


async def _parent(session: WriteSession, level: str, parent_id: int | None) -> str:
    """Return the path above, or refuse the place."""
    if level not in _ABOVE:
        raise InvalidValue(field="level", reason=Text("未知的层级", "an unknown level"))
    # Locked, or an institution that is moved at this moment would get a child on the path that it had.
    lock = {"key_share": True}
    parent = None if parent_id is None else await session.get(Institution, parent_id, with_for_update=lock)
    if parent_id is not None and parent is None:
        raise NotFound(what=str(parent_id))
    check_place(level, parent)
    return parent.path if parent else "/"


def check_place(level: str, parent: Institution | None) -> None:
    """Raise LevelMisplaced where an institution of that level cannot stand directly below that one (None: the root)."""
    if (parent.level if parent else None) not in _ABOVE[level]:
        raise LevelMisplaced(level=level, parent_level=parent.level if parent else "/")


async def _refuse_foreign_department(session: ReadSession, institution_id: int, department_id: int | None) -> None:
    if department_id is None:
        return
    department = await session.get(Department, department_id)
    if department is None or department.institution_id != institution_id:
        raise NotFound(what=str(department_id))


def _name(name: str) -> str:
    clean = name.strip()
    if not clean or len(clean) > _NAME_LENGTH or not clean.isprintable():
        reason = Text(f"应为 1 至 {_NAME_LENGTH} 个可见字符", f"it must have 1 to {_NAME_LENGTH} visible characters")
        raise InvalidValue(field="name", reason=reason)
    return clean


async def _flush(session: WriteSession, row: SQLModel) -> None:
    session.add(row)
    await session.flush()


def _names(collision: IntegrityError, constraint: str, columns: str) -> bool:
    """Tell whether this constraint was hit: PostgreSQL says its name, SQLite only its columns."""
    return any(words in str(collision.orig) for words in (constraint, f"failed: {columns}"))


async def department_named(session: ReadSession, institution_id: int, name: str) -> Department | None:
    """Return the department of that name, or None."""
    found = await session.exec(
        select(Department).where(col(Department.institution_id) == institution_id, col(Department.name) == name)
    )
    return found.first()


def paths_above(path: str) -> list[str]:
    """Return a path and those of everything above it, from the root down."""
    parts = path.strip("/").split("/")
    return ["/" + "/".join(parts[:depth]) + "/" for depth in range(1, len(parts) + 1)]
