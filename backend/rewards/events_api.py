"""GraphQL of events that members make up for: see them, give carbon, open and call off, what the certificate says."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

import strawberry

from backend.core import ids
from backend.core.api import Answered, AnswersProblems, Asked, Carbon, Context, Info, Long, carbon
from backend.core.db import ReadSession
from backend.core.errors import NotFound as NotFoundProblem
from backend.core.receipts import Order, check_request
from backend.identity import api as identity_api
from backend.identity import queries as identity
from backend.identity import sessions
from backend.identity.roles import DECIDERS, MANAGERS
from backend.rewards import faces, neutrality, queries, requests, spending, views
from backend.rewards.api import REQUEST_ID, Refused
from backend.rewards.neutrality import Certificate
from backend.rewards.tables import NeutralEvent
from backend.rewards.views import DONATION_ID, EVENT_ID

OfEvent = Annotated[strawberry.ID, strawberry.argument(description="Which event.")]


@strawberry.type(description="Carbon was given to an event.")
class CarbonDonated(Answered):
    donation_id: strawberry.ID = strawberry.field(description="The donation.")
    carbon: Carbon = strawberry.field(description="What was given, an estimate.")


@strawberry.type(description="An event was opened.")
class NeutralEventOpened(Answered):
    event: views.EventView = strawberry.field(description="The event, as it stands.")


@strawberry.type(description="An event was called off; everything went back to those who gave it.")
class NeutralEventCancelled(Answered):
    returned: int = strawberry.field(description="How many donations went back.")


DonateCarbonResult = Annotated[
    CarbonDonated | Refused | faces.CarbonShort | faces.EventNeedsLess | faces.EventOver,
    strawberry.union("DonateCarbonResult", description="The donation, or why there is none."),
]
OpenNeutralEventResult = Annotated[
    NeutralEventOpened | Refused,
    strawberry.union("OpenNeutralEventResult", description="The event, or why there is none."),
]
CancelNeutralEventResult = Annotated[
    NeutralEventCancelled | Refused | faces.EventOver,
    strawberry.union("CancelNeutralEventResult", description="The outcome, or why it stands."),
]


@strawberry.input(description="How much to give, to which event.")
class DonateCarbonInput:
    request_id: str = strawberry.field(description=REQUEST_ID)
    event_id: strawberry.ID = strawberry.field(description="The event.")
    milligrams: Long = strawberry.field(description="Whole milligrams CO2e of the caller's avoided carbon.")


@strawberry.input(description="An event whose emissions members may make up for.")
class OpenNeutralEventInput:
    request_id: str = strawberry.field(description=REQUEST_ID)
    institution_id: strawberry.ID = strawberry.field(description="Whose event: members of it and below may give.")
    title_zh: str | None = strawberry.field(default=None, description="At most 40 characters.")
    title_en: str | None = strawberry.field(default=None, description="At most 80 characters.")
    held_on: date = strawberry.field(description="The event's day.")
    kilograms: int = strawberry.field(description="Its emissions, estimated: 1 to 1,000,000 kg CO2e.")
    source: str = strawberry.field(description="4 to 200 characters: how, by which factors they were estimated.")


@strawberry.input(description="An event to call off.")
class CancelNeutralEventInput:
    request_id: str = strawberry.field(description=REQUEST_ID)
    event_id: strawberry.ID = strawberry.field(description="The event.")
    reason: str = strawberry.field(description="2 to 200 characters that those who gave will read.")


async def _covering(context: Context, session: ReadSession, member_id: int, opaque: str) -> NeutralEvent:
    """Return an event of the caller's institution or of one above; others do not exist for them."""
    place = await identity.place_of(session, member_id, sessions.today(context))
    found = await queries.event(session, ids.decode(EVENT_ID, opaque))
    if found is None or place is None or not place.institution_path.startswith(found[1]):
        raise NotFoundProblem(what=opaque[:40])
    return found[0]


async def _reached(context: Context, session: ReadSession, roles: tuple[str, ...], opaque: str) -> NeutralEvent:
    await sessions.caller(context, session)
    found = await queries.event(session, ids.decode(EVENT_ID, opaque))
    missing = NotFoundProblem(what=opaque[:40])
    await sessions.require_role_at(context, session, roles, found[1] if found else None, missing)
    assert found is not None, "nobody manages what does not exist"
    return found[0]


async def certified(context: Context, session: ReadSession, event_id: str) -> tuple[int, Certificate | None]:
    """Return an event's number and certificate (None until it is filled), to its members and who decides there."""
    member_id = await sessions.member_id(context, session)
    try:
        row = await _covering(context, session, member_id, event_id)
    except NotFoundProblem:
        row = await _reached(context, session, DECIDERS, event_id)
    return row.id or 0, await neutrality.certificate(session, row.id or 0)


@strawberry.type
class EventsViewer:
    @strawberry.field(description="The events that the caller may give to or gave to, the latest first.")
    async def neutral_events(self, info: Info) -> list[views.EventView]:
        context = info.context
        member_id = await sessions.member_id(context)
        async with context.database.read() as session:
            place = await identity.place_of(session, member_id, sessions.today(context))
            found = await queries.events_for(session, place.institution_path) if place else []
            own = await queries.donated_by(session, member_id, [one.id or 0 for one in found])
        return [views.event(one, own.get(one.id or 0, 0), context) for one in found]


@strawberry.type
class EventsQuery:
    @strawberry.field(description="What the certificate of a filled event says; null until it is filled (its members).")
    async def neutral_certificate(self, info: Info, event_id: OfEvent) -> views.NeutralCertificate | None:
        context = info.context
        async with context.database.read() as session:
            _, found = await certified(context, session, event_id)
        return views.certificate(found, context) if found else None


@strawberry.type
class EventsMutation:
    @strawberry.mutation(
        description="Give avoided carbon to an event: it cannot be given again. Scores stay as they are.",
        extensions=[AnswersProblems()],
    )
    async def donate_carbon(self, info: Info, input: Asked[DonateCarbonInput]) -> DonateCarbonResult:  # noqa: A002
        context = info.context
        check_request(input.request_id)
        async with context.database.write() as session:
            member_id = await sessions.member_id(context, session)

            async def work() -> Mapping[str, Any]:
                place = await spending.place_today(session, member_id, context.now)
                event = await _covering(context, session, member_id, input.event_id)
                made = await neutrality.donate(session, place, event, input.milligrams, context.now)
                return {"donation": made.id, "milligrams": made.carbon_mg}

            content = {"event": input.event_id, "milligrams": input.milligrams}
            order = Order(member_id, input.request_id, "donate", content)
            answer = await requests.once(session, order, work, context.now)
        return CarbonDonated(
            request_id=answer.request_id,
            replayed=answer.replayed,
            donation_id=strawberry.ID(ids.encode(DONATION_ID, answer.done["donation"])),
            carbon=carbon(answer.done["milligrams"]),
        )

    @strawberry.mutation(
        description="Open an event of an institution, with its estimated emissions (managers).",
        extensions=[AnswersProblems()],
    )
    async def open_neutral_event(self, info: Info, input: Asked[OpenNeutralEventInput]) -> OpenNeutralEventResult:  # noqa: A002
        context = info.context
        check_request(input.request_id)
        said = {name: value for name, value in vars(input).items() if name not in ("request_id", "institution_id")}
        async with context.database.write() as session:
            where = await identity_api.managed_institution(context, session, input.institution_id)
            member_id = await sessions.member_id(context, session)

            async def work() -> Mapping[str, Any]:
                made = await neutrality.open_event(
                    session, institution_id=where.id or 0, **said, by_member=member_id, now=context.now
                )
                return {"event": made.id}

            content = {"institution": input.institution_id, **said}
            order = Order(member_id, input.request_id, "open event", content)
            answer = await requests.once(session, order, work, context.now)
            row = await session.get(NeutralEvent, answer.done["event"])
            assert row is not None, "it was written with the answer"
            own = await queries.donated_by(session, member_id, [row.id or 0])
        event = views.event(row, own.get(row.id or 0, 0), context)
        return NeutralEventOpened(request_id=answer.request_id, replayed=answer.replayed, event=event)

    @strawberry.mutation(
        description="Call an event off and give everything back, with the reason (managers).",
        extensions=[AnswersProblems()],
    )
    async def cancel_neutral_event(
        self,
        info: Info,
        input: Asked[CancelNeutralEventInput],  # noqa: A002
    ) -> CancelNeutralEventResult:
        context = info.context
        check_request(input.request_id)
        async with context.database.write() as session:
            row = await _reached(context, session, MANAGERS, input.event_id)
            member_id = await sessions.member_id(context, session)

            async def work() -> Mapping[str, Any]:
                back = await neutrality.cancel_event(session, row, input.reason, member_id, context.now)
                return {"returned": back}

            content = {"event": row.id, "reason": input.reason}
            order = Order(member_id, input.request_id, "cancel event", content)
            answer = await requests.once(session, order, work, context.now)
        return NeutralEventCancelled(
            request_id=answer.request_id, replayed=answer.replayed, returned=answer.done["returned"]
        )
