"""One message on its way to one member: claimed, ended, refused.

A claim is a time: who dies after it holds nothing, and the delivery is claimed again five minutes later. So a message
is sent at least once, and twice only when a worker died, or slept, between sending and noting.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement
from sqlmodel import col, or_

from backend.messages.tables import REFUSED, Message, MessageDelivery

# Longer than a call may take, with the token's, and shorter than anybody would miss.
CLAIMED_FOR: Final = timedelta(minutes=5)
# Why we did not ask.
EXPIRED, SWITCHED_OFF, NOT_WANTED, LEFT, NO_ACCOUNT, UNFIT, NO_TEMPLATE, NO_CREDIT = (
    "expired",
    "switched_off",
    "not_wanted",
    "left",
    "no_account",
    "unfit",
    "no_template",
    "no_credit",
)


Pair = tuple[MessageDelivery, Message]


@dataclass(frozen=True)
class Parcel:
    """One message to one member, filled in and addressed, claimed by us."""

    delivery_id: int
    member_id: int
    template_id: str | None
    address: str
    notice: Hashable
    claimed_at: datetime


def is_free(now: datetime) -> ColumnElement[bool]:
    """Say that nobody has a delivery in hands."""
    claimed = col(MessageDelivery.claimed_at)
    # A claim of the future was made before the clock was set back.
    return or_(claimed.is_(None), claimed <= now - CLAIMED_FOR, claimed > now + CLAIMED_FOR)


def end(delivery: MessageDelivery, state: str, reason: str | None, now: datetime) -> None:
    """Let a delivery come to its end."""
    delivery.state, delivery.reason, delivery.ended_at = state, reason, now


def refuse(delivery: MessageDelivery, message: Message, reason: str, now: datetime) -> None:
    """Let a delivery end that this channel cannot carry, and its message look for another way."""
    end(delivery, REFUSED, reason, now)
    message.routed_at = None
