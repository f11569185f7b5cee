"""Links to pictures that cannot be guessed and end by themselves."""

import hmac
from datetime import datetime, timedelta

from backend.core.vault import Vault

LIFE = timedelta(minutes=10)
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


def _mark(vault: Vault, name: str, seconds: int) -> str:
    return vault.fingerprint(f"{name}/{seconds}", "photo link")[:_MARK_LENGTH]
