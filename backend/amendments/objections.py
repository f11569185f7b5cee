"""Let a member object to what one organiser undid, and somebody else decide: the second pair of eyes of a reversal.

An organiser undoes an act at once, since a wrong one must not stand until a colleague has time. So the second person
comes after the first: the member is told, may object within a week, and who undid it does not decide.
"""

from datetime import datetime

from sqlmodel import col, select

from backend.amendments import errors, receipts
from backend.amendments.receipts import Done
from backend.amendments.tables import DISMISSED, PROPOSED, UPHELD, Objection
from backend.amendments.words import STATES, clean
from backend.campaigns import queries
from backend.checkins import reinstatement
from backend.checkins.decisions import OBJECTION_WITHIN, undone_by
from backend.checkins.kind import all_kinds
from backend.checkins.proof import Proof
from backend.checkins.tables import CheckIn
from backend.core.db import ReadSession, WriteSession, insert_new, locked
from backend.core.errors import InvalidValue, NotFound
from backend.core.receipts import Order
from backend.core.text import Text
from backend.media import service as media
from backend.messages import service as messages

MOST_TEXT = 500


async def object_to(session: WriteSession, order: Order, act_id: int, text: str, now: datetime) -> Done:
    """Object to the undoing of one's own act; raises NotFound, ObjectionClosed, InvalidValue, RequestReused."""
    if (known := await receipts.earlier(session, order)) is not None:
        return known
    act = await session.get(CheckIn, act_id, populate_existing=True)
    if act is None or act.member_id != order.by_member:
        raise NotFound(what=Text("您的打卡", "your act"))
    by_member, at = await _undoing(session, act)
    if now >= at + OBJECTION_WITHIN:
        raise errors.ObjectionClosed(reason=Text("已超过 7 天", "a week has passed"))
    if Proof(act.proof).rank >= Proof.CONFIRMED.rank:
        raise errors.ObjectionClosed(
            reason=Text(
                "该行动经人工确认，请联系活动管理员调整积分", "staff had confirmed it: ask them to adjust your points"
            )
        )
    row = {
        "act_id": act.id,
        "member_id": act.member_id,
        "campaign_id": act.campaign_id,
        "institution_id": act.institution_id,
        "undone_by": by_member,
        "text": _text(text),
        "state": PROPOSED,
        "made_at": now,
    }
    if not await insert_new(session, Objection, row):
        raise errors.ObjectionClosed(reason=Text("已提出过异议", "you have objected already"))
    made = (await session.exec(select(Objection.id).where(col(Objection.act_id) == act.id))).one()
    return receipts.keep(session, order, made, PROPOSED, now)


async def _undoing(session: ReadSession, act: CheckIn) -> tuple[int, datetime]:
    found = None if act.counted else await undone_by(session, act)
    if found is None:
        raise errors.ObjectionClosed(reason=Text("该行动不是由工作人员直接撤销的", "no organiser undid this act"))
    return found


def _text(text: str) -> str:
    given = text.strip()
    if not 2 <= len(given) <= MOST_TEXT or not given.isprintable():  # noqa: PLR2004 - what the reason says
        reason = Text(f"须为 2–{MOST_TEXT} 个可见字符", f"it has 2 to {MOST_TEXT} visible characters")
        raise InvalidValue(field="text", reason=reason)
    return given


async def decide(
    session: WriteSession, order: Order, objection_id: int, note: str, now: datetime, *, upheld: bool
) -> Done:
    """Let the act count again as it did, or leave it undone, with a note that the member reads.

    Raises AnotherPersonNeeded for who undid it or whose it is, ProposalClosed, RequestReused.
    """
    member_id = (await session.exec(select(Objection.member_id).where(col(Objection.id) == objection_id))).one()
    if (known := await receipts.earlier(session, order, member_id)) is not None:
        return known
    one = await locked(session, Objection, objection_id)
    if order.by_member in (one.undone_by, one.member_id):
        raise errors.AnotherPersonNeeded
    if one.state != PROPOSED:
        raise errors.ProposalClosed(state=STATES[one.state])
    one.note, one.state = clean(note, "note"), UPHELD if upheld else DISMISSED
    one.decided_by, one.decided_at = order.by_member, now
    session.add(one)
    act = await session.get(CheckIn, one.act_id, populate_existing=True)
    assert act is not None, "acts are kept"
    if upheld:
        # Also when the result is sealed: what comes after the seal is a correction beside it.
        await media.lock_claims(session)
        await reinstatement.reinstate(session, [act], now)
    await _tell(session, one, act, now)
    return receipts.keep(session, order, one.id, one.state, now)


async def _tell(session: WriteSession, one: Objection, act: CheckIn, now: datetime) -> None:
    running = await queries.one(session, one.campaign_id)
    assert running is not None, "an act stands in a campaign"
    assert one.note is not None, "who decides says why"
    await messages.post(
        session,
        [one.member_id],
        "objection_decided",
        key=f"objection/{one.id}",
        told={
            "campaign": running.rules.title,
            "act": all_kinds()[act.kind].title,
            "result": STATES[one.state],
            "note": one.note,
        },
        campaign_id=one.campaign_id,
        now=now,
    )
