"""GraphQL: the paper of an event that members made up for."""

from datetime import datetime

import strawberry

from backend.certificates import neutral, views
from backend.certificates.links import NeutralWanted
from backend.checkins.sites_api import SheetFormat, SheetLanguage
from backend.core.api import Asked, Info
from backend.core.vault import Vault
from backend.rewards import events_api
from backend.rewards.events_api import OfEvent


@strawberry.type(description="The certificate of a filled event as a paper, and the page that proves it.")
class NeutralCertificatePaper:
    path: str = strawberry.field(description="Where it is on this server, until then.")
    expires_at: datetime = strawberry.field(description="Until when the path is good.")
    verify_path: str = strawberry.field(description="The public page that its code opens, for as long as it stands.")


@strawberry.type
class NeutralPapersQuery:
    @strawberry.field(
        description="The certificate of a filled event as a paper; null until it is filled (its members)."
    )
    async def neutral_certificate_paper(
        self,
        info: Info,
        event_id: OfEvent,
        format: Asked[SheetFormat],  # noqa: A002 - the word for it, as elsewhere
        language: Asked[SheetLanguage],
    ) -> NeutralCertificatePaper | None:
        context, vault = info.context, info.context.use(Vault)
        async with context.database.read() as session:
            number, found = await events_api.certified(context, session, event_id)
        if found is None:
            return None
        link = views.paper(context, NeutralWanted(number, format.value, language.value))
        return NeutralCertificatePaper(
            path=link.path, expires_at=link.expires_at, verify_path=neutral.PAGES.path(vault, number)
        )
