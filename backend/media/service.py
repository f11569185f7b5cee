"""Verbs over uploads."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import text
from sqlmodel import col, update

from backend.core.db import WriteSession
from backend.media.tables import Upload

UPLOAD_ID = "pho"
_CLAIMS = 7_301_914  # any number that nobody else uses


async def lock_claims(session: WriteSession) -> None:
    """Let transactions that claim photos follow one another, so that two claims of one picture see each other.

    They are few beside other acts, and each is a batch. SQLite's writers are alone anyway.
    """
    connection = await session.connection()
    if connection.dialect.name == "postgresql":
        await connection.execute(text(f"SELECT pg_advisory_xact_lock({_CLAIMS})"))


async def claim(session: WriteSession, acts: Mapping[int, int], now: datetime) -> None:
    """Note which act (value) each upload (key) proves; it is not swept any more."""
    for upload_id, act_id in acts.items():
        await session.exec(update(Upload).where(col(Upload.id) == upload_id).values(act_id=act_id, claimed_at=now))
