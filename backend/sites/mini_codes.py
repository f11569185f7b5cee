"""Mini-program codes for printed sites: asked of WeChat once, kept, and done without when WeChat gives none."""

from backend.core.clock import Clock
from backend.core.db import Database
from backend.settings import Settings
from backend.sites import codes, service
from backend.sites.tables import MiniCode, SiteCode
from backend.wechat.client import WeChat
from backend.wechat.code_pictures import CodePictures


class MiniCodes:
    """Gives the picture of a site's mini-program code, if there is any to be had."""

    def __init__(self, database: Database, clock: Clock, wechat: WeChat, settings: Settings) -> None:
        self._database = database
        self._clock = clock
        self._pictures = CodePictures(
            clock,
            wechat,
            app_id=settings.wechat_app_id,
            page=settings.wechat_code_page,
            version=settings.wechat_code_version,
        )

    async def picture(self, site: SiteCode) -> bytes | None:
        """Return WeChat's picture for a printed code, or None: not configured, or WeChat refuses or is silent."""
        assert site.id, "the site is stored"
        assert site.secret is None, "a changing code is not printed"
        if not self._pictures.is_wanted:
            return None
        async with self._database.read() as session:
            kept = await session.get(MiniCode, site.id)
        if kept is not None and kept.asked == self._pictures.asked:
            return kept.picture
        picture = await self._pictures.picture(codes.scene(site.code))
        if picture is not None:
            async with self._database.write() as session:
                await service.keep_mini_code(session, site.id, self._pictures.asked, picture, self._clock.now())
        return picture
