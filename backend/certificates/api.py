"""GraphQL: a member's own certificates."""

from typing import Annotated

import strawberry

from backend.campaigns import queries as campaigns
from backend.campaigns.api import CAMPAIGN_ID
from backend.certificates import faces, naming, queries, service, views
from backend.certificates.links import CERTIFICATE_ID
from backend.certificates.naming import NameKind
from backend.certificates.tables import Certificate as Row
from backend.certificates.views import CertificateMade, CertificateNameForm, CertificateOffer, CertificateWithdrawn
from backend.core import ids
from backend.core.api import (
    AnswersProblems,
    Asked,
    Context,
    Info,
    InvalidValue,
    NotFound,
    RequestIdInvalid,
    RequestReused,
)
from backend.core.db import ReadSession
from backend.core.errors import InvalidValue as InvalidValueProblem
from backend.core.errors import NotFound as NotFoundProblem
from backend.core.receipts import check_request
from backend.core.text import Text
from backend.core.vault import Vault
from backend.identity import faces as identity_faces
from backend.identity import queries as identity
from backend.identity import sessions
from backend.identity.errors import NotOnRoster
from backend.identity.roles import MANAGERS

CERTIFICATE = Text("证书", "certificate")
OF_GROUPS = Text("仅用于部门和单位", "it is for departments and institutions")

MakeCertificateResult = Annotated[
    CertificateMade
    | NotFound
    | InvalidValue
    | faces.CampaignNotSealed
    | faces.NothingSealed
    | faces.NameNotPrintable
    | faces.CertificateStands
    | RequestReused
    | RequestIdInvalid
    | identity_faces.NotOnRoster,
    strawberry.union("MakeCertificateResult", description="The certificate, or why there is none."),
]
WithdrawCertificateResult = Annotated[
    CertificateWithdrawn | NotFound | identity_faces.NotOnRoster,
    strawberry.union("WithdrawCertificateResult", description="The certificate that was withdrawn."),
]


@strawberry.input(description="Of which campaign, and under which name.")
class MakeCertificateInput:
    request_id: str = strawberry.field(description="8 to 64 letters, digits, '-' or '_'; keep it for every retry.")
    campaign_id: strawberry.ID = strawberry.field(description="The sealed campaign.")
    name: NameKind | None = strawberry.field(
        default=None, description="Which name is printed; null: the display name, or masked where there is none."
    )


@strawberry.input(description="Which certificate.")
class WithdrawCertificateInput:
    certificate_id: strawberry.ID = strawberry.field(description="The certificate.")


@strawberry.type
class CertificatesViewer:
    @strawberry.field(
        description="Sealed campaigns of the caller, newest first, each with the certificate that stands."
    )
    async def certificates(self, info: Info) -> list[CertificateOffer]:
        context = info.context
        member_id = await sessions.member_id_if_bound(context)
        if member_id is None:
            return []
        async with context.database.read() as session:
            names = naming.forms(await queries.member(session, member_id))
            offers = await queries.offers(session, member_id)
        forms = [CertificateNameForm(kind=kind, name=name) for kind, name in names.items()]
        return [
            CertificateOffer(
                campaign_id=strawberry.ID(ids.encode(CAMPAIGN_ID, one.running.id)),
                campaign=context.say(one.running.rules.title),
                starts_on=one.running.campaign.starts_on,
                ends_on=one.running.campaign.ends_on,
                sealed_at=one.sealed_at,
                names=forms,
                certificate=views.certificate(one.certificate, one.running, context) if one.certificate else None,
            )
            for one in offers
        ]


async def _withdrawable(context: Context, session: ReadSession, named: str) -> Row:
    """Return a certificate that is the caller's own, or a group's that they manage; else NotFound."""
    caller = await sessions.caller(context, session)
    if caller.member_id is None:
        raise NotOnRoster
    row = await session.get(Row, ids.decode(CERTIFICATE_ID, named))
    missing = NotFoundProblem(what=CERTIFICATE)
    if row is None:
        raise missing
    if row.level == "person":
        if row.subject_id != caller.member_id:
            raise missing
        return row
    place = await identity.institution(session, row.institution_id)
    await sessions.require_role_at(context, session, MANAGERS, place.path if place else None, missing)
    return row


@strawberry.type
class CertificatesMutation:
    @strawberry.mutation(
        description="Make the caller's certificate of a sealed campaign, under the name that they choose.",
        extensions=[AnswersProblems()],
    )
    async def make_certificate(self, info: Info, input: Asked[MakeCertificateInput]) -> MakeCertificateResult:  # noqa: A002
        context = info.context
        check_request(input.request_id)
        if input.name is NameKind.GROUP:
            raise InvalidValueProblem(field="name", reason=OF_GROUPS)
        member_id = await sessions.member_id(context)
        campaign_id = ids.find(CAMPAIGN_ID, input.campaign_id)
        if campaign_id is None:
            raise NotFoundProblem(what=service.CAMPAIGN)
        asked = service.Request(member_id, input.request_id, campaign_id, "person", member_id, named=input.name)
        async with context.database.write() as session:
            made = await service.make(session, context.use(Vault), asked, context.now)
            running = await campaigns.one(session, campaign_id)
        assert running is not None, "a certificate was made of it"
        return views.made(made, running, context)

    @strawberry.mutation(
        description="Withdraw one's own certificate (managers: a group's). Its code proves nothing from then on.",
        extensions=[AnswersProblems()],
    )
    async def withdraw_certificate(
        self,
        info: Info,
        input: Asked[WithdrawCertificateInput],  # noqa: A002
    ) -> WithdrawCertificateResult:
        context = info.context
        async with context.database.write() as session:
            row = await _withdrawable(context, session, input.certificate_id)
            await service.withdraw(session, row, context.now)
            running = await campaigns.one(session, row.campaign_id)
        assert running is not None, "a certificate belongs to a campaign"
        return CertificateWithdrawn(certificate=views.certificate(row, running, context))
