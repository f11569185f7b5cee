"""GraphQL for the office: certificates of groups, posters, boards as pictures."""

from enum import Enum
from typing import Annotated

import strawberry

from backend.campaigns import queries as campaigns
from backend.campaigns.api import CAMPAIGN_ID
from backend.campaigns.queries import Running
from backend.certificates import faces, groups, service, views
from backend.certificates.groups import DEPARTMENT_ID, Group
from backend.certificates.links import PictureWanted, PosterWanted
from backend.certificates.views import CertificateMade, PaperLink
from backend.checkins.sites_api import SheetFormat, SheetLanguage, contact_of
from backend.core import ids
from backend.core.api import (
    AnswersProblems,
    Asked,
    Carbon,
    Context,
    Info,
    Long,
    NotFound,
    OfCampaign,
    OfInstitution,
    RequestIdInvalid,
    RequestReused,
    carbon,
)
from backend.core.db import ReadSession
from backend.core.errors import NotFound as NotFoundProblem
from backend.core.receipts import check_request
from backend.core.text import Text
from backend.core.vault import Vault
from backend.identity import api as identity_api
from backend.identity import sessions
from backend.identity.api import INSTITUTION_ID
from backend.identity.roles import MANAGERS
from backend.identity.tables import Institution
from backend.leaderboards.api import BoardLevel, BoardMeasure, BoardPeriod, refuse_per_head
from backend.media import faces as media_faces
from backend.media.paper import coverage
from backend.settings import Settings

GROUP = Text("部门或单位", "department or institution")


@strawberry.enum(description="How large a poster is printed.")
class PosterSize(Enum):
    A4 = "a4"
    A3 = "a3"


@strawberry.enum(description="How high a board's picture is: 1080 by 1440 pixels, or by 1920.")
class PictureSize(Enum):
    STANDARD = "standard"
    TALL = "tall"


@strawberry.type(description="A department or institution that may have a certificate.")
class CertifiedGroup:
    id: strawberry.ID = strawberry.field(description="Opaque id.")
    level: BoardLevel = strawberry.field(description="Department or institution.")
    name: str = strawberry.field(description="Its name.")
    rank: int = strawberry.field(description="Its rank among those that the sealed board may list.")
    points: Long = strawberry.field(description="Its sealed points.")
    carbon: Carbon = strawberry.field(description="Its sealed avoided carbon, estimated.")
    participants: int = strawberry.field(description="How many took part.")
    certificate: views.Certificate | None = strawberry.field(description="The one that stands; null: none was made.")


MakeGroupCertificateResult = Annotated[
    CertificateMade
    | NotFound
    | faces.CampaignNotSealed
    | faces.GroupTooSmall
    | faces.CertificateStands
    | media_faces.GlyphMissing
    | RequestReused
    | RequestIdInvalid,
    strawberry.union("MakeGroupCertificateResult", description="The certificate, or why there is none."),
]


@strawberry.input(description="Of which campaign, for which group, ranked by what.")
class MakeGroupCertificateInput:
    request_id: str = strawberry.field(description="8 to 64 letters, digits, '-' or '_'; keep it for every retry.")
    campaign_id: strawberry.ID = strawberry.field(description="The sealed campaign.")
    group_id: strawberry.ID = strawberry.field(description="A department or an institution.")
    measure: BoardMeasure = strawberry.field(description="What its rank is by.")


@strawberry.input(description="A poster: of which campaign, for which institution, in which form.")
class PosterInput:
    campaign_id: strawberry.ID = strawberry.field(description="The campaign.")
    institution_id: strawberry.ID = strawberry.field(description="Whose poster it is; it stands at the foot.")
    format: SheetFormat = strawberry.field(default=SheetFormat.PDF, description="In which form.")
    size: PosterSize = strawberry.field(default=PosterSize.A4, description="How large.")
    language: SheetLanguage = strawberry.field(default=SheetLanguage.ZH_CN, description="In which language.")
    contact: str | None = strawberry.field(
        default=None, description="Whom to ask, as in 办公室 022-1234; null: the organisers."
    )


@strawberry.input(description="A board as a picture: which board, as which institution sees it.")
class BoardPictureInput:
    campaign_id: strawberry.ID = strawberry.field(description="The campaign.")
    institution_id: strawberry.ID = strawberry.field(description="As this institution sees it.")
    level: BoardLevel = strawberry.field(default=BoardLevel.INSTITUTION, description="Who stands on it.")
    period: BoardPeriod = strawberry.field(default=BoardPeriod.CAMPAIGN, description="Over which time.")
    measure: BoardMeasure = strawberry.field(default=BoardMeasure.POINTS, description="What it counts.")
    size: PictureSize = strawberry.field(default=PictureSize.STANDARD, description="How high.")
    language: SheetLanguage = strawberry.field(default=SheetLanguage.ZH_CN, description="In which language.")


async def _covered(context: Context, session: ReadSession, campaign: str, named: str) -> tuple[Running, Institution]:
    """Return a campaign and an institution that the caller manages and that takes part in it."""
    place = await identity_api.managed_institution(context, session, named)
    number = ids.find(CAMPAIGN_ID, campaign)
    running = await campaigns.one(session, number) if number is not None else None
    if running is None or not place.path.startswith(running.path):
        raise NotFoundProblem(what=service.CAMPAIGN)
    return running, place


def _face(one: Group, running: Running, context: Context) -> CertifiedGroup:
    return CertifiedGroup(
        id=strawberry.ID(ids.encode(DEPARTMENT_ID if one.level == "department" else INSTITUTION_ID, one.id)),
        level=BoardLevel(one.level),
        name=one.total.name,
        rank=one.rank,
        points=Long(one.total.points),
        carbon=carbon(one.total.carbon_mg),
        participants=one.total.participants,
        certificate=views.certificate(one.certificate, running, context) if one.certificate else None,
    )


@strawberry.type
class CertificatesOfficeQuery:
    @strawberry.field(
        description="The groups of an institution and below it that may have a certificate of a sealed campaign, by"
        " rank (managers). Groups too small to be listed are left out."
    )
    async def certified_groups(
        self,
        info: Info,
        campaign_id: OfCampaign,
        institution_id: OfInstitution,
        measure: Asked[BoardMeasure] = BoardMeasure.POINTS_PER_HEAD,
    ) -> list[CertifiedGroup]:
        context = info.context
        async with context.database.read() as session:
            running, place = await _covered(context, session, campaign_id, institution_id)
            threshold = context.use(Settings).suppression_threshold
            found = await groups.listed(session, running.id, place, measure.value, threshold)
        return [_face(one, running, context) for one in found]

    @strawberry.field(description="A link to a campaign's poster, good for ten minutes (managers).")
    async def poster(self, info: Info, input: Asked[PosterInput]) -> PaperLink:  # noqa: A002
        context, told = info.context, contact_of(input.contact) or ""
        async with context.database.read() as session:
            running, place = await _covered(context, session, input.campaign_id, input.institution_id)
        for text in (place.name, told):
            coverage.printable(text)
        size, form, language = input.size.value, input.format.value, input.language.value
        return views.paper(context, PosterWanted(running.id, place.id or 0, size, form, language, told))

    @strawberry.field(
        description="A link to a board as a picture for notice groups, by the board's own rules of privacy; good for"
        " ten minutes (managers)."
    )
    async def board_picture(self, info: Info, input: Asked[BoardPictureInput]) -> PaperLink:  # noqa: A002
        context = info.context
        refuse_per_head(input.level, input.measure)
        async with context.database.read() as session:
            running, place = await _covered(context, session, input.campaign_id, input.institution_id)
        wanted = PictureWanted(
            running.id,
            place.id or 0,
            input.level.value,
            input.period.value,
            input.measure.value,
            input.size.value,
            input.language.value,
        )
        return views.paper(context, wanted)


@strawberry.type
class CertificatesOfficeMutation:
    @strawberry.mutation(
        description="Make the certificate of a department or institution of a sealed campaign (its managers).",
        extensions=[AnswersProblems()],
    )
    async def make_group_certificate(
        self,
        info: Info,
        input: Asked[MakeGroupCertificateInput],  # noqa: A002
    ) -> MakeGroupCertificateResult:
        context = info.context
        check_request(input.request_id)
        async with context.database.write() as session:
            found = await groups.named(session, input.group_id)
            missing = NotFoundProblem(what=GROUP)
            by = await sessions.require_role_at(context, session, MANAGERS, found.path if found else None, missing)
            assert found is not None, "nobody has a role at a group that does not exist"
            campaign_id = ids.find(CAMPAIGN_ID, input.campaign_id)
            running = await campaigns.one(session, campaign_id) if campaign_id is not None else None
            if running is None or not found.path.startswith(running.path):
                raise NotFoundProblem(what=service.CAMPAIGN)
            asked = service.Request(
                by, input.request_id, running.id, found.level, found.id, measure=input.measure.value
            )
            made = await service.make_for_group(
                session,
                context.use(Vault),
                asked,
                found.name,
                threshold=context.use(Settings).suppression_threshold,
                now=context.now,
            )
        return views.made(made, running, context)
