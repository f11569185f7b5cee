"""Count acts: which ones count, now or as of the seal, by what the report tells them apart."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, cast, exists, func, or_
from sqlalchemy import select as columns
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from backend.campaigns.tables import Participation
from backend.checkins import causes
from backend.checkins.tables import CheckIn
from backend.core.db import ReadSession
from backend.points.tables import CARBON_MG, PLACE_BITS, Transfer
from backend.reports.figures import Total
from backend.settlement import entries
from backend.settlement.tables import Seal, SealedStanding


@dataclass(frozen=True)
class Cut:
    """Where a seal divides the ledger: the first number of what came after it."""

    number: int
    touched: frozenset[int]  # acts before it of which something moved after it


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
        """Say that a member has not left, or stands in the sealed result whatever they did since."""
        if self.cut is None:
            return col(Participation.left_at).is_(None)
        return exists().where(
            col(SealedStanding.campaign_id) == self.campaign_id,
            col(SealedStanding.level) == "person",
            col(SealedStanding.subject_id) == col(Participation.member_id),
        )

    def taking(self, table: type[CheckIn] | type[Transfer]) -> ColumnElement[bool]:
        """Join a row with its member's own decision to take part."""
        return and_(
            col(Participation.campaign_id) == col(table.campaign_id),
            col(Participation.member_id) == col(table.member_id),
        )


def takers(campaign_id: int) -> Select[int]:
    """Select who ever joined a campaign: the ledger has an index over members and campaigns, none over campaigns."""
    return columns(col(Participation.member_id)).where(col(Participation.campaign_id) == campaign_id)


async def part_of(session: ReadSession, campaign_id: int, institution_id: int | None, seal: Seal | None) -> Part:
    """Return a campaign's part, up to its seal if it has one."""
    if seal is None:
        return Part(campaign_id, institution_id, None)
    number = (seal.last_batch + 1) << PLACE_BITS
    return Part(campaign_id, institution_id, Cut(number, await _touched(session, campaign_id, number)))


async def _touched(session: ReadSession, campaign_id: int, number: int) -> frozenset[int]:
    """Return the acts that counted before a transfer's number and of which something moved from it on."""
    original = aliased(Transfer)
    found = await session.exec(
        select(func.coalesce(col(original.cause), col(Transfer.cause)))
        .select_from(Transfer)
        .join(original, col(original.id) == col(Transfer.reverses_id), isouter=True)
        .where(
            col(Transfer.member_id).in_(takers(campaign_id)),
            col(Transfer.campaign_id) == campaign_id,
            col(Transfer.id) >= number,
        )
        .distinct()
    )
    return frozenset(act for cause in found if (act := causes.act_of(cause)) is not None and act < number)


def counting(part: Part) -> ColumnElement[bool]:
    """Say that an act counts: now, or when the campaign was sealed, whatever was undone or put back since."""
    if part.cut is None:
        return and_(col(CheckIn.counted))
    counted = or_(col(CheckIn.counted), col(CheckIn.id).in_(part.cut.touched))
    return and_(col(CheckIn.id) < part.cut.number, counted)


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
    """Return the carbon that became known of devices after the seal, by day, kind and proof: their acts hold it.

    It may be less than nothing: a disposition that was corrected takes back what rules had restated of it, too.
    """
    if part.cut is None or not part.cut.touched:
        return {}
    found = await session.exec(
        select(CheckIn)
        .join(Participation, part.taking(CheckIn))
        .where(*part.of(CheckIn), part.stays, col(CheckIn.id).in_(part.cut.touched))
        .order_by(col(CheckIn.id))
    )
    rows = found.all()
    sealed: defaultdict[int | None, int] = defaultdict(int)
    members = sorted({row.member_id for row in rows})
    for moved in await entries.transfers(session, part.campaign_id, members, (part.cut.number >> PLACE_BITS) - 1):
        if moved.ledger == CARBON_MG:
            sealed[causes.act_of(moved.cause)] += entries.signed(moved)
    later: defaultdict[tuple[Any, ...], int] = defaultdict(int)
    for row in rows:
        later[row.day, row.kind, row.proof] += row.carbon_mg - sealed[row.id]
    return dict(later)


def added(rows: Iterable[tuple[Any, Total]]) -> dict[Any, Total]:
    """Add up totals by their key, in the order in which the keys come."""
    sums: dict[Any, Total] = {}
    for key, total in rows:
        sums[key] = sums.get(key, Total()) + total
    return sums
