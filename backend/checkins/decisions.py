"""What staff decide on: undo an act, confirm it."""

import json
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col, select

from backend.campaigns import queries as campaigns
from backend.checkins import causes, errors, service
from backend.checkins import desk as desks
from backend.checkins.judge import judge
from backend.checkins.kind import all_kinds
from backend.checkins.proof import Proof
from backend.checkins.requests import Item, Request
from backend.checkins.tables import CheckIn
from backend.core import clock, ids
from backend.core.db import ReadSession, WriteSession
from backend.core.errors import SHOWN_ZONE
from backend.messages import service as messages
from backend.points import explain
from backend.points import service as ledger
from backend.points.explain import ReversalTerms
from backend.points.tables import Transfer

OBJECTION_WITHIN = timedelta(days=7)  # by when a member may object to what an organiser undid alone


async def reverse(session: WriteSession, check_in_id: int, by_member: int, reason: str, now: datetime) -> CheckIn:
    """Undo an act: mirror its transfers, free its slot and its room under the caps.

    The caller has checked that `by_member` may decide over this institution. A repeat by the same member, whose
    first answer was lost, changes nothing. Raises NotOwnAct, NotCounted.
    """
    check_in = await _locked(session, check_in_id, by_member)
    if not check_in.counted:
        undone = await undone_by(session, check_in)
        if undone is not None and undone[0] == by_member:
            return check_in
        raise errors.NotCounted
    posting = await ledger.open_posting(session, now)
    await service.uncount(session, posting, {check_in.id: ReversalTerms(reason=reason, by_member=by_member)})
    await posting.write(session)
    check_in.counted = False
    await _tell(session, check_in, reason, now)
    return check_in


async def _tell(session: WriteSession, check_in: CheckIn, reason: str, now: datetime) -> None:
    running = await campaigns.one(session, check_in.campaign_id)
    assert running is not None, "an act stands in a campaign"
    until = (now + OBJECTION_WITHIN).astimezone(clock.zone(SHOWN_ZONE))
    await messages.post(
        session,
        [check_in.member_id],
        "act_undone",
        key=f"undone/{check_in.id}",
        told={
            "campaign": running.rules.title,
            "act": all_kinds()[check_in.kind].title,
            "reason": reason,
            "until": until.strftime("%Y-%m-%d %H:%M"),
        },
        campaign_id=check_in.campaign_id,
        now=now,
    )


async def undone_by(session: ReadSession, check_in: CheckIn) -> tuple[int, datetime] | None:
    """Return which organiser undid an act, and when; None where nobody did by hand, or nothing was there to undo."""
    awards = select(Transfer.id).where(col(Transfer.cause).in_(causes.all_of(check_in.id, check_in.rule_version)))
    found = await session.exec(
        select(Transfer.explanation, Transfer.recorded_at)
        .where(col(Transfer.reverses_id).in_(awards))
        .order_by(col(Transfer.id).desc())
    )
    for text, at in found:
        terms = explain.from_json(text)
        if isinstance(terms, ReversalTerms) and terms.code == "organiser" and terms.by_member is not None:
            return terms.by_member, at
    return None


async def confirm(
    session: WriteSession, check_in_id: int, by_member: int, now: datetime, measured: dict[str, Any] | None = None
) -> CheckIn:
    """Raise an act's proof to confirmed by staff and return the act that stands for it now.

    `measured` are details that staff know better than the member (a weight), and take the place of what was declared.
    The weaker award is reversed, the full one written, by the pinned rules, while the act's campaign runs. An act
    that staff have confirmed already is returned as it stands. Raises NotOwnAct, NotCounted, ProofNotStronger and
    the problems of judging (a campaign that has closed).
    """
    check_in = await _locked(session, check_in_id, by_member)
    if not check_in.counted:
        if (confirmed := await _confirmation_of(session, check_in)) is not None:
            return confirmed
        raise errors.NotCounted
    if Proof(check_in.proof).rank >= Proof.CONFIRMED.rank:
        raise errors.ProofNotStronger
    item = Item(
        campaign=ids.encode(desks.CAMPAIGN_ID, check_in.campaign_id),
        kind=check_in.kind,
        acted_at=check_in.acted_at,
        details=json.loads(check_in.details) | (measured or {}),
        witnessed=True,
        slot=check_in.slot,
    )
    desk = await desks.lay_out(session, [Request(check_in.member_id, "", (item,))], now)
    recording = service.Recording(session, desk, now)
    await recording.accept(judge(item, check_in.member_id, desk, now))
    await recording.write()
    made = await _confirmation_of(session, check_in)
    assert made is not None, "it has just been written"
    return made


async def _confirmation_of(session: ReadSession, check_in: CheckIn) -> CheckIn | None:
    found = await session.exec(
        select(CheckIn).where(
            col(CheckIn.member_id) == check_in.member_id,
            col(CheckIn.replaces_id) == check_in.id,
            col(CheckIn.proof) == Proof.CONFIRMED.value,
            col(CheckIn.counted),
        )
    )
    return found.first()


async def _locked(session: WriteSession, check_in_id: int, by_member: int) -> CheckIn:
    check_in = await session.get(CheckIn, check_in_id)
    assert check_in is not None, "the caller has looked it up"
    await desks.lock_members(session, [check_in.member_id])
    await session.refresh(check_in)
    if check_in.member_id == by_member:
        raise errors.NotOwnAct
    return check_in
