"""GraphQL for members: the inbox, its switches, and what WeChat may tell them."""

from datetime import datetime
from typing import Annotated

import strawberry

from backend.core import ids
from backend.core.api import After, Answered, AnswersProblems, Asked, Context, Info, InvalidValue
from backend.core.errors import InvalidValue as InvalidValueProblem
from backend.core.request_ids import is_request_id
from backend.core.text import Text
from backend.identity import faces as identity_faces
from backend.identity import sessions
from backend.messages import addresses, errors, faces, queries, reports, service, switches
from backend.messages.channels import NAMES
from backend.messages.kinds import KINDS
from backend.messages.reports import Report, Result
from backend.messages.tables import Message as MessageRow
from backend.messages.templates import CHANNELS, MOST_TEMPLATES, Templates

MESSAGE_ID, CAMPAIGN_ID = "msg", "cmp"


@strawberry.type(description="A message to the caller.")
class Message:
    id: strawberry.ID = strawberry.field(description="Opaque id.")
    kind: str = strawberry.field(description="The kind's key.")
    title: str = strawberry.field(description="What it is about, in the caller's language.")
    body: str = strawberry.field(description="What it says, in the caller's language.")
    campaign_id: strawberry.ID | None = strawberry.field(description="The campaign that it is about; null: none.")
    posted_at: datetime = strawberry.field(description="When it was posted.")
    read_at: datetime | None = strawberry.field(description="When the caller read it; null: not yet.")


@strawberry.type(description="A page of the caller's messages, newest first.")
class Inbox:
    items: list[Message] = strawberry.field(description="At most thirty.")
    next: strawberry.ID | None = strawberry.field(description="Ask for what is older with this; null: no more.")
    unread: int = strawberry.field(description="How many are not read, on all pages.")


@strawberry.type(description="A kind of message, and whether the caller wants it.")
class MessageKind:
    key: str = strawberry.field(description="The kind's key.")
    name: str = strawberry.field(description="What it is called.")
    is_on: bool = strawberry.field(description="Whether the caller wants it.")
    asked_for: bool = strawberry.field(description="Whether only those get it who switched it on.")
    stays_in_inbox: bool = strawberry.field(
        description="Whether it lies in the inbox even when it is off, because the caller must be able to know."
    )


@strawberry.type(description="A way out of the inbox, and whether the caller wants it.")
class MessageChannel:
    key: str = strawberry.field(description="wecom, employee, long_term or one_time.")
    name: str = strawberry.field(description="What it is called.")
    is_on: bool = strawberry.field(description="Whether the caller wants it.")
    kinds: list[str] = strawberry.field(description="The kinds that go over it where the caller can be reached there.")


@strawberry.type(description="The caller's switches.")
class MessageSettings:
    kinds: list[MessageKind] = strawberry.field(description="Every kind of message.")
    channels: list[MessageChannel] = strawberry.field(description="Every channel that this service uses.")


@strawberry.type(description="A template of WeChat's that the caller may allow.")
class MessageTemplate:
    template_id: str = strawberry.field(description="What `wx.requestSubscribeMessage` is given.")
    channel: str = strawberry.field(
        description="one_time, long_term or employee; one call takes templates of one of them, at most five."
    )
    kind: str = strawberry.field(description="The kind of message that it carries.")
    left: int = strawberry.field(description="How many messages the caller still allows; 1 for as long as they agree.")


@strawberry.type(description="Messages were marked as read.")
class MessagesRead:
    read: int = strawberry.field(description="How many were not read before.")
    unread: int = strawberry.field(description="How many are not read now.")


@strawberry.type(description="A switch was set.")
class MessageSwitchSet:
    settings: MessageSettings = strawberry.field(description="How all switches stand.")


@strawberry.type(description="What the phone told was noted.")
class SubscriptionsReported(Answered):
    templates: list[MessageTemplate] = strawberry.field(description="How the templates that were told of stood then.")


MarkMessagesReadResult = Annotated[
    MessagesRead | identity_faces.NotOnRoster,
    strawberry.union("MarkMessagesReadResult", description="How many messages were marked."),
]
SetMessageSwitchResult = Annotated[
    MessageSwitchSet | faces.SwitchUnknown | identity_faces.NotOnRoster,
    strawberry.union("SetMessageSwitchResult", description="The switches, or why none was set."),
]
ReportSubscriptionsResult = Annotated[
    SubscriptionsReported | faces.ReportReused | InvalidValue | identity_faces.NotOnRoster,
    strawberry.union("ReportSubscriptionsResult", description="What may be sent now, or why nothing was noted."),
]


@strawberry.input(description="Up to which message.")
class MarkMessagesReadInput:
    up_to: strawberry.ID = strawberry.field(description="This message and all older ones.")


@strawberry.input(description="One switch.")
class SetMessageSwitchInput:
    subject: str = strawberry.field(description="The key of a kind or of a channel.")
    is_on: bool = strawberry.field(description="Whether the caller wants it.")


@strawberry.input(description="What WeChat's pop-up gave for one template.")
class SubscriptionAnswerInput:
    template_id: str = strawberry.field(description="Which template.")
    said: str = strawberry.field(description="accept, reject, ban or filter, as the pop-up gave it.")


@strawberry.input(description="What one pop-up gave.")
class ReportSubscriptionsInput:
    request_id: str = strawberry.field(description="8 to 64 letters, digits, '-' or '_'; keep it for every retry.")
    results: list[SubscriptionAnswerInput] = strawberry.field(description="At most five, each template once.")


def _message(row: MessageRow, context: Context) -> Message:
    title, body = KINDS[row.kind].say(row.told, context.locale)
    return Message(
        id=strawberry.ID(ids.encode(MESSAGE_ID, row.id or 0)),
        kind=row.kind,
        title=title,
        body=body,
        campaign_id=strawberry.ID(ids.encode(CAMPAIGN_ID, row.campaign_id)) if row.campaign_id else None,
        posted_at=row.posted_at,
        read_at=row.read_at,
    )


async def _settings(context: Context, member_id: int) -> MessageSettings:
    templates = context.use(Templates)
    async with context.database.read() as session:
        on = await switches.of(session, [member_id], KINDS, CHANNELS)
    return MessageSettings(
        kinds=[
            MessageKind(
                key=kind.key,
                name=context.say(kind.name),
                is_on=on.kind_is_on(member_id, kind),
                asked_for=kind.asked_for,
                stays_in_inbox=kind.must_be_known,
            )
            for kind in KINDS.values()
        ],
        channels=[
            MessageChannel(
                key=channel,
                name=context.say(NAMES[channel]),
                is_on=on.channel_is_on(member_id, channel),
                kinds=templates.kinds_of(channel),
            )
            for channel in CHANNELS
            if templates.carried(channel)
        ],
    )


def _template(templates: Templates, template_id: str, left: int) -> MessageTemplate:
    channel, kind = templates.what_is(template_id)
    return MessageTemplate(template_id=template_id, channel=channel, kind=kind, left=left)


def _report(asked: ReportSubscriptionsInput) -> Report:
    if not is_request_id(asked.request_id):
        reason = Text("须为 8 至 64 个字母、数字、“-”或“_”", "it has 8 to 64 letters, digits, '-' or '_'")
        raise InvalidValueProblem(field="requestId", reason=reason)
    named = [one.template_id for one in asked.results]
    if not 1 <= len(named) <= MOST_TEMPLATES or len(set(named)) < len(named):
        most = MOST_TEMPLATES
        reason = Text(f"须为 1 至 {most} 个互不相同的模板", f"it names 1 to {most} templates once each")
        raise InvalidValueProblem(field="results", reason=reason)
    return Report(asked.request_id, tuple(Result(one.template_id, one.said) for one in asked.results))


@strawberry.type
class MessagesViewer:
    @strawberry.field(description="The caller's messages, newest first.")
    async def inbox(self, info: Info, after: After = None) -> Inbox:
        context = info.context
        member_id = await sessions.member_id(context)
        before = ids.decode(MESSAGE_ID, after) if after else None
        async with context.database.read() as session:
            rows = await queries.inbox(session, member_id, before)
            unread = await queries.unread(session, member_id)
        page = rows[: queries.PAGE]
        more = strawberry.ID(ids.encode(MESSAGE_ID, page[-1].id or 0)) if len(rows) > queries.PAGE else None
        return Inbox(items=[_message(row, context) for row in page], next=more, unread=unread)

    @strawberry.field(description="What the caller has switched on and off.")
    async def message_settings(self, info: Info) -> MessageSettings:
        return await _settings(info.context, await sessions.member_id(info.context))

    @strawberry.field(description="The templates that the caller may allow in WeChat's pop-up.")
    async def message_templates(self, info: Info) -> list[MessageTemplate]:
        context, templates = info.context, info.context.use(Templates)
        member_id = await sessions.member_id(context)
        async with context.database.read() as session:
            left = await addresses.left(session, templates, member_id)
        return [_template(templates, template_id, left.get(template_id, 0)) for template_id in templates.permitted()]


@strawberry.type
class MessagesMutation:
    @strawberry.mutation(description="Mark messages as read; harmless to repeat.", extensions=[AnswersProblems()])
    async def mark_messages_read(self, info: Info, input: Asked[MarkMessagesReadInput]) -> MarkMessagesReadResult:  # noqa: A002
        context = info.context
        member_id = await sessions.member_id(context)
        number = ids.find(MESSAGE_ID, input.up_to) or 0
        async with context.database.write() as session:
            read = await service.read(session, member_id, number, context.now)
            unread = await queries.unread(session, member_id)
        return MessagesRead(read=read, unread=unread)

    @strawberry.mutation(description="Switch a kind or a channel on or off.", extensions=[AnswersProblems()])
    async def set_message_switch(self, info: Info, input: Asked[SetMessageSwitchInput]) -> SetMessageSwitchResult:  # noqa: A002
        context = info.context
        member_id = await sessions.member_id(context)
        if input.subject in KINDS:
            subject = switches.of_kind(input.subject)
        elif input.subject in CHANNELS:
            subject = switches.of_channel(input.subject)
        else:
            raise errors.SwitchUnknown(subject=input.subject[:40])
        async with context.database.write() as session:
            await switches.turn(session, member_id, subject, context.now, is_on=input.is_on)
        return MessageSwitchSet(settings=await _settings(context, member_id))

    @strawberry.mutation(
        description="Tell what WeChat's pop-up gave. The same requestId gives the same answer.",
        extensions=[AnswersProblems()],
    )
    async def report_subscriptions(
        self,
        info: Info,
        input: Asked[ReportSubscriptionsInput],  # noqa: A002
    ) -> ReportSubscriptionsResult:
        context, templates = info.context, info.context.use(Templates)
        member_id, report = await sessions.member_id(context), _report(input)
        async with context.database.write() as session:
            answer = await reports.take(session, templates, member_id, report, context.now)
        known = templates.permitted()
        return SubscriptionsReported(
            request_id=report.request_id,
            replayed=answer.replayed,
            templates=[_template(templates, one, left) for one, left in answer.left.items() if one in known],
        )
