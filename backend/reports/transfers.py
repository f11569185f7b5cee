"""Count transfers: carbon by the method that it was counted by, what was given by hand, what moved after a seal."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, case, cast, func
from sqlalchemy import select as columns
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from backend.campaigns.queries import Running
from backend.campaigns.tables import Participation
from backend.carbon.factors import Factor, FactorMissing
from backend.carbon.method import Calculation
from backend.core.db import ReadSession
from backend.points import explain
from backend.points.accounts import AccountKind, account
from backend.points.tables import CARBON_MG, POINTS, Transfer
from backend.reports.acts import Part, takers
from backend.reports.figures import Budget, Corrections, Method

BY_HAND = "adjustment/"


def _signed(campaign_id: int) -> Any:
    budget = account(AccountKind.CAMPAIGN, campaign_id)
    return case((col(Transfer.from_account) == budget, col(Transfer.amount)), else_=-col(Transfer.amount))


@dataclass(frozen=True)
class _OfFactor:
    factor: str | None
    carbon_mg: int
    awards: int
    example: int


async def methods(session: ReadSession, part: Part, running: Running) -> tuple[tuple[Method, ...], tuple[int, int]]:
    """Return carbon by factor and version, most first, each with its value and source as the ledger holds them.

    And what moved without a factor of its own, as (entries, milligrams): the offsets of rules that changed.
    """
    standing = case((col(Transfer.reverses_id).is_(None), 1), else_=-1)
    statement = (
        columns(
            col(Transfer.factor),
            cast(func.sum(_signed(part.campaign_id)), BigInteger),
            cast(func.sum(standing), BigInteger),
            # Of an award, not of a reversal, which explains only why.
            func.min(case((col(Transfer.reverses_id).is_(None), col(Transfer.id)))),
        )
        .select_from(Transfer)
        .join(Participation, part.taking(Transfer))
        .where(*part.of(Transfer), part.stays, col(Transfer.ledger) == CARBON_MG)
        .group_by(col(Transfer.factor))
    )
    if part.cut is not None:
        statement = statement.where(col(Transfer.id) < part.cut.number)
    found = await (await session.connection()).execute(statement)
    everything = [_OfFactor(factor, int(carbon), int(awards), example) for factor, carbon, awards, example in found]
    rows = [row for row in everything if row.factor is not None]
    offsets = [(row.awards, row.carbon_mg) for row in everything if row.factor is None]
    explained = await _explained(session, [row.example for row in rows])
    named = [_method(row, explained[row.example], running) for row in rows if row.carbon_mg]
    return tuple(sorted(named, key=lambda one: (-one.carbon_mg, one.factor, one.version))), (offsets or [(0, 0)])[0]


async def _explained(session: ReadSession, numbers: list[int]) -> dict[int, Calculation]:
    found = await session.exec(select(Transfer.id, Transfer.explanation).where(col(Transfer.id).in_(numbers)))
    terms = {number: explain.from_json(text) for number, text in found}
    return {number: one for number, one in terms.items() if isinstance(one, Calculation)}


def _method(row: _OfFactor, terms: Calculation, running: Running) -> Method:
    named = _factor(terms, running)
    return Method(
        factor=terms.factor_key,
        version=terms.factor_version,
        name_zh=named.name_zh if named else terms.factor_key,
        name_en=named.name_en if named else terms.factor_key,
        value=terms.factor_value,
        unit=terms.factor_unit,
        source=terms.source,
        confidence=terms.confidence,
        awards=row.awards,
        carbon_mg=row.carbon_mg,
    )


def _factor(terms: Calculation, running: Running) -> Factor | None:
    """Find what a factor is called in the sets that the campaign is pinned to."""
    for rules in (running.rules, *(change.rules for change in running.changes)):
        try:
            found = rules.factors.get(terms.factor_key, running.campaign.ends_on)
        except FactorMissing:
            continue
        return found
    return None


async def by_hand(session: ReadSession, part: Part) -> int:
    """Return the points that were given (or, below zero, taken) by hand."""
    original = aliased(Transfer)
    statement = (
        columns(cast(func.coalesce(func.sum(_signed(part.campaign_id)), 0), BigInteger))
        .select_from(Transfer)
        .join(Participation, part.taking(Transfer))
        .join(original, col(original.id) == col(Transfer.reverses_id), isouter=True)
        .where(
            *part.of(Transfer),
            part.stays,
            col(Transfer.ledger) == POINTS,
            func.coalesce(col(original.cause), col(Transfer.cause)).startswith(BY_HAND),
        )
    )
    if part.cut is not None:
        statement = statement.where(col(Transfer.id) < part.cut.number)
    return int((await (await session.connection()).execute(statement)).scalar_one())


async def since_the_seal(session: ReadSession, part: Part) -> Corrections | None:
    """Return what moved after the seal; None where there is none."""
    if part.cut is None:
        return None
    statement = (
        columns(col(Transfer.ledger), func.count(), cast(func.sum(_signed(part.campaign_id)), BigInteger))
        .where(
            col(Transfer.member_id).in_(takers(part.campaign_id)),
            *part.of(Transfer),
            col(Transfer.id) >= part.cut.number,
        )
        .group_by(col(Transfer.ledger))
    )
    found = {ledger: (count, int(net)) for ledger, count, net in await (await session.connection()).execute(statement)}
    points, carbon = (found.get(ledger, (0, 0)) for ledger in (POINTS, CARBON_MG))
    return Corrections(points[0] + carbon[0], points[1], carbon[1])


async def budget(session: ReadSession, running: Running) -> Budget | None:
    """Return how much of a campaign's budget was issued, in whole percent; None where it has none.

    In percent, since the exact amount less what those who stay have would be what those who left had.
    """
    limit = running.campaign.budget_points
    if not limit:
        return None
    statement = columns(cast(func.coalesce(func.sum(_signed(running.id)), 0), BigInteger)).where(
        col(Transfer.member_id).in_(takers(running.id)),
        col(Transfer.campaign_id) == running.id,
        col(Transfer.ledger) == POINTS,
    )
    issued = int((await (await session.connection()).execute(statement)).scalar_one())
    return Budget(limit, issued * 100 // limit)
