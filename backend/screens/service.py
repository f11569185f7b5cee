"""Give a screen its key, and take it back."""

import secrets
from datetime import datetime

from sqlmodel import col, update

from backend.core.db import WriteSession
from backend.core.errors import InvalidValue
from backend.core.text import Text
from backend.core.vault import Vault
from backend.media.errors import GlyphMissing
from backend.media.paper import coverage
from backend.screens.tables import Screen

KEY = "screen key"  # what fingerprints of keys are made for
LONGEST_PLACE = 60
GLYPH = Text("屏幕字体中没有“{character}”（{code}）", "the screens' fonts have no '{character}' ({code})")


def checked_place(text: str) -> str:
    """Return the name of a place as it is kept; raises InvalidValue."""
    place = text.strip()
    if not 1 <= len(place) <= LONGEST_PLACE or not place.isprintable():
        raise InvalidValue(field="place", reason=Text("须为 1–60 个字符", "it has 1 to 60 characters"))
    return shown("place", place)


def shown(field: str, text: str) -> str:
    """Return a text as our fonts have it; raises InvalidValue naming the first character that they lack."""
    try:
        return coverage.printable(text)
    except GlyphMissing as missing:
        character, code = missing.fields["character"], missing.fields["code"]
        raise InvalidValue(field=field, reason=GLYPH.told(character=character, code=code)) from None


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


async def revoke(session: WriteSession, screen: Screen, now: datetime) -> datetime:
    """Take a screen's key back and return when that was, the first time: within seconds it shows nothing more."""
    await session.exec(
        update(Screen)
        .where(col(Screen.id) == screen.id, col(Screen.revoked_at).is_(None))
        .values(revoked_at=now)
        .execution_options(synchronize_session=False)
    )
    await session.refresh(screen)
    return screen.revoked_at or now
