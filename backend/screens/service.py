"""Give a screen its key, and take it back."""

import secrets
from datetime import datetime

from sqlmodel import col, update

from backend.core.db import WriteSession
from backend.core.errors import InvalidValue
from backend.core.text import Text
from backend.core.vault import Vault
from backend.screens.tables import Screen

KEY = "screen key"  # what fingerprints of keys are made for
LONGEST_PLACE = 60


def checked_place(text: str) -> str:
    """Return the name of a place as it is kept; raises InvalidValue."""
    place = text.strip()
    if not 1 <= len(place) <= LONGEST_PLACE or not place.isprintable():
        raise InvalidValue(field="place", reason=Text("须为 1–60 个字符", "it has 1 to 60 characters"))
    return place


async def register(session: WriteSession, vault: Vault, institution_id: int, place: str, now: datetime) -> str:
    """Register a screen at a place of an institution and return its key, which is shown only here."""
    key = secrets.token_urlsafe(24)
    session.add(
        Screen(
            key_fingerprint=vault.fingerprint(key, KEY),
            institution_id=institution_id,
            place=place,
            registered_at=now,
        )
    )
    await session.flush()
    return key


async def revoke(session: WriteSession, screen_id: int, now: datetime) -> None:
    """Take a screen's key back: within `board_seconds` it shows nothing more."""
    await session.exec(
        update(Screen).where(col(Screen.id) == screen_id, col(Screen.revoked_at).is_(None)).values(revoked_at=now)
    )
