"""What an operator does at the command line before anybody can sign in: the tree, head counts, roles, codes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import col, select

from backend.core import clock
from backend.core.db import ReadSession, WriteSession
from backend.core.errors import SHOWN_ZONE, NotFound
from backend.core.vault import Vault
from backend.identity import queries, reorganising, service, tree
from backend.identity.tables import Institution, Login, Member, Membership


@dataclass(frozen=True)
class Handout:
    """A line of the list of binding codes that an organiser hands out."""

    department: str
    staff_number: str
    name: str
    code: str


async def institution(session: ReadSession, credit_code: str) -> Institution:
    """Return the institution with that code; raises CreditCodeInvalid, or NotFound."""
    found = await tree.institution_by_code(session, credit_code)
    if found is None:
        raise NotFound(what=credit_code)
    return found


async def add_institution(session: WriteSession, credit_code: str, name: str, level: str, above: str | None) -> str:
    """Add an institution below the one with the code `above` and return its path in the tree."""
    parent = (await institution(session, above)).id if above else None
    added = await tree.add_institution(session, credit_code=credit_code, name=name, level=level, parent_id=parent)
    return added.path


async def move_institution(session: WriteSession, credit_code: str, below: str) -> str:
    """Put an institution under the one with the code `below` and return its new path in the tree."""
    return await reorganising.move_institution(
        session, await institution(session, credit_code), await institution(session, below)
    )


async def merge_departments(
    session: WriteSession, credit_code: str, merged: Sequence[str], into: str, *, day: date, now: datetime
) -> int:
    """Let the people of departments of an institution, by their names, belong to another one from a day on."""
    place = (await institution(session, credit_code)).id or 0
    merged = list(dict.fromkeys(merged))  # a name given twice is one department
    found = {name: await tree.department_named(session, place, name) for name in (*merged, into)}
    for name, one in found.items():
        if one is None:
            raise NotFound(what=name)
    rows = {name: one for name, one in found.items() if one is not None}
    today = clock.campaign_day(now, SHOWN_ZONE, 0)
    return await reorganising.merge_departments(session, [rows[name] for name in merged], rows[into], day, today)


async def count_heads(
    session: WriteSession, credit_code: str, department: str | None, counted_on: date, people: int
) -> None:
    """Record how many people an institution, or one of its departments, has from a day on."""
    place = (await institution(session, credit_code)).id or 0
    found = await tree.department_named(session, place, department) if department else None
    if department and found is None:
        raise NotFound(what=department)
    await tree.set_head_count(session, place, found.id if found else None, counted_on, people)


async def _member(session: ReadSession, credit_code: str, staff_number: str) -> tuple[int, int]:
    place = (await institution(session, credit_code)).id or 0
    member_id = await queries.member_by_staff_number(session, place, staff_number)
    if member_id is None:
        raise NotFound(what=f"{credit_code} {staff_number}")
    return member_id, place


async def change_role(
    session: WriteSession,
    *,
    credit_code: str,
    staff_number: str,
    role: str,
    over: str | None,
    end: bool,
    now: datetime,
) -> None:
    """Grant a member a role over an institution (their own, or the one with the code `over`), or end it."""
    member_id, place = await _member(session, credit_code, staff_number)
    reach = (await institution(session, over)).id or 0 if over else place
    change = service.end_role if end else service.grant
    await change(session, member_id, role, reach, now)


async def hand_out_codes(session: WriteSession, vault: Vault, credit_code: str, now: datetime) -> list[Handout]:
    """Make a binding code for every current member of an institution whose account is not bound yet.

    Their earlier unused codes end.
    """
    place = (await institution(session, credit_code)).id or 0
    bound = select(Login.member_id).where(col(Login.member_id).is_not(None))
    waiting = (
        col(Membership.institution_id) == place,
        col(Membership.ends_on).is_(None),
        col(Membership.member_id).not_in(bound),
    )
    # In one statement for all: there may be thousands.
    await service.end_binding_codes(session, select(Membership.member_id).where(*waiting), now)
    found = await session.exec(
        select(Membership, Member.name)
        .join(Member, col(Member.id) == col(Membership.member_id))
        .where(*waiting)
        .order_by(col(Membership.department_id), col(Membership.staff_number))
    )
    names = {one.id: one.name for one in await queries.departments(session, [place])}
    return [
        Handout(
            department=names[membership.department_id],
            staff_number=membership.staff_number,
            name=name,
            code=await service.make_binding_code(session, vault, membership.member_id, now),
        )
        for membership, name in found.all()
    ]
