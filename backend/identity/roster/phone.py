"""Bring mobile numbers of the mainland to one form, so that one number has one fingerprint."""

import re

from backend.core.errors import Problem
from backend.core.vault import Vault
from backend.identity.credit_code import HALF_WIDTH

_FILLING = re.compile(r"[\s\-()]+")
_MOBILE = re.compile(r"(?:\+86|0086|86)?(1[3-9][0-9]{9})")


class PhoneInvalid(Problem):
    """The text is no mobile number of the mainland. The number itself is not repeated in the message."""

    zh = "手机号应为 11 位大陆手机号码"
    en = "a mobile number has 11 digits and begins with 13 to 19"


def normalise(text: str) -> str:
    """Return the eleven digits, or raise PhoneInvalid; +86, spaces, hyphens and full-width digits are understood."""
    found = _MOBILE.fullmatch(_FILLING.sub("", text.translate(HALF_WIDTH)))
    if found is None:
        raise PhoneInvalid
    return found.group(1)


def fingerprint(vault: Vault, text: str) -> str:
    """Return what is kept of a phone number; raises PhoneInvalid."""
    return vault.fingerprint(normalise(text), "phone")
