"""Remove pictures from the store, and prove that none is left."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_
from sqlmodel import col, select

from backend.core.db import Database
from backend.media.store import Store
from backend.media.tables import LEAVING, STANDING, Upload

# An act that waits in a phone's queue may name its photo days later: see grace windows.
UNCLAIMED_FOR = timedelta(hours=70)


def both(keys: Sequence[str]) -> list[str]:
    """Return the names of the two pictures of each key."""
    return [f"{key}/{picture}" for key in keys for picture in ("photo", "thumbnail")]


async def remove(store: Store, names: Sequence[str]) -> None:
    """Delete these pictures from the store."""

    def delete() -> None:
        for name in names:
            store.delete(name)

    await asyncio.to_thread(delete)


async def compared(
    store: Store, database: Database, deleted_before: datetime | None = None
) -> tuple[list[str], list[str]]:
    """Return the names of all pictures in the store, and of those that no standing upload names.

    The store is read first: the row of a picture that comes meanwhile stands before the picture does. What was deleted
    only after `deleted_before` is let pass: its pictures may be going just now.
    """
    names = await asyncio.to_thread(lambda: list(store.names()))
    stands: ColumnElement[bool] = col(Upload.state).in_(STANDING)
    if deleted_before is not None:
        lately = (col(Upload.state) == LEAVING) & (col(Upload.expires_at) > deleted_before - UNCLAIMED_FOR)
        stands = or_(stands, lately, col(Upload.deleted_at) > deleted_before)
    async with database.read() as session:
        standing = set(await session.exec(select(Upload.key).where(stands)))
    return names, [name for name in names if name.split("/")[0] not in standing]


async def leftovers(store: Store, database: Database) -> list[str]:
    """Name the pictures in the store that no standing upload names: after a sweep there are none."""
    return (await compared(store, database))[1]
