"""Append the steps of a device, each with a hash over itself and the one before, and say what they add up to.

A step that was changed, dropped or inserted later breaks the chain of its device, or the head that the device keeps; a
device that was changed differs from what its steps say. `verify.py` looks for both.
"""

import hashlib
import json
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from backend.core.db import WriteSession
from backend.custody.tables import CustodyItem, CustodyStep
from backend.custody.words import CORRECTED

GENESIS = "0" * 64
# What only the row keeps: its number, the chain's head, and a sentence for the member.
_NOT_TOLD = {"id", "head", "no_points", "booked_at", "handed_over_at", "hand_over_code"}
TOLD = tuple(name for name in CustodyItem.__table__.columns.keys() if name not in _NOT_TOLD)  # type: ignore[attr-defined]  # noqa: SIM118


def digest(step: CustodyStep) -> str:
    """Return the hash of a step: over everything that it says, and over the hash of the step before it."""
    witness, by, where = step.witness_id, step.by_member, step.by_institution_id
    parts = (step.previous, step.item_id, step.stage, by, where, step.at.isoformat(), step.request_id, witness)
    content = "\x1f".join([*(str(part) for part in parts), step.details])
    return hashlib.sha256(content.encode()).hexdigest()


async def append(session: WriteSession, item: CustodyItem, step: CustodyStep, says: dict[str, Any]) -> None:
    """Let a device take a step: its columns among `says` are set, and the step keeps them for good.

    The caller has locked the device. A constraint that is violated leaves the device and its chain as they were; the
    caller must refresh the row.
    """
    told = {name: _plain(value) for name, value in says.items() if value is not None}
    async with session.begin_nested():
        for name, value in told.items():
            if name in TOLD:
                setattr(item, name, value)
        if step.stage != CORRECTED:
            item.stage = step.stage
        step.details = json.dumps(told, ensure_ascii=False, sort_keys=True)
        step.previous = item.head
        step.hash = item.head = digest(step)
        session.add(item)
        session.add(step)


def facts(steps: Iterable[CustodyStep]) -> dict[str, Any]:
    """Return the columns of a device that its steps, in their order, add up to."""
    found: dict[str, Any] = dict.fromkeys(TOLD)
    found["separate"] = False
    for step in steps:
        found |= {name: value for name, value in json.loads(step.details).items() if name in found}
        if step.stage != CORRECTED:
            found["stage"] = step.stage
    return found


def _plain(value: object) -> object:
    return value.value if isinstance(value, StrEnum) else value
