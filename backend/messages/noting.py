"""Note what became of what was sent."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, select

from backend.core.db import WriteSession
from backend.messages import permits
from backend.messages.dispatch import FIRST_PAUSE, LONGEST_PAUSE, Dispatch
from backend.messages.hours import jittered
from backend.messages.parcels import Pair, Parcel, end, refuse
from backend.messages.tables import SENT, WAITING, Message, MessageDelivery
from backend.messages.templates import ONE_TIME


async def locked(session: WriteSession, delivery_ids: Sequence[int]) -> dict[int, Pair]:
    """Return deliveries with their messages as they are now; the deliveries are locked."""
    await session.flush()
    statement = (
        select(MessageDelivery, Message)
        .join(Message, col(Message.id) == col(MessageDelivery.message_id))
        .where(col(MessageDelivery.id).in_(delivery_ids))
        .order_by(col(MessageDelivery.id))
        .with_for_update(of=MessageDelivery)
        .execution_options(populate_existing=True)
    )
    return {delivery.id or 0: (delivery, message) for delivery, message in await session.exec(statement)}


async def sent(session: WriteSession, parcel: Parcel, pair: Pair, number: str | None, now: datetime) -> None:
    """Note that the platform has taken a message, unless that is known already: its push may have been quicker."""
    delivery, _ = pair
    if delivery.state == WAITING:
        end(delivery, SENT, None, now)
        if delivery.channel == ONE_TIME and parcel.template_id:
            await permits.use(session, parcel.member_id, parcel.template_id)
    delivery.number = number or delivery.number


async def refused(
    session: WriteSession, parcel: Parcel, pair: Pair, reason: str, now: datetime, *, withdrawn: bool
) -> None:
    """Note that the platform refuses a message for good, which then looks for another way.

    `withdrawn` says that the member has not agreed to its template, or not any more.
    """
    delivery, message = pair
    if delivery.state != WAITING:
        return
    refuse(delivery, message, reason, now)
    if withdrawn and parcel.template_id:
        await permits.run_out(session, parcel.member_id, parcel.template_id, parcel.claimed_at)


def put_off(dispatch: Dispatch, pair: Pair, now: datetime) -> None:
    """Give a delivery back that the channel could not take just now: it is tried again after a growing pause."""
    delivery, _ = pair
    if delivery.state != WAITING:
        return
    pause = min(FIRST_PAUSE * 2 ** min(delivery.tries - 1, 10), LONGEST_PAUSE)
    seed = f"{delivery.id}/{delivery.channel}/{delivery.tries}"
    delivery.claimed_at, delivery.due_at = None, dispatch.hours.spread(now + jittered(pause, seed), seed)
