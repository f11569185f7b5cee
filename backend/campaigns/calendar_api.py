"""GraphQL: the year of themes, its holidays, and whether the year has been published at all."""

from datetime import date

import strawberry

from backend.campaigns.calendar_file import Event, Holiday, Year
from backend.campaigns.shelf import Shelf
from backend.core.api import Asked, Context, Info
from backend.core.errors import InvalidValue
from backend.core.text import Text
from backend.identity import sessions

FIRST_YEAR, LAST_YEAR = 2000, 2100


@strawberry.type(description="A publicity event of the year, and the theme that serves it.")
class CalendarEvent:
    title: str = strawberry.field(description="Its title.")
    theme: str = strawberry.field(description="The theme's key.")
    starts_on: date = strawberry.field(description="The first day.")
    ends_on: date = strawberry.field(description="The last day.")
    certainty: str = strawberry.field(description="verified, second-hand or predicted: an organiser confirms it.")
    source: str = strawberry.field(description="Where the dates come from.")


@strawberry.type(description="Days off in a row, as the State Council published them.")
class CalendarHoliday:
    name: str = strawberry.field(description="Its name.")
    starts_on: date = strawberry.field(description="The first day off.")
    ends_on: date = strawberry.field(description="The last day off.")
    make_up_workdays: list[date] = strawberry.field(description="Weekend days that are worked for it.")


@strawberry.type(description="One year of themes and workdays.")
class CalendarYear:
    year: int = strawberry.field(description="The year.")
    published: bool = strawberry.field(
        description="Whether its holidays are known; if not, weekdays count as workdays."
    )
    notice: str = strawberry.field(description="Where the holidays come from, or that they are not published yet.")
    events: list[CalendarEvent] = strawberry.field(description="The events, by day.")
    holidays: list[CalendarHoliday] = strawberry.field(description="The holidays, by day; empty while not published.")


NOT_PUBLISHED = Text(
    "{year} 年节假日安排尚未公布，暂按周一至周五为工作日。",
    "The holidays of {year} are not published yet; Monday to Friday are taken as workdays.",
)


def _event(event: Event, context: Context) -> CalendarEvent:
    return CalendarEvent(
        title=context.say(Text(event.title_zh, event.title_en)),
        theme=event.theme,
        starts_on=event.starts_on,
        ends_on=event.ends_on,
        certainty=event.certainty,
        source=event.source,
    )


def _holiday(holiday: Holiday, context: Context) -> CalendarHoliday:
    return CalendarHoliday(
        name=context.say(Text(holiday.name_zh, holiday.name_en)),
        starts_on=holiday.starts_on,
        ends_on=holiday.ends_on,
        make_up_workdays=list(holiday.make_up_workdays),
    )


@strawberry.type
class CalendarQuery:
    @strawberry.field(description="The calendar of a year.")
    async def calendar(self, info: Info, year: Asked[int]) -> CalendarYear:
        context = info.context
        await sessions.caller(context)
        if not FIRST_YEAR <= year <= LAST_YEAR:
            reason = Text(f"应在 {FIRST_YEAR} 至 {LAST_YEAR} 之间", f"it lies between {FIRST_YEAR} and {LAST_YEAR}")
            raise InvalidValue(field="year", reason=reason)
        calendar = context.use(Shelf).calendar
        published: Year | None = next((one for one in calendar.years if one.year == year), None)
        return CalendarYear(
            year=year,
            published=published is not None,
            notice=published.source if published else context.say(NOT_PUBLISHED, year=year),
            events=[_event(event, context) for event in calendar.events_in(year)],
            holidays=[_holiday(holiday, context) for holiday in published.holidays] if published else [],
        )
