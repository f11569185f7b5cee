"""Claim what is due, ready to be sent: looked at once more, addressed, filled in, within its quota."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlmodel import col, select

from backend.core import clock
from backend.core.db import ReadSession, WriteSession
from backend.core.errors import SHOWN_ZONE
from backend.identity import queries as identity
from backend.messages import addresses, quotas, switches
from backend.messages.channels import Channel
from backend.messages.dispatch import Dispatch
from backend.messages.kinds import KINDS
from backend.messages.parcels import (
    EXPIRED,
    LEFT,
    NO_ACCOUNT,
    NO_TEMPLATE,
    NOT_WANTED,
    SWITCHED_OFF,
    UNFIT,
    Pair,
    Parcel,
    end,
    is_free,
    refuse,
)
from backend.messages.tables import GIVEN_UP, WAITING, Message, MessageDelivery
from backend.wechat.values import Unfit

log = structlog.get_logger()


async def something_is_due(session: ReadSession, channel: str, now: datetime) -> bool:
    """Tell whether anything waits to be sent over a channel."""
    due = (col(MessageDelivery.state) == WAITING, col(MessageDelivery.channel) == channel)
    found = await session.exec(
        select(MessageDelivery.id).where(*due, col(MessageDelivery.due_at) <= now, is_free(now)).limit(1)
    )
    return found.first() is not None


async def claim(
    session: WriteSession, dispatch: Dispatch, channel: Channel, now: datetime, most: int
) -> tuple[list[Parcel], int]:
    """Take what is due over a channel, and return it ready to be sent, with how many deliveries were looked at.

    1. Take some that nobody else has. 2. Give up what is too old, switched off, of somebody who has left, or not wanted
    any more by the kind's own check. 3. Address and fill in the rest. 4. Keep to quotas. What remains is ours for
    `CLAIMED_FOR`.
    """
    pairs = await _due(session, channel.key, now, most)
    if not pairs:
        return [], 0
    kept = await _still_wanted(session, dispatch, channel.key, pairs, now)
    parcels = await _addressed(session, dispatch, channel, kept, now)
    parcels = await quotas.keep(session, dispatch, channel.key, parcels, now)
    mine = {parcel.delivery_id: parcel for parcel in parcels}
    for delivery, _ in kept:
        parcel = mine.get(delivery.id or 0)
        if parcel is not None:
            delivery.claimed_at, delivery.template_id, delivery.tries = now, parcel.template_id, delivery.tries + 1
    await session.flush()
    return parcels, len(pairs)


async def _due(session: WriteSession, channel: str, now: datetime, most: int) -> Sequence[Pair]:
    statement = (
        select(MessageDelivery, Message)
        .join(Message, col(Message.id) == col(MessageDelivery.message_id))
        .where(
            col(MessageDelivery.state) == WAITING,
            col(MessageDelivery.channel) == channel,
            col(MessageDelivery.due_at) <= now,
            is_free(now),
        )
        .order_by(col(MessageDelivery.due_at), col(MessageDelivery.id))
        .limit(most)
    )
    found = await session.exec(statement.with_for_update(skip_locked=True, of=MessageDelivery))
    return found.all()


async def _still_wanted(
    session: WriteSession, dispatch: Dispatch, channel: str, pairs: Sequence[Pair], now: datetime
) -> list[Pair]:
    members = sorted({delivery.member_id for delivery, _ in pairs})
    on = await switches.of(session, members, {message.kind for _, message in pairs}, [channel])
    places, today = await identity.places(session, members), clock.campaign_day(now, SHOWN_ZONE, 0)
    wanted = await _checked(session, dispatch, [message for _, message in pairs], now)
    kept = []
    for delivery, message in pairs:
        member_id = delivery.member_id
        if delivery.expires_at <= now:
            end(delivery, GIVEN_UP, EXPIRED, now)
        elif not (on.kind_is_on(member_id, KINDS[message.kind]) and on.channel_is_on(member_id, channel)):
            end(delivery, GIVEN_UP, SWITCHED_OFF, now)
        elif identity.place_on(places[member_id], today) is None:
            end(delivery, GIVEN_UP, LEFT, now)
        elif message.id not in wanted:
            end(delivery, GIVEN_UP, NOT_WANTED, now)
        else:
            kept.append((delivery, message))
    return kept


async def _checked(
    session: ReadSession, dispatch: Dispatch, messages: Sequence[Message], now: datetime
) -> set[int | None]:
    """Ask each kind's own check which of its messages are still wanted."""
    wanted: set[int | None] = {message.id for message in messages if message.kind not in dispatch.checks}
    for kind, check in dispatch.checks.items():
        own = [message for message in messages if message.kind == kind]
        wanted |= await check(session, own, now) if own else set()
    return wanted


async def _addressed(
    session: WriteSession, dispatch: Dispatch, channel: Channel, pairs: Sequence[Pair], now: datetime
) -> list[Parcel]:
    members = sorted({delivery.member_id for delivery, _ in pairs})
    names = await addresses.of(session, dispatch.vault, dispatch.app_id, channel.key, members)
    parcels = []
    for delivery, message in pairs:
        carrier: Any = dispatch.templates.carrier(channel.key, message.kind)
        address = names.get(delivery.member_id)
        if carrier is None or address is None:
            refuse(delivery, message, NO_TEMPLATE if carrier is None else NO_ACCOUNT, now)
            continue
        try:
            notice = channel.notice(carrier, message)
        except Unfit as unfit:
            # No trace: it would hold the message, and the field's name is all that the operator needs.
            log.error("a value does not fit", kind=message.kind, channel=channel.key, reason=str(unfit))  # noqa: TRY400
            refuse(delivery, message, UNFIT, now)
            continue
        template_id = getattr(carrier, "template", None)
        parcels.append(Parcel(delivery.id or 0, delivery.member_id, template_id, address, notice, now))
    return parcels
