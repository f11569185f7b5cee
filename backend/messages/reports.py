"""Take what a phone tells of a pop-up: which templates its member allowed; the same request gets the same answer."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from backend.core import receipts
from backend.core.db import ReadSession, WriteSession, insert_new
from backend.core.errors import RequestReused
from backend.core.receipts import Order
from backend.messages import permits
from backend.messages.errors import ReportReused
from backend.messages.tables import PermitReport
from backend.messages.templates import ONE_TIME, Templates

ACCEPTED = ("accept", "acceptWithAudio", "acceptWithAlert", "acceptWithForcePush")


@dataclass(frozen=True)
class Result:
    """What `wx.requestSubscribeMessage` (or `wx.bindEmployeeRelation`) gave for one template."""

    template_id: str
    said: str


@dataclass(frozen=True)
class Report:
    """Results under one request id, made by the phone before its first try."""

    request_id: str
    results: tuple[Result, ...]


@dataclass(frozen=True)
class Answer:
    """How many messages of each template may be sent now; `replayed` when it was said before."""

    left: dict[str, int]
    replayed: bool = False


async def take(session: WriteSession, templates: Templates, member_id: int, report: Report, now: datetime) -> Answer:
    """Note a report once, and answer how the templates stand; raises ReportReused.

    Templates that we do not know are left out. A "no" to a lasting template ends it, to a one-time one changes nothing.
    """
    order = Order(member_id, report.request_id, None, tuple(vars(result) for result in report.results))
    row = {"member_id": member_id, "request_id": order.request_id, "content_hash": order.content_hash}
    if not await insert_new(session, PermitReport, row | {"answer": "", "reported_at": now}):
        return await _again(session, order)
    known = templates.permitted()
    for result in sorted(report.results, key=lambda one: one.template_id):  # the order in which permits are locked
        channel = known.get(result.template_id)
        if channel is None:
            continue
        lasting = channel != ONE_TIME
        if result.said in ACCEPTED:
            await permits.accept(session, member_id, result.template_id, lasting=lasting, by_phone=True, now=now)
        elif lasting:
            await permits.withdraw(session, member_id, result.template_id)
    left = await _left(session, member_id, [one.template_id for one in report.results if one.template_id in known])
    kept = await session.get(PermitReport, (member_id, report.request_id))
    assert kept is not None, "it was just inserted"
    kept.answer = json.dumps(left)
    await session.flush()
    return Answer(left)


async def _left(session: ReadSession, member_id: int, template_ids: Sequence[str]) -> dict[str, int]:
    found = await permits.credits_of(session, [member_id], template_ids)
    return {template_id: found.get((member_id, template_id), 0) for template_id in template_ids}


async def _again(session: ReadSession, order: Order) -> Answer:
    try:
        kept = await receipts.known(session, PermitReport, order)
    except RequestReused:
        raise ReportReused from None
    assert kept is not None, "its key was there"
    return Answer(json.loads(kept.answer), replayed=True)
