"""Record acts that staff have seen themselves: what is handed to them counts as confirmed, by the ordinary rules.

Nothing is loosened: the member must take part, caps and slots hold, an act counts once. Only the end differs: what was
handed over in time may be weighed until the campaign's review ends.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from backend.checkins import desk as desks
from backend.checkins.desk import Desk
from backend.checkins.errors import AlreadyCheckedIn
from backend.checkins.judge import judge
from backend.checkins.proof import Proof
from backend.checkins.requests import Accepted, Item, Request
from backend.checkins.service import Recording
from backend.core import ids
from backend.core.db import WriteSession
from backend.core.errors import Problem


@dataclass(frozen=True)
class Seen:
    """An act that staff saw; `variants` are the details that tell it from others of its day, to be tried in order."""

    member_id: int
    campaign_id: int
    kind: str
    acted_at: datetime
    variants: tuple[dict[str, Any], ...]

    def items(self) -> list[Item]:
        """Return what the member would have reported, confirmed."""
        campaign = ids.encode(desks.CAMPAIGN_ID, self.campaign_id)
        return [
            Item(campaign, self.kind, self.acted_at, details, witnessed=True, received=True)
            for details in self.variants
        ]


class Confirming:
    """The acts of one transaction that staff saw, judged one after another and written at once.

    The caller has locked the members.
    """

    def __init__(self, session: WriteSession, desk: Desk, now: datetime) -> None:
        self._desk = desk
        self._now = now
        self._recording = Recording(session, desk, now)

    @classmethod
    async def open(cls, session: WriteSession, seen: Sequence[Seen], now: datetime) -> Self:
        """Read what judging these acts needs."""
        requests = [Request(one.member_id, "", tuple(one.items()[:1])) for one in seen]
        return cls(session, await desks.lay_out(session, requests, now), now)

    async def confirm(self, one: Seen) -> Accepted | Problem:
        """Count an act under the first of its variants that staff have not confirmed yet, or say why it is not counted.

        The same act by a weaker proof is upgraded.
        """
        problem: Problem | None = None
        for item in one.items():
            try:
                verdict = judge(item, one.member_id, self._desk, self._now)
            except AlreadyCheckedIn as known:
                problem = known
                if not self._is_confirmed(known):
                    break  # the same act stands where no stronger proof can reach it: another number would double it
            except Problem as refusal:
                return refusal
            else:
                return await self._recording.accept(verdict)
        assert problem is not None, "an act has a variant at least"
        return problem

    def _is_confirmed(self, known: AlreadyCheckedIn) -> bool:
        standing = (one for one in self._desk.acts.values() if one.check_in_id == known.fields["check_in"])
        return any(one.proof.rank >= Proof.CONFIRMED.rank for one in standing)

    async def write(self) -> None:
        """Write the acts that were counted, with their transfers."""
        await self._recording.write()
