"""Where posters and board pictures lead: a mini-program code if WeChat draws one, else the address of a small page.

Campaigns are numbered, so a page's address has a mark that only this service can make: nobody pages through the
campaigns of others. The page says what the poster says.
"""

import hmac
from collections import OrderedDict
from datetime import datetime, timedelta

import structlog

from backend.campaigns.api import CAMPAIGN_ID
from backend.core import ids
from backend.core.clock import Clock
from backend.core.errors import Problem
from backend.core.vault import Vault
from backend.settings import Settings
from backend.wechat.client import WeChat
from backend.wechat.errors import WeChatMisconfigured, WeChatReplyUnexpected, WeChatUnavailable

log = structlog.get_logger()

WIDTH = 1280  # pixels, the most that WeChat draws
# After a refusal nobody waits for the next ones: a plain code serves as well.
REST = timedelta(minutes=5)
_KEPT = 50
_MARK_LETTERS = 12


def scene(campaign_id: int) -> str:
    """Return the scene of a mini-program code that opens a campaign."""
    return f"c={ids.encode(CAMPAIGN_ID, campaign_id)}"


def path(vault: Vault, campaign_id: int) -> str:
    """Return the path of the page about a campaign."""
    named = ids.encode(CAMPAIGN_ID, campaign_id)
    return f"/join/{named}-{_mark(vault, named)}"


def campaign_of(vault: Vault, told: str) -> int | None:
    """Return which campaign the last part of a page's path names, or None if we did not make it."""
    named, _, mark = told.partition("-")
    if not hmac.compare_digest(mark.encode(), _mark(vault, named).encode()):
        return None
    return ids.find(CAMPAIGN_ID, named)


def _mark(vault: Vault, named: str) -> str:
    return vault.fingerprint(named, "join page")[:_MARK_LETTERS]


class JoinCodes:
    """Gives the picture of a campaign's mini-program code, if there is any to be had; keeps the last fifty."""

    def __init__(self, clock: Clock, wechat: WeChat, settings: Settings) -> None:
        self._clock = clock
        self._wechat = wechat
        self._page, self._version = settings.wechat_code_page, settings.wechat_code_version
        self._wanted = bool(settings.wechat_app_id and self._page)
        self._kept: OrderedDict[int, bytes] = OrderedDict()
        self._resting_until: datetime | None = None

    async def picture(self, campaign_id: int) -> bytes | None:
        """Return WeChat's picture, or None: not configured, or WeChat refuses or is silent."""
        now = self._clock.now()
        if campaign_id in self._kept:
            return self._kept[campaign_id]
        if not self._wanted or (self._resting_until is not None and now < self._resting_until):
            return None
        try:
            picture = await self._wechat.mini_program_code(
                scene(campaign_id), page=self._page, env_version=self._version, width=WIDTH
            )
        except (WeChatUnavailable, WeChatMisconfigured, WeChatReplyUnexpected, Problem) as fault:
            log.warning("no mini-program code, a plain one is printed", fault=str(fault))
            self._resting_until = now + REST
            return None
        self._kept[campaign_id] = picture
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return picture
