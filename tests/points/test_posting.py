"""Transfers are inserted, once for each cause, and undone once; the database itself says so."""

import re
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from backend.core import paths
from backend.core.db import Database, insert_many
from backend.points import queries, service, verify
from backend.points.explain import ReversalTerms
from backend.points.service import Posting
from backend.points.tables import BATCH_TRANSFERS, CARBON_MG, PLACE_BITS, POINTS, Transfer
from tests.points.entries import AT, BUDGET, LIN, TERMS, award, cause, post

BACKEND = paths.folder("backend")


async def rows(database: Database) -> list[dict[str, Any]]:
    """Return every transfer."""
    async with database.read() as session:
        return [row.model_dump() for row in (await session.exec(select(Transfer).order_by(col(Transfer.id)))).all()]


async def insert(database: Database, row: dict[str, Any]) -> None:
    """Insert one row as it is."""
    async with database.write() as session:
        await insert_many(session, Transfer, [row])


async def undo(database: Database, number: int) -> None:
    """Reverse one transfer."""
    async with database.write() as session:
        posting = await service.open_posting(session, AT)
        original = await queries.transfer(session, number)
        assert original
        posting.reverse([original], ReversalTerms("称重有误", by_member=3))
        await posting.write(session)


async def balance(database: Database) -> dict[str, int]:
    """Return what Lin holds."""
    async with database.read() as session:
        return await queries.balance(session, 7)


async def test_an_award_moves_points_and_says_why(database: Database) -> None:
    (number,) = await post(database, 5)

    (row,) = await rows(database)

    assert (row["id"], row["from_account"], row["to_account"], row["amount"]) == (number, BUDGET, LIN, 5)
    assert (row["recorded_at"], row["reverses_id"], row["factor"]) == (AT, None, None)
    assert await balance(database) == {POINTS: 5}


async def test_the_numbers_of_a_batch_are_one_range(database: Database) -> None:
    first, second = await post(database, 1, 2, 3), await post(database, 4)

    assert first == list(range(first[0], first[0] + 3))
    assert second[0] >> PLACE_BITS == (first[0] >> PLACE_BITS) + 1


def test_a_batch_does_not_run_into_the_next_one() -> None:
    posting = Posting(1, AT)
    numbers = [posting.number() for _ in range(BATCH_TRANSFERS)]

    assert {number >> PLACE_BITS for number in numbers} == {1}
    with pytest.raises(AssertionError, match="room"):
        posting.number()


@pytest.mark.parametrize("amount", [0, -1, 1.5])
def test_an_amount_that_is_not_whole_and_positive_is_impossible(amount: Any) -> None:
    with pytest.raises(AssertionError):
        award(Posting(1, AT), "check-in/1", amount)


def test_there_are_two_ledgers() -> None:
    with pytest.raises(AssertionError):
        Posting(1, AT).award(cause(), "euros", from_account=BUDGET, to_account=LIN, amount=1, terms=TERMS)


async def test_an_amount_beyond_32_bits_is_kept_exactly(database: Database) -> None:
    await post(database, 2**40, 2**40)

    assert await balance(database) == {POINTS: 2**41}


async def test_a_reversal_mirrors_its_original_and_takes_it_back(database: Database) -> None:
    (number,) = await post(database, 5)

    await undo(database, number)

    original, reversal = await rows(database)
    assert reversal["reverses_id"] == number
    assert reversal["cause"] == f"reversal/{number}"
    assert (reversal["from_account"], reversal["to_account"]) == (LIN, BUDGET)
    changed = {"id", "from_account", "to_account", "cause", "explanation", "reverses_id"}
    assert {name for name in original if original[name] != reversal[name]} == changed
    assert await balance(database) == {POINTS: 0}
    async with database.read() as session:
        assert await verify.findings(session) == []


async def test_a_transfer_is_reversed_once(database: Database) -> None:
    (number,) = await post(database, 5)
    await undo(database, number)

    with pytest.raises(IntegrityError, match=r"uq_transfer_(reverses_id|cause)|transfer\.(reverses_id|cause)"):
        await undo(database, number)

    assert len(await rows(database)) == 2


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"amount": 0}, "ck_transfer_amount_positive"),
        ({"amount": -5}, "ck_transfer_amount_positive"),
        ({"to_account": BUDGET}, "ck_transfer_two_accounts"),
        ({"id": 1}, "uq_transfer_cause|transfer.cause"),
        ({"cause": "check-in/other"}, "pk_transfer|transfer.id"),
        ({"id": 2, "cause": "reversal/again"}, "uq_transfer_reverses_id|transfer.reverses_id"),
    ],
)
async def test_the_database_itself_refuses_what_is_no_transfer(
    database: Database, change: dict[str, Any], constraint: str
) -> None:
    (number,) = await post(database, 5)
    (good,) = await rows(database)
    if "reversal/again" in change.values():
        await undo(database, number)
        good["reverses_id"] = number

    with pytest.raises(IntegrityError, match=constraint):
        await insert(database, good | change)


async def test_one_cause_may_move_both_ledgers(database: Database) -> None:
    await post(database, 5)
    (row,) = await rows(database)

    await insert(database, row | {"id": row["id"] + 1, "ledger": CARBON_MG, "amount": 52_000})

    assert await balance(database) == {POINTS: 5, CARBON_MG: 52_000}


async def test_entries_are_paged_newest_first(database: Database) -> None:
    numbers = await post(database, *range(1, queries.PAGE + 3))

    async with database.read() as session:
        first = [row.id for row in await queries.entries(session, 7, None)]
        second = [row.id for row in await queries.entries(session, 7, first[queries.PAGE - 1])]

    assert first[: queries.PAGE] + second == numbers[::-1]
    assert len(first) == queries.PAGE + 1


def test_no_code_updates_or_deletes_a_transfer_or_a_checkpoint() -> None:
    rewriting = re.compile(
        r"(?i)\b(?:update|delete)\((?:Transfer|Checkpoint)\b|\b(?:update|delete\s+from)\s+(?:transfer|checkpoint)\b"
    )

    found = [path.name for path in sorted(BACKEND.rglob("*.py")) if rewriting.search(path.read_text(encoding="utf-8"))]

    assert found == []
