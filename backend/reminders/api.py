"""GraphQL for members: which reminders they want, and when."""

from enum import Enum
from typing import Annotated

import strawberry

from backend.core.api import AnswersProblems, Asked, Context, Info
from backend.core.db import ReadSession
from backend.identity import faces as identity_faces
from backend.identity import sessions
from backend.messages.kinds import KINDS as MESSAGES
from backend.reminders import faces, queries, service
from backend.reminders.tables import CAMPAIGN, CHECK_IN, KINDS


@strawberry.enum(
    name="ReminderKind", description="That nothing is checked in yet today; that a campaign which was joined has begun."
)
class ReminderKind(Enum):
    CHECK_IN = CHECK_IN
    CAMPAIGN = CAMPAIGN


@strawberry.type(description="A kind of reminder, and when the caller wants it.")
class Reminder:
    kind: ReminderKind = strawberry.field(description="What it reminds of.")
    name: str = strawberry.field(description="What it is called.")
    offered: list[str] = strawberry.field(description="The times of day, Beijing time, that may be chosen.")
    at_time: str | None = strawberry.field(description="The time that the caller chose; null: no reminder.")


@strawberry.type(description="The choice was kept.")
class ReminderSet:
    reminders: list[Reminder] = strawberry.field(description="Every kind of reminder, as it stands now.")


SetReminderResult = Annotated[
    ReminderSet | faces.ReminderTimeUnknown | identity_faces.NotOnRoster,
    strawberry.union("SetReminderResult", description="The reminders, or why nothing was kept."),
]


@strawberry.input(description="Which reminder, and when.")
class SetReminderInput:
    kind: ReminderKind = strawberry.field(description="What it reminds of.")
    at_time: str | None = strawberry.field(description="One of the offered times; null switches it off.")


async def _reminders(context: Context, session: ReadSession, member_id: int) -> list[Reminder]:
    chosen = await queries.chosen(session, member_id)
    return [
        Reminder(
            kind=ReminderKind(kind),
            name=context.say(MESSAGES[kind].name),
            offered=list(service.OFFERED),
            at_time=chosen.get(kind),
        )
        for kind in KINDS
    ]


@strawberry.type
class RemindersViewer:
    @strawberry.field(description="The reminders that the caller may ask for; nobody is reminded who did not.")
    async def reminders(self, info: Info) -> list[Reminder]:
        member_id = await sessions.member_id(info.context)
        async with info.context.database.read() as session:
            return await _reminders(info.context, session, member_id)


@strawberry.type
class RemindersMutation:
    @strawberry.mutation(
        description="Ask for a reminder, or for none; harmless to repeat.", extensions=[AnswersProblems()]
    )
    async def set_reminder(self, info: Info, input: Asked[SetReminderInput]) -> SetReminderResult:  # noqa: A002
        context = info.context
        member_id = await sessions.member_id(context)
        async with context.database.write() as session:
            await service.choose(session, member_id, input.kind.value, input.at_time, context.now)
            return ReminderSet(reminders=await _reminders(context, session, member_id))
