"""Pair a screen by the code that it shows.

The screen holds a secret (192 bits, in a cookie), which becomes its key once an organiser enters the code. The code
follows from the secret, the instant at which it began and the service's own secret: it can be shown again without
being kept. What is kept are fingerprints.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlalchemy import bindparam, func
from sqlalchemy import select as columns
from sqlmodel import col, delete, select, update

from backend.core import short_codes, statements
from backend.core.db import ReadSession, WriteSession, insert_new
from backend.core.errors import Unavailable
from backend.core.receipts import Order
from backend.core.text import Locale, Text
from backend.core.vault import Vault
from backend.screens import queries, receipts, service
from backend.screens.errors import TooManyGuesses
from backend.screens.tables import PairingGuess, Screen, ScreenPairing

LIFE = timedelta(minutes=10)
LENGTH = 6  # letters of a code, of 31: 887 million codes
MOST_OPEN = 1_000
MOST_GUESSES, GUESSES_WITHIN = 10, timedelta(hours=1)
PAIR = "pair"

_SECRET_BYTES = 24
_KEY = re.compile(r"[A-Za-z0-9_-]{32}")
_CODE, _SHOWN_CODE = "pairing code", "pairing code that a screen shows"
_TRIES = 5


class TooManyOpen(Unavailable):
    """As many screens wait to be paired as may."""

    text = Text(
        "等待配对的屏幕过多，请稍候，本页会自动重试。",
        "Too many screens wait to be paired: this page tries again by itself.",
    )


@dataclass(frozen=True)
class Shown:
    """A code that is good until then."""

    code: str
    ends_at: datetime


@dataclass(frozen=True)
class Standing:
    """How a screen stands: it waits with a code, is paired (with which screen of which institution), or is over."""

    state: Literal["waiting", "paired", "over"]
    shown: Shown | None = None
    institution: str = ""
    place: str = ""


@dataclass(frozen=True)
class Paired:
    """The screen that a code was turned into, now or by the same request before."""

    screen: Screen
    replayed: bool


def code_fingerprint(vault: Vault, text: str) -> str:
    """Return the fingerprint of a code as somebody typed it."""
    return vault.fingerprint(short_codes.plain(text), _CODE)


async def standing(session: ReadSession, vault: Vault, key: str, now: datetime) -> Standing:
    """Return how the holder of a secret stands; of what is no secret of ours: over."""
    if not _KEY.fullmatch(key):
        return Standing("over")
    fingerprint = vault.fingerprint(key, service.KEY)
    if (held := await queries.by_key(session, fingerprint)) is not None:
        return Standing("paired", institution=held[1].name, place=held[0].place)
    row = await session.get(ScreenPairing, fingerprint)
    if row is None or row.screen_id is not None or row.ends_at <= now:
        return Standing("over")
    return Standing("waiting", Shown(_code(vault, key, row.began_at), row.ends_at))


async def begin(session: WriteSession, vault: Vault, key: str, now: datetime) -> tuple[str, Shown]:
    """Give a screen a code, and a secret where the one it holds is none; return both. Raises TooManyOpen.

    A screen whose code has run out keeps its secret.
    """
    is_open = (col(ScreenPairing.ends_at) > now, col(ScreenPairing.screen_id).is_(None))
    count = await session.exec(select(func.count()).select_from(ScreenPairing).where(*is_open))
    if count.one() >= MOST_OPEN:
        raise TooManyOpen(retry_seconds=60)
    if not await _has_run_out(session, vault, key, now):
        other = await standing(session, vault, key, now)
        if other.shown is not None:  # another tab of the same screen was faster
            return key, other.shown
        key = secrets.token_urlsafe(_SECRET_BYTES)
    for attempt in range(_TRIES):
        began_at = now + timedelta(microseconds=attempt)  # another instant, another code: one may be taken
        shown = Shown(_code(vault, key, began_at), now + LIFE)
        row = {
            "key_fingerprint": vault.fingerprint(key, service.KEY),
            "code_fingerprint": code_fingerprint(vault, shown.code),
            "began_at": began_at,
            "ends_at": shown.ends_at,
        }
        if await insert_new(session, ScreenPairing, row):
            return key, shown
    raise Unavailable


async def _has_run_out(session: WriteSession, vault: Vault, key: str, now: datetime) -> bool:
    """Forget the pairing of this secret, if its code has run out unused, and tell whether there was one."""
    if not _KEY.fullmatch(key):
        return False
    gone = await session.exec(
        delete(ScreenPairing).where(
            col(ScreenPairing.key_fingerprint) == vault.fingerprint(key, service.KEY),
            col(ScreenPairing.ends_at) <= now,
            col(ScreenPairing.screen_id).is_(None),
        )
    )
    return gone.rowcount > 0


def _code(vault: Vault, key: str, began_at: datetime) -> str:
    digest = vault.fingerprint(f"{key}/{began_at.astimezone(UTC).isoformat()}", _SHOWN_CODE)
    return short_codes.derived(digest, LENGTH)


async def pair(
    session: WriteSession,
    order: Order,
    *,
    code: str,
    institution_id: int,
    place: str,
    locale: Locale | None,
    now: datetime,
) -> Paired | None:
    """Turn the screen that shows a code (given as its fingerprint) into one of an institution; None: none shows it.

    Then the guess is kept, and with it the caller's transaction has to be. Raises InvalidValue, TooManyGuesses,
    RequestIdInvalid, RequestReused. Whoever enters the code has the screen: of two, the first.
    """
    if (known := await receipts.earlier(session, order)) is not None:
        return Paired(await session.get_one(Screen, known), replayed=True)
    place = service.checked_place(place)
    await _refuse_who_guesses(session, order.by_member, now)
    claimed = await session.exec(
        update(ScreenPairing)
        .where(
            col(ScreenPairing.code_fingerprint) == code,
            col(ScreenPairing.ends_at) > now,
            col(ScreenPairing.screen_id).is_(None),
        )
        .values(ends_at=now)
        .returning(col(ScreenPairing.key_fingerprint))
        .execution_options(synchronize_session=False)
    )
    fingerprint = claimed.scalar_one_or_none()
    if fingerprint is None:
        session.add(PairingGuess(member_id=order.by_member, at=now))
        await session.flush()
        return None
    screen = Screen(
        key_fingerprint=fingerprint, institution_id=institution_id, place=place, registered_at=now, locale=locale
    )
    session.add(screen)
    await session.flush()
    await session.exec(
        update(ScreenPairing)
        .where(col(ScreenPairing.key_fingerprint) == fingerprint)
        .values(screen_id=screen.id)
        .execution_options(synchronize_session=False)
    )
    receipts.keep(session, order, screen.id or 0)
    return Paired(screen, replayed=False)


_GUESSES = (
    columns(col(PairingGuess.at))
    .where(col(PairingGuess.member_id) == bindparam("member"), col(PairingGuess.at) > bindparam("since"))
    .order_by(col(PairingGuess.at).desc())
    .limit(MOST_GUESSES)
)


async def _refuse_who_guesses(session: WriteSession, member_id: int, now: datetime) -> None:
    guesses = await statements.rows(session, _GUESSES, member=member_id, since=now - GUESSES_WITHIN)
    if len(guesses) == MOST_GUESSES:
        raise TooManyGuesses(until=guesses[-1][0] + GUESSES_WITHIN)
