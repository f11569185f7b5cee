"""Send messages further, by day; forget what nobody needs any more."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby

import structlog
from sqlmodel import col, delete, update

from backend.core.clock import Clock
from backend.core.db import Database, WriteSession
from backend.core.errors import Unavailable
from backend.messages import noting, outbox, routing
from backend.messages.channels import Channel, Posted
from backend.messages.dispatch import Dispatch
from backend.messages.parcels import CLAIMED_FOR, EXPIRED, Parcel
from backend.messages.tables import GIVEN_UP, WAITING, MessageDelivery, PermitAcceptance, PermitReport
from backend.wechat.errors import WeChatMisconfigured, WeChatReplyUnexpected
from backend.wechat.notices import NotSent, Whose
from backend.wechat.wecom import NOBODY_CAN

log = structlog.get_logger()

_CALLS_AT_ONCE, _TURNS = 16, 50  # a long queue must not hold up a worker's other work
_RESTS = timedelta(minutes=5)  # after a fault that only the operator can mend
DELIVERIES_KEPT = timedelta(days=60)  # for an organiser's counts of the last thirty
REPORTS_KEPT = timedelta(days=7)  # for a phone that asks again

Outcome = Posted | NotSent | Unavailable | WeChatMisconfigured | WeChatReplyUnexpected


async def send_messages(dispatch: Dispatch, database: Database, clock: Clock) -> int:
    """Route what was posted, and send what is due; return how many messages and deliveries were looked at.

    Several workers share the work: a delivery is claimed by one. By night nothing is sent, and nothing is lost.
    """
    channels = dispatch.channels(database, clock)
    done = await _route(dispatch, database, clock, [channel.key for channel in channels])
    for channel in channels:
        for _ in range(_TURNS):
            looked_at = await _send_some(dispatch, database, clock, channel)
            done += looked_at
            if not looked_at:
                break
    return done


async def _route(dispatch: Dispatch, database: Database, clock: Clock, channels: Sequence[str]) -> int:
    done = 0
    async with database.read() as session:
        if not await routing.something_is_due(session):
            return 0
    for _ in range(_TURNS):
        async with database.write() as session:
            routed = await routing.route(session, dispatch, channels, clock.now())
        done += routed
        if routed < routing.AT_ONCE:
            break
    return done


async def _send_some(dispatch: Dispatch, database: Database, clock: Clock, channel: Channel) -> int:
    """Claim, send outside of any transaction, note. Who dies in between has sent what is sent once more."""
    now = clock.now()
    if dispatch.is_resting(channel.key, now) or not dispatch.hours.open(now):
        return 0
    async with database.read() as session:
        if not await outbox.something_is_due(session, channel.key, now):
            return 0
    most = channel.most_at_once if channel.most_at_once > 1 else _CALLS_AT_ONCE
    async with database.write() as session:
        parcels, looked_at = await outbox.claim(session, dispatch, channel, now, most)
    groups = _together(parcels, channel.most_at_once)
    # Each is let come to its end: a message that is sent and not noted is sent again.
    calls = (channel.send(group[0].notice, [parcel.address for parcel in group]) for group in groups)
    ended = await asyncio.gather(*calls, return_exceptions=True)
    outcomes = [(group, one) for group, one in zip(groups, ended, strict=True) if isinstance(one, Outcome)]
    async with database.write() as session:
        await _note(session, dispatch, outcomes, clock.now())
    _judge(dispatch, channel.key, [outcome for _, outcome in outcomes], clock.now())
    for one in ended:
        if not isinstance(one, Outcome):
            raise one
    return looked_at


def _together(parcels: Sequence[Parcel], most: int) -> list[list[Parcel]]:
    """Return what goes out in one call each: the same notice, to as many as a call takes, in a fixed order."""
    if most == 1:
        return [[parcel] for parcel in parcels]
    alike = sorted(parcels, key=lambda parcel: (repr(parcel.notice), parcel.delivery_id))
    groups = [list(group) for _, group in groupby(alike, key=lambda parcel: parcel.notice)]
    return [group[start : start + most] for group in groups for start in range(0, len(group), most)]


async def _note(
    session: WriteSession, dispatch: Dispatch, outcomes: Sequence[tuple[Sequence[Parcel], Outcome]], now: datetime
) -> None:
    pairs = await noting.locked(session, [parcel.delivery_id for group, _ in outcomes for parcel in group])
    noted = [(parcel, outcome) for group, outcome in outcomes for parcel in group]
    # Noting locks permits: in one order everywhere, so that no two workers wait for each other.
    for parcel, outcome in sorted(noted, key=lambda one: (one[0].template_id or "", one[0].member_id)):
        pair = pairs[parcel.delivery_id]
        if isinstance(outcome, NotSent):
            by_member = outcome.whose is Whose.MEMBER
            await noting.refused(session, parcel, pair, str(outcome.code), now, withdrawn=by_member)
        elif not isinstance(outcome, Posted):
            noting.put_off(dispatch, pair, now)
        elif parcel.address in outcome.unreached:
            await noting.refused(session, parcel, pair, str(NOBODY_CAN), now, withdrawn=False)
        else:
            await noting.sent(session, parcel, pair, outcome.number, now)


def _judge(dispatch: Dispatch, channel: str, outcomes: Sequence[Outcome], now: datetime) -> None:
    """Leave a channel that does not work alone for a while."""
    faults = [one for one in outcomes if not isinstance(one, Posted | NotSent)]
    if faults:
        fault = faults[-1]
        asked = timedelta(seconds=fault.retry_seconds) if isinstance(fault, Unavailable) else _RESTS
        dispatch.rest(channel, now, asked)
        log.warning("a channel does not take messages", channel=channel, fault=str(fault), put_off=len(faults))
    elif outcomes:
        dispatch.works(channel)


async def forget_the_old(database: Database, clock: Clock) -> int:
    """Delete old reports of phones, taps and ended deliveries; return how many. Harmless to repeat.

    What still waits although its time is over, since its channel is not used any more, is given up.
    """
    before = clock.now() - REPORTS_KEPT
    ended = col(MessageDelivery.ended_at) < clock.now() - DELIVERIES_KEPT
    old = (
        delete(MessageDelivery).where(ended, col(MessageDelivery.state) != WAITING),
        delete(PermitReport).where(col(PermitReport.reported_at) < before),
        delete(PermitAcceptance).where(col(PermitAcceptance.at) < before),
    )
    over = (col(MessageDelivery.state) == WAITING, col(MessageDelivery.expires_at) < clock.now() - CLAIMED_FOR)
    async with database.write() as session:
        given_up = {"state": GIVEN_UP, "reason": EXPIRED, "ended_at": clock.now()}
        await session.exec(update(MessageDelivery).where(*over).values(**given_up))
        return sum([(await session.exec(statement)).rowcount for statement in old])
