"""What lies in an inbox, and how many messages of which kind went which way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import distinct, func, or_
from sqlmodel import col, select

from backend.core.db import ReadSession
from backend.identity.tables import Institution, Membership
from backend.messages.tables import Message, MessageDelivery

PAGE = 30


async def inbox(session: ReadSession, member_id: int, before: int | None) -> Sequence[Message]:
    """Return a page (and one more) of a member's messages, newest first, older than the one `before`."""
    statement = select(Message).where(col(Message.member_id) == member_id)
    if before is not None:
        statement = statement.where(col(Message.id) < before)
    return (await session.exec(statement.order_by(col(Message.id).desc()).limit(PAGE + 1))).all()


async def unread(session: ReadSession, member_id: int) -> int:
    """Return how many of a member's messages are not read."""
    found = await session.exec(
        select(func.count())
        .select_from(Message)
        .where(col(Message.member_id) == member_id, col(Message.read_at).is_(None))
    )
    return found.one()


@dataclass(frozen=True)
class Count:
    """How many deliveries came to one end, and how many people they were for."""

    kind: str
    channel: str
    state: str
    reason: str | None
    deliveries: int
    people: int


async def counts(session: ReadSession, path: str, day: date, since: datetime) -> list[Count]:
    """Return what became of messages to the people of an institution and those below it, since an instant."""
    found = await session.exec(
        select(  # type: ignore[call-overload]
            Message.kind,
            MessageDelivery.channel,
            MessageDelivery.state,
            MessageDelivery.reason,
            func.count(),
            func.count(distinct(col(MessageDelivery.member_id))),
        )
        .join(Message, col(Message.id) == col(MessageDelivery.message_id))
        .join(Membership, col(Membership.member_id) == col(MessageDelivery.member_id))
        .join(Institution, col(Institution.id) == col(Membership.institution_id))
        .where(
            col(Institution.path).startswith(path),
            col(Membership.starts_on) <= day,
            or_(col(Membership.ends_on).is_(None), col(Membership.ends_on) >= day),
            col(Message.posted_at) >= since,
        )
        .group_by(Message.kind, MessageDelivery.channel, MessageDelivery.state, MessageDelivery.reason)
        .order_by(Message.kind, MessageDelivery.channel, MessageDelivery.state, MessageDelivery.reason)
    )
    return [Count(*row) for row in found]
