"""Read what counts in a campaign, participant by participant, as it is pinned."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select as columns
from sqlmodel import col, select

from backend.checkins import causes
from backend.checkins.tables import CheckIn
from backend.core.db import ReadSession
from backend.core.errors import NotFound
from backend.identity.tables import Department, Institution
from backend.points.accounts import AccountKind, account
from backend.points.tables import PLACE_BITS, POINTS, Transfer
from backend.settlement.lines import line
from backend.settlement.recount import Place, Sum


class NotInOrderError(Exception):
    """Acts and ledger disagree: such a result is not sealed, and `verify` names what is wrong."""


@dataclass
class Own:
    """What one participant has: lines without a number, sums by place, and where they belonged last."""

    texts: list[bytes] = field(default_factory=list)
    sums: defaultdict[Place, Sum] = field(default_factory=lambda: defaultdict(Sum))
    institution_id: int = 0

    @property
    def key(self) -> bytes:
        """By what participants are ordered: two with the same key have the same lines."""
        return hashlib.sha256(b"".join(self.texts)).digest()


@dataclass
class Moved:
    """What the transfers of one cause left, if anything."""

    points: int = 0
    carbon_mg: int = 0
    factors: set[str] = field(default_factory=set)
    first: Any = None  # the row of the first: its day and place


class Places:
    """The units that entries name, read once each."""

    def __init__(self) -> None:
        self.institutions: dict[int, Institution] = {}
        self.departments: dict[int, Department] = {}

    async def learn(self, session: ReadSession, institution_ids: set[int], department_ids: set[int]) -> None:
        """Read the units that are not known yet."""
        new = institution_ids - self.institutions.keys(), department_ids - self.departments.keys()
        if new[0]:
            found = await session.exec(select(Institution).where(col(Institution.id).in_(new[0])))
            self.institutions |= {one.id or 0: one for one in found}
        if new[1]:
            departments = await session.exec(select(Department).where(col(Department.id).in_(new[1])))
            self.departments |= {one.id or 0: one for one in departments}

    def named(self, row: Any) -> Place:
        """Return how the unit of an act or a transfer is named in the text."""
        return self.institutions[row.institution_id].credit_code, self.departments[row.department_id].name


_TRANSFER = Transfer.__table__.c  # type: ignore[attr-defined]
_ACT = CheckIn.__table__.c  # type: ignore[attr-defined]


async def transfers(
    session: ReadSession, campaign_id: int, members: Sequence[int], last_batch: int | None = None
) -> Sequence[Any]:
    """Return what stands of these members' transfers in a campaign, as of a batch of the ledger or as of now."""
    statement = columns(
        _TRANSFER.id,
        _TRANSFER.member_id,
        _TRANSFER.cause,
        _TRANSFER.ledger,
        _TRANSFER.amount,
        _TRANSFER.to_account,
        _TRANSFER.factor,
        _TRANSFER.day,
        _TRANSFER.institution_id,
        _TRANSFER.department_id,
        _TRANSFER.reverses_id,
    ).where(_TRANSFER.campaign_id == campaign_id, _TRANSFER.member_id.in_(members))
    if last_batch is not None:
        statement = statement.where(_TRANSFER.id < (last_batch + 1) << PLACE_BITS)
    found = (await (await session.connection()).execute(statement.order_by(_TRANSFER.id))).all()
    undone = {row.reverses_id for row in found}
    return [row for row in found if row.reverses_id is None and row.id not in undone]


def signed(row: Any) -> int:
    """Return an amount as its member has it: less than nothing where it was taken from them."""
    amount: int = row.amount
    return amount if row.to_account == account(AccountKind.MEMBER, row.member_id) else -amount


async def of_members(session: ReadSession, campaign_id: int, members: Sequence[int], places: Places) -> dict[int, Own]:
    """Return what these members have in a campaign; those who have nothing are left out."""
    acts = await _acts(session, campaign_id, members)
    moved = await _moved(session, campaign_id, members)
    rows = [*acts, *(one.first for sums in moved.values() for one in sums.values())]
    await places.learn(session, {row.institution_id for row in rows}, {row.department_id for row in rows})
    found: defaultdict[int, Own] = defaultdict(Own)
    latest: dict[int, date] = {}
    for act in acts:
        parts = [moved[act.member_id].pop(cause, Moved()) for cause in causes.all_of(act.id, act.rule_version)]
        _put(found[act.member_id], places, act, _act(act, parts), parts)
    for member_id, adjustments in moved.items():
        for one in adjustments.values():
            _put(found[member_id], places, one.first, _adjustment(one), [one])
    for row in rows:
        if row.day >= latest.get(row.member_id, date.min):
            latest[row.member_id], found[row.member_id].institution_id = row.day, row.institution_id
    for own in found.values():
        own.texts.sort()
    return dict(found)


async def _acts(session: ReadSession, campaign_id: int, members: Sequence[int]) -> Sequence[Any]:
    statement = columns(
        _ACT.id,
        _ACT.member_id,
        _ACT.institution_id,
        _ACT.department_id,
        _ACT.kind,
        _ACT.day,
        _ACT.slot,
        _ACT.proof,
        _ACT.rule_version,
    ).where(_ACT.campaign_id == campaign_id, _ACT.member_id.in_(members), _ACT.counted)
    return (await (await session.connection()).execute(statement.order_by(_ACT.id))).all()


async def _moved(session: ReadSession, campaign_id: int, members: Sequence[int]) -> dict[int, dict[str, Moved]]:
    moved: defaultdict[int, dict[str, Moved]] = defaultdict(dict)
    for row in await transfers(session, campaign_id, members):
        one = moved[row.member_id].setdefault(row.cause, Moved(first=row))
        if row.ledger == POINTS:
            one.points += signed(row)
        else:
            one.carbon_mg += signed(row)
        if row.factor:
            one.factors.add(row.factor)
    return moved


def _put(own: Own, places: Places, row: Any, told: Mapping[str, Any], parts: Sequence[Moved]) -> None:
    code, department = places.named(row)
    points, carbon_mg = sum(one.points for one in parts), sum(one.carbon_mg for one in parts)
    where = {"day": row.day.isoformat(), "institution": code, "department": department}
    own.texts.append(line(**told, **where, points=points, carbon_mg=carbon_mg))
    own.sums[code, department].add(Sum(int(told["kind"] == "act"), points, carbon_mg))


def _act(act: Any, parts: Sequence[Moved]) -> dict[str, Any]:
    return {
        "kind": "act",
        "of": act.kind,
        "slot": act.slot,
        "proof": act.proof,
        "factors": sorted({factor for one in parts for factor in one.factors}),
        "rules": act.rule_version,
    }


def _adjustment(one: Moved) -> dict[str, Any]:
    try:
        act = causes.act_behind(one.first.cause)
    except NotFound:
        return {"kind": "adjustment"}
    raise NotInOrderError(f"check-in {act}: its transfers do not belong to an act that counts")
