"""Transfers for the tests of the ledger, written as the service writes them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import text

from backend.core.db import Database
from backend.points import chain, service
from backend.points.accounts import AccountKind, account
from backend.points.explain import PointsTerms
from backend.points.service import Cause, Posting
from backend.points.tables import POINTS

AT = datetime(2026, 6, 15, 4, 0, 0, 250, tzinfo=UTC)
BUDGET, LIN = account(AccountKind.CAMPAIGN, 1), account(AccountKind.MEMBER, 7)
TERMS = PointsTerms(base=10, units="1", unit="act", proof_percent=50, before_cap=5)


def cause(key: str = "check-in/1") -> Cause:
    """Return the cause of an award to Lin."""
    return Cause(
        key=key,
        campaign_id=1,
        member_id=7,
        department_id=3,
        institution_id=2,
        day=date(2026, 6, 15),
        proof="self_declared",
        rule_version=1,
    )


def award(posting: Posting, key: str, amount: int = 5) -> int:
    """Add an award of points to Lin and return its number."""
    return posting.award(cause(key), POINTS, from_account=BUDGET, to_account=LIN, amount=amount, terms=TERMS)


async def post(database: Database, *amounts: int) -> list[int]:
    """Commit one batch of awards and return their numbers."""
    async with database.write() as session:
        posting = await service.open_posting(session, AT)
        first = posting.number()
        numbers = [award(posting, f"check-in/{first + place}", amount) for place, amount in enumerate(amounts)]
        await posting.write(session)
    return numbers


async def link(database: Database) -> int:
    """Make one checkpoint."""
    async with database.write() as session:
        return await chain.checkpoint(session, AT)


async def chained(database: Database) -> list[list[int]]:
    """Commit three batches under two checkpoints, then one that no checkpoint covers; return their numbers."""
    batches = [await post(database, 5, 6, 7)]
    await link(database)
    batches += [await post(database, 8), await post(database, 9, 10)]
    await link(database)
    return [*batches, await post(database, 11)]


async def tamper(database: Database, statement: str, values: Mapping[str, Any] | None = None) -> None:
    """Do something that the service never does, by SQL."""
    async with database.write() as session:
        await (await session.connection()).execute(text(statement), values or {})
