"""GraphQL for the office: the plan of a year, and confirming its dates."""

from datetime import date, datetime
from typing import Annotated

import strawberry

from backend.campaigns.api import Campaign, campaign
from backend.campaigns.calendar_api import FIRST_YEAR, LAST_YEAR, NOT_PUBLISHED, CalendarEvent
from backend.campaigns.office_api import ThemeUnknown
from backend.campaigns.shelf import Shelf
from backend.core.api import AnswersProblems, Asked, Context, Info, InvalidValue, OfInstitution
from backend.core.db import ReadSession
from backend.core.errors import InvalidValue as InvalidValueProblem
from backend.core.text import Text
from backend.identity import api as identity_api
from backend.identity import sessions
from backend.identity.tables import Institution
from backend.planning import forecast, plan, service
from backend.planning.forecast import Expected
from backend.planning.plan import Entry
from backend.planning.queries import Confirmation
from backend.planning.tables import ConfirmedDates


@strawberry.type(description="Days that are known or predicted before an organiser confirms them.")
class ExpectedDates:
    starts_on: date = strawberry.field(description="The first day.")
    ends_on: date = strawberry.field(description="The last day.")
    certainty: str = strawberry.field(description="verified, second-hand or predicted.")
    source: str = strawberry.field(description="Where they come from.")


@strawberry.type(description="Days as an organiser has them from a notice; they hold for all institutions below.")
class DatesConfirmation:
    starts_on: date = strawberry.field(description="The first day.")
    ends_on: date = strawberry.field(description="The last day.")
    notice: str = strawberry.field(description="The notice's name.")
    institution: str = strawberry.field(description="Whose organiser confirmed them.")
    own: bool = strawberry.field(description="Whether it is the institution's own; else one above it has confirmed.")
    confirmed_at: datetime = strawberry.field(description="When.")


@strawberry.type(description="A theme in a year.")
class PlannedTheme:
    theme: str = strawberry.field(description="The theme's key.")
    title: str = strawberry.field(description="The theme's title.")
    starts_on: date | None = strawberry.field(description="The first day, confirmed or else expected; null: not known.")
    ends_on: date | None = strawberry.field(description="The last day; null as for the first.")
    certainty: str | None = strawberry.field(
        description="confirmed, verified, second-hand or predicted; null without days."
    )
    source: str = strawberry.field(description="Where the days come from, or why there are none.")
    expected: ExpectedDates | None = strawberry.field(
        description="What is expected without a confirmation, if anything."
    )
    confirmation: DatesConfirmation | None = strawberry.field(description="What is confirmed; null: nothing yet.")
    events: list[CalendarEvent] = strawberry.field(description="The publicity events that it serves, by day.")
    campaigns: list[Campaign] = strawberry.field(
        description="The campaigns in that year that cover the institution, cancelled ones left out."
    )
    campaigns_below: int = strawberry.field(description="How many campaigns institutions below have of their own.")


@strawberry.type(description="The plan of a year for one institution.")
class YearPlan:
    year: int = strawberry.field(description="The year.")
    published: bool = strawberry.field(description="Whether its holidays are known.")
    notice: str = strawberry.field(description="Where the holidays come from, or that they are not published yet.")
    themes: list[PlannedTheme] = strawberry.field(description="Every theme by its first day; those without days last.")


@strawberry.type(description="The theme as it stands in the plan now.")
class DatesConfirmed:
    planned: PlannedTheme = strawberry.field(description="The theme.")


ConfirmDatesResult = Annotated[
    DatesConfirmed | ThemeUnknown | InvalidValue,
    strawberry.union("ConfirmDatesResult", description="The theme in the plan, or why nothing was confirmed."),
]
WithdrawDatesResult = Annotated[
    DatesConfirmed | ThemeUnknown | InvalidValue,
    strawberry.union("WithdrawDatesResult", description="The theme in the plan, or why nothing was taken back."),
]


@strawberry.input(description="A theme in a year, for an institution and all below it.")
class PlannedThemeInput:
    institution_id: strawberry.ID = strawberry.field(description="The institution.")
    theme: str = strawberry.field(description="The theme's key.")
    year: int = strawberry.field(description="The year.")


@strawberry.input(description="The days as a notice says.")
class ConfirmDatesInput:
    institution_id: strawberry.ID = strawberry.field(description="They hold for this institution and all below it.")
    theme: str = strawberry.field(description="The theme's key.")
    year: int = strawberry.field(description="The year.")
    starts_on: date = strawberry.field(description="The first day.")
    ends_on: date = strawberry.field(description="The last day, included.")
    notice: str = strawberry.field(description="The notice's name and number: 2 to 200 characters.")


def check_year(year: int) -> None:
    """Raise InvalidValue for a year that no calendar has."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        reason = Text(f"应在 {FIRST_YEAR} 至 {LAST_YEAR} 之间", f"it lies between {FIRST_YEAR} and {LAST_YEAR}")
        raise InvalidValueProblem(field="year", reason=reason)


def _event(event: Expected, context: Context) -> CalendarEvent:
    return CalendarEvent(
        title=context.say(event.title),
        theme=event.theme,
        starts_on=event.dates.starts_on,
        ends_on=event.dates.ends_on,
        certainty=event.dates.certainty,
        source=context.say(event.source),
    )


def _expected(expected: Expected, context: Context) -> ExpectedDates:
    dates = expected.dates
    return ExpectedDates(
        starts_on=dates.starts_on,
        ends_on=dates.ends_on,
        certainty=dates.certainty,
        source=context.say(expected.source),
    )


def _confirmation(found: Confirmation) -> DatesConfirmation:
    return DatesConfirmation(
        starts_on=found.dates.starts_on,
        ends_on=found.dates.ends_on,
        notice=found.dates.notice,
        institution=found.institution,
        own=found.own,
        confirmed_at=found.dates.confirmed_at,
    )


def _planned(entry: Entry, context: Context) -> PlannedTheme:
    expected = _expected(entry.expected, context) if entry.expected else None
    confirmation = _confirmation(entry.confirmation) if entry.confirmation else None
    unknown = context.say(forecast.without_dates(entry.theme))
    return PlannedTheme(
        theme=entry.theme.key,
        title=entry.theme.copy_in(context.locale).title,
        starts_on=entry.days[0] if entry.days else None,
        ends_on=entry.days[1] if entry.days else None,
        certainty=entry.certainty,
        source=confirmation.notice if confirmation else expected.source if expected else unknown,
        expected=expected,
        confirmation=confirmation,
        events=[_event(event, context) for event in entry.events],
        campaigns=[campaign(one, context) for one in entry.campaigns],
        campaigns_below=entry.campaigns_below,
    )


async def _one(context: Context, session: ReadSession, place: Institution, theme: str, year: int) -> DatesConfirmed:
    entries = await plan.of_year(session, context.use(Shelf), place, year)
    return DatesConfirmed(planned=next(_planned(entry, context) for entry in entries if entry.theme.key == theme))


@strawberry.type
class PlanningQuery:
    @strawberry.field(description="The plan of a year for an institution (its managers).")
    async def year_plan(self, info: Info, institution_id: OfInstitution, year: Asked[int]) -> YearPlan:
        context, calendar = info.context, info.context.use(Shelf).calendar
        async with context.database.read() as session:
            place = await identity_api.managed_institution(context, session, institution_id)
            check_year(year)
            entries = await plan.of_year(session, context.use(Shelf), place, year)
        published = next((one.source for one in calendar.years if one.year == year), None)
        return YearPlan(
            year=year,
            published=published is not None,
            notice=published or context.say(NOT_PUBLISHED, year=year),
            themes=[_planned(entry, context) for entry in entries],
        )


@strawberry.type
class PlanningMutation:
    @strawberry.mutation(
        description="Confirm the days of a theme in a year, for an institution and all below it (its managers).",
        extensions=[AnswersProblems()],
    )
    async def confirm_dates(self, info: Info, input: Asked[ConfirmDatesInput]) -> ConfirmDatesResult:  # noqa: A002
        context = info.context
        async with context.database.write() as session:
            place = await identity_api.managed_institution(context, session, input.institution_id)
            check_year(input.year)
            dates = ConfirmedDates(
                institution_id=place.id or 0,
                theme_key=context.use(Shelf).theme(input.theme).key,
                year=input.year,
                starts_on=input.starts_on,
                ends_on=input.ends_on,
                notice=input.notice,
                confirmed_by=await sessions.member_id(context, session),
                confirmed_at=context.now,
            )
            await service.confirm(session, dates)
            return await _one(context, session, place, input.theme, input.year)

    @strawberry.mutation(
        description="Take an institution's own confirmation back: what one above it has confirmed holds again.",
        extensions=[AnswersProblems()],
    )
    async def withdraw_dates(self, info: Info, input: Asked[PlannedThemeInput]) -> WithdrawDatesResult:  # noqa: A002
        context = info.context
        async with context.database.write() as session:
            place = await identity_api.managed_institution(context, session, input.institution_id)
            check_year(input.year)
            theme = context.use(Shelf).theme(input.theme).key
            await service.withdraw(session, place.id or 0, theme, input.year)
            return await _one(context, session, place, theme, input.year)
