"""GraphQL for the office: how many messages went which way, and never to whom."""

from datetime import timedelta

import strawberry

from backend.core.api import Info, OfInstitution
from backend.identity import api as identity_api
from backend.identity import sessions
from backend.messages import queries
from backend.messages.channels import NAMES
from backend.messages.kinds import KINDS
from backend.messages.reasons import told
from backend.settings import Settings

LOOKED_BACK = timedelta(days=30)


@strawberry.type(description="How many messages of one kind came to one end over one channel.")
class MessageCount:
    kind: str = strawberry.field(description="The kind's key.")
    kind_name: str = strawberry.field(description="What it is called.")
    channel: str = strawberry.field(description="The channel's key.")
    channel_name: str = strawberry.field(description="What it is called.")
    state: str = strawberry.field(description="waiting, sent, refused or given_up.")
    reason: str | None = strawberry.field(description="Why it was refused or given up, to show; null: it was not.")
    messages: int | None = strawberry.field(
        description="How many; null: they are for so few people that a number would tell of persons."
    )


@strawberry.type
class MessagesOfficeQuery:
    @strawberry.field(
        description="What became of the last thirty days' messages to the people of an institution and those below it"
        " (managers). Who read what, or was told what, is nobody's business but the member's."
    )
    async def message_counts(self, info: Info, institution_id: OfInstitution) -> list[MessageCount]:
        context = info.context
        fewest = context.use(Settings).suppression_threshold
        async with context.database.read() as session:
            row = await identity_api.managed_institution(context, session, institution_id)
            found = await queries.counts(session, row.path, sessions.today(context), context.now - LOOKED_BACK)
        return [
            MessageCount(
                kind=one.kind,
                kind_name=context.say(KINDS[one.kind].name),
                channel=one.channel,
                channel_name=context.say(NAMES[one.channel]),
                state=one.state,
                reason=context.say(told(one.reason)) if one.reason else None,
                messages=one.deliveries if one.people >= fewest else None,
            )
            for one in found
        ]
