"""Forget the pushes that cannot come again."""

from datetime import timedelta

from sqlmodel import col, delete

from backend.core.clock import Clock
from backend.core.db import Database
from backend.wechat.tables import WeChatPush

PUSHES_KEPT = timedelta(days=1)


async def forget_pushes(database: Database, clock: Clock) -> int:
    """Delete the digests of yesterday's pushes; return how many went. One transaction, harmless to repeat."""
    async with database.write() as session:
        done = await session.exec(delete(WeChatPush).where(col(WeChatPush.came_at) < clock.now() - PUSHES_KEPT))
        return done.rowcount
