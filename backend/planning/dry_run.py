"""A dry run: what would refuse a campaign, what will happen to it, with which others it shares acts."""

from dataclasses import dataclass
from datetime import datetime

from backend.campaigns import neighbours, service
from backend.campaigns.calendar import Calendar
from backend.campaigns.errors import CampaignDaysInvalid
from backend.campaigns.queries import Rules, Running
from backend.campaigns.service import Plan
from backend.core.db import ReadSession
from backend.core.text import Text
from backend.identity.tables import Institution
from backend.planning import clashes, queries, timetable
from backend.planning.clashes import Clash
from backend.planning.timetable import Days, Moment

SAME_STANDS = Text("同一单位、主题和日期的活动已存在", "the same campaign of this institution stands already")
OTHER_DAY_CUT = Text(
    "与“{institution}”同期活动的每日起算时间不同（{there}:00 与 {here}:00），同一行动会被计到两天",
    "days of a campaign of '{institution}' at that time begin at another hour ({there}:00, not {here}:00): one act "
    "would count twice",
)


@dataclass(frozen=True)
class DryRun:
    """What was found; nothing happens to a campaign that is refused."""

    running: Running | None
    refusals: tuple[Text, ...]
    moments: tuple[Moment, ...] = ()
    days: Days | None = None
    clashes: tuple[Clash, ...] = ()


async def of_campaign(session: ReadSession, running: Running, calendar: Calendar) -> DryRun:
    """Look at a campaign that stands."""
    return await _looked_at(session, running, calendar, (), but=running.id)


async def of_proposal(
    session: ReadSession, plan: Plan, place: Institution, calendar: Calendar, now: datetime
) -> DryRun:
    """Look at a campaign that is only proposed. Raises InvalidValue for windows or a budget that cannot be."""
    service.check_windows(plan.review_days, plan.objection_days, plan.budget_points)
    try:
        service.check_days(plan.starts_on, plan.ends_on, now)
    except CampaignDaysInvalid as problem:
        reason = problem.fields["reason"]
        assert isinstance(reason, Text)
        return DryRun(None, (reason,))
    row = plan.row(place.id or 0, None, now)
    running = Running(row, place.path, Rules(plan.theme, plan.factors))
    refusals = [SAME_STANDS] if await neighbours.same(session, row) is not None else []
    cut = plan.theme.rules.day_cut_hour
    for other, where in await neighbours.other_day_cuts(session, place.path, plan.starts_on, plan.ends_on, cut):
        refusals.append(OTHER_DAY_CUT.told(institution=where.name, there=other.day_cut_hour, here=cut))
    return await _looked_at(session, running, calendar, tuple(refusals), but=None)


async def _looked_at(
    session: ReadSession, running: Running, calendar: Calendar, refusals: tuple[Text, ...], *, but: int | None
) -> DryRun:
    row = running.campaign
    others = await neighbours.beside(session, running.path, row.starts_on, row.ends_on, but=but)
    numbers = {one.campaign.institution_id for one in (running, *others)}
    names = {number: place.name for number, place in (await queries.names(session, numbers)).items()}
    return DryRun(
        running,
        refusals,
        tuple(timetable.moments(running, calendar)),
        timetable.days(running, calendar),
        tuple(clashes.among(running, others, names)),
    )
