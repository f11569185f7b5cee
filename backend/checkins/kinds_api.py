"""GraphQL: every kind of check-in there is."""

import strawberry

from backend.checkins.kind import Details, Kind, all_kinds
from backend.core.api import ActDetails, Context, Info


@strawberry.type(description="A meal or session to which a code on site may be limited.")
class CodeSlot:
    key: str = strawberry.field(description="Its key.")
    title: str = strawberry.field(description="Its title, with its hours where it has some.")


@strawberry.type(description="A kind of check-in.")
class CheckInKind:
    key: str = strawberry.field(description="Its key.")
    title: str = strawberry.field(description="Its title.")
    carbon_note: str = strawberry.field(description="How its carbon is counted, or why it is not.")
    details_schema: ActDetails = strawberry.field(description="JSON Schema of its details.")
    fed: bool = strawberry.field(description="Whether only a system's feed reports it: nobody declares it.")
    code_slots: list[CodeSlot] = strawberry.field(
        description="The meals or sessions to which a code on site may be limited; empty: it has none."
    )


def _kind(kind: Kind[Details], context: Context) -> CheckInKind:
    return CheckInKind(
        key=kind.key,
        title=context.say(kind.title),
        carbon_note=context.say(kind.carbon_note),
        details_schema=ActDetails(kind.details.model_json_schema()),
        fed=kind.fed,
        code_slots=[CodeSlot(key=key, title=context.say(title)) for key, title in kind.code_slots().items()],
    )


@strawberry.type
class CheckInsQuery:
    @strawberry.field(description="Every kind of check-in there is.")
    async def kinds(self, info: Info) -> list[CheckInKind]:
        return [_kind(kind, info.context) for kind in all_kinds().values()]
