"""Check devices against their steps: the chain of each holds, its row says what they say, its credit is its own.

Each finding is one line for the operator and names the first device that is wrong.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from sqlalchemy import text
from sqlmodel import col, select

from backend.core.db import ReadSession
from backend.custody import chain
from backend.custody.tables import CustodyItem, CustodyStep
from backend.custody.words import Stage

_SLICE = 1000
_HOMELESS = """
SELECT MIN(custody_step.id) FROM custody_step LEFT JOIN custody_item ON custody_item.id = custody_step.item_id
WHERE custody_item.id IS NULL
"""
# A device counts as an act of its owner, handed over when the device was.
_FOREIGN_ACT = """
SELECT MIN(custody_item.id) FROM custody_item LEFT JOIN check_in ON check_in.id = custody_item.check_in_id
WHERE custody_item.check_in_id IS NOT NULL AND (
  check_in.id IS NULL OR check_in.kind <> 'ewaste' OR check_in.proof <> 'confirmed'
  OR custody_item.member_id IS NULL OR check_in.member_id <> custody_item.member_id)
"""
# Only a device of which it is known what became of it moves carbon. A set of causes, not a join, as in checkins.
_GROUNDLESS = """
SELECT MIN(transfer.id) FROM transfer
WHERE transfer.reverses_id IS NULL AND transfer.cause LIKE 'disposition/%' AND transfer.cause NOT IN (
  SELECT 'disposition/' || custody_item.check_in_id FROM custody_item
  WHERE custody_item.check_in_id IS NOT NULL AND custody_item.disposition IS NOT NULL)
"""


async def findings(session: ReadSession) -> list[str]:
    """Return what is wrong with devices in custody, empty when nothing is."""
    found = []
    for statement, complaint in (
        (_HOMELESS, "custody step {}: its device does not exist"),
        (_FOREIGN_ACT, "device {}: the act that it counted as is not a confirmed one of its owner"),
        (_GROUNDLESS, "transfer {}: no device whose disposition is known caused it"),
    ):
        first = (await (await session.connection()).execute(text(statement))).scalar()
        if first is not None:
            found.append(complaint.format(first))
    return found + await _chains(session)


async def _chains(session: ReadSession) -> list[str]:
    async for items in _slices(session):
        steps = await _steps(session, [item.id or 0 for item in items])
        for item in items:
            complaint = _broken(steps.get(item.id or 0, [])) or _different(item, steps.get(item.id or 0, []))
            if complaint:
                return [f"device {item.id}: {complaint}"]
        session.expunge_all()
    return []


async def _slices(session: ReadSession) -> AsyncIterator[Sequence[CustodyItem]]:
    last = 0
    while True:
        statement = select(CustodyItem).where(col(CustodyItem.id) > last).order_by(col(CustodyItem.id)).limit(_SLICE)
        items = (await session.exec(statement)).all()
        if not items:
            return
        last = items[-1].id or 0
        yield items


async def _steps(session: ReadSession, item_ids: Sequence[int]) -> dict[int, list[CustodyStep]]:
    found = await session.exec(
        select(CustodyStep)
        .where(col(CustodyStep.item_id).between(item_ids[0], item_ids[-1]))
        .order_by(col(CustodyStep.item_id), col(CustodyStep.id))
    )
    by_item: dict[int, list[CustodyStep]] = {}
    for step in found:
        by_item.setdefault(step.item_id, []).append(step)
    return by_item


def _broken(steps: Sequence[CustodyStep]) -> str | None:
    """Say where the chain of a device breaks: a step was changed, or one before it dropped or inserted."""
    head = chain.GENESIS
    for step in steps:
        if step.previous != head:
            return f"step {step.id} ({step.stage}) does not follow the one before it: one was dropped or inserted"
        if step.hash != chain.digest(step):
            return f"step {step.id} ({step.stage}) was changed"
        head = step.hash
    return None


def _different(item: CustodyItem, steps: Sequence[CustodyStep]) -> str | None:
    """Say what a device's row says otherwise than its steps."""
    if item.head != (steps[-1].hash if steps else chain.GENESIS) or not steps:
        return "its last step was dropped, or one was added behind it"
    told = chain.facts(steps)
    wrong = next((name for name in chain.TOLD if getattr(item, name) != told[name]), None)
    if wrong:
        return f"its {wrong} is not what its steps say"
    if item.booked_at != steps[0].at or item.handed_over_at != _at(steps, Stage.HANDED_OVER):
        return "its times are not those of its steps"
    return None


def _at(steps: Sequence[CustodyStep], stage: str) -> datetime | None:
    return next((step.at for step in steps if step.stage == stage), None)
