"""Keep the access token where every process finds it."""

import logging
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from cryptography.fernet import InvalidToken

from backend.core.db import Database, put
from backend.core.vault import Vault
from backend.wechat.tables import WeChatToken

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class StoredToken:
    """An access token and the instant it ends."""

    value: str = field(repr=False)
    expires_at: datetime


class TokenStore(Protocol):
    """Where processes leave the token for each other."""

    async def read(self) -> StoredToken | None:
        """Return the token last written, also when it has ended."""

    async def write(self, token: StoredToken) -> None:
        """Replace the token."""


@dataclass(frozen=True)
class DatabaseTokenStore:
    """One row per mini-program, encrypted at rest."""

    database: Database
    cipher: Vault
    app_id: str

    async def read(self) -> StoredToken | None:
        """Return the token last written; one that cannot be decrypted, after a change of the key, counts as none."""
        async with self.database.read() as session:
            row = await session.get(WeChatToken, self.app_id)
        if row is None:
            return None
        try:
            return StoredToken(self.cipher.decrypt(row.token_ciphertext), row.expires_at)
        except InvalidToken:
            logger.warning("the stored WeChat token cannot be decrypted: it is fetched again")
            return None

    async def write(self, token: StoredToken) -> None:
        """Insert or replace in one statement, so that two processes at once do not collide."""
        ciphertext = self.cipher.encrypt(token.value)
        row = {"app_id": self.app_id, "token_ciphertext": ciphertext, "expires_at": token.expires_at}
        async with self.database.write() as session:
            await put(session, WeChatToken, [row], ["app_id"])
