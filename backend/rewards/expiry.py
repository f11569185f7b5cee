"""Let points expire by lots, and tell members thirty days before.

The members are worked through in blocks of their numbers: a block of a year is one unit of work (`core/jobs.run_once`),
done in one transaction under the locks of its members. Until a year's end has been worked through, what is due by it
cannot be spent any more, so that a job which comes late takes what it would have taken in time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import BigInteger, Integer, case, cast, extract, func
from sqlalchemy import select as columns
from sqlmodel import col, select

from backend.checkins import desk as desks
from backend.core import statements
from backend.core.db import ReadSession, WriteSession
from backend.core.jobs import JobRun
from backend.core.statements import any_of
from backend.identity.tables import Member
from backend.messages import service as messages
from backend.points import queries as points
from backend.points import service as ledger
from backend.points.accounts import KIND_BITS, AccountKind, account
from backend.points.explain import ExpiryTerms
from backend.points.tables import NO_CAMPAIGN, POINTS, Transfer
from backend.rewards import errors, lots, spending
from backend.rewards.lots import Holding, Spent

EXPIRE, NOTICE = "rewards.expire", "rewards.notice"
NOTICE_BEFORE = timedelta(days=30)
EXPIRED = "expired/"
BLOCK = 500  # members of one transaction

_T = Transfer.__table__.c  # type: ignore[attr-defined]
_OWN = _T.member_id * (1 << KIND_BITS) + AccountKind.MEMBER.value
_EARNED_YEAR = cast(extract("year", _T.day), Integer)
_GAINED = cast(func.sum(case((_T.to_account == _OWN, _T.amount), else_=-_T.amount)), BigInteger)
_EARNED = (
    columns(_T.member_id, _EARNED_YEAR, _GAINED)
    .where(any_of(_T.member_id, "members"), _T.ledger == POINTS, _T.campaign_id != NO_CAMPAIGN)
    .group_by(_T.member_id, _EARNED_YEAR)
)
_SPENT = columns(
    _T.member_id,
    case((_T.from_account == _OWN, _T.amount), else_=-_T.amount),
    _T.day,
    _T.reverses_id,
    _T.recorded_at,
).where(any_of(_T.member_id, "members"), _T.ledger == POINTS, _T.campaign_id == NO_CAMPAIGN)


async def holdings(session: ReadSession, member_ids: Sequence[int]) -> dict[int, Holding]:
    """Return what each of these members earned, by years, and spent.

    What is given back counts from the day on which it is given back: a year's end that is past stays as it was.
    """
    earned: dict[int, dict[int, int]] = {member_id: {} for member_id in member_ids}
    spent: dict[int, list[Spent]] = {member_id: [] for member_id in member_ids}
    for member_id, year, amount in await statements.rows(session, _EARNED, members=member_ids):
        earned[member_id][year] = amount
    for member_id, amount, day, reverses_id, recorded_at in await statements.rows(session, _SPENT, members=member_ids):
        spent[member_id].append(Spent(day if reverses_id is None else lots.day_of(recorded_at), amount))
    return {member_id: Holding(earned[member_id], tuple(spent[member_id])) for member_id in member_ids}


async def spendable(session: ReadSession, member_id: int, now: datetime) -> int:
    """Return how many points a member can spend: what they hold, less what is due to expire and has not yet."""
    held = (await points.balance(session, member_id)).get(POINTS, 0)
    last = lots.last_year(now)
    if await session.get(JobRun, (EXPIRE, member_id // BLOCK, lots.ends_at(last))) is not None:
        return held
    holding = (await holdings(session, [member_id]))[member_id]
    return held - sum(holding.overdue(last).values())


async def require_points(session: ReadSession, member_id: int, price: int, now: datetime) -> None:
    """Raise PointsShort unless the member can spend so much."""
    held = await spendable(session, member_id, now)
    if held < price:
        raise errors.PointsShort(points=price, held=held)


async def blocks(session: ReadSession) -> range:
    """Return the numbers of the blocks that there are."""
    last = (await session.exec(select(func.max(Member.id)))).one()
    return range(0 if last is None else last // BLOCK + 1)


async def worked_through(session: ReadSession, job: str, due_at: datetime) -> set[int]:
    """Return the blocks for which this work is done."""
    found = await session.exec(select(JobRun.unit_id).where(col(JobRun.job) == job, col(JobRun.due_at) == due_at))
    return set(found)


async def first_year(session: ReadSession) -> int | None:
    """Return the year of the oldest points, or None when there are none."""
    oldest = select(func.min(col(Transfer.day))).where(col(Transfer.ledger) == POINTS)
    found: date | None = (await session.exec(oldest)).one()
    return None if found is None else found.year


async def expire(session: WriteSession, block: int, year: int, now: datetime) -> int:
    """Let the points of a block's members expire that were due at the end of a year; return of how many members.

    Whoever has had points expired for that year is left out: done again, it does nothing.
    """
    members = await _members(session, block)
    places = await desks.lock_members(session, members)
    known = await points.numbers_of_causes(session, [_cause(member_id, year) for member_id in members])
    due = {
        member_id: amount
        for member_id, holding in (await holdings(session, members)).items()
        if places.get(member_id) and _cause(member_id, year) not in known and (amount := holding.due(year)) > 0
    }
    if not due:
        return 0
    posting = await ledger.open_posting(session, now)
    for member_id, amount in sorted(due.items()):
        place = places[member_id][-1]
        posting.award(
            replace(spending.cause(place, _cause(member_id, year), now), day=date(year, 12, 31)),
            POINTS,
            from_account=account(AccountKind.MEMBER, member_id),
            to_account=account(AccountKind.EXPIRED, place.institution_id),
            amount=amount,
            terms=ExpiryTerms(year),
        )
    await posting.write(session)
    return len(due)


async def announce(session: WriteSession, block: int, year: int, now: datetime) -> int:
    """Tell a block's members what of theirs expires at the end of a year; return how many were told."""
    members = await _members(session, block)
    told: Mapping[int, int] = {
        member_id: amount
        for member_id, holding in (await holdings(session, members)).items()
        if (amount := holding.due(year)) > 0
    }
    for member_id, amount in sorted(told.items()):
        values = {"points": str(amount), "day": date(year, 12, 31).isoformat()}
        await messages.post(
            session,
            [member_id],
            "points_expiring",
            key=f"points_expiring/{year}",
            told=values,
            campaign_id=None,
            now=now,
        )
    return len(told)


def _cause(member_id: int, year: int) -> str:
    return f"{EXPIRED}{member_id}/{year}"


async def _members(session: ReadSession, block: int) -> list[int]:
    found = await session.exec(
        select(Member.id).where(col(Member.id).between(block * BLOCK, (block + 1) * BLOCK - 1)).order_by(col(Member.id))
    )
    return [member_id for member_id in found if member_id is not None]
