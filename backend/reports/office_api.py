"""GraphQL for the office: a campaign's report, its compliance statement, choosing among the cases offered."""

from datetime import datetime
from typing import Annotated

import strawberry

from backend.campaigns import queries as campaigns
from backend.campaigns.api import CAMPAIGN_ID
from backend.campaigns.queries import Running
from backend.checkins import faces as act_faces
from backend.checkins.sites_api import SheetLanguage
from backend.core import ids
from backend.core.api import (
    After,
    AnswersProblems,
    Asked,
    Context,
    Info,
    NotFound,
    OfCampaign,
    RequestIdInvalid,
    RequestReused,
)
from backend.core.db import ReadSession
from backend.core.errors import NotFound as NotFoundProblem
from backend.core.text import Text
from backend.core.vault import Vault
from backend.identity import faces as identity_faces
from backend.identity import queries as identity
from backend.identity import sessions
from backend.identity.api import INSTITUTION_ID
from backend.identity.roles import MANAGERS
from backend.media import links
from backend.reports import cases, compliance, delivery, faces, sections, service
from backend.reports.api import CaseStep, asked_by, step
from backend.reports.cases import NOBODY, Offered
from backend.reports.delivery import Reports
from backend.reports.service import CASE_ID

OfOneOrAll = Annotated[
    strawberry.ID | None,
    strawberry.argument(description="One institution's part of it; null: the whole, for who runs the campaign."),
]
InLanguage = Annotated[SheetLanguage, strawberry.argument(description="In which language.")]


@strawberry.type(description="A campaign's report in its three forms, good for ten minutes.")
class CampaignReport:
    standing: str = strawberry.field(description="What the figures are worth: sealed under a digest, or provisional.")
    digest: str | None = strawberry.field(description="The seal's digest; null: not sealed.")
    too_few: bool = strawberry.field(description="Whether too few take part to tell any figure.")
    pdf_path: str = strawberry.field(description="Where it is to print, A4.")
    xlsx_path: str = strawberry.field(description="Where it is as a workbook.")
    csv_path: str = strawberry.field(description="Where its figures are as open data.")
    expires_at: datetime = strawberry.field(description="Until when the paths are good.")


@strawberry.type(description="One rule of voluntary use.")
class ComplianceItem:
    invariant: str = strawberry.field(description="What the rule asks.")
    held: str = strawberry.field(description="How the system holds it.")
    proved: str = strawberry.field(description="This campaign's figures that show it.")


@strawberry.type(description="The compliance statement of a campaign, for the filing.")
class ComplianceStatement:
    basis: str = strawberry.field(description="On which rules it rests.")
    standing: str = strawberry.field(description="What the figures are worth.")
    items: list[ComplianceItem] = strawberry.field(description="Rule by rule.")


@strawberry.type(description="A case that its member offered with consent and has not withdrawn.")
class OfferedCase:
    id: strawberry.ID = strawberry.field(description="Opaque id.")
    title: str = strawberry.field(description="Its title.")
    text: str = strawberry.field(description="What is told.")
    name: str = strawberry.field(description="The name that the member chose to be told under.")
    photo_path: str | None = strawberry.field(description="Where its photo is for ten minutes; null: none.")
    consented_at: datetime = strawberry.field(description="When the member agreed.")
    appears: bool = strawberry.field(description="Whether reports tell it.")
    photo_shown: bool = strawberry.field(description="Whether they show its photo too.")


@strawberry.type(description="A page of cases, newest first.")
class OfferedCasePage:
    items: list[OfferedCase] = strawberry.field(description="At most thirty.")
    next: strawberry.ID | None = strawberry.field(description="Ask for what is older with this; null: no more.")


ChooseCaseResult = Annotated[
    CaseStep
    | NotFound
    | faces.CaseWithdrawn
    | act_faces.PhotoRefused
    | RequestReused
    | RequestIdInvalid
    | identity_faces.NotOnRoster,
    strawberry.union("ChooseCaseResult", description="What was chosen, or why nothing was."),
]


@strawberry.input(description="Whether reports tell a case.")
class ChooseCaseInput:
    request_id: str = strawberry.field(description="8 to 64 letters, digits, '-' or '_'; keep it for every retry.")
    case_id: strawberry.ID = strawberry.field(description="The case.")
    appears: bool = strawberry.field(description="Whether reports tell it.")
    with_photo: bool = strawberry.field(
        default=False, description="And show its photo, which the caller has looked at and finds fit to be seen."
    )


async def _part(
    context: Context, session: ReadSession, campaign_id: str, institution_id: str | None
) -> tuple[Running, int | None]:
    """Return a campaign, and which institution's part the caller asks for; raises NotFound for what is not theirs."""
    number = ids.find(CAMPAIGN_ID, campaign_id)
    found = await campaigns.one(session, number) if number is not None else None
    missing = NotFoundProblem(what=Text("活动", "campaign"))
    if institution_id is None:
        await sessions.require_role_at(context, session, MANAGERS, found.path if found else None, missing)
        assert found is not None, "its path was looked at"
        return found, None
    own = ids.find(INSTITUTION_ID, institution_id)
    place = await identity.institution(session, own) if own is not None else None
    covered = place is not None and found is not None and place.path.startswith(found.path)
    await sessions.require_role_at(context, session, MANAGERS, place.path if place and covered else None, missing)
    assert found is not None, "it covers the place"
    return found, own


def _offered(one: Offered, context: Context) -> OfferedCase:
    until = context.now + links.LIFE
    photo = links.signed(context.use(Vault), f"{one.photo.key}/photo", until) if one.photo else None
    return OfferedCase(
        id=strawberry.ID(ids.encode(CASE_ID, one.case.id or 0)),
        title=one.case.title,
        text=one.case.text,
        name=one.name or context.say(NOBODY),
        photo_path=photo,
        consented_at=one.case.consented_at,
        appears=one.case.chosen_at is not None,
        photo_shown=one.case.photo_shown,
    )


@strawberry.type
class ReportsQuery:
    @strawberry.field(description="The report of a campaign, or of an institution's part in it (their managers).")
    async def campaign_report(
        self,
        info: Info,
        campaign_id: OfCampaign,
        institution_id: OfOneOrAll = None,
        language: InLanguage = SheetLanguage.ZH_CN,
    ) -> CampaignReport:
        context = info.context
        async with context.database.read() as session:
            running, place = await _part(context, session, campaign_id, institution_id)
        known = await context.use(Reports).worth(running.id, place)
        until, vault = context.now + links.LIFE, context.use(Vault)
        pdf, xlsx, csv = (
            delivery.path(vault, form, (running.id, place), language.value, until) for form in delivery.FORMS
        )
        return CampaignReport(
            standing=sections.standing(known, language.value),
            digest=known.sealed.digest if known.sealed else None,
            too_few=not known.told,
            pdf_path=pdf,
            xlsx_path=xlsx,
            csv_path=csv,
            expires_at=until,
        )

    @strawberry.field(description="The compliance statement of a campaign, or of an institution's part (managers).")
    async def compliance_statement(
        self,
        info: Info,
        campaign_id: OfCampaign,
        institution_id: OfOneOrAll = None,
        language: InLanguage = SheetLanguage.ZH_CN,
    ) -> ComplianceStatement:
        context = info.context
        async with context.database.read() as session:
            running, place = await _part(context, session, campaign_id, institution_id)
        figures, _ = await context.use(Reports).figures(running.id, place)
        section = compliance.section(figures, language.value)
        return ComplianceStatement(
            basis=section.notes[0],
            standing=sections.standing(figures.worth, language.value),
            items=[ComplianceItem(invariant=str(a), held=str(b), proved=str(c)) for a, b, c in section.rows],
        )

    @strawberry.field(description="The cases that members offered for a campaign's report (managers).")
    async def offered_cases(
        self, info: Info, campaign_id: OfCampaign, institution_id: OfOneOrAll = None, after: After = None
    ) -> OfferedCasePage:
        context = info.context
        before = ids.decode(CASE_ID, after) if after else None
        async with context.database.read() as session:
            running, place = await _part(context, session, campaign_id, institution_id)
            found = await cases.to_choose_from(session, running.id, place, before)
        page = found[: cases.PAGE]
        more = strawberry.ID(ids.encode(CASE_ID, page[-1].case.id or 0)) if len(found) > cases.PAGE else None
        return OfferedCasePage(items=[_offered(one, context) for one in page], next=more)


@strawberry.type
class ReportsOfficeMutation:
    @strawberry.mutation(
        description="Say whether reports tell a case (managers of its institution).", extensions=[AnswersProblems()]
    )
    async def choose_case(self, info: Info, input: Asked[ChooseCaseInput]) -> ChooseCaseResult:  # noqa: A002
        context = info.context
        asked = await asked_by(context, input.request_id, "choose", input.case_id, input.appears, input.with_photo)
        async with context.database.write() as session:
            case = await service.placed(session, input.case_id)
            place = await identity.institution(session, case.institution_id) if case else None
            missing = NotFoundProblem(what=Text("案例", "case"))
            await sessions.require_role_at(context, session, MANAGERS, place.path if place else None, missing)
            await service.lock(session, asked.by_member)
            known = await service.repeated(session, asked)
            kept = known or await service.choose(
                session,
                asked,
                input.case_id,
                appears=input.appears,
                with_photo=input.with_photo,
                now=context.now,
            )
        return step(kept, replayed=known is not None)
