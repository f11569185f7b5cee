"""Codes that change every few seconds: signed, good for a short window, worthless once they are sent on.

A changing code is `<site>.<step>.<mark>`: the step is the number of 20-second steps since 1970 in base 32, the mark an
HMAC over it under the site's own secret, cut to 50 bits. That is a time-based one-time password (RFC 6238) with the
step told, so that a code which has passed can be told from one that is forged. Nobody guesses 50 bits at one try a
request; and a code proves presence, never identity.
"""

import hashlib
import hmac
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import unquote

STEP_SECONDS = 20
# How long after its step a code is taken: time to aim a camera, and a slow network.
GOOD_FOR = timedelta(seconds=60)
# Clocks differ a little: the display's from ours, and the phone's from both.
AHEAD = timedelta(seconds=30)
PHONE_DIFFERENCE = timedelta(minutes=3)
LONGEST = 200  # of what is scanned: a path with a scene
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_MARK_LETTERS = 10
_LONGEST_STEP = 12
_SCENE = "s="  # what stands before the code in a mini-program code's scene, of at most 32 characters


@dataclass(frozen=True)
class Presented:
    """What somebody scanned: a site's code, and the step and mark of one that changes (None for a printed one)."""

    code: str
    step: int | None = None
    mark: str = ""


def presented(text: str) -> Presented | None:
    """Read what was scanned or typed, or None when it is no code of ours.

    It is a code, typed in groups perhaps; or what a phone makes of a mini-program code: its scene, with or without
    the path before it, as it came or decoded.
    """
    if len(text) > LONGEST:
        return None
    # Chinese keyboards type letters in full width as well, and the sheet shows them in groups.
    scanned = unicodedata.normalize("NFKC", unquote(text.rpartition("scene=")[2]))
    parts = re.sub(r"[\s-]", "", scanned).upper().removeprefix(_SCENE.upper()).split(".")
    if not all(part.isascii() and part.isalnum() for part in parts):
        return None
    if len(parts) == 1:
        return Presented(parts[0])
    if len(parts) != 3 or len(parts[1]) > _LONGEST_STEP or any(letter not in _LETTERS for letter in parts[1]):  # noqa: PLR2004
        return None
    step = 0
    for letter in parts[1]:
        step = step * 32 + _LETTERS.index(letter)
    return Presented(parts[0], step, parts[2])


def scene(code: str) -> str:
    """Return the scene of the mini-program code that stands for a printed code."""
    return _SCENE + code


def current(code: str, secret: str, now: datetime) -> str:
    """Return the code that a site shows at this moment."""
    step = int(now.timestamp()) // STEP_SECONDS
    digits, left = "", step
    while left:
        left, digit = divmod(left, 32)
        digits = _LETTERS[digit] + digits
    return f"{code}.{digits}.{_mark(secret, step)}"


def changes_at(now: datetime) -> datetime:
    """Return when the next code takes over."""
    step = int(now.timestamp()) // STEP_SECONDS + 1
    return datetime.fromtimestamp(step * STEP_SECONDS, now.tzinfo)


def is_genuine(shown: Presented, secret: str) -> bool:
    """Tell whether the site made this code, whenever that was."""
    return shown.step is not None and hmac.compare_digest(shown.mark.encode(), _mark(secret, shown.step).encode())


def is_timely(shown: Presented, now: datetime) -> bool:
    """Tell whether a genuine code reaches us in its own time, by our clock."""
    begins, ends = _span(shown, now)
    return begins - AHEAD <= now <= ends + GOOD_FOR


def agrees(shown: Presented, acted_at: datetime, now: datetime) -> bool:
    """Tell whether the phone's time of a scan goes with the code that it scanned."""
    begins, ends = _span(shown, now)
    return begins - PHONE_DIFFERENCE <= acted_at <= ends + GOOD_FOR + PHONE_DIFFERENCE


def _span(shown: Presented, now: datetime) -> tuple[datetime, datetime]:
    assert shown.step is not None, "a printed code has no time"
    begins = datetime.fromtimestamp(shown.step * STEP_SECONDS, now.tzinfo)
    return begins, begins + timedelta(seconds=STEP_SECONDS)


def _mark(secret: str, step: int) -> str:
    digest = int.from_bytes(hmac.digest(secret.encode(), str(step).encode(), hashlib.sha256))
    return "".join(_LETTERS[(digest >> (5 * place)) & 31] for place in range(_MARK_LETTERS))
