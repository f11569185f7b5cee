"""Open campaigns from a theme; join and leave one; start and close it when its time comes."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql.expression import ColumnElement
from sqlmodel import col, update

from backend.campaigns import neighbours, queries, trail
from backend.campaigns.errors import CampaignClosed, CampaignDaysInvalid
from backend.campaigns.tables import (
    CANCELLED,
    CLOSED,
    ENDED,
    OBJECTION_PERIOD,
    PAUSED,
    REVIEW_PERIOD,
    RUNNING,
    SCHEDULED,
    Campaign,
    Participation,
    PinnedDocument,
)
from backend.campaigns.themes import Theme
from backend.carbon.factors import FactorSet
from backend.core import clock
from backend.core.db import WriteSession
from backend.core.errors import InvalidValue, NotFound
from backend.core.text import Text
from backend.identity import queries as identity
from backend.identity.tables import Institution

TIME_ZONE = "Asia/Shanghai"
LONGEST_DAYS = 366
EARLIEST_YEARS = 5
REVIEW_DAYS, OBJECTION_DAYS = (1, REVIEW_PERIOD.days), (0, 14)
BUDGET_POINTS = (0, 10**9)


async def open_campaign(
    session: WriteSession,
    *,
    theme: Theme,
    factors: FactorSet,
    institution_id: int,
    starts_on: date,
    ends_on: date,
    opened_by: int | None,
    now: datetime,
) -> Campaign:
    """Schedule a theme for an institution and all below it, between two campaign days (both included).

    Opening the same theme for the same institution and days again returns the campaign that stands. Raises
    CampaignDaysInvalid. The rules are pinned here; the worker starts the campaign when its first
    day begins, and closes it when the grace time after its last day is over.
    """
    plan = Plan(theme, factors, starts_on, ends_on)
    (opened,) = await open_each(session, plan, [institution_id], opened_by, now)
    return opened.campaign


@dataclass(frozen=True)
class Plan:
    """What is to be opened: a theme, its campaign days, and the windows after it."""

    theme: Theme
    factors: FactorSet
    starts_on: date
    ends_on: date
    review_days: int = REVIEW_PERIOD.days
    objection_days: int = OBJECTION_PERIOD.days
    budget_points: int | None = None

    def row(self, institution_id: int, opened_by: int | None, now: datetime) -> Campaign:
        """Return the row of a campaign that is opened by this plan; nothing is written."""
        rules, starts_on, ends_on = self.theme.rules, self.starts_on, self.ends_on
        row = Campaign(
            theme_key=self.theme.key,
            theme_hash=self.theme.content_hash,
            factors_hash=self.factors.content_hash,
            institution_id=institution_id,
            starts_on=starts_on,
            ends_on=ends_on,
            time_zone=TIME_ZONE,
            day_cut_hour=rules.day_cut_hour,
            grace_hours=rules.grace_hours,
            opens_at=now,
            closes_at=now,
            review_days=self.review_days,
            objection_days=self.objection_days,
            state=SCHEDULED,
            budget_points=self.budget_points,
            opened_by=opened_by,
            created_at=now,
        )
        set_times(row)
        return row


def set_times(campaign: Campaign) -> None:
    """Put opening and closing where the campaign's days want them."""
    zone, cut = campaign.time_zone, campaign.day_cut_hour
    campaign.opens_at = clock.day_starts_at(campaign.starts_on, zone, cut)
    ends = clock.day_starts_at(campaign.ends_on + timedelta(days=1), zone, cut)
    campaign.closes_at = ends + timedelta(hours=campaign.grace_hours)


@dataclass(frozen=True)
class Opened:
    """A campaign that was asked for; `stood` when it had been opened before."""

    campaign: Campaign
    stood: bool


async def open_each(
    session: WriteSession, plan: Plan, institution_ids: Sequence[int], opened_by: int | None, now: datetime
) -> list[Opened]:
    """Schedule one campaign for each of these institutions, all or none, in the order given.

    What stands already is returned as it is. Raises CampaignDaysInvalid, InvalidValue.
    """
    check_days(plan.starts_on, plan.ends_on, now)
    check_windows(plan.review_days, plan.objection_days, plan.budget_points)
    await pin(session, plan.theme.content_hash, plan.theme.to_json())
    await pin(session, plan.factors.content_hash, plan.factors.to_json())
    return [await _open_one(session, plan.row(number, opened_by, now), now) for number in institution_ids]


async def _open_one(session: WriteSession, campaign: Campaign, now: datetime) -> Opened:
    if (standing := await neighbours.same(session, campaign)) is not None:
        return Opened(standing, stood=True)
    await one_day_cut(session, campaign)
    try:
        async with session.begin_nested():
            session.add(campaign)
    except IntegrityError:  # two organisers, or one who pressed twice: the other request opened it
        standing = await neighbours.same(session, campaign)
        assert standing is not None
        return Opened(standing, stood=True)
    trail.note(session, campaign.id or 0, "opened", now, by_member=campaign.opened_by)
    return Opened(campaign, stood=False)


async def one_day_cut(session: WriteSession, campaign: Campaign) -> None:
    """Refuse a day cut other than that of a campaign of the same people and days.

    One act would lie on two campaign days then, and count on both.
    """
    own = await session.get(Institution, campaign.institution_id)
    assert own is not None, "a campaign is opened for a stored institution"
    days = (campaign.starts_on, campaign.ends_on)
    if await neighbours.other_day_cuts(session, own.path, *days, campaign.day_cut_hour, but=campaign.id):
        raise CampaignDaysInvalid(reason=OTHER_DAY_CUT, institution=own.name)


OTHER_DAY_CUT = Text(
    "与同期活动的每日起算时间不同，同一行动会被计到两天",
    "its days begin at another hour than those of a campaign at the same time, and one act would count twice",
)


def check_days(starts_on: date, ends_on: date, now: datetime) -> None:
    """Raise CampaignDaysInvalid for days that make no campaign."""
    if ends_on < starts_on:
        raise CampaignDaysInvalid(reason=Text("结束日期早于开始日期", "the last day is before the first"))
    if (ends_on - starts_on).days >= LONGEST_DAYS:
        raise CampaignDaysInvalid(reason=Text("活动不能超过 366 天", "a campaign lasts at most 366 days"))
    if ends_on < clock.campaign_day(now, TIME_ZONE, 0):
        raise CampaignDaysInvalid(reason=Text("结束日期已经过去", "the last day has passed already"))
    if ends_on.year > now.year + EARLIEST_YEARS:
        reason = Text(f"最多提前 {EARLIEST_YEARS} 年安排", f"it can be at most {EARLIEST_YEARS} years ahead")
        raise CampaignDaysInvalid(reason=reason)


def check_windows(review_days: int, objection_days: int, budget_points: int | None) -> None:
    """Raise InvalidValue for a review, an objection time or a budget that cannot be."""
    _check_between("reviewDays", review_days, REVIEW_DAYS)
    _check_between("objectionDays", objection_days, OBJECTION_DAYS)
    check_budget(budget_points, "budgetPoints")


def check_budget(points: int | None, field: str) -> None:
    """Raise InvalidValue for a budget that cannot be; None is none, and 0 issues nothing."""
    if points is not None:
        _check_between(field, points, BUDGET_POINTS)


def _check_between(field: str, value: int, bounds: tuple[int, int]) -> None:
    least, most = bounds
    if not least <= value <= most:
        reason = Text(f"应在 {least} 至 {most} 之间", f"it lies between {least} and {most}")
        raise InvalidValue(field=field, reason=reason)


async def pin(session: WriteSession, content_hash: str, body: str) -> None:
    """Keep a theme or a set of factors for good, under its content hash."""
    if await session.get(PinnedDocument, content_hash) is not None:
        return
    with suppress(IntegrityError):  # another opening pinned the same text meanwhile
        async with session.begin_nested():
            session.add(PinnedDocument(content_hash=content_hash, body=body))


async def join(session: WriteSession, campaign_id: int, member_id: int, now: datetime) -> Participation:
    """Take part in a campaign, by the member's own act; joining again after leaving shows them again.

    Raises NotFound, CampaignClosed. Joining twice changes nothing.
    """
    campaign = await _joinable(session, campaign_id, member_id, now)
    participation = await session.get(Participation, (campaign_id, member_id))
    if participation is None:
        participation = await _first_joining(session, campaign.id, member_id, now)
    participation.left_at = None
    session.add(participation)
    await session.flush()
    return participation


async def _first_joining(session: WriteSession, campaign_id: int, member_id: int, now: datetime) -> Participation:
    participation = Participation(campaign_id=campaign_id, member_id=member_id, joined_at=now)
    try:
        async with session.begin_nested():
            session.add(participation)
    except IntegrityError:  # an impatient thumb: the same joining was committed meanwhile
        found = await session.get(Participation, (campaign_id, member_id))
        assert found is not None
        return found
    return participation


async def _joinable(session: WriteSession, campaign_id: int, member_id: int, now: datetime) -> queries.Running:
    found = await queries.one(session, campaign_id)
    today = clock.campaign_day(now, TIME_ZONE, 0)
    place = await identity.place_of(session, member_id, today)
    # One answer for a campaign elsewhere and for none at all: nobody learns what other institutions run.
    covered = found is not None and place is not None and place.institution_path.startswith(found.path)
    if found is None or found.campaign.state == CANCELLED or not covered:
        raise NotFound(what=Text("活动", "campaign"))
    if found.campaign.state in ENDED or now >= found.campaign.closes_at:
        raise CampaignClosed(campaign=found.rules.title, closed_at=found.campaign.closes_at)
    return found


async def leave(session: WriteSession, campaign_id: int, member_id: int, now: datetime) -> Participation:
    """Stop taking part: the member vanishes from every board within `board_seconds`.

    Raises NotFound when they never joined.
    """
    participation = await session.get(Participation, (campaign_id, member_id))
    if participation is None:
        raise NotFound(what=Text("活动", "campaign"))
    participation.left_at = participation.left_at or now
    session.add(participation)
    await session.flush()
    return participation


async def start(session: WriteSession, campaign_id: int, now: datetime | None = None) -> bool:
    """Let a scheduled campaign run, if it still opens by `now`; return whether it did."""
    is_due = [] if now is None else [col(Campaign.opens_at) <= now]
    return await _move(session, campaign_id, (SCHEDULED,), RUNNING, *is_due)


async def close(session: WriteSession, campaign_id: int, now: datetime | None = None) -> bool:
    """Let a campaign that runs or is on hold take no more acts, if it closes by `now`; return whether it did."""
    is_due = [] if now is None else [col(Campaign.closes_at) <= now]
    return await _move(session, campaign_id, (RUNNING, PAUSED), CLOSED, *is_due)


async def _move(
    session: WriteSession, campaign_id: int, before: Sequence[str], after: str, *is_due: ColumnElement[bool]
) -> bool:
    moved = await session.exec(
        update(Campaign)
        .where(col(Campaign.id) == campaign_id, col(Campaign.state).in_(before), *is_due)
        .values(state=after, state_reason=None)
    )
    return moved.rowcount > 0
