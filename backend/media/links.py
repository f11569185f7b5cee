"""Links to pictures and pages that cannot be guessed and end by themselves."""

import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import urlencode

from backend.core.vault import Vault

LIFE = timedelta(minutes=10)
# What goes out behind a link is for whoever holds it, now: nobody keeps it, frames it or learns where it came from.
SAFE = {
    "cache-control": "private, no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}
_MARK_LENGTH = 32


def signed(vault: Vault, name: str, until: datetime) -> str:
    """Return the path of a picture ("<key>/photo"), good until that instant."""
    seconds = int(until.timestamp())
    return f"/photos/{name}?until={seconds}&mark={_mark(vault, name, seconds)}"


def is_genuine(vault: Vault, name: str, until: str, mark: str, now: datetime) -> bool:
    """Tell whether we made this link and it has not ended."""
    if not until.isascii() or not until.isdigit() or len(until) > 12:  # noqa: PLR2004 - seconds until the year 33658
        return False
    return hmac.compare_digest(mark.encode(), _mark(vault, name, int(until)).encode()) and now.timestamp() < int(until)


def sealed(vault: Vault, path: str, until: datetime, **told: str) -> str:
    """Return a path with what it tells, good until that instant: nothing in it can be changed."""
    told |= {"until": str(int(until.timestamp()))}
    return f"{path}?{urlencode(told)}&mark={_seal(vault, path, told)}"


def is_sealed(vault: Vault, path: str, query: Mapping[str, str], now: datetime) -> bool:
    """Tell whether we made this path with this query, and it has not ended."""
    told = {name: value for name, value in query.items() if name != "mark"}
    is_ours = hmac.compare_digest(query.get("mark", "").encode(), _seal(vault, path, told).encode())
    return is_ours and now.timestamp() < int(told["until"])


def _seal(vault: Vault, path: str, told: Mapping[str, str]) -> str:
    return vault.fingerprint(f"{path}?{urlencode(sorted(told.items()))}", "sealed link")[:_MARK_LENGTH]


def _mark(vault: Vault, name: str, seconds: int) -> str:
    return vault.fingerprint(f"{name}/{seconds}", "photo link")[:_MARK_LENGTH]
