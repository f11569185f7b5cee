"""Count acts: which ones count, now or as of the seal, by what the report tells them apart."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, String, and_, case, cast, exists, func, literal, or_
from sqlalchemy import select as columns
from sqlalchemy.orm import aliased
from sqlmodel import col

from backend.campaigns.tables import Participation
from backend.checkins import causes
from backend.checkins.tables import CheckIn
from backend.core.db import ReadSession
from backend.points.accounts import AccountKind, account
from backend.points.tables import CARBON_MG, PLACE_BITS, LedgerBatch, Transfer
from backend.reports.figures import Total
from backend.settlement.tables import Seal


@dataclass(frozen=True)
class Cut:
    """Where a seal divides the ledger: its instant, and the first number of what came after it."""

    at: datetime
    number: int


@dataclass(frozen=True)
class Part:
    """Which part of a campaign is counted, and up to where: None is up to now, else up to its seal."""

    campaign_id: int
    institution_id: int | None
    cut: Cut | None

    def of(self, table: type[CheckIn] | type[Transfer]) -> list[ColumnElement[bool]]:
        """Say that a row belongs to this part and its member takes part."""
        said = [col(table.campaign_id) == self.campaign_id]
        if self.institution_id is not None:
            said.append(col(table.institution_id) == self.institution_id)
        return said

    @property
    def stays(self) -> ColumnElement[bool]:
        """Say that a member had not left."""
        left = col(Participation.left_at)
        still = left.is_(None)
        return still if self.cut is None else or_(still, left > self.cut.at)

    def taking(self, table: type[CheckIn] | type[Transfer]) -> ColumnElement[bool]:
        """Join a row with its member's own decision to take part."""
        return and_(
            col(Participation.campaign_id) == col(table.campaign_id),
            col(Participation.member_id) == col(table.member_id),
        )


async def part_of(session: ReadSession, campaign_id: int, institution_id: int | None, seal: Seal | None) -> Part:
    """Return a campaign's part, up to its seal if it has one."""
    if seal is None:
        return Part(campaign_id, institution_id, None)
    last = columns(func.max(col(LedgerBatch.id))).where(col(LedgerBatch.recorded_at) <= seal.sealed_at)
    batch = (await (await session.connection()).execute(last)).scalar() or 0
    return Part(campaign_id, institution_id, Cut(seal.sealed_at, (batch + 1) << PLACE_BITS))


def counting(part: Part) -> ColumnElement[bool]:
    """Say that an act counts: now, or when the campaign was sealed, whatever was undone or put back since."""
    if part.cut is None:
        return and_(col(CheckIn.counted))
    award, undoing = aliased(Transfer), aliased(Transfer)
    undone_since = exists(
        columns(col(undoing.id))
        .join(award, col(award.id) == col(undoing.reverses_id))
        .where(
            col(award.cause) == literal(causes.ACT) + cast(col(CheckIn.id), String),
            col(undoing.id) >= part.cut.number,
        )
    )
    return and_(col(CheckIn.id) < part.cut.number, or_(col(CheckIn.counted), undone_since))


async def by(session: ReadSession, part: Part, *keys: Any) -> list[tuple[tuple[Any, ...], Total, int]]:
    """Return acts with what they brought, and how many people did them, for each combination of `keys`."""
    statement = (
        columns(
            *keys,
            func.count(),
            cast(func.sum(col(CheckIn.points)), BigInteger),
            cast(func.sum(col(CheckIn.carbon_mg)), BigInteger),
            func.count(func.distinct(col(CheckIn.member_id))),
        )
        .select_from(CheckIn)
        .join(Participation, part.taking(CheckIn))
        .where(*part.of(CheckIn), part.stays, counting(part))
        .group_by(*keys)
        .order_by(*keys)
    )
    found = await (await session.connection()).execute(statement)
    return [
        (tuple(keyed), Total(acts, int(points), int(carbon)), people) for *keyed, acts, points, carbon, people in found
    ]


async def disposed_since(session: ReadSession, part: Part) -> dict[tuple[Any, ...], int]:
    """Return the carbon that became known of devices after the seal, by day, kind and proof: their acts hold it."""
    if part.cut is None:
        return {}
    original = aliased(Transfer)
    cause = func.coalesce(col(original.cause), col(Transfer.cause))
    budget = account(AccountKind.CAMPAIGN, part.campaign_id)
    signed = case((col(Transfer.from_account) == budget, col(Transfer.amount)), else_=-col(Transfer.amount))
    keys = (col(CheckIn.day), col(CheckIn.kind), col(CheckIn.proof))
    statement = (
        columns(*keys, cast(func.sum(signed), BigInteger))
        .select_from(Transfer)
        .join(original, col(original.id) == col(Transfer.reverses_id), isouter=True)
        .join(CheckIn, cause == literal(causes.DISPOSITION) + cast(col(CheckIn.id), String))
        .where(*part.of(Transfer), col(Transfer.ledger) == CARBON_MG, col(Transfer.id) >= part.cut.number)
        .group_by(*keys)
    )
    found = await (await session.connection()).execute(statement)
    return {tuple(keyed): int(carbon) for *keyed, carbon in found}


def added(rows: Iterable[tuple[Any, Total]]) -> dict[Any, Total]:
    """Add up totals by their key, in the order in which the keys come."""
    sums: dict[Any, Total] = {}
    for key, total in rows:
        sums[key] = sums.get(key, Total()) + total
    return sums
