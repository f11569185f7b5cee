"""Remove pictures from the store, and prove that none is left."""

import asyncio

from sqlmodel import col, select

from backend.core.db import Database
from backend.media.store import Store
from backend.media.tables import DELETED, Upload


async def remove(store: Store, keys: list[str]) -> None:
    """Delete the pictures of these keys from the store."""

    def delete() -> None:
        for key in keys:
            store.delete(f"{key}/photo")
            store.delete(f"{key}/thumbnail")

    await asyncio.to_thread(delete)


async def leftovers(store: Store, database: Database) -> list[str]:
    """Name the pictures in the store that no standing upload names: there must be none."""
    names = await asyncio.to_thread(lambda: list(store.names()))
    async with database.read() as session:
        found = await session.exec(select(Upload.key).where(col(Upload.state) != DELETED))
        standing = set(found)
    return [name for name in names if name.split("/")[0] not in standing]
