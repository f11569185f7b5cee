"""Read the ledger: balances, a member's entries, the transfers of a cause."""

from collections.abc import Iterable, Sequence

from sqlalchemy import BigInteger, case, cast, exists, func
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from backend.core.db import ReadSession
from backend.points.accounts import AccountKind, account
from backend.points.tables import POINTS, Transfer

PAGE = 50


async def transfer(session: ReadSession, transfer_id: int) -> Transfer | None:
    """Return one transfer, or None."""
    return await session.get(Transfer, transfer_id)


async def numbers_of_causes(session: ReadSession, causes: Sequence[str]) -> dict[str, dict[str, int]]:
    """Return the numbers of the transfers that these causes led to, by cause and ledger."""
    found = await session.exec(
        select(Transfer.cause, Transfer.ledger, Transfer.id).where(col(Transfer.cause).in_(causes))
    )
    numbers: dict[str, dict[str, int]] = {}
    for cause, ledger, number in found:
        numbers.setdefault(cause, {})[ledger] = number
    return numbers


async def balance(session: ReadSession, member_id: int) -> dict[str, int]:
    """Return what a member holds, by ledger: whole points and whole milligrams CO2e."""
    own = account(AccountKind.MEMBER, member_id)
    found = await session.exec(
        select(Transfer.ledger, _signed(own)).where(col(Transfer.member_id) == member_id).group_by(Transfer.ledger)
    )
    return {ledger: int(total or 0) for ledger, total in found}


def _signed(own: int):  # type: ignore[no-untyped-def]  # noqa: ANN202 - SQLAlchemy's type of a labelled sum has no useful name
    # PostgreSQL gives SUM over BIGINT as a decimal: say that it is a whole number.
    amount = case(
        (col(Transfer.to_account) == own, col(Transfer.amount)),
        (col(Transfer.from_account) == own, -col(Transfer.amount)),
        else_=0,
    )
    return cast(func.sum(amount), BigInteger)


async def entries(session: ReadSession, member_id: int, before: int | None) -> Sequence[Transfer]:
    """Return a page of a member's transfers, newest first, older than the transfer `before`."""
    statement = select(Transfer).where(col(Transfer.member_id) == member_id)
    if before is not None:
        statement = statement.where(col(Transfer.id) < before)
    found = await session.exec(statement.order_by(col(Transfer.id).desc()).limit(PAGE + 1))
    return found.all()


async def earned(session: ReadSession, member_id: int, campaign_id: int) -> int:
    """Return how many points a member has in a campaign."""
    own = account(AccountKind.MEMBER, member_id)
    found = await session.exec(
        select(_signed(own)).where(
            col(Transfer.member_id) == member_id,
            col(Transfer.campaign_id) == campaign_id,
            col(Transfer.ledger) == POINTS,
        )
    )
    return int(found.one() or 0)


def given(transfers: Iterable[Transfer], member_id: int) -> int:
    """Return what these transfers gave a member, less what they took."""
    own = account(AccountKind.MEMBER, member_id)
    return sum(one.amount if one.to_account == own else -one.amount for one in transfers)


async def standing(session: ReadSession, causes: Sequence[str]) -> Sequence[Transfer]:
    """Return the transfers that these causes led to and that nothing has reversed, in the order of their numbers."""
    undoing = aliased(Transfer)
    is_undone = exists().where(col(undoing.reverses_id) == col(Transfer.id))
    found = await session.exec(
        select(Transfer).where(col(Transfer.cause).in_(causes), ~is_undone).order_by(col(Transfer.id))
    )
    return found.all()
