"""Ask the platform about photos: which it can fetch by a link of its own, in the name of the member who sent them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import structlog

from backend.core.clock import Clock
from backend.core.db import Database
from backend.core.errors import Problem, Unavailable
from backend.core.vault import Vault
from backend.identity import accounts
from backend.media import links, moderation
from backend.media.tables import Upload
from backend.wechat.client import WeChat
from backend.wechat.errors import WeChatMisconfigured, WeChatReplyUnexpected

log = structlog.get_logger()

# The platform looks only at what comes of members who were here within two hours.
TRIED_FOR: Final = timedelta(hours=2)
_RESTS_SECONDS: Final = 60  # after a fault that only the operator can mend


@dataclass
class Platform:
    """WeChat as an examiner of photos; it rests when WeChat asks for patience."""

    connect: Callable[[Database, Clock], WeChat]
    vault: Vault
    app_id: str
    public_base_url: str  # empty: it cannot fetch anything from us, and people look at photos
    _rests_until: datetime | None = field(default=None, init=False)

    @property
    def is_reachable(self) -> bool:
        """Whether it can be asked at all."""
        return bool(self.public_base_url)

    def is_resting(self, now: datetime) -> bool:
        """Whether it must not be asked just now."""
        return self._rests_until is not None and now < self._rests_until

    def rest(self, now: datetime, seconds: int) -> None:
        """Ask nothing for so long."""
        self._rests_until = now + timedelta(seconds=seconds)


async def openids(platform: Platform, database: Database, members: set[int]) -> Mapping[int, str]:
    """Return what WeChat calls these members; who has no account there is left out."""
    async with database.read() as session:
        return await accounts.openids(session, platform.vault, platform.app_id, sorted(members))


async def ask(platform: Platform, database: Database, clock: Clock, upload: Upload, openid: str | None) -> None:
    """Ask about one photo that was claimed, outside of any transaction, and note the question.

    Whoever dies in between has asked in vain: the answer is kept for nobody, and the photo is asked about again.
    """
    number, now = upload.id or 0, clock.now()
    trace_id = None
    if openid is not None:
        url = platform.public_base_url + links.for_the_platform(platform.vault, upload.key, now)
        try:
            trace_id = await platform.connect(database, clock).check_media(openid, url)
        except Problem as problem:
            log.info("the platform does not look at a photo", upload=number, reason=type(problem).__name__)
        except (Unavailable, WeChatMisconfigured, WeChatReplyUnexpected) as fault:
            log.warning("the platform could not be asked", upload=number, fault=str(fault))
            platform.rest(now, fault.retry_seconds if isinstance(fault, Unavailable) else _RESTS_SECONDS)
            if upload.stored_at and now < upload.stored_at + TRIED_FOR:
                return
    async with database.write() as session:
        if trace_id is None:
            await moderation.give_up(session, [number], clock.now())
        else:
            await moderation.note_question(session, number, trace_id, clock.now())
