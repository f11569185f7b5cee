"""Take a code back, and keep what WeChat drew for it."""

from datetime import datetime

from sqlmodel import col, delete, update

from backend.core.db import WriteSession
from backend.sites.tables import MiniCode, SiteCode


async def revoke(session: WriteSession, site_id: int, now: datetime) -> None:
    """End a code at once, for good; one that has been ended keeps the instant at which it was."""
    await session.exec(
        update(SiteCode).where(col(SiteCode.id) == site_id, col(SiteCode.revoked_at).is_(None)).values(revoked_at=now)
    )
    await session.exec(delete(MiniCode).where(col(MiniCode.site_id) == site_id))


async def keep_mini_code(session: WriteSession, site_id: int, asked: str, picture: bytes, now: datetime) -> None:
    """Keep the mini-program code of a site, instead of one that opened something else; a revoked site keeps none."""
    site = await session.get(SiteCode, site_id, with_for_update=True)
    if site is not None and site.revoked_at is None:
        await session.merge(MiniCode(site_id=site_id, asked=asked, picture=picture, drawn_at=now))
