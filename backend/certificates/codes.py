"""The code on a certificate: nobody guesses it, and whoever holds it may see the page.

It is derived from a row's salt under the service's secret; the row keeps the salt and the code's fingerprint. So the
same paper can be drawn again, and the table alone opens no page.
"""

import re
import unicodedata

from backend.core.vault import Vault

LETTERS = 16  # of 32: 80 bits
GROUP = 4
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # nothing that is read as something else
_SHAPE = re.compile(f"[{_ALPHABET}]{{{LETTERS}}}")


def derived(vault: Vault, salt: str) -> str:
    """Return the code of the row with this salt."""
    drawn = int(vault.fingerprint(salt, "certificate code"), 16)
    return "".join(_ALPHABET[(drawn >> (5 * place)) & 31] for place in range(LETTERS))


def fingerprint(vault: Vault, code: str) -> str:
    """Return by what a row is found."""
    return vault.fingerprint(code, "certificate page")


def read(text: str) -> str | None:
    """Read a code as it was scanned or typed, in groups or small letters perhaps; None for anything else."""
    code = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text[:80])).upper()
    return code if _SHAPE.fullmatch(code) else None


def grouped(code: str) -> str:
    """Return a code in groups, as it is printed."""
    return " ".join(code[place : place + GROUP] for place in range(0, len(code), GROUP))
