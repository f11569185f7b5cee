"""GraphQL for the office: the address of an institution's calendar."""

from datetime import datetime
from typing import Annotated

import strawberry

from backend.core.api import AnswersProblems, Asked, Info, OfInstitution
from backend.core.vault import Vault
from backend.identity import api as identity_api
from backend.identity import faces as identity_faces
from backend.identity import sessions
from backend.planning import queries, service


@strawberry.type(description="An institution's calendar has an address.")
class CalendarFeed:
    renewed_at: datetime = strawberry.field(description="Since when it has the address that works now.")


@strawberry.type(description="A new address; the one before shows nothing any more.")
class CalendarFeedRenewed:
    path: str = strawberry.field(
        description="Path on this server, shown only here; `?lang=en` or `?lang=zh-CN` chooses the language."
    )
    renewed_at: datetime = strawberry.field(description="Since when it works.")


RenewCalendarFeedResult = Annotated[
    CalendarFeedRenewed | identity_faces.NotOnRoster,
    strawberry.union("RenewCalendarFeedResult", description="The new address, or why there is none."),
]


@strawberry.input(description="Which institution.")
class RenewCalendarFeedInput:
    institution_id: strawberry.ID = strawberry.field(description="The institution.")


@strawberry.type
class CalendarFeedQuery:
    @strawberry.field(description="The calendar of an institution (its managers); null while it has no address.")
    async def calendar_feed(self, info: Info, institution_id: OfInstitution) -> CalendarFeed | None:
        async with info.context.database.read() as session:
            place = await identity_api.managed_institution(info.context, session, institution_id)
            found = await queries.feed_of(session, place.id or 0)
        return CalendarFeed(renewed_at=found.renewed_at) if found else None


@strawberry.type
class CalendarFeedMutation:
    @strawberry.mutation(
        description="Give an institution's calendar a new address; the old one ends (managers).",
        extensions=[AnswersProblems()],
    )
    async def renew_calendar_feed(
        self,
        info: Info,
        input: Asked[RenewCalendarFeedInput],  # noqa: A002
    ) -> RenewCalendarFeedResult:
        context = info.context
        async with context.database.write() as session:
            place = await identity_api.managed_institution(context, session, input.institution_id)
            by_member = await sessions.member_id(context, session)
            key = await service.renew(session, context.use(Vault), place.id or 0, by_member, context.now)
        return CalendarFeedRenewed(path=f"/calendars/{key}.ics", renewed_at=context.now)
