"""One campaign beside another: last year's of the same theme and institution, by head and workday."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select

from backend.campaigns import queries as campaigns
from backend.campaigns.calendar import Calendar
from backend.campaigns.queries import Running
from backend.campaigns.tables import CANCELLED, PAUSED, RUNNING, Campaign, Participation
from backend.checkins.tables import CheckIn
from backend.core.db import ReadSession
from backend.identity import queries as identity
from backend.identity import tree
from backend.leaderboards import periods
from backend.leaderboards.queries import HAS_SOMETHING
from backend.leaderboards.tables import Score
from backend.reports import acts, groups, transfers
from backend.reports.acts import Part
from backend.reports.figures import Compared, Comparison, Scope, Total
from backend.settlement import queries as settlement
from backend.settlement.tables import SealedStanding


def days_until(running: Running, last: date) -> list[date]:
    """Return the campaign days up to that one."""
    first = running.campaign.starts_on
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


async def compared(
    session: ReadSession, scope: Scope, part: Part, calendar: Calendar, *, counted: Total, by_hand: int, day: date
) -> Compared:
    """Return a campaign as it stands by a day; what was given by hand belongs to its points."""
    campaign = scope.running.campaign
    days = days_until(scope.running, day)
    return Compared(
        starts_on=campaign.starts_on,
        ends_on=day,
        participants=await _participants(session, part),
        total=await _sealed_total(session, part) or counted + Total(points=by_hand),
        people=await _people(session, scope, day),
        workdays=sum(calendar.is_workday(one) for one in days),
        workdays_published=all(calendar.published(one.year) for one in days),
    )


async def _sealed_total(session: ReadSession, part: Part) -> Total | None:
    if part.cut is None:
        return None
    sealed = await settlement.standings(session, part.campaign_id, "institution")
    own = (one for one in sealed if part.institution_id in (None, one.subject_id))
    return sum((Total(one.acts, one.points, one.carbon_mg) for one in own), Total())


async def _participants(session: ReadSession, part: Part) -> int:
    if part.cut is not None:
        sealed = select(func.count()).where(
            col(SealedStanding.campaign_id) == part.campaign_id, col(SealedStanding.level) == "person"
        )
        if part.institution_id is not None:
            sealed = sealed.where(col(SealedStanding.institution_id) == part.institution_id)
        return (await session.exec(sealed)).one()
    statement = (
        select(func.count(func.distinct(Score.member_id)))
        .join(
            Participation,
            (col(Participation.campaign_id) == col(Score.campaign_id))
            & (col(Participation.member_id) == col(Score.member_id)),
        )
        .where(
            col(Score.campaign_id) == part.campaign_id,
            col(Score.period) == periods.CAMPAIGN,
            part.stays,
            HAS_SOMETHING,
        )
    )
    if part.institution_id is not None:
        statement = statement.where(col(Score.institution_id) == part.institution_id)
    return (await session.exec(statement)).one()


async def _people(session: ReadSession, scope: Scope, day: date) -> int:
    """Return how many people the campaign is for: by head count, else by roster."""
    if scope.institution_id is None:
        covered = [one.id or 0 for one in await identity.subtree(session, scope.running.path)]
    else:
        covered = [scope.institution_id]
    return sum((await tree.people_on(session, "institution", covered, day)).values())


async def beside_last_year(
    session: ReadSession, scope: Scope, mine: Compared, calendar: Calendar, threshold: int
) -> Comparison | None:
    """Return last year's campaign of the same theme and institution beside this one's; None where there is none."""
    before = await _last_year(session, scope.running.campaign)
    if before is None:
        return None
    past = Scope(before, scope.name, scope.institution_id, scope.has_departments)
    seal = await settlement.seal_of(session, before.id)
    ended = before.campaign.ends_on
    if not await groups.may_be_told(session, past, threshold, ended, is_sealed=seal is not None):
        return None
    part = await acts.part_of(session, before.id, scope.institution_id, seal)
    rows = await acts.by(session, part, col(CheckIn.day), col(CheckIn.kind), col(CheckIn.proof))
    later = sum((await acts.disposed_since(session, part)).values())
    counted = sum((total for _, total, _ in rows), Total(carbon_mg=-later))
    by_hand = await transfers.by_hand(session, part)
    then = await compared(session, past, part, calendar, counted=counted, by_hand=by_hand, day=ended)
    now = scope.running
    return Comparison(
        now=mine,
        before=then,
        rules_differ=_ruled(now) != _ruled(before),
        factors_differ=now.rules.factors.content_hash != before.rules.factors.content_hash
        or bool(now.changes or before.changes),
        is_live=now.campaign.state in (RUNNING, PAUSED),
    )


async def _last_year(session: ReadSession, campaign: Campaign) -> Running | None:
    found = await session.exec(
        select(Campaign.id)
        .where(
            col(Campaign.theme_key) == campaign.theme_key,
            col(Campaign.institution_id) == campaign.institution_id,
            col(Campaign.state) != CANCELLED,
            col(Campaign.starts_on).between(
                date(campaign.starts_on.year - 1, 1, 1), date(campaign.starts_on.year - 1, 12, 31)
            ),
        )
        .order_by(col(Campaign.starts_on).desc())
        .limit(1)
    )
    number = found.first()
    return await campaigns.one(session, number) if number is not None else None


def _ruled(running: Running) -> Any:
    """Return what points depend on; texts and art are left out."""
    theme = running.rules.theme
    return theme.rules, theme.proof_credit, theme.kinds, theme.special_days, len(running.changes)
