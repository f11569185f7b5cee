"""Remove pictures from the store, and prove that none is left."""

import asyncio
from collections.abc import Sequence

from sqlmodel import col, select

from backend.core.db import Database
from backend.media.store import Store
from backend.media.tables import STANDING, Upload


def both(keys: Sequence[str]) -> list[str]:
    """Return the names of the two pictures of each key."""
    return [f"{key}/{picture}" for key in keys for picture in ("photo", "thumbnail")]


async def remove(store: Store, names: Sequence[str]) -> None:
    """Delete these pictures from the store."""

    def delete() -> None:
        for name in names:
            store.delete(name)

    await asyncio.to_thread(delete)


async def leftovers(store: Store, database: Database) -> list[str]:
    """Name the pictures in the store that no standing upload names: after a sweep there are none.

    The store is read first: the row of a picture that comes meanwhile stands before the picture does.
    """
    names = await asyncio.to_thread(lambda: list(store.names()))
    async with database.read() as session:
        found = await session.exec(select(Upload.key).where(col(Upload.state).in_(STANDING)))
        standing = set(found)
    return [name for name in names if name.split("/")[0] not in standing]
