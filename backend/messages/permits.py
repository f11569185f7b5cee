"""How often each template may be sent to a member: the quota of one-time templates, the standing of lasting ones.

A one-time template: each "allow" is worth one message, which a success uses up; 43101 says that none is left. A lasting
one (long-term, employee) holds 1 while the member agrees. What a phone reports is a hint that counts at once; the
platform's own push of the same tap confirms it and is not counted again, whichever comes first.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import select as columns
from sqlmodel import col, select

from backend.core import statements
from backend.core.db import ReadSession, WriteSession, insert_new
from backend.core.statements import Texts, any_of
from backend.messages.tables import MessagePermit, PermitAcceptance

log = structlog.get_logger()

# Between a phone's report and the platform's push of the same tap: phones report late where the network is bad.
SAME_TAP: Final = timedelta(minutes=10)
MOST_CREDITS: Final = 100  # of a template; who reports more has a broken phone, and 43101 tells anyway

_CREDITS = columns(col(MessagePermit.member_id), col(MessagePermit.template_id), col(MessagePermit.credits)).where(
    any_of(col(MessagePermit.member_id), "members"), any_of(col(MessagePermit.template_id), "templates", Texts)
)


async def credits_of(
    session: ReadSession, member_ids: Sequence[int], template_ids: Sequence[str]
) -> dict[tuple[int, str], int]:
    """Return how many messages of these templates these members may be sent; who never agreed is left out."""
    found = await statements.rows(session, _CREDITS, members=list(member_ids), templates=list(template_ids))
    return {(member_id, template_id): left for member_id, template_id, left in found}


async def accept(
    session: WriteSession, member_id: int, template_id: str, *, lasting: bool, by_phone: bool, now: datetime
) -> None:
    """Note one "allow" as the phone, or the platform, tells of it; the second to tell of a tap changes nothing."""
    permit = await locked(session, member_id, template_id)
    other = await _untold(session, member_id, template_id, by_phone=by_phone, now=now)
    if other is not None:
        other.by_phone = other.by_platform = True
        return
    session.add(
        PermitAcceptance(
            member_id=member_id, template_id=template_id, at=now, by_phone=by_phone, by_platform=not by_phone
        )
    )
    permit.credits = 1 if lasting else min(permit.credits + 1, MOST_CREDITS)
    permit.accepted_at = now
    await session.flush()


async def decline(session: WriteSession, member_id: int, template_id: str, now: datetime) -> None:
    """Take the platform's word that a tap was a "no": what the phone has reported of it as a "yes" is taken back."""
    permit = await locked(session, member_id, template_id)
    told = await _untold(session, member_id, template_id, by_phone=False, now=now)
    if told is not None:
        log.info("a phone reported a yes that was a no", template=template_id)
        await session.delete(told)
        permit.credits = max(permit.credits - 1, 0)
        await session.flush()


async def withdraw(session: WriteSession, member_id: int, template_id: str) -> None:
    """Note that a member agrees no more: they said so in the settings of WeChat, or to us."""
    permit = await locked(session, member_id, template_id)
    permit.credits = 0
    await session.flush()


async def use(session: WriteSession, member_id: int, template_id: str) -> None:
    """Note that a one-time message was taken by the platform."""
    permit = await locked(session, member_id, template_id)
    permit.credits = max(permit.credits - 1, 0)
    await session.flush()


async def run_out(session: WriteSession, member_id: int, template_id: str, asked_at: datetime) -> None:
    """Note that the platform says nothing is left (43101, 40256), when it was asked: a later "allow" still counts."""
    permit = await locked(session, member_id, template_id)
    is_newer = permit.accepted_at is not None and permit.accepted_at > asked_at
    permit.credits = min(permit.credits, 1) if is_newer else 0
    await session.flush()


async def locked(session: WriteSession, member_id: int, template_id: str) -> MessagePermit:
    """Return the row of a member and a template as it is now, made where there is none, locked."""
    await session.flush()
    await insert_new(session, MessagePermit, {"member_id": member_id, "template_id": template_id, "credits": 0})
    permit = await session.get(MessagePermit, (member_id, template_id), with_for_update=True, populate_existing=True)
    assert permit is not None, "it was just there"
    return permit


async def lock_all(session: WriteSession, member_ids: Sequence[int], template_id: str) -> Mapping[int, int]:
    """Lock what these members have left of a template, in order; return it."""
    found = await session.exec(
        select(MessagePermit)
        .where(col(MessagePermit.member_id).in_(member_ids), col(MessagePermit.template_id) == template_id)
        .order_by(col(MessagePermit.member_id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {permit.member_id: permit.credits for permit in found}


async def _untold(
    session: WriteSession, member_id: int, template_id: str, *, by_phone: bool, now: datetime
) -> PermitAcceptance | None:
    """Return the oldest late tap that the other side has told of and this one has not."""
    told, untold = PermitAcceptance.by_platform, PermitAcceptance.by_phone
    if not by_phone:
        told, untold = untold, told
    found = await session.exec(
        select(PermitAcceptance)
        .where(
            col(PermitAcceptance.member_id) == member_id,
            col(PermitAcceptance.template_id) == template_id,
            col(PermitAcceptance.at) >= now - SAME_TAP,
            col(told).is_(True),
            col(untold).is_(False),
        )
        .order_by(col(PermitAcceptance.at), col(PermitAcceptance.id))
        .limit(1)
    )
    return found.first()
