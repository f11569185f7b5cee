"""Mini-program codes for printed sites: asked of WeChat once, kept, and done without when WeChat gives none."""

from datetime import datetime, timedelta

import structlog

from backend.core.clock import Clock
from backend.core.db import Database
from backend.core.errors import Problem
from backend.settings import Settings
from backend.sites import codes, service
from backend.sites.tables import MiniCode, SiteCode
from backend.wechat.client import WeChat
from backend.wechat.errors import WeChatMisconfigured, WeChatReplyUnexpected, WeChatUnavailable

log = structlog.get_logger()

WIDTH = 1280  # pixels, the most that WeChat draws: on the sheet 9 cm at 300 dots to the inch are 1,063
# After a refusal nobody waits for the next ones: a sheet with a plain code serves as well.
REST = timedelta(minutes=5)


class MiniCodes:
    """Gives the picture of a site's mini-program code, if there is any to be had."""

    def __init__(self, database: Database, clock: Clock, wechat: WeChat, settings: Settings) -> None:
        self._database = database
        self._clock = clock
        self._wechat = wechat
        self._page, self._version = settings.wechat_code_page, settings.wechat_code_version
        self._wanted = bool(settings.wechat_app_id and self._page)
        self._asked = f"{settings.wechat_app_id} {self._version} {self._page}"
        self._resting_until: datetime | None = None

    async def picture(self, site: SiteCode) -> bytes | None:
        """Return WeChat's picture for a printed code, or None: not configured, or WeChat refuses or is silent."""
        assert site.id, "the site is stored"
        assert site.secret is None, "a changing code is not printed"
        now = self._clock.now()
        if not self._wanted:
            return None
        async with self._database.read() as session:
            kept = await session.get(MiniCode, site.id)
        if kept is not None and kept.asked == self._asked:
            return kept.picture
        if self._resting_until is not None and now < self._resting_until:
            return None
        picture = await self._drawn(site.code)
        if picture is None:
            self._resting_until = now + REST
            return None
        async with self._database.write() as session:
            await service.keep_mini_code(session, site.id, self._asked, picture, now)
        return picture

    async def _drawn(self, code: str) -> bytes | None:
        try:
            return await self._wechat.mini_program_code(
                codes.scene(code), page=self._page, env_version=self._version, width=WIDTH
            )
        except (WeChatUnavailable, WeChatMisconfigured, WeChatReplyUnexpected, Problem) as fault:
            log.warning("no mini-program code, a plain one is printed", fault=str(fault))
            return None
