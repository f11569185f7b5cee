"""Who somebody is, where they belong on a day, and what they may do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import bindparam, func, literal, or_
from sqlalchemy import select as columns
from sqlmodel import col, select

from backend.core import statements
from backend.core.columns import UtcDateTime
from backend.core.db import ReadSession
from backend.core.statements import Texts, any_of
from backend.identity.tables import Department, Institution, Login, Member, Membership, RoleGrant, Session


@dataclass(frozen=True)
class Caller:
    """The person behind a token; `member_id` is None until the WeChat account is bound to a roster."""

    token_fingerprint: str
    login_id: int
    member_id: int | None


@dataclass(frozen=True)
class Place:
    """Where a member belongs: ids, names and the institution's path in the tree."""

    member_id: int
    institution_id: int
    institution_path: str
    institution_name: str
    department_id: int
    department_name: str
    starts_on: date
    ends_on: date | None


_CALLERS = (
    columns(col(Session.token_fingerprint), col(Login.id), col(Login.member_id))
    .join(Session, col(Session.login_id) == col(Login.id))
    .where(
        any_of(col(Session.token_fingerprint), "tokens", Texts),
        col(Session.revoked_at).is_(None),
        col(Session.expires_at) > bindparam("now", type_=UtcDateTime),
    )
)


async def callers(session: ReadSession, token_fingerprints: Sequence[str], now: datetime) -> dict[str, Caller]:
    """Return who holds each of these tokens; the unknown, revoked and expired ones are left out."""
    found = await statements.rows(session, _CALLERS, tokens=token_fingerprints, now=now)
    return {fingerprint: Caller(fingerprint, login_id, member_id) for fingerprint, login_id, member_id in found}


_PLACES = (
    columns(
        col(Membership.member_id),
        col(Membership.institution_id),
        col(Institution.path),
        col(Institution.name),
        col(Membership.department_id),
        col(Department.name),
        col(Membership.starts_on),
        col(Membership.ends_on),
    )
    .select_from(Membership)
    .join(Member, col(Member.id) == col(Membership.member_id))
    .join(Institution, col(Institution.id) == col(Membership.institution_id))
    .join(Department, col(Department.id) == col(Membership.department_id))
    .where(any_of(col(Membership.member_id), "members"))
    .order_by(col(Membership.member_id), col(Membership.starts_on))
)
_PLACES_LOCKED = _PLACES.with_for_update(key_share=True, of=Member)


async def places(session: ReadSession, member_ids: Sequence[int], *, lock: bool = False) -> dict[int, list[Place]]:
    """Return every membership, past ones too, of these members, oldest first.

    With `lock` the members' rows are locked, in order, until the transaction ends (on SQLite it is alone anyway).
    """
    found = await statements.rows(session, _PLACES_LOCKED if lock else _PLACES, members=member_ids)
    by_member: dict[int, list[Place]] = {member_id: [] for member_id in member_ids}
    for row in found:
        by_member[row[0]].append(Place(*row))
    return by_member


def place_on(memberships: Sequence[Place], day: date) -> Place | None:
    """Return the one that holds on that day, or None."""
    for place in memberships:
        if place.starts_on <= day and (place.ends_on is None or day <= place.ends_on):
            return place
    return None


async def place_of(session: ReadSession, member_id: int, day: date) -> Place | None:
    """Return where a member belongs on that day, or None when they are on no roster then."""
    return place_on((await places(session, [member_id]))[member_id], day)


async def reaches(session: ReadSession, member_id: int, roles: Sequence[str], institution_path: str) -> bool:
    """Tell whether a member holds one of these roles over the institution with that path."""
    found = await session.exec(
        select(Institution.path)
        .join(RoleGrant, col(RoleGrant.institution_id) == col(Institution.id))
        .where(col(RoleGrant.member_id) == member_id, col(RoleGrant.role).in_(roles), col(RoleGrant.ended_at).is_(None))
    )
    return any(institution_path.startswith(path) for path in found)


async def roles(session: ReadSession, member_id: int) -> Sequence[tuple[str, Institution]]:
    """Return the roles that a member holds now, with the top institution that each reaches."""
    found = await session.exec(
        select(RoleGrant.role, Institution)
        .join(Institution, col(Institution.id) == col(RoleGrant.institution_id))
        .where(col(RoleGrant.member_id) == member_id, col(RoleGrant.ended_at).is_(None))
        .order_by(col(Institution.path), col(RoleGrant.role))
    )
    return found.all()


async def holders(session: ReadSession, roles: Sequence[str], path: str, day: date) -> list[tuple[int, int]]:
    """Return who holds one of these roles over the institution with that path, as (member, their department that day).

    Who is on no roster that day decides nothing and is left out.
    """
    found = await session.exec(
        select(RoleGrant.member_id, Membership.department_id)
        .join(Institution, col(Institution.id) == col(RoleGrant.institution_id))
        .join(Membership, col(Membership.member_id) == col(RoleGrant.member_id))
        .where(
            col(RoleGrant.role).in_(roles),
            col(RoleGrant.ended_at).is_(None),
            literal(path).startswith(col(Institution.path)),
            col(Membership.starts_on) <= day,
            or_(col(Membership.ends_on).is_(None), col(Membership.ends_on) >= day),
        )
        .distinct()
        .order_by(col(RoleGrant.member_id))
    )
    return list(found.all())


async def institution(session: ReadSession, institution_id: int) -> Institution | None:
    """Return one institution, or None."""
    return await session.get(Institution, institution_id)


async def subtree(session: ReadSession, path: str) -> Sequence[Institution]:
    """Return the institution with that path and all below it, from the top down."""
    found = await session.exec(
        select(Institution).where(col(Institution.path).startswith(path)).order_by(Institution.path)
    )
    return found.all()


async def member(session: ReadSession, member_id: int) -> Member | None:
    """Return one member, or None."""
    return await session.get(Member, member_id)


async def departments(session: ReadSession, institution_ids: Sequence[int]) -> Sequence[Department]:
    """Return the departments of these institutions."""
    found = await session.exec(select(Department).where(col(Department.institution_id).in_(institution_ids)))
    return found.all()


def masked(name: str) -> str:
    """Return a name with all but its first character hidden, as boards show who chose no display name."""
    return name[:1] + "*" * max(1, min(len(name) - 1, 2))


async def member_by_staff_number(session: ReadSession, institution_id: int, staff_number: str) -> int | None:
    """Return who has this staff number on the roster of an institution now, or None."""
    if not staff_number.isprintable():
        return None  # no roster holds it, and PostgreSQL refuses to look for a NUL
    found = await session.exec(
        select(Membership.member_id).where(
            col(Membership.institution_id) == institution_id,
            col(Membership.staff_number) == staff_number,
            col(Membership.ends_on).is_(None),
        )
    )
    return found.first()


async def roster_sizes(
    session: ReadSession, of: Literal["department", "institution"], numbers: Sequence[int], day: date
) -> dict[int, int]:
    """Return how many members each of these departments or institutions had on its roster on a day."""
    key = Membership.department_id if of == "department" else Membership.institution_id
    found = await session.exec(
        select(key, func.count())
        .where(
            col(key).in_(numbers),
            col(Membership.starts_on) <= day,
            or_(col(Membership.ends_on).is_(None), col(Membership.ends_on) >= day),
        )
        .group_by(col(key))
    )
    return dict(found.all())
