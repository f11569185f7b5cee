"""Open a campaign from a theme; join and leave it; start and close it when its time comes."""

from contextlib import suppress
from datetime import date, datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, update

from backend.campaigns import queries
from backend.campaigns.errors import CampaignClosed, CampaignDaysInvalid, CampaignUnderWay
from backend.campaigns.tables import (
    CANCELLED,
    CLOSED,
    ENDED,
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
from backend.core.errors import NotFound
from backend.core.text import Text
from backend.identity import queries as identity

TIME_ZONE = "Asia/Shanghai"
LONGEST_DAYS = 366
EARLIEST_YEARS = 5


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
    _check_days(starts_on, ends_on, now)
    cut, grace = theme.rules.day_cut_hour, theme.rules.grace_hours
    closes_at = clock.day_starts_at(ends_on + timedelta(days=1), TIME_ZONE, cut) + timedelta(hours=grace)
    await pin(session, theme.content_hash, theme.to_json())
    await pin(session, factors.content_hash, factors.to_json())
    campaign = Campaign(
        theme_key=theme.key,
        theme_hash=theme.content_hash,
        factors_hash=factors.content_hash,
        institution_id=institution_id,
        starts_on=starts_on,
        ends_on=ends_on,
        time_zone=TIME_ZONE,
        day_cut_hour=cut,
        grace_hours=grace,
        opens_at=clock.day_starts_at(starts_on, TIME_ZONE, cut),
        closes_at=closes_at,
        state=SCHEDULED,
        opened_by=opened_by,
        created_at=now,
    )
    if (standing := await queries.same(session, campaign)) is not None:
        return standing
    await _one_day_cut(session, campaign)
    try:
        async with session.begin_nested():
            session.add(campaign)
    except IntegrityError:  # two organisers, or one who pressed twice: the other request opened it
        standing = await queries.same(session, campaign)
        assert standing is not None
        return standing
    return campaign


async def _one_day_cut(session: WriteSession, campaign: Campaign) -> None:
    """Refuse a day cut other than that of a campaign of the same people and days.

    One act would lie on two campaign days then, and count on both.
    """
    if await queries.other_day_cuts(session, campaign):
        reason = Text(
            "与同期活动的每日起算时间不同，同一行动会被计到两天",
            "its days begin at another hour than those of a campaign at the same time, and one act would count twice",
        )
        raise CampaignDaysInvalid(reason=reason)


def _check_days(starts_on: date, ends_on: date, now: datetime) -> None:
    if ends_on < starts_on:
        raise CampaignDaysInvalid(reason=Text("结束日期早于开始日期", "the last day is before the first"))
    if (ends_on - starts_on).days >= LONGEST_DAYS:
        raise CampaignDaysInvalid(reason=Text("活动不能超过 366 天", "a campaign lasts at most 366 days"))
    if ends_on < clock.campaign_day(now, TIME_ZONE, 0):
        raise CampaignDaysInvalid(reason=Text("结束日期已经过去", "the last day has passed already"))
    if ends_on.year > now.year + EARLIEST_YEARS:
        reason = Text(f"最多提前 {EARLIEST_YEARS} 年安排", f"it can be at most {EARLIEST_YEARS} years ahead")
        raise CampaignDaysInvalid(reason=reason)


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


async def cancel(session: WriteSession, campaign_id: int) -> None:
    """Take back a campaign that has not started; raises CampaignUnderWay for one that has."""
    cancelled = await session.exec(
        update(Campaign)
        .where(col(Campaign.id) == campaign_id, col(Campaign.state) == SCHEDULED)
        .values(state=CANCELLED)
    )
    if cancelled.rowcount == 0:
        raise CampaignUnderWay


async def start(session: WriteSession, campaign_id: int) -> None:
    """Let a scheduled campaign run."""
    await _move(session, campaign_id, SCHEDULED, RUNNING)


async def close(session: WriteSession, campaign_id: int) -> None:
    """Let a running campaign take no more acts."""
    await _move(session, campaign_id, RUNNING, CLOSED)


async def _move(session: WriteSession, campaign_id: int, before: str, after: str) -> None:
    await session.exec(
        update(Campaign).where(col(Campaign.id) == campaign_id, col(Campaign.state) == before).values(state=after)
    )
