"""Take WeChat's own word on subscribe messages: who agreed, who does no more, what arrived."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlmodel import col, select

from backend.core.db import ReadSession, WriteSession
from backend.core.vault import Vault
from backend.identity import accounts
from backend.messages import noting, permits
from backend.messages.parcels import CLAIMED_FOR, end, refuse
from backend.messages.tables import SENT, WAITING, MessageDelivery
from backend.messages.templates import LONG_TERM, ONE_TIME, Templates
from backend.wechat import subscriptions
from backend.wechat.messages import Message as Pushed
from backend.wechat.pushes import Receiver
from backend.wechat.subscriptions import Choice, Fate

log = structlog.get_logger()

_CLOCKS_DIFFER: Final = timedelta(minutes=1)


@dataclass(frozen=True)
class Reconciling:
    """Receives the three events; what is about templates or people that we do not know is ignored."""

    vault: Vault
    app_id: str
    templates: Templates

    def receivers(self) -> Mapping[str, Receiver]:
        """Return who receives which event."""
        return {
            subscriptions.POPUP: self.answered,
            subscriptions.CHANGE: self.changed,
            subscriptions.SENT: self.arrived,
        }

    async def answered(self, session: WriteSession, message: Pushed, now: datetime) -> None:
        """Note what a member answered in the pop-up."""
        member_id = await self._member(session, message)
        for choice in _choices(message, subscriptions.POPUP):
            channel = self.templates.permitted().get(choice.template_id)
            if member_id is None or channel is None:
                continue
            if choice.is_accepted:
                lasting = channel != ONE_TIME
                await permits.accept(session, member_id, choice.template_id, lasting=lasting, by_phone=False, now=now)
            else:
                await permits.decline(session, member_id, choice.template_id, now)

    async def changed(self, session: WriteSession, message: Pushed, now: datetime) -> None:
        """Note what a member changed in WeChat's settings; the platform tells of withdrawals only."""
        member_id = await self._member(session, message)
        for choice in _choices(message, subscriptions.CHANGE):
            if member_id is not None and choice.template_id in self.templates.permitted() and not choice.is_accepted:
                await permits.withdraw(session, member_id, choice.template_id)

    async def arrived(self, session: WriteSession, message: Pushed, now: datetime) -> None:
        """Note what became of messages: also of one whose sending we could not note, because the worker died."""
        member_id, at = await self._member(session, message), subscriptions.event(message).at
        for fate in subscriptions.fates(message):
            delivery = await _numbered(session, fate.number)
            if delivery is None and member_id is not None:
                delivery = await _unnoted(session, member_id, fate.template_id, at)
            if delivery is not None:
                await _settle(session, delivery, fate, now)

    async def _member(self, session: ReadSession, message: Pushed) -> int | None:
        openid = subscriptions.event(message).openid
        return await accounts.member_with(session, self.vault, self.app_id, openid)


def _choices(message: Pushed, event: str) -> list[Choice]:
    """Return the choices of an event in the order in which permits are locked."""
    return sorted(subscriptions.choices(message, event), key=lambda choice: choice.template_id)


async def _numbered(session: ReadSession, number: str) -> MessageDelivery | None:
    return (await session.exec(select(MessageDelivery).where(col(MessageDelivery.number) == number))).first()


async def _unnoted(session: ReadSession, member_id: int, template_id: str, at: datetime) -> MessageDelivery | None:
    """Return the delivery that was claimed shortly before, and of which nobody has noted what became."""
    found = await session.exec(
        select(MessageDelivery)
        .where(
            col(MessageDelivery.member_id) == member_id,
            col(MessageDelivery.channel).in_((ONE_TIME, LONG_TERM)),
            col(MessageDelivery.template_id) == template_id,
            col(MessageDelivery.state) == WAITING,
            col(MessageDelivery.claimed_at) <= at + _CLOCKS_DIFFER,
            col(MessageDelivery.claimed_at) > at - CLAIMED_FOR,
        )
        .order_by(col(MessageDelivery.claimed_at), col(MessageDelivery.id))
        .limit(1)
    )
    return found.first()


async def _settle(session: WriteSession, delivery: MessageDelivery, fate: Fate, now: datetime) -> None:
    delivery, message = (await noting.locked(session, [delivery.id or 0]))[delivery.id or 0]
    if delivery.state not in (WAITING, SENT):
        return
    was_waiting = delivery.state == WAITING
    delivery.number = fate.number
    if fate.is_delivered:
        end(delivery, SENT, None, delivery.ended_at or now)
    else:
        log.warning("a message was taken and not delivered", code=fate.code, status=fate.status[:40])
        refuse(delivery, message, fate.code[:20], now)
    if was_waiting and delivery.channel == ONE_TIME and delivery.template_id:
        await permits.use(session, delivery.member_id, delivery.template_id)
    await session.flush()
