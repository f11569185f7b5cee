"""Certificates and links to papers as clients see them."""

from datetime import date, datetime
from typing import Annotated

import strawberry

from backend.campaigns.api import CAMPAIGN_ID
from backend.campaigns.queries import Running
from backend.certificates import codes, links
from backend.certificates.links import CERTIFICATE_ID, CertificateWanted, Wanted
from backend.certificates.naming import NameKind
from backend.certificates.service import Made
from backend.certificates.tables import Certificate as Row
from backend.checkins.sites_api import SheetFormat, SheetLanguage
from backend.core import ids
from backend.core.api import Context, Info
from backend.core.vault import Vault
from backend.leaderboards.api import BoardLevel, BoardMeasure
from backend.media.links import LIFE

strawberry.enum(NameKind, name="CertificateName", description="Which name stands on a certificate.")

InForm = Annotated[SheetFormat, strawberry.argument(description="In which form.")]
InLanguage = Annotated[SheetLanguage, strawberry.argument(description="In which language.")]


@strawberry.type(description="A paper or picture to fetch.")
class PaperLink:
    path: str = strawberry.field(description="Where it is on this server, until then.")
    expires_at: datetime = strawberry.field(description="Until when the path is good.")


@strawberry.type(description="A certificate of a sealed result.")
class Certificate:
    id: strawberry.ID = strawberry.field(description="Opaque id.")
    number: str = strawberry.field(description="Its printed number, which opens nothing.")
    campaign_id: strawberry.ID = strawberry.field(description="The campaign.")
    campaign: str = strawberry.field(description="The campaign's title.")
    level: BoardLevel = strawberry.field(description="Whether it is a person's or a group's.")
    name: str | None = strawberry.field(description="As it is printed; null once it is withdrawn.")
    name_kind: NameKind = strawberry.field(description="Which name that is.")
    rank: int | None = strawberry.field(description="A group's rank; null: it is a person's, or not told.")
    measure: BoardMeasure | None = strawberry.field(description="What the rank is by; null: a person's.")
    made_at: datetime = strawberry.field(description="When it was made.")
    withdrawn_at: datetime | None = strawberry.field(description="When it was withdrawn; null: it stands.")
    verify_path: str = strawberry.field(description="The public page that proves it, for who holds this path.")

    @strawberry.field(description="A link to the paper (A4, landscape), good for ten minutes.")
    async def paper(
        self,
        info: Info,
        format: InForm = SheetFormat.PDF,  # noqa: A002
        language: InLanguage = SheetLanguage.ZH_CN,
    ) -> PaperLink:
        return paper(info.context, CertificateWanted(self.id, format.value, language.value))


@strawberry.type(description="A name that a member may choose for their certificate.")
class CertificateNameForm:
    kind: NameKind = strawberry.field(description="Which name.")
    name: str = strawberry.field(description="As it would be printed.")


@strawberry.type(description="A sealed campaign in whose result the caller stands.")
class CertificateOffer:
    campaign_id: strawberry.ID = strawberry.field(description="The campaign.")
    campaign: str = strawberry.field(description="Its title.")
    starts_on: date = strawberry.field(description="Its first day.")
    ends_on: date = strawberry.field(description="Its last day.")
    sealed_at: datetime = strawberry.field(description="When its result was sealed.")
    names: list[CertificateNameForm] = strawberry.field(description="The names to choose from.")
    certificate: Certificate | None = strawberry.field(description="The one that stands; null: none was made.")


@strawberry.type(description="A certificate was made.")
class CertificateMade:
    certificate: Certificate = strawberry.field(description="The certificate.")
    replayed: bool = strawberry.field(description="Whether the request had been answered before.")


@strawberry.type(description="A certificate proves nothing any more.")
class CertificateWithdrawn:
    certificate: Certificate = strawberry.field(description="The certificate.")


def paper(context: Context, wanted: Wanted) -> PaperLink:
    """Return a link to a paper."""
    until = context.now + LIFE
    return PaperLink(path=links.link(context.use(Vault), wanted, until), expires_at=until)


def certificate(row: Row, running: Running, context: Context) -> Certificate:
    """Return a certificate as its holder sees it."""
    return Certificate(
        id=strawberry.ID(ids.encode(CERTIFICATE_ID, row.id or 0)),
        number=row.number,
        campaign_id=strawberry.ID(ids.encode(CAMPAIGN_ID, row.campaign_id)),
        campaign=context.say(running.rules.title),
        level=BoardLevel(row.level),
        name=row.name,
        name_kind=NameKind(row.name_kind),
        rank=row.rank,
        measure=BoardMeasure(row.measure) if row.measure else None,
        made_at=row.made_at,
        withdrawn_at=row.withdrawn_at,
        verify_path=f"/verify/{codes.derived(context.use(Vault), row.salt)}",
    )


def made(one: Made, running: Running, context: Context) -> CertificateMade:
    """Return what making one answered."""
    return CertificateMade(certificate=certificate(one.row, running, context), replayed=one.replayed)
