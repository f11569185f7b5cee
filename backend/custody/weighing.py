"""Confirm recyclables by what the station's scale says, whatever was declared."""

import json
from datetime import datetime
from decimal import Decimal

from backend.checkins import decisions
from backend.checkins.errors import ProofNotStronger
from backend.checkins.kinds.recyclables import KIND
from backend.checkins.tables import CheckIn
from backend.core.db import WriteSession
from backend.core.receipts import Order
from backend.custody import errors, forms, requests
from backend.custody.requests import Answer, Weighed

_GRAMS_PER_KILOGRAM = 1000


async def confirm_weighing(
    session: WriteSession, order: Order, *, check_in: CheckIn, grams: int, now: datetime
) -> Answer:
    """Raise an act of recyclables to confirmed, with its measured weight, and return the act that stands for it now.

    The caller has checked that who asks decides over its institution. Raises InvalidValue, NothingToWeigh,
    RequestReused, ProofNotStronger for what was weighed otherwise before, and what `decisions.confirm` raises.
    """
    weight = forms.grams(grams)
    known = await requests.earlier(session, order, [check_in.member_id])
    if known is not None:
        return known
    if check_in.kind != KIND.key:
        raise errors.NothingToWeigh
    kilograms = f"{weight // _GRAMS_PER_KILOGRAM}.{weight % _GRAMS_PER_KILOGRAM:03d}"
    act = await decisions.confirm(session, check_in.id, order.by_member, now, {"kilograms": kilograms})
    if Decimal(json.loads(act.details)["kilograms"]) != Decimal(kilograms):
        raise ProofNotStronger
    return requests.keep(session, order, [Weighed(act.id)], now)
