"""Pictures of mini-program codes for print: done without when WeChat gives none, since a plain code serves as well."""

from datetime import datetime, timedelta

import structlog

from backend.core.clock import Clock
from backend.core.errors import Problem
from backend.wechat.client import WeChat
from backend.wechat.errors import WeChatMisconfigured, WeChatReplyUnexpected, WeChatUnavailable

log = structlog.get_logger()

WIDTH = 1280  # pixels, the most that WeChat draws: on a sheet 9 cm at 300 dots to the inch are 1,063
# After a refusal nobody waits for the next ones.
REST = timedelta(minutes=5)


class CodePictures:
    """Asks WeChat for pictures of codes that open one page of the mini-program."""

    def __init__(self, clock: Clock, wechat: WeChat, *, app_id: str, page: str, version: str) -> None:
        self._clock = clock
        self._wechat = wechat
        self._page, self._version = page, version
        self.is_wanted = bool(app_id and page)
        self.asked = f"{app_id} {version} {page}"  # a picture that was asked for otherwise opens something else
        self._resting_until: datetime | None = None

    async def picture(self, scene: str) -> bytes | None:
        """Return WeChat's picture, or None: not configured, or WeChat refuses or is silent, or did so a moment ago."""
        now = self._clock.now()
        if not self.is_wanted or (self._resting_until is not None and now < self._resting_until):
            return None
        try:
            return await self._wechat.mini_program_code(scene, page=self._page, env_version=self._version, width=WIDTH)
        except (WeChatUnavailable, WeChatMisconfigured, WeChatReplyUnexpected, Problem) as fault:
            log.warning("no mini-program code, a plain one is printed", fault=str(fault))
            self._resting_until = now + REST
            return None
