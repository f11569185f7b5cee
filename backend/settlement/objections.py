"""What members say against a provisional result, and what organisers answer."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, select

from backend.campaigns.queries import Running
from backend.campaigns.tables import PROVISIONAL
from backend.core.db import ReadSession, WriteSession, locked
from backend.core.errors import NotFound, RequestReused
from backend.settlement import errors, service
from backend.settlement.tables import ResultObjection

OBJECTION_ID = "rob"
MOST = 5  # of one member to one result
PAGE = 50


async def object_to(
    session: WriteSession, running: Running, *, member_id: int, request_id: str, text: str, now: datetime
) -> ResultObjection:
    """Object to a provisional result; the same request id with the same text returns the objection that stands.

    The seal waits until it is answered. Raises RequestReused, ObjectionsClosed, TooManyObjections.
    """
    campaign = await service.locked(session, running.id)
    if (known := await under_request(session, member_id, request_id)) is not None:
        if (known.campaign_id, known.text) != (running.id, text):
            raise RequestReused
        return known
    if campaign.state != PROVISIONAL or now >= campaign.seals_at:
        raise errors.ObjectionsClosed(campaign=running.rules.title)
    if len(await of_member(session, [running.id], member_id)) >= MOST:
        raise errors.TooManyObjections(limit=MOST)
    made = ResultObjection(campaign_id=running.id, member_id=member_id, request_id=request_id, text=text, made_at=now)
    session.add(made)
    await session.flush()
    return made


async def answer(session: WriteSession, objection_id: int, by_member: int, text: str, now: datetime) -> ResultObjection:
    """Answer an objection, once; the same answer by the same person again changes nothing.

    The caller has checked that `by_member` manages the campaign. Raises NotFound, ObjectionAnswered.
    """
    objection = await locked(session, ResultObjection, objection_id)
    if objection.member_id == by_member:
        raise NotFound(what=str(objection_id))  # nobody answers themselves
    if objection.answered_at is not None:
        if (objection.answered_by, objection.answer) == (by_member, text):
            return objection
        raise errors.ObjectionAnswered(answered_at=objection.answered_at)
    objection.answer, objection.answered_by, objection.answered_at = text, by_member, now
    session.add(objection)
    await session.flush()
    return objection


async def of_campaign(session: ReadSession, campaign_id: int, before: int | None) -> Sequence[ResultObjection]:
    """Return a page (and one more) of what was said against a result, the newest first."""
    statement = select(ResultObjection).where(col(ResultObjection.campaign_id) == campaign_id)
    if before is not None:
        statement = statement.where(col(ResultObjection.id) < before)
    return (await session.exec(statement.order_by(col(ResultObjection.id).desc()).limit(PAGE + 1))).all()


async def under_request(session: ReadSession, member_id: int, request_id: str) -> ResultObjection | None:
    """Return the objection that a member made under a request id, or None."""
    found = await session.exec(
        select(ResultObjection).where(
            col(ResultObjection.member_id) == member_id, col(ResultObjection.request_id) == request_id
        )
    )
    return found.first()


async def of_member(session: ReadSession, campaign_ids: Sequence[int], member_id: int) -> Sequence[ResultObjection]:
    """Return what a member has said against these results, in order."""
    found = await session.exec(
        select(ResultObjection)
        .where(col(ResultObjection.campaign_id).in_(campaign_ids), col(ResultObjection.member_id) == member_id)
        .order_by(col(ResultObjection.id))
    )
    return found.all()


async def one(session: ReadSession, objection_id: int) -> ResultObjection | None:
    """Return one objection, or None."""
    return await session.get(ResultObjection, objection_id)
