"""The institutions and departments that a roster file names."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import col, select

from backend.core.db import ReadSession
from backend.core.text import Text
from backend.identity import tree
from backend.identity.roster.people import in_parts
from backend.identity.tables import Department, Institution

UNKNOWN = Text("系统中没有此单位，请先登记", "no institution with this code is registered")
OUTSIDE = Text("此单位不在您的管理范围内", "this institution is outside your scope")


@dataclass(frozen=True)
class Places:
    """Institutions by code, as far as they are in scope; why the other codes are refused; department names."""

    institutions: dict[str, Institution]
    refused: dict[str, Text]
    names: dict[int, str]
    departments: dict[int, str]
    department_keys: frozenset[tuple[int, str]]


async def load(session: ReadSession, scope: Institution, codes: Iterable[str]) -> Places:
    """Read what the codes of a file mean to an operator whose reach is `scope` and everything below."""
    found: dict[str, Institution] = {}
    wanted = sorted(set(codes))
    for some in in_parts(wanted):
        rows = await session.exec(select(Institution).where(col(Institution.credit_code).in_(some)))
        found.update({institution.credit_code: institution for institution in rows})
    within = {code: institution for code, institution in found.items() if tree.covers(scope, institution)}
    refused = {code: OUTSIDE if code in found else UNKNOWN for code in wanted if code not in within}
    departments = await _departments(session, scope)
    return Places(
        institutions=within,
        refused=refused,
        names=await _names(session, scope),
        departments={department.id or 0: department.name for department in departments},
        department_keys=frozenset((department.institution_id, department.name) for department in departments),
    )


async def _names(session: ReadSession, scope: Institution) -> dict[int, str]:
    rows = await session.exec(
        select(Institution.id, Institution.name).where(col(Institution.path).startswith(scope.path))
    )
    return {institution_id or 0: name for institution_id, name in rows}


async def _departments(session: ReadSession, scope: Institution) -> list[Department]:
    rows = await session.exec(
        select(Department)
        .join(Institution, col(Institution.id) == col(Department.institution_id))
        .where(col(Institution.path).startswith(scope.path))
    )
    return list(rows)
