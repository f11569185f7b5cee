"""Keep secrets at rest: encrypt what must be read again, fingerprint what must only be recognised.

One setting, the service's secret key, feeds both; each use gets a key of its own derived from it.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet
from pydantic import SecretStr


class Vault:
    """Encrypts, decrypts and fingerprints under keys derived from one secret."""

    def __init__(self, secret: SecretStr) -> None:
        self._secret = secret.get_secret_value().encode()
        self._fernet = Fernet(urlsafe_b64encode(self._key("encryption at rest")))

    def _key(self, purpose: str) -> bytes:
        return hmac.digest(self._secret, purpose.encode(), hashlib.sha256)

    def encrypt(self, text: str) -> str:
        """Return the text under authenticated encryption, fit for a text column."""
        return self._fernet.encrypt(text.encode()).decode()

    def decrypt(self, text: str) -> str:
        """Return what `encrypt` was given; raises `cryptography.fernet.InvalidToken` when it was not ours."""
        return self._fernet.decrypt(text.encode()).decode()

    def fingerprint(self, text: str, purpose: str) -> str:
        """Return 64 hex digits that are the same for the same text and purpose, and tell nothing else."""
        return hmac.digest(self._key(purpose), text.encode(), hashlib.sha256).hex()
