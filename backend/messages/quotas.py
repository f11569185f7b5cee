"""Keep to what members have allowed, and to what the platforms take."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import col, select

from backend.core import clock
from backend.core.db import ReadSession, WriteSession
from backend.core.errors import SHOWN_ZONE
from backend.messages import permits
from backend.messages.channels import WECOM_A_MINUTE, WECOM_AN_HOUR
from backend.messages.dispatch import FIRST_PAUSE, LONGEST_PAUSE, Dispatch
from backend.messages.parcels import NO_CREDIT, Pair, Parcel, is_free, refuse
from backend.messages.tables import SENT, WAITING, Message, MessageDelivery
from backend.messages.templates import ONE_TIME, WECOM


async def keep(
    session: WriteSession, dispatch: Dispatch, channel: str, parcels: list[Parcel], now: datetime
) -> list[Parcel]:
    """Return those that may be sent now; what has no credit is refused, what goes too fast is put off."""
    if channel == ONE_TIME:
        return await _with_credit(session, parcels, now)
    if channel == WECOM:
        return await _at_wecoms_pace(session, dispatch, parcels, now)
    return parcels


async def _with_credit(session: WriteSession, parcels: list[Parcel], now: datetime) -> list[Parcel]:
    """Keep as many as each member has allowed of each template, less what is on its way from another worker."""
    kept: list[Parcel] = []
    for template_id in sorted({parcel.template_id or "" for parcel in parcels}):
        own = [parcel for parcel in parcels if parcel.template_id == template_id]
        members = sorted({parcel.member_id for parcel in own})
        # Whoever claims messages of a member comes by this lock, and counts what those before it have claimed.
        left = dict(await permits.lock_all(session, members, template_id))
        under_way = await _under_way(session, members, template_id, now)
        for parcel in own:
            left.setdefault(parcel.member_id, 0)
            if left[parcel.member_id] > under_way[parcel.member_id]:
                left[parcel.member_id] -= 1
                kept.append(parcel)
                continue
            delivery, message = await _pair(session, parcel.delivery_id)
            if under_way[parcel.member_id]:
                delivery.due_at = now + FIRST_PAUSE  # by then it is known whether the other one was taken
            else:
                refuse(delivery, message, NO_CREDIT, now)
    return sorted(kept, key=lambda parcel: parcel.delivery_id)


async def _under_way(session: ReadSession, members: Sequence[int], template_id: str, now: datetime) -> Counter[int]:
    found = await session.exec(
        select(MessageDelivery.member_id, func.count())
        .where(
            col(MessageDelivery.member_id).in_(members),
            col(MessageDelivery.channel) == ONE_TIME,
            col(MessageDelivery.template_id) == template_id,
            col(MessageDelivery.state) == WAITING,
            col(MessageDelivery.claimed_at).is_not(None),
            ~is_free(now),
        )
        .group_by(col(MessageDelivery.member_id))
    )
    return Counter(dict(found.all()))


async def _pair(session: WriteSession, delivery_id: int) -> Pair:
    delivery = await session.get(MessageDelivery, delivery_id)
    assert delivery is not None, "deliveries are not deleted while they wait"
    message = await session.get(Message, delivery.message_id)
    assert message is not None, "a delivery has its message"
    return delivery, message


async def _at_wecoms_pace(
    session: WriteSession, dispatch: Dispatch, parcels: list[Parcel], now: datetime
) -> list[Parcel]:
    """Keep what WeCom would show: beyond its limits for a member it drops messages without a word."""
    members = sorted({parcel.member_id for parcel in parcels})
    minute = await _told_since(session, members, now - timedelta(minutes=1))
    hour = await _told_since(session, members, now - timedelta(hours=1))
    room = None if dispatch.wecom_a_day is None else dispatch.wecom_a_day - await _told_today(session, now)
    kept: list[Parcel] = []
    for parcel in parcels:
        member_id = parcel.member_id
        too_fast = minute[member_id] >= WECOM_A_MINUTE or hour[member_id] >= WECOM_AN_HOUR
        if not too_fast and (room is None or room > len(kept)):
            minute[member_id] += 1
            hour[member_id] += 1
            kept.append(parcel)
        else:
            delivery, _ = await _pair(session, parcel.delivery_id)
            delivery.due_at = dispatch.hours.spread(now + LONGEST_PAUSE, f"{delivery.id}/pace")
    return kept


async def _told_since(session: ReadSession, members: Sequence[int], since: datetime) -> Counter[int]:
    found = await session.exec(
        select(MessageDelivery.member_id, func.count())
        .where(
            col(MessageDelivery.member_id).in_(members),
            col(MessageDelivery.channel) == WECOM,
            col(MessageDelivery.ended_at) > since,
            col(MessageDelivery.state) == SENT,
        )
        .group_by(col(MessageDelivery.member_id))
    )
    return Counter(dict(found.all()))


async def _told_today(session: ReadSession, now: datetime) -> int:
    midnight = clock.day_starts_at(clock.campaign_day(now, SHOWN_ZONE, 0), SHOWN_ZONE, 0)
    found = await session.exec(
        select(func.count())
        .select_from(MessageDelivery)
        .where(
            col(MessageDelivery.channel) == WECOM,
            col(MessageDelivery.state) == SENT,
            col(MessageDelivery.ended_at) >= midnight,
        )
    )
    return found.one()
