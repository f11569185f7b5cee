"""Find what makes each of a day's acts doubtful."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from pydantic import ValidationError
from sqlalchemy import bindparam, func
from sqlalchemy import select as columns
from sqlmodel import col, select

from backend.checkins.kind import ONE_ACT, all_kinds
from backend.checkins.proof import Proof
from backend.checkins.tables import CheckIn
from backend.core import statements
from backend.core.clock import day_starts_at
from backend.core.columns import UtcDateTime
from backend.core.db import ReadSession
from backend.core.errors import SHOWN_ZONE
from backend.core.statements import any_of
from backend.media import queries as media
from backend.media.tables import Upload
from backend.review import risk
from backend.review.risk import Facts, Mark
from backend.review.tables import REFUSED, ReviewCase

A_YEAR = timedelta(days=365)
_PHOTOS_AT_ONCE = 500


@dataclass(frozen=True)
class Candidate:
    """An act of the day with what makes it doubtful."""

    act: CheckIn
    marks: tuple[Mark, ...]
    earlier_acts: int
    earlier_refusals: int

    @property
    def risk(self) -> int:
        """The weight of its marks, from 0 to 1,000."""
        return risk.score(self.marks)

    @property
    def band(self) -> str:
        """The stratum that it lies in."""
        return risk.band(self.risk)


@dataclass(frozen=True)
class Population:
    """Everything that an institution's members recorded on a day: what may be drawn, and what is known anyway."""

    institution_id: int
    day: date
    candidates: tuple[Candidate, ...]
    known: Mapping[int, int]  # acts that staff confirmed or a system fed, by campaign


async def population(session: ReadSession, institution_id: int, day: date, numbers: Sequence[int]) -> Population:
    """Find what makes each of these acts doubtful."""
    found = await session.exec(select(CheckIn).where(any_of(col(CheckIn.id), "acts")), params={"acts": numbers})
    acts = found.all()
    starts = day_starts_at(day, SHOWN_ZONE, 0)
    members = sorted({act.member_id for act in acts})
    earlier = await _earlier(session, members, starts)
    refusals = await _refusals(session, members, starts)
    photos = await _photos(session, [act.photo_id for act in acts if act.photo_id is not None])
    amounts, instants = _amounts(acts), _instants(acts)
    drawable = [act for act in acts if Proof(act.proof).rank < Proof.CONFIRMED.rank]
    return Population(
        institution_id,
        day,
        tuple(
            Candidate(
                act,
                risk.marks(
                    Facts(
                        proof=Proof(act.proof),
                        earlier_of_kind=earlier[act.member_id][act.kind],
                        refusals=refusals.get(act.member_id, 0),
                        large=_is_large(act, amounts),
                        burst=risk.in_burst(act.acted_at, instants[act.member_id]),
                        **photos.get(act.photo_id or 0, {}),
                    )
                ),
                earlier_acts=earlier[act.member_id].total(),
                earlier_refusals=refusals.get(act.member_id, 0),
            )
            for act in drawable
        ),
        Counter(act.campaign_id for act in acts if Proof(act.proof).rank >= Proof.CONFIRMED.rank),
    )


_ACT = CheckIn.__table__.c  # type: ignore[attr-defined]
_EARLIER = (
    columns(_ACT.member_id, _ACT.kind, func.count())
    .where(any_of(_ACT.member_id, "members"), _ACT.counted, _ACT.recorded_at < bindparam("starts", type_=UtcDateTime))
    .group_by(_ACT.member_id, _ACT.kind)
)


async def _earlier(session: ReadSession, members: Sequence[int], starts: datetime) -> dict[int, Counter[str]]:
    earlier: dict[int, Counter[str]] = {member_id: Counter() for member_id in members}
    for member_id, kind, count in await statements.rows(session, _EARLIER, members=members, starts=starts):
        earlier[member_id][kind] = count
    return earlier


_REFUSALS = (
    columns(col(ReviewCase.member_id), func.count())
    .where(
        any_of(col(ReviewCase.member_id), "members"),
        col(ReviewCase.state) == REFUSED,
        col(ReviewCase.decided_at) >= bindparam("since", type_=UtcDateTime),
    )
    .group_by(col(ReviewCase.member_id))
)


async def _refusals(session: ReadSession, members: Sequence[int], starts: datetime) -> dict[int, int]:
    return dict(await statements.rows(session, _REFUSALS, members=members, since=starts - A_YEAR))


async def _photos(session: ReadSession, numbers: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return what is known of each photo, and whether another is much like it."""
    known: dict[int, dict[str, Any]] = {}
    for start in range(0, len(numbers), _PHOTOS_AT_ONCE):
        some = numbers[start : start + _PHOTOS_AT_ONCE]
        likenesses = await media.photos(session, some)
        rows = await session.exec(select(Upload).where(any_of(col(Upload.id), "photos")), params={"photos": some})
        for row in rows:
            known[row.id or 0] = {
                "moderation": row.moderation,
                "taken": row.taken,
                "distance": row.distance,
                "edited": bool(row.edited),
                "alike": any(copy.act_id not in (None, row.act_id) for copy in likenesses[row.id or 0].copies),
            }
    return known


def _amount(act: CheckIn) -> tuple[str, Decimal] | None:
    kind = all_kinds().get(act.kind)
    if kind is None:
        return None
    try:
        quantity = kind.quantity(kind.details.model_validate_json(act.details))
    except ValidationError:  # as the kind was when it was recorded; it has learnt to ask for other details since
        return None
    return (f"{act.kind} {quantity.unit}", quantity.amount) if quantity.unit != ONE_ACT.unit else None


def _amounts(acts: Sequence[CheckIn]) -> dict[str, list[Decimal]]:
    amounts: dict[str, list[Decimal]] = defaultdict(list)
    for act in acts:
        if (told := _amount(act)) is not None:
            amounts[told[0]].append(told[1])
    return amounts


def _is_large(act: CheckIn, amounts: Mapping[str, list[Decimal]]) -> bool:
    told = _amount(act)
    return told is not None and risk.is_large(told[1], amounts[told[0]])


def _instants(acts: Sequence[CheckIn]) -> dict[int, list[datetime]]:
    instants: dict[int, list[datetime]] = defaultdict(list)
    for act in sorted(acts, key=lambda one: one.acted_at):
        instants[act.member_id].append(act.acted_at)
    return instants
