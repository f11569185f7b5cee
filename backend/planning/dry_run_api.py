"""GraphQL for the office: the dry run of a campaign that stands or is proposed."""

from datetime import date, datetime

import strawberry

from backend.campaigns.api import CAMPAIGN_ID
from backend.campaigns.calendar_api import NOT_PUBLISHED
from backend.campaigns.office_api import managed
from backend.campaigns.service import TIME_ZONE, Plan
from backend.campaigns.shelf import Shelf
from backend.campaigns.tables import OBJECTION_PERIOD, REVIEW_PERIOD
from backend.checkins.kind import all_kinds
from backend.core import clock, ids
from backend.core.api import Asked, Context, Info, Long
from backend.core.db import ReadSession
from backend.identity import api as identity_api
from backend.planning import dry_run, timetable
from backend.planning.clashes import Clash
from backend.planning.timetable import Moment


@strawberry.type(description="Something that happens to a campaign.")
class ScheduledMoment:
    key: str = strawberry.field(
        description="opens, special_day, holiday, make_up_workday, rules_change, pauses, resumes, last_day_ends, "
        "closes, review_ends, provisional, seals, photos_deleted or cancelled."
    )
    title: str = strawberry.field(description="What happens.")
    at: datetime = strawberry.field(description="When, in UTC.")
    local: str = strawberry.field(description="When, by the campaign's clock, ISO 8601 with its offset.")
    words: str = strawberry.field(description="When, by the campaign's clock, as people say it.")
    past: bool = strawberry.field(description="Whether it lies in the past.")


@strawberry.type(description="A kind of check-in that two campaigns share.")
class SharedKind:
    kind: str = strawberry.field(description="The kind's key.")
    title: str = strawberry.field(description="The kind's title.")


@strawberry.type(description="Another campaign of the same people at the same time that shares acts with this one.")
class CampaignClash:
    campaign_id: strawberry.ID = strawberry.field(description="The other campaign.")
    title: str = strawberry.field(description="Its title.")
    starts_on: date = strawberry.field(description="The first day that both share.")
    ends_on: date = strawberry.field(description="The last day that both share.")
    kinds: list[SharedKind] = strawberry.field(description="What counts once in both together.")
    excluding: list[SharedKind] = strawberry.field(description="Of these only one counts on a day.")
    meaning: str = strawberry.field(description="What that means for members, in a sentence.")


@strawberry.type(description="What would refuse a campaign, what will happen to it, with which others it shares acts.")
class DryRun:
    can_open: bool = strawberry.field(description="Whether nothing refuses it; true for one that stands.")
    refusals: list[str] = strawberry.field(description="Why it could not be opened.")
    moments: list[ScheduledMoment] = strawberry.field(description="What happens, in order.")
    workdays: int = strawberry.field(description="How many of its days are worked, by the calendar as known today.")
    days_off: int = strawberry.field(description="How many are weekends or holidays.")
    unpublished: list[str] = strawberry.field(description="Years of it whose holidays are not published, as sentences.")
    clashes: list[CampaignClash] = strawberry.field(description="Campaigns that share acts with it.")
    review_days: int | None = strawberry.field(description="From closing to the end of review; null: invalid days.")
    objection_days: int | None = strawberry.field(description="From then to the seal; null: invalid days.")
    budget_points: Long | None = strawberry.field(description="The most points that it may issue; null: no limit.")


@strawberry.input(description="A campaign that could be opened.")
class ProposalInput:
    theme: str = strawberry.field(description="The theme's key.")
    institution_id: strawberry.ID = strawberry.field(description="For this institution and all below it.")
    starts_on: date = strawberry.field(description="The first campaign day.")
    ends_on: date = strawberry.field(description="The last campaign day, included.")
    review_days: int = strawberry.field(default=REVIEW_PERIOD.days, description="1 to 14.")
    objection_days: int = strawberry.field(default=OBJECTION_PERIOD.days, description="0 to 14.")


@strawberry.input(description="A campaign that stands, or one that is proposed.", one_of=True)
class DryRunInput:
    campaign_id: strawberry.ID | None = strawberry.field(default=strawberry.UNSET, description="One that stands.")
    proposal: ProposalInput | None = strawberry.field(default=strawberry.UNSET, description="One that is proposed.")


def _moment(moment: Moment, zone: str, context: Context) -> ScheduledMoment:
    return ScheduledMoment(
        key=moment.key,
        title=context.say(moment.title),
        at=moment.at,
        local=moment.at.astimezone(clock.zone(zone)).isoformat(timespec="minutes"),
        words=timetable.in_words(moment.at, zone, context.locale),
        past=moment.at <= context.now,
    )


def _kinds(keys: tuple[str, ...], context: Context) -> list[SharedKind]:
    return [SharedKind(kind=key, title=context.say(all_kinds()[key].title)) for key in keys]


def _clash(clash: Clash, context: Context) -> CampaignClash:
    return CampaignClash(
        campaign_id=strawberry.ID(ids.encode(CAMPAIGN_ID, clash.other.id)),
        title=context.say(clash.other.rules.title),
        starts_on=clash.first,
        ends_on=clash.last,
        kinds=_kinds(clash.kinds, context),
        excluding=_kinds(clash.excluding, context),
        meaning=context.say(clash.meaning),
    )


def _face(found: dry_run.DryRun, context: Context) -> DryRun:
    row, days = found.running and found.running.campaign, found.days
    zone = row.time_zone if row else TIME_ZONE
    return DryRun(
        can_open=not found.refusals,
        refusals=[context.say(one) for one in found.refusals],
        moments=[_moment(one, zone, context) for one in found.moments],
        workdays=days.workdays if days else 0,
        days_off=days.days_off if days else 0,
        unpublished=[context.say(NOT_PUBLISHED, year=year) for year in days.unpublished] if days else [],
        clashes=[_clash(one, context) for one in found.clashes],
        review_days=row.review_days if row else None,
        objection_days=row.objection_days if row else None,
        budget_points=Long(row.budget_points) if row and row.budget_points is not None else None,
    )


async def _of_proposal(context: Context, session: ReadSession, asked: ProposalInput) -> dry_run.DryRun:
    shelf = context.use(Shelf)
    place = await identity_api.managed_institution(context, session, asked.institution_id)
    windows = (asked.review_days, asked.objection_days)
    plan = Plan(shelf.theme(asked.theme), shelf.factors, asked.starts_on, asked.ends_on, *windows)
    return await dry_run.of_proposal(session, plan, place, shelf.calendar, context.now)


@strawberry.type
class DryRunQuery:
    @strawberry.field(description="Tell everything that will happen to a campaign, without doing any of it (managers).")
    async def dry_run(self, info: Info, input: Asked[DryRunInput]) -> DryRun:  # noqa: A002
        context = info.context
        async with context.database.read() as session:
            if input.proposal:
                found = await _of_proposal(context, session, input.proposal)
            else:
                _, running = await managed(context, session, input.campaign_id or "")
                found = await dry_run.of_campaign(session, running, context.use(Shelf).calendar)
        return _face(found, context)
