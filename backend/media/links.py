"""Links to pictures that cannot be guessed and end by themselves."""

import hmac
from datetime import datetime, timedelta

from backend.core.vault import Vault

LIFE = timedelta(minutes=10)
# The platform fetches a picture within moments, or tries again within the half hour that it has for its verdict.
PLATFORM_LIFE = timedelta(hours=1)
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
