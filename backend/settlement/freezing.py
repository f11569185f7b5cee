"""Freeze the boards of a campaign before a ceremony, and let them move again."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from backend.campaigns import trail
from backend.campaigns.queries import Running
from backend.campaigns.tables import CANCELLED, SCHEDULED, SEALED
from backend.core.db import ReadSession, WriteSession
from backend.core.text import Text
from backend.leaderboards import pins
from backend.leaderboards.tables import BoardPin
from backend.settlement import errors, service

FROZEN, UNFROZEN = "frozen", "unfrozen"


async def standing(session: ReadSession, running: Running) -> BoardPin | None:
    """Return by what boards that may be frozen stand still already, or None. Raises StepRefused."""
    if running.campaign.state in (SCHEDULED, CANCELLED, SEALED):
        refused = Text("活动未开始、已取消或结果已封存", "it has not started, was cancelled, or is sealed")
        raise errors.StepRefused(
            campaign=running.rules.title, what=Text("冻结榜单", "freeze the boards"), reason=refused
        )
    return await pins.of(session, running.id)


async def freeze(
    session: WriteSession,
    running: Running,
    rows: Sequence[Mapping[str, Any]],
    *,
    by_member: int,
    reason: str,
    now: datetime,
) -> BoardPin:
    """Let everybody see what stands in `rows`, whatever is recorded, reviewed or reversed meanwhile.

    Boards that are frozen already stay as they are. Raises StepRefused.
    """
    campaign = await service.locked(session, running.id)
    if (known := await standing(session, replace(running, campaign=campaign))) is not None:
        return known
    await pins.pin(session, running.id, rows, now, is_seal=False, by_member=by_member, reason=reason)
    trail.note(session, running.id, FROZEN, now, by_member=by_member, reason=reason)
    await session.flush()
    made = await pins.of(session, running.id)
    assert made is not None, "it has just been written"
    return made


async def unfreeze(session: WriteSession, running: Running, by_member: int, reason: str, now: datetime) -> None:
    """Let frozen boards move again; those that move already are left alone. Raises StepRefused for a seal."""
    await service.locked(session, running.id)
    known = await pins.of(session, running.id)
    if known is None:
        return
    if known.is_seal:
        refused = Text("结果已封存", "the result is sealed")
        raise errors.StepRefused(
            campaign=running.rules.title, what=Text("解冻榜单", "unfreeze the boards"), reason=refused
        )
    await pins.lift(session, running.id, now)
    trail.note(session, running.id, UNFROZEN, now, by_member=by_member, reason=reason)
    await session.flush()
