"""Decide by which channel a message goes further, if by any: over one, and over the next when that one is refused."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlalchemy import update as change
from sqlmodel import col, select

from backend.core import statements
from backend.core.columns import UtcDateTime
from backend.core.db import ReadSession, WriteSession, insert_many
from backend.core.statements import any_of
from backend.messages import addresses, switches
from backend.messages.dispatch import Dispatch
from backend.messages.kinds import KINDS, SENT_FOR
from backend.messages.tables import WAITING, Message, MessageDelivery

AT_ONCE = 1000

_TRIED = columns(col(MessageDelivery.message_id), col(MessageDelivery.channel)).where(
    any_of(col(MessageDelivery.message_id), "messages")
)
_ROUTED = (
    change(Message)
    .where(any_of(col(Message.id), "messages"))
    .values(routed_at=bindparam("now", type_=UtcDateTime))
    .execution_options(synchronize_session=False)
)


async def something_is_due(session: ReadSession) -> bool:
    """Tell whether a message waits to be routed."""
    return (await session.exec(select(Message.id).where(col(Message.routed_at).is_(None)).limit(1))).first() is not None


async def route(session: WriteSession, dispatch: Dispatch, channels: Sequence[str], now: datetime) -> int:
    """Give each message that has no way yet its delivery over the first channel open to it; return how many there were.

    1. Take some that nobody else has. 2. Look, at once for all, at what was tried, what is switched off, who can be
    reached. 3. Write the deliveries. What has no way, or came too late, stays in the inbox.
    """
    waiting = select(Message).where(col(Message.routed_at).is_(None)).order_by(col(Message.id)).limit(AT_ONCE)
    messages = (await session.exec(waiting.with_for_update(skip_locked=True))).all()
    if not messages:
        return 0
    numbers, members = [one.id for one in messages], sorted({one.member_id for one in messages})
    tried = {(number, channel) for number, channel in await statements.rows(session, _TRIED, messages=numbers)}
    on = await switches.of(session, members, {one.kind for one in messages}, channels)
    reach = await addresses.reach(session, dispatch.templates, members)

    def way(message: Message) -> str | None:
        if not on.kind_is_on(message.member_id, KINDS[message.kind]):
            return None
        return next(
            (
                channel
                for channel in channels
                if (message.id, channel) not in tried
                and on.channel_is_on(message.member_id, channel)
                and reach.is_open(channel, message.member_id, message.kind)
            ),
            None,
        )

    ways = ((message, way(message)) for message in messages if expires_at(message) > now)
    deliveries = [_delivery(dispatch, message, channel, now) for message, channel in ways if channel is not None]
    await insert_many(session, MessageDelivery, deliveries)
    await (await session.connection()).execute(_ROUTED, {"messages": numbers, "now": now})
    return len(messages)


def expires_at(message: Message) -> datetime:
    """Return until when a message may be sent further."""
    return message.sent_until or message.posted_at + SENT_FOR


def _delivery(dispatch: Dispatch, message: Message, channel: str, now: datetime) -> dict[str, object]:
    return {
        "message_id": message.id,
        "member_id": message.member_id,
        "channel": channel,
        "state": WAITING,
        "due_at": dispatch.hours.spread(now, f"{message.id}/{channel}"),
        "expires_at": expires_at(message),
        "tries": 0,
    }
