"""Which codes an institution shows."""

from collections.abc import Sequence

from sqlmodel import col, select

from backend.core.db import ReadSession
from backend.identity.tables import Institution
from backend.sites.tables import SiteCode

PAGE = 50


async def site(session: ReadSession, site_id: int) -> tuple[SiteCode, Institution] | None:
    """Return one site with the institution that shows it, or None."""
    found = await session.exec(
        select(SiteCode, Institution)
        .join(Institution, col(Institution.id) == col(SiteCode.institution_id))
        .where(col(SiteCode.id) == site_id)
    )
    return found.first()


async def of_institution(session: ReadSession, institution_id: int, before: int | None) -> Sequence[SiteCode]:
    """Return a page (and one more) of an institution's sites, newest first, older than the site `before`."""
    statement = select(SiteCode).where(col(SiteCode.institution_id) == institution_id)
    if before is not None:
        statement = statement.where(col(SiteCode.id) < before)
    found = await session.exec(statement.order_by(col(SiteCode.id).desc()).limit(PAGE + 1))
    return found.all()
