"""Carry out what is asked of complaints: once for each request id, a member's words looked at before anybody reads."""

from collections.abc import Awaitable, Callable

import strawberry

from backend.checkins import desk as desks
from backend.complaints import receipts
from backend.complaints.receipts import Step
from backend.complaints.tables import Complaint
from backend.core import ids
from backend.core.api import Context
from backend.core.db import WriteSession
from backend.core.receipts import Order, check_request
from backend.identity import sessions, texts

COMPLAINT_ID = "cpl"

Work = Callable[[WriteSession, int], Awaitable[Complaint]]


async def once(
    context: Context, request_id: str, verb: str, *content: object, work: Work, said: str | None = None
) -> Step:
    """Do `work` in one transaction unless this request was answered before; the answer of then is given again.

    `said` is what a member wrote: WeChat looks at it first. What an office writes comes from a console, where nobody
    has opened the mini-program lately, as WeChat asks.
    """
    by_member = await sessions.member_id(context)
    check_request(request_id)
    order = Order(by_member, request_id, verb, content)
    if said is not None:
        async with context.database.read() as session:
            if (before := await receipts.known(session, order)) is not None:
                return before
        await texts.check(context, said)
    async with context.database.write() as session:
        await desks.lock_members(session, [by_member])
        if (before := await receipts.known(session, order)) is not None:
            return before
        complaint = await work(session, by_member)
        return receipts.keep(session, order, complaint, context.now)


def opaque(complaint_id: int) -> strawberry.ID:
    """Return what clients call a complaint."""
    return strawberry.ID(ids.encode(COMPLAINT_ID, complaint_id))
