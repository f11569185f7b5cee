"""Let a weighed device count for its owner: a confirmed check-in of the ordinary kind, by the campaign's own rules."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Self

from backend.checkins.kinds.ewaste import KIND, Owner
from backend.checkins.witnessed import Confirming, Seen
from backend.core import problem_json
from backend.core.db import WriteSession
from backend.core.errors import Problem
from backend.custody.tables import CustodyItem

# A kind's number: which of its owner's devices of one category and day it is.
_NUMBERS = range(1, 21)


class Crediting:
    """The personal devices of one request that may count."""

    def __init__(self, seen: dict[int, Seen], confirming: Confirming | None) -> None:
        self._seen = seen
        self._confirming = confirming

    @classmethod
    async def open(cls, session: WriteSession, items: Sequence[CustodyItem], now: datetime) -> Self:
        """Read what judging these devices needs; their owners are locked. A unit's asset never counts."""
        seen = {item.id or 0: _seen(item, item.member_id) for item in items if item.member_id is not None}
        return cls(seen, await Confirming.open(session, list(seen.values()), now) if seen else None)

    async def confirm(self, item: CustodyItem) -> int | None:
        """Count a device; return its act, or None where it earns nothing, which the device then explains."""
        seen = self._seen.get(item.id or 0)
        if seen is None or self._confirming is None:
            return None
        outcome = await self._confirming.confirm(seen)
        if isinstance(outcome, Problem):
            item.no_points = json.dumps(problem_json.to_document(outcome), ensure_ascii=False)
            return None
        return outcome.check_in_id

    async def write(self) -> None:
        """Write the acts and their transfers."""
        if self._confirming is not None:
            await self._confirming.write()


def _seen(item: CustodyItem, member_id: int) -> Seen:
    assert item.handed_over_at is not None, "only what was handed over is weighed"
    # What becomes of it is not known yet, and is counted by itself when it is: see checkins/dispositions.py.
    details = {"category": item.category, "owner": Owner.PERSONAL.value, "data_bearing": item.data_bearing}
    variants = tuple(details | {"number": number} for number in _NUMBERS)
    return Seen(member_id, item.campaign_id, KIND.key, item.handed_over_at, variants)
