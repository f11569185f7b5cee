"""GraphQL for the office and recyclers: which devices are in custody, where one with a seal comes from, how many."""

import strawberry

from backend.campaigns import api as campaigns_api
from backend.core import ids
from backend.core.api import After, Asked, Info, Long, OfCampaign, OfInstitution
from backend.core.errors import InvalidValue
from backend.custody import forms, keepers, queries, views, words
from backend.custody.handling import DEVICE_ID
from backend.custody.queries import Line
from backend.custody.words import Stage
from backend.identity import api as identity_api
from backend.identity.roles import KEEPERS


@strawberry.type(description="A page of devices, newest first.")
class CustodyPage:
    items: list[views.CustodyItem] = strawberry.field(description="At most fifty devices.")
    next: strawberry.ID | None = strawberry.field(description="Ask for what is older with this; null: no more.")


@strawberry.type(description="Devices of one owner's kind and category that became the same thing.")
class CustodyLine:
    owner: str = strawberry.field(description="personal or unit.")
    owner_title: str = strawberry.field(description="Whose they were, to show.")
    category: str = strawberry.field(description="Their category.")
    category_title: str = strawberry.field(description="The category, to show.")
    disposition: str | None = strawberry.field(description="What became of them; null: not yet known.")
    disposition_title: str | None = strawberry.field(description="The disposition, to show.")
    pieces: Long = strawberry.field(description="How many.")
    grams: Long = strawberry.field(description="What those that were weighed weighed together.")


@strawberry.type(description="What was handed in in an institution and all below it; it names nobody.")
class CustodyTotals:
    pieces: Long = strawberry.field(description="Devices that were handed over.")
    grams: Long = strawberry.field(description="What those that were weighed weighed together.")
    erased: Long = strawberry.field(description="Devices whose data was erased.")
    certified: Long = strawberry.field(description="Devices with a recycler's certificate.")
    lines: list[CustodyLine] = strawberry.field(description="By owner, category and disposition.")


def _line(line: Line, info: Info) -> CustodyLine:
    say = info.context.say
    return CustodyLine(
        owner=line.owner,
        owner_title=say(words.OWNERS[line.owner]),
        category=line.category,
        category_title=say(words.CATEGORIES[line.category]),
        disposition=line.disposition,
        disposition_title=say(words.DISPOSITIONS[line.disposition]) if line.disposition else None,
        pieces=Long(line.pieces),
        grams=Long(line.grams),
    )


@strawberry.type
class CustodyQuery:
    @strawberry.field(
        description="The devices of an institution and all below it in a campaign, newest first (its organisers; "
        "recyclers see what was handed over)."
    )
    async def custody_items(
        self,
        info: Info,
        institution_id: OfInstitution,
        campaign_id: OfCampaign,
        stage: Asked[str | None] = None,
        after: After = None,
    ) -> CustodyPage:
        context = info.context
        async with context.database.read() as session:
            row = await identity_api.managed_institution(context, session, institution_id, KEEPERS)
            keeper = await keepers.keeper(context, session)
            found = await queries.of_institution(
                session,
                row.path,
                ids.decode(campaigns_api.CAMPAIGN_ID, campaign_id),
                stage=forms.choice(Stage, stage, "stage").value if stage else None,
                before=ids.decode(DEVICE_ID, after) if after else None,
                booked=keeper.is_office(row.path),
            )
        page = found[: queries.PAGE]
        more = strawberry.ID(ids.encode(DEVICE_ID, page[-1].item.id or 0)) if len(found) > queries.PAGE else None
        is_office = keeper.is_office(row.path)
        return CustodyPage(items=[views.kept(one, context, is_office=is_office) for one in page], next=more)

    @strawberry.field(
        description="The device with that trace code; null for one that is elsewhere and for none at all."
    )
    async def custody_item(self, info: Info, seal_code: Asked[str]) -> views.CustodyItem | None:
        context = info.context
        async with context.database.read() as session:
            keeper = await keepers.keeper(context, session)
            try:
                code = forms.seal_code(seal_code)
            except InvalidValue:
                return None
            found = await queries.sealed_as(session, code)
            if found is None or not keeper.reaches(found[1]):
                return None
            one = await queries.traced(session, found[0])
        return views.kept(one, context, is_office=keeper.is_office(found[1]))

    @strawberry.field(description="How many devices of what were handed over in a campaign (organisers, recyclers).")
    async def custody_totals(self, info: Info, institution_id: OfInstitution, campaign_id: OfCampaign) -> CustodyTotals:
        context = info.context
        async with context.database.read() as session:
            row = await identity_api.managed_institution(context, session, institution_id, KEEPERS)
            lines = await queries.totals(session, row.path, ids.decode(campaigns_api.CAMPAIGN_ID, campaign_id))
        return CustodyTotals(
            pieces=Long(sum(line.pieces for line in lines)),
            grams=Long(sum(line.grams for line in lines)),
            erased=Long(sum(line.erased for line in lines)),
            certified=Long(sum(line.certified for line in lines)),
            lines=[_line(line, info) for line in lines],
        )
