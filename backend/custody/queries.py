"""Devices with the way that each has gone, and how many there are of what."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, Integer, cast, func
from sqlmodel import col, select

from backend.campaigns import queries as campaigns
from backend.campaigns.queries import Running
from backend.checkins import causes
from backend.checkins.tables import CheckIn
from backend.core.db import ReadSession
from backend.custody.tables import CustodyItem, CustodyStep
from backend.custody.words import Stage
from backend.identity.tables import Institution, Member
from backend.points import queries as points

PAGE = 50
_NOT_YET = (Stage.BOOKED.value, Stage.CANCELLED.value)


@dataclass(frozen=True)
class Traced:
    """A device and everything that is told of it."""

    item: CustodyItem
    steps: tuple[CustodyStep, ...]
    act: CheckIn | None
    running: Running
    entries: dict[str, int]  # ledger: the transfer that gave the points, or the carbon of the disposition
    institutions: dict[int, str]  # names of its own and of those whose people handled it
    names: dict[int, str]  # of the owner, of who handled it, of witnesses


@dataclass(frozen=True)
class Line:
    """How many devices of one owner's kind and category became one thing, and what they weighed together."""

    owner: str
    category: str
    disposition: str | None
    pieces: int
    grams: int
    erased: int
    certified: int


async def of_member(session: ReadSession, member_id: int, before: int | None) -> list[Traced]:
    """Return a page (and one more) of a member's devices, newest first."""
    statement = select(CustodyItem).where(col(CustodyItem.member_id) == member_id)
    if before is not None:
        statement = statement.where(col(CustodyItem.id) < before)
    found = await session.exec(statement.order_by(col(CustodyItem.id).desc()).limit(PAGE + 1))
    return await _traced(session, found.all())


async def of_institution(
    session: ReadSession, path: str, campaign_id: int, *, stage: str | None, before: int | None, booked: bool
) -> list[Traced]:
    """Return a page (and one more) of the devices of an institution and all below it, newest first.

    Without `booked`, only those that were handed over are told: what a recycler may see.
    """
    statement = (
        select(CustodyItem)
        .join(Institution, col(Institution.id) == col(CustodyItem.institution_id))
        .where(col(CustodyItem.campaign_id) == campaign_id, col(Institution.path).startswith(path))
    )
    if stage is not None:
        statement = statement.where(col(CustodyItem.stage) == stage)
    if not booked:
        statement = statement.where(col(CustodyItem.stage).not_in(_NOT_YET))
    if before is not None:
        statement = statement.where(col(CustodyItem.id) < before)
    found = await session.exec(statement.order_by(col(CustodyItem.id).desc()).limit(PAGE + 1))
    return await _traced(session, found.all())


async def sealed_as(session: ReadSession, seal_code: str) -> tuple[CustodyItem, str] | None:
    """Return the device with that trace code and the path of its institution, or None."""
    found = await session.exec(
        select(CustodyItem, Institution.path)
        .join(Institution, col(Institution.id) == col(CustodyItem.institution_id))
        .where(col(CustodyItem.seal_code) == seal_code)
    )
    return found.first()


async def traced(session: ReadSession, item: CustodyItem) -> Traced:
    """Return a device with everything that is told of it."""
    (one,) = await _traced(session, [item])
    return one


async def numbered(session: ReadSession, item_ids: Sequence[int]) -> list[Traced]:
    """Return these devices, in the order of their numbers; those that do not exist are left out."""
    found = await session.exec(
        select(CustodyItem).where(col(CustodyItem.id).in_(item_ids)).order_by(col(CustodyItem.id))
    )
    return await _traced(session, found.all())


async def totals(session: ReadSession, path: str, campaign_id: int) -> list[Line]:
    """Count the devices of a campaign that were handed over in an institution and all below it."""
    stage = col(CustodyItem.stage)
    found = await session.exec(
        select(
            CustodyItem.owner,
            CustodyItem.category,
            CustodyItem.disposition,
            func.count(),
            cast(func.coalesce(func.sum(CustodyItem.weight_grams), 0), BigInteger),
            func.count(col(CustodyItem.erasure)),
            cast(func.sum(cast(stage == Stage.CERTIFIED.value, Integer)), BigInteger),
        )  # type: ignore[call-overload]
        .join(Institution, col(Institution.id) == col(CustodyItem.institution_id))
        .where(
            col(CustodyItem.campaign_id) == campaign_id,
            col(Institution.path).startswith(path),
            stage.not_in(_NOT_YET),
        )
        .group_by(col(CustodyItem.owner), col(CustodyItem.category), col(CustodyItem.disposition))
    )
    # Sorted here: the databases do not agree on whether nothing comes first.
    return sorted((Line(*row) for row in found), key=lambda line: (line.owner, line.category, line.disposition or ""))


async def _traced(session: ReadSession, items: Sequence[CustodyItem]) -> list[Traced]:
    """Gather everything in as many statements for fifty devices as for one."""
    if not items:
        return []
    steps = await _steps(session, [item.id or 0 for item in items])
    acts = await _acts(session, [item.check_in_id for item in items if item.check_in_id is not None])
    running = await campaigns.running(session, sorted({item.campaign_id for item in items}))
    gone = [step for own in steps.values() for step in own]
    people = {item.member_id for item in items} | {step.by_member for step in gone} | {one.witness_id for one in gone}
    places = {item.institution_id for item in items} | {step.by_institution_id for step in gone}
    names = await session.exec(select(Member.id, Member.name).where(col(Member.id).in_(people - {None})))
    named = {number or 0: name for number, name in names}
    found = await session.exec(select(Institution.id, Institution.name).where(col(Institution.id).in_(places - {None})))
    institutions = {number or 0: name for number, name in found}
    entries = await points.numbers_of_causes(session, [cause for act in acts for cause in causes.awards_of(act)])
    return [
        Traced(
            item,
            tuple(steps.get(item.id or 0, ())),
            acts.get(item.check_in_id or 0),
            running[item.campaign_id],
            _entries(entries, item.check_in_id),
            institutions,
            named,
        )
        for item in items
    ]


def _entries(found: dict[str, dict[str, int]], check_in_id: int | None) -> dict[str, int]:
    if check_in_id is None:
        return {}
    act, disposition = causes.awards_of(check_in_id)
    return found.get(disposition, {}) | found.get(act, {})


async def _steps(session: ReadSession, item_ids: Sequence[int]) -> dict[int, list[CustodyStep]]:
    found = await session.exec(
        select(CustodyStep).where(col(CustodyStep.item_id).in_(item_ids)).order_by(col(CustodyStep.id))
    )
    by_item: dict[int, list[CustodyStep]] = {}
    for step in found:
        by_item.setdefault(step.item_id, []).append(step)
    return by_item


async def _acts(session: ReadSession, numbers: Sequence[int]) -> dict[int, CheckIn]:
    found = await session.exec(select(CheckIn).where(col(CheckIn.id).in_(numbers)))
    return {act.id: act for act in found}
