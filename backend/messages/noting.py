"""Note what became of what was sent."""

from datetime import datetime

from backend.core.db import WriteSession
from backend.messages import permits
from backend.messages.dispatch import FIRST_PAUSE, LONGEST_PAUSE, Dispatch
from backend.messages.hours import jittered
from backend.messages.parcels import Parcel, end, refuse
from backend.messages.tables import SENT, WAITING, Message, MessageDelivery
from backend.messages.templates import ONE_TIME


async def sent(session: WriteSession, parcel: Parcel, number: str | None, now: datetime) -> None:
    """Note that the platform has taken a message, unless that is known already: its push may have been quicker."""
    delivery = await locked(session, parcel.delivery_id)
    if delivery.state == WAITING:
        end(delivery, SENT, None, now)
        if delivery.channel == ONE_TIME and parcel.template_id:
            await permits.use(session, parcel.member_id, parcel.template_id)
    delivery.number = number or delivery.number
    await session.flush()


async def refused(session: WriteSession, parcel: Parcel, reason: str, now: datetime, *, withdrawn: bool) -> None:
    """Note that the platform refuses a message for good, which then looks for another way.

    `withdrawn` says that the member has not agreed to its template, or not any more.
    """
    delivery = await locked(session, parcel.delivery_id)
    if delivery.state != WAITING:
        return
    message = await session.get(Message, delivery.message_id)
    assert message is not None, "a delivery has its message"
    refuse(delivery, message, reason, now)
    if withdrawn and parcel.template_id:
        await permits.run_out(session, parcel.member_id, parcel.template_id, parcel.claimed_at)
    await session.flush()


async def put_off(session: WriteSession, dispatch: Dispatch, parcel: Parcel, now: datetime) -> None:
    """Give a delivery back that the channel could not take just now: it is tried again after a growing pause."""
    delivery = await locked(session, parcel.delivery_id)
    if delivery.state != WAITING:
        return
    pause = min(FIRST_PAUSE * 2 ** min(delivery.tries - 1, 10), LONGEST_PAUSE)
    seed = f"{delivery.id}/{delivery.channel}/{delivery.tries}"
    delivery.claimed_at, delivery.due_at = None, dispatch.hours.spread(now + jittered(pause, seed), seed)
    await session.flush()


async def locked(session: WriteSession, delivery_id: int) -> MessageDelivery:
    """Return a delivery as it is now, locked."""
    await session.flush()
    found = await session.get(MessageDelivery, delivery_id, with_for_update=True, populate_existing=True)
    assert found is not None, "deliveries are not deleted while they wait"
    return found
