"""Follow the ledger: recompute the scores of the members that moved, and say that boards have changed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Insert, case, cast, func
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import col, select, update

from backend.core.db import ReadSession, WriteSession
from backend.leaderboards import periods
from backend.leaderboards.tables import BoardRevision, Score
from backend.points.accounts import AccountKind, account
from backend.points.tables import BATCH_TRANSFERS, CARBON_MG, NO_CAMPAIGN, PLACE_BITS, POINTS, LedgerBatch, Transfer

_BATCHES = 200
_ROWS = 400  # rows of one upsert: SQLite takes at most 32,766 parameters

Totals = dict[tuple[int, str, int, int], dict[str, Any]]


async def project(session: WriteSession, now: datetime) -> int:
    """Bring the scores up to date with the oldest batches that no one has followed; return how many.

    1. Lock the batches: a second projector waits, then finds them done. 2. Which members moved, in which
    campaigns? 3. Recompute those members' totals from the ledger. 4. Set them. 5. Raise the revisions.
    """
    batches = await waiting(session, lock=True)
    if not batches:
        return 0
    moved = await moved_in(session, batches)
    for campaign_id, members in sorted(moved.items()):
        await _upsert(session, list((await recount(session, campaign_id, sorted(members))).values()))
        await touch(session, campaign_id, now)
    await session.exec(update(LedgerBatch).where(col(LedgerBatch.id).in_(batches)).values(projected_at=now))
    return len(batches)


async def waiting(session: ReadSession, *, lock: bool = False) -> list[int]:
    """Return the oldest batches that no projector has followed yet, locked if they are to be followed now."""
    statement = (
        select(LedgerBatch.id)
        .where(col(LedgerBatch.projected_at).is_(None))
        .order_by(col(LedgerBatch.id))
        .limit(_BATCHES)
    )
    found = await session.exec(statement.with_for_update() if lock else statement)
    return [number for number in found if number is not None]


async def moved_in(session: ReadSession, batches: Sequence[int]) -> Mapping[int, set[int]]:
    """Return whose scores these batches move, by campaign."""
    wanted = set(batches)
    first, last = min(batches) << PLACE_BITS, (max(batches) << PLACE_BITS) + BATCH_TRANSFERS - 1
    found = await session.exec(
        select(Transfer.id, Transfer.campaign_id, Transfer.member_id).where(
            col(Transfer.id).between(first, last),
            col(Transfer.campaign_id) != NO_CAMPAIGN,  # what is spent lowers nobody's score
        )
    )
    moved: dict[int, set[int]] = defaultdict(set)
    for number, campaign_id, member_id in found:
        if number >> PLACE_BITS in wanted:
            moved[campaign_id].add(member_id)
    return moved


async def recount(session: ReadSession, campaign_id: int, members: Sequence[int] | None) -> Totals:
    """Return the scores of these members (or of all) in a campaign, summed from the ledger itself."""
    budget = account(AccountKind.CAMPAIGN, campaign_id)
    signed = case((col(Transfer.from_account) == budget, col(Transfer.amount)), else_=-col(Transfer.amount))
    statement = (
        select(
            Transfer.member_id,
            Transfer.department_id,
            Transfer.institution_id,
            Transfer.day,
            Transfer.ledger,
            cast(func.sum(signed), BigInteger),
        )  # type: ignore[call-overload]
        .where(col(Transfer.campaign_id) == campaign_id)
        .group_by(
            col(Transfer.member_id),
            col(Transfer.department_id),
            col(Transfer.institution_id),
            col(Transfer.day),
            col(Transfer.ledger),
        )
    )
    if members is not None:
        statement = statement.where(col(Transfer.member_id).in_(members))
    totals: Totals = {}
    for member_id, department_id, institution_id, day, ledger, amount in await session.exec(statement):
        for period in periods.of_day(day):
            row = totals.setdefault(
                (campaign_id, period, member_id, department_id),
                nothing(campaign_id, period, member_id, department_id, institution_id),
            )
            row[_COLUMNS[ledger]] += int(amount)
    return totals


_COLUMNS = {POINTS: "points", CARBON_MG: "carbon_mg"}
_KEYS = ("campaign_id", "period", "member_id", "department_id")


def nothing(campaign_id: int, period: str, member_id: int, department_id: int, institution_id: int) -> dict[str, Any]:
    """Return the score of a member who has nothing yet."""
    return {
        "campaign_id": campaign_id,
        "period": period,
        "member_id": member_id,
        "department_id": department_id,
        "institution_id": institution_id,
        "points": 0,
        "carbon_mg": 0,
    }


async def _upsert(session: WriteSession, rows: Sequence[Mapping[str, Any]]) -> None:
    connection = await session.connection()
    make = postgresql_insert if connection.dialect.name == "postgresql" else sqlite_insert
    for start in range(0, len(rows), _ROWS):
        statement = make(Score).values(list(rows[start : start + _ROWS]))
        changed = {name: statement.excluded[name] for name in rows[0] if name not in _KEYS}
        upsert: Insert = statement.on_conflict_do_update(index_elements=_KEYS, set_=changed)
        await connection.execute(upsert)


async def touch(session: WriteSession, campaign_id: int, now: datetime) -> int:
    """Say that the boards of a campaign have changed, and return their new revision."""
    connection = await session.connection()
    make = postgresql_insert if connection.dialect.name == "postgresql" else sqlite_insert
    statement = make(BoardRevision).values(campaign_id=campaign_id, revision=1, as_of=now)
    raised = statement.on_conflict_do_update(
        index_elements=["campaign_id"], set_={"revision": BoardRevision.revision + 1, "as_of": now}
    )
    return int((await connection.execute(raised.returning(col(BoardRevision.revision)))).scalar_one())
