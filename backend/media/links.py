"""Links to pictures and pages that cannot be guessed and end by themselves."""

import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import urlencode

from backend.core.vault import Vault

LIFE = timedelta(minutes=10)
# The platform fetches a picture within moments, or tries again within the half hour that it has for its verdict.
PLATFORM_LIFE = timedelta(hours=1)
# What goes out behind a link is for whoever holds it, now: nobody keeps it, frames it or learns where it came from.
SAFE = {
    "cache-control": "private, no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}
_MARK_LENGTH = 32
_PHOTO, _PLATFORM = "photo link", "platform link"


def signed(vault: Vault, name: str, until: datetime) -> str:
    """Return the path of a picture ("<key>/photo"), good until that instant."""
    seconds = int(until.timestamp())
    return f"/photos/{name}?until={seconds}&mark={_mark(vault, name, seconds, _PHOTO)}"


def for_the_platform(vault: Vault, key: str, now: datetime) -> str:
    """Return the path under which the platform fetches a photo to look at it: a JPEG. It opens nothing else."""
    seconds = int((now + PLATFORM_LIFE).timestamp())
    return f"/checks/{key}.jpg?until={seconds}&mark={_mark(vault, key, seconds, _PLATFORM)}"


def is_genuine(vault: Vault, name: str, until: str, mark: str, now: datetime) -> bool:
    """Tell whether we made this link to a picture and it has not ended."""
    return _is_good(vault, name, until, mark, now, purpose=_PHOTO)


def is_for_the_platform(vault: Vault, key: str, until: str, mark: str, now: datetime) -> bool:
    """Tell whether we made this link for the platform and it has not ended."""
    return _is_good(vault, key, until, mark, now, purpose=_PLATFORM)


def _is_good(vault: Vault, name: str, until: str, mark: str, now: datetime, *, purpose: str) -> bool:
    if not until.isascii() or not until.isdigit() or len(until) > 12:  # noqa: PLR2004 - seconds until the year 33658
        return False
    ours = _mark(vault, name, int(until), purpose)
    return hmac.compare_digest(mark.encode(), ours.encode()) and now.timestamp() < int(until)


def _mark(vault: Vault, name: str, seconds: int, purpose: str) -> str:
    return vault.fingerprint(f"{name}/{seconds}", purpose)[:_MARK_LENGTH]


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
