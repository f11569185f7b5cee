"""Where posters and board pictures lead: a mini-program code if WeChat draws one, else the address of a public page.

The page says what the poster says.
"""

from collections import OrderedDict

from backend.campaigns.api import CAMPAIGN_ID
from backend.certificates.public_pages import PublicPages
from backend.core import ids
from backend.core.clock import Clock
from backend.settings import Settings
from backend.wechat.client import WeChat
from backend.wechat.code_pictures import CodePictures

PAGES = PublicPages("join", CAMPAIGN_ID, "join page", 12)
_KEPT = 50


def scene(campaign_id: int) -> str:
    """Return the scene of a mini-program code that opens a campaign."""
    return f"c={ids.encode(CAMPAIGN_ID, campaign_id)}"


class JoinCodes:
    """Gives the picture of a campaign's mini-program code, if there is any to be had; keeps the last fifty."""

    def __init__(self, clock: Clock, wechat: WeChat, settings: Settings) -> None:
        self._pictures = CodePictures(
            clock,
            wechat,
            app_id=settings.wechat_app_id,
            page=settings.wechat_code_page,
            version=settings.wechat_code_version,
        )
        self._kept: OrderedDict[int, bytes] = OrderedDict()

    async def picture(self, campaign_id: int) -> bytes | None:
        """Return WeChat's picture, or None: not configured, or WeChat refuses or is silent."""
        if campaign_id in self._kept:
            return self._kept[campaign_id]
        picture = await self._pictures.picture(scene(campaign_id))
        if picture is None:
            return None
        self._kept[campaign_id] = picture
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return picture
