"""Change a campaign that stands: its days before it starts, then only more of them; pause, resume, cancel it.

Whoever changes a campaign names the edition that they have seen. The same change of the same edition by the same
member is a repetition and does nothing more; another edition is a problem that tells what has changed since.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from backend.campaigns import audience, neighbours, pauses, queries, service, trail, words
from backend.campaigns.errors import (
    CampaignChanged,
    CampaignClosed,
    CampaignDaysInvalid,
    CampaignStateForbids,
    CampaignUnderWay,
    OnlyExtendable,
)
from backend.campaigns.queries import Running
from backend.campaigns.tables import CANCELLED, ENDED, PAUSED, RUNNING, SCHEDULED, Campaign, CampaignEvent
from backend.core.db import WriteSession, locked
from backend.core.errors import InvalidValue
from backend.core.text import Text
from backend.messages import service as messages

REASON_LENGTH = (2, 200)


@dataclass(frozen=True)
class Order:
    """Who changes a campaign, the edition that they have seen, and why, for members to read."""

    by_member: int
    edition: int
    reason: str | None
    now: datetime


@dataclass(frozen=True)
class Changes:
    """The days, windows and budget that a campaign is to have."""

    starts_on: date
    ends_on: date
    review_days: int
    objection_days: int
    budget_points: int | None

    @classmethod
    def of(cls, campaign: Campaign) -> "Changes":
        """Return what a campaign has."""
        return cls(**{name: getattr(campaign, name) for name in cls.__dataclass_fields__})


async def change(session: WriteSession, campaign_id: int, order: Order, asked: Mapping[str, Any]) -> Running:
    """Give a campaign other days, windows or budget before it starts; after that only a later last day.

    `asked` are those of the columns of `Changes` that are to be different. Raises CampaignDaysInvalid, InvalidValue,
    CampaignChanged, OnlyExtendable, CampaignStateForbids, CampaignClosed.
    """
    running = await _locked(session, campaign_id)
    if await _is_repetition(session, running, order, "change", asked):
        return running
    campaign, before = running.campaign, Changes.of(running.campaign)
    wanted = replace(before, **asked)
    has_begun = campaign.state != SCHEDULED
    if wanted == before:
        return running
    if has_begun:
        _only_later(running, before, wanted, order.now)
    reason = _reason(order.reason) if has_begun or order.reason else None
    service.check_days(wanted.starts_on, wanted.ends_on, order.now)
    service.check_windows(wanted.review_days, wanted.objection_days, wanted.budget_points)
    for name, value in asdict(wanted).items():
        setattr(campaign, name, value)
    service.set_times(campaign)
    await _room(session, campaign)
    what = "extended" if has_begun else "changed"
    await _done(session, running, order, what, reason=reason, asked=("change", asked), before=asdict(before))
    if (wanted.starts_on, wanted.ends_on) != (before.starts_on, before.ends_on):
        told = words.NEW_DAYS.told(starts_on=wanted.starts_on, ends_on=wanted.ends_on)
        await _tell(session, running, order, what, (told, reason or words.PLANS_CHANGED))
    return running


def _only_later(running: Running, before: Changes, wanted: Changes, now: datetime) -> None:
    campaign, title = running.campaign, running.rules.title
    if campaign.state in ENDED or (campaign.state != CANCELLED and now >= campaign.closes_at):
        raise CampaignClosed(campaign=title, closed_at=campaign.closes_at)
    if campaign.state == CANCELLED:
        raise _forbidden(running, words.CHANGE)
    rest = {**asdict(wanted), "ends_on": None}, {**asdict(before), "ends_on": None}
    if rest[0] != rest[1] or wanted.ends_on < before.ends_on:
        raise OnlyExtendable(campaign=title, ends_on=before.ends_on)


async def _room(session: WriteSession, campaign: Campaign) -> None:
    """Refuse days that collide with another campaign: the same one, or one whose days begin at another hour."""
    taken = CampaignDaysInvalid(reason=Text("同一主题在这些日期已有活动", "the theme has a campaign on these days"))
    with session.no_autoflush:
        if await neighbours.same(session, campaign) is not None:
            raise taken
        await service.one_day_cut(session, campaign)
    try:
        await session.flush()
    except IntegrityError as collision:
        raise taken from collision  # opened at this very moment


async def pause(session: WriteSession, campaign_id: int, order: Order) -> Running:
    """Put a running campaign on hold: it takes no acts, and what is done meanwhile does not count.

    Its last day and its closing stay where they are. Raises InvalidValue, CampaignChanged, CampaignStateForbids.
    """
    reason, running = _reason(order.reason), await _locked(session, campaign_id)
    if await _is_repetition(session, running, order, "pause", reason):
        return running
    campaign = running.campaign
    if campaign.state != RUNNING or order.now >= campaign.closes_at:
        raise _forbidden(running, words.PAUSE)
    campaign.state, campaign.state_reason = PAUSED, reason
    campaign.pauses = pauses.begun(campaign.pauses, order.now, reason)
    await _done(session, running, order, "paused", reason=reason, asked=("pause", reason))
    await _tell(session, running, order, "paused", (words.PAUSED, reason))
    return running


async def resume(session: WriteSession, campaign_id: int, order: Order) -> Running:
    """Let a paused campaign go on. Raises InvalidValue, CampaignChanged, CampaignStateForbids."""
    reason, running = _reason(order.reason), await _locked(session, campaign_id)
    if await _is_repetition(session, running, order, "resume", reason):
        return running
    campaign = running.campaign
    if campaign.state != PAUSED or order.now >= campaign.closes_at:
        raise _forbidden(running, words.RESUME)
    campaign.state, campaign.state_reason = RUNNING, None
    campaign.pauses = pauses.ended(campaign.pauses, order.now)
    await _done(session, running, order, "resumed", reason=reason, asked=("resume", reason))
    await _tell(session, running, order, "resumed", (words.RESUMED, reason))
    return running


async def cancel(session: WriteSession, campaign_id: int, order: Order) -> Running:
    """Cancel a campaign for good, before it starts or while it runs; what was earned stays.

    It closes now, so that review and the deletion of photos follow from here. Raises InvalidValue, CampaignChanged,
    CampaignStateForbids.
    """
    reason, running = _reason(order.reason), await _locked(session, campaign_id)
    if await _is_repetition(session, running, order, "cancel", reason):
        return running
    campaign = running.campaign
    if campaign.state not in (SCHEDULED, RUNNING, PAUSED) or order.now >= campaign.closes_at:
        raise _forbidden(running, words.CANCEL)
    told = words.CANCELLED_BEFORE if campaign.state == SCHEDULED else words.CANCELLED_EARLY
    _end(campaign, reason, order.now)
    await _done(session, running, order, "cancelled", reason=reason, asked=("cancel", reason))
    await _tell(session, running, order, "cancelled", (told, reason))
    return running


async def take_back(session: WriteSession, campaign_id: int, by_member: int, now: datetime) -> Running:
    """Cancel a campaign that has not started, without a reason; raises CampaignUnderWay for one that has."""
    running = await _locked(session, campaign_id)
    if running.campaign.state != SCHEDULED:
        raise CampaignUnderWay
    _end(running.campaign, None, now)
    order = Order(by_member, running.campaign.edition, None, now)
    await _done(session, running, order, "cancelled", reason=None, asked=("cancel", None))
    await _tell(session, running, order, "cancelled", (words.CANCELLED_BEFORE, words.PLANS_CHANGED))
    return running


def _end(campaign: Campaign, reason: str | None, now: datetime) -> None:
    campaign.state, campaign.state_reason, campaign.closes_at = CANCELLED, reason, now
    campaign.pauses = campaign.pauses and pauses.ended(campaign.pauses, now)


async def _locked(session: WriteSession, campaign_id: int) -> Running:
    await locked(session, Campaign, campaign_id)
    running = await queries.one(session, campaign_id)
    assert running is not None, "whoever asks has seen it"
    return running


def _reason(given: str | None) -> str:
    text, (least, most) = (given or "").strip(), REASON_LENGTH
    if not least <= len(text) <= most or not text.replace("\n", "").isprintable():
        reason = Text(f"原因应为 {least} 至 {most} 个字", f"a reason has {least} to {most} characters")
        raise InvalidValue(field="reason", reason=reason)
    return text


def _forbidden(running: Running, what: Text) -> CampaignStateForbids:
    state = words.STATES[running.campaign.state]
    return CampaignStateForbids(campaign=running.rules.title, state=state, what=what)


def _digest(asked: Any) -> str:
    text = json.dumps(asked, default=str, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


async def _is_repetition(session: WriteSession, running: Running, order: Order, verb: str, asked: object) -> bool:
    """Tell whether this very change was made already; raises CampaignChanged when others were made instead."""
    if order.edition == running.campaign.edition:
        return False
    since = [one for one in await trail.events(session, running.id) if _edition(one) >= order.edition]
    same = (order.by_member, order.edition, _digest((verb, asked)))
    if any((one.by_member, _edition(one), json.loads(one.details or "{}").get("asked")) == same for one in since):
        return True
    title, edition = running.rules.title, running.campaign.edition
    raise CampaignChanged(campaign=title, changes=words.changes(since), edition=edition)


def _edition(event: CampaignEvent) -> int:
    edition = json.loads(event.details or "{}").get("edition", 0)
    assert isinstance(edition, int)
    return edition


async def _done(
    session: WriteSession,
    running: Running,
    order: Order,
    what: str,
    *,
    reason: str | None,
    asked: Sequence[object],
    before: dict[str, Any] | None = None,
) -> None:
    campaign = running.campaign
    details: dict[str, Any] = {"asked": _digest(asked)}
    if before:
        details["before"], details["after"] = before, asdict(Changes.of(campaign))
    trail.change(session, campaign, what, order.now, by_member=order.by_member, reason=reason, details=details)
    await session.flush()


async def _tell(
    session: WriteSession, running: Running, order: Order, what: str, told: tuple[Text, str | Text]
) -> None:
    today = running.today(order.now)
    await messages.post(
        session,
        await audience.participants(session, running.id, today),
        "campaign_changed",
        key=f"campaign/{running.id}/{what}/{running.campaign.edition}",
        told={"campaign": running.rules.title, "what": told[0], "reason": told[1]},
        campaign_id=running.id,
        now=order.now,
    )
