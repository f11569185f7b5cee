"""Apply a preview: all of it, or nothing."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import bindparam, func, text, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel, col, select

from backend.core import db
from backend.core.db import WriteSession
from backend.identity.roster.people import in_parts
from backend.identity.roster.plan import Joining, Preview, Writes
from backend.identity.roster.problems import RosterChangedMeanwhile, RosterNotClean, RosterShrinks
from backend.identity.tables import Department, Member, Membership

# Any number that nothing else locks; it means "the rosters are being changed".
_LOCK = 7_262_027


async def lock(session: WriteSession) -> None:
    """Wait until no other import is under way, and keep others waiting until this transaction ends.

    SQLite has one writer at a time anyway.
    """
    connection = await session.connection()
    if connection.dialect.name == "postgresql":
        await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


async def apply(
    session: WriteSession, preview: Preview, today: date, *, skip_bad_rows: bool = False, allow_shrink: bool = False
) -> None:
    """Write what the preview shows, in the caller's transaction.

    Raises RosterNotClean, RosterShrinks, or RosterChangedMeanwhile when the preview no longer fits. Whoever
    wants to be sure that it does takes the `lock` first and compares within the same transaction.
    """
    _refuse(preview, skip_bad_rows=skip_bad_rows, allow_shrink=allow_shrink)
    if preview.today != today:
        raise RosterChangedMeanwhile
    await lock(session)
    try:
        await _write(session, preview.writes)
    except IntegrityError as collision:
        if any(table in str(collision.orig) for table in ("member", "department")):
            raise RosterChangedMeanwhile from collision
        raise


def _refuse(preview: Preview, *, skip_bad_rows: bool, allow_shrink: bool) -> None:
    skippable = skip_bad_rows and not any(problem.whole_file for problem in preview.problems)
    if preview.problems and not skippable:
        raise RosterNotClean(count=len(preview.problems))
    if preview.shrinking and not allow_shrink:
        worst = max(preview.shrinking, key=lambda shrinking: shrinking.ended)
        raise RosterShrinks(institution=worst.institution, ended=worst.ended, members=worst.members)


async def _write(session: WriteSession, writes: Writes) -> None:
    # 1. Memberships end first, so that a person and a staff number are free for the new ones.
    await _end(session, writes.endings)
    # 2. Phones are given up before they are taken: two people may swap theirs.
    await _set_phones(session, writes.phones)
    await _set_names(session, writes.names)
    # 3. New members and departments, then the memberships that need both.
    departments = await _add_departments(session, writes)
    member_ids = await _add_members(session, writes.joinings)
    await _add_memberships(session, writes.joinings, member_ids, departments)
    session.expire_all()  # rows were changed behind the session's back


async def _end(session: WriteSession, endings: dict[int, date]) -> None:
    by_day: dict[date, list[int]] = {}
    for membership_id, last_day in endings.items():
        by_day.setdefault(last_day, []).append(membership_id)
    for last_day, ids in by_day.items():
        for some in in_parts(ids):
            await session.exec(update(Membership).where(col(Membership.id).in_(some)).values(ends_on=last_day))


async def _set_phones(session: WriteSession, phones: dict[int, str | None]) -> None:
    for some in in_parts(list(phones)):
        await session.exec(update(Member).where(col(Member.id).in_(some)).values(phone_fingerprint=None))
    taken = {member_id: phone for member_id, phone in phones.items() if phone is not None}
    await _set_each(session, "phone_fingerprint", taken)


async def _set_names(session: WriteSession, names: dict[int, str]) -> None:
    await _set_each(session, "name", names)


async def _set_each(session: WriteSession, column: str, values: dict[int, str]) -> None:
    if not values:
        return
    members = SQLModel.metadata.tables["member"]
    statement = update(members).where(members.c.id == bindparam("member_id")).values({column: bindparam("value")})
    connection = await session.connection()
    await connection.execute(statement, [{"member_id": key, "value": value} for key, value in values.items()])


async def _add_departments(session: WriteSession, writes: Writes) -> dict[tuple[int, str], int]:
    """Return the ids of the departments that the new memberships are in, adding those that are new."""
    rows = [{"institution_id": institution_id, "name": name} for institution_id, name in writes.departments]
    await db.insert_many(session, Department, rows)
    ids: dict[tuple[int, str], int] = {}
    for some in in_parts(sorted({joining.institution_id for joining in writes.joinings})):
        statement = select(Department).where(col(Department.institution_id).in_(some))
        for department in await session.exec(statement):
            ids[department.institution_id, department.name] = department.id or 0
    return ids


async def _add_members(session: WriteSession, joinings: Sequence[Joining]) -> list[int]:
    """Return the member of each joining, adding those who are new."""
    fresh = [joining for joining in joinings if joining.member_id is None]
    ids = iter(await _next_ids(session, len(fresh)))
    member_ids = [next(ids) if joining.member_id is None else joining.member_id for joining in joinings]
    rows = [
        {"id": member_id, "name": joining.name, "phone_fingerprint": joining.phone_fingerprint}
        for member_id, joining in zip(member_ids, joinings, strict=True)
        if joining.member_id is None
    ]
    await db.insert_many(session, Member, rows)
    return member_ids


async def _next_ids(session: WriteSession, count: int) -> Sequence[int]:
    """Take row numbers for new members, as the rows alone (two may bear one name) could not be told apart."""
    connection = await session.connection()
    if connection.dialect.name == "postgresql":
        sequence = "SELECT nextval(pg_get_serial_sequence('member', 'id')) FROM generate_series(1, :count)"
        return list((await connection.execute(text(sequence), {"count": count})).scalars())
    last = (await session.exec(select(func.max(Member.id)))).one() or 0
    return range(last + 1, last + 1 + count)


async def _add_memberships(
    session: WriteSession,
    joinings: Sequence[Joining],
    member_ids: Sequence[int],
    departments: dict[tuple[int, str], int],
) -> None:
    rows = [
        {
            "member_id": member_id,
            "institution_id": joining.institution_id,
            "department_id": departments[joining.institution_id, joining.department],
            "staff_number": joining.staff_number,
            "starts_on": joining.starts_on,
            "ends_on": joining.ends_on,
        }
        for member_id, joining in zip(member_ids, joinings, strict=True)
    ]
    await db.insert_many(session, Membership, rows)
