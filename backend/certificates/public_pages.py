"""Addresses of public pages about what is numbered: each has a mark that only this service can make.

Nobody pages through the campaigns or events of others. They are printed and last: unlike links to papers, they are
good for everybody, and for as long as there is something to say.
"""

import hmac
from dataclasses import dataclass

from backend.core import ids
from backend.core.vault import Vault


@dataclass(frozen=True)
class PublicPages:
    """The pages below one folder, about what has ids of one kind."""

    folder: str
    id_kind: str
    purpose: str  # what their marks are made for
    mark_letters: int

    def path(self, vault: Vault, number: int) -> str:
        """Return the path of the public page about a number."""
        named = ids.encode(self.id_kind, number)
        return f"/{self.folder}/{named}-{self._mark(vault, named)}"

    def number_of(self, vault: Vault, told: str) -> int | None:
        """Return what the last part of a page's path names, or None if we did not make it."""
        named, _, mark = told.partition("-")
        if not hmac.compare_digest(mark.encode(), self._mark(vault, named).encode()):
            return None
        return ids.find(self.id_kind, named)

    def _mark(self, vault: Vault, named: str) -> str:
        return vault.fingerprint(named, self.purpose)[: self.mark_letters]
