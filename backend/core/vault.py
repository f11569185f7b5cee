"""Keep secrets at rest: encrypt what must be read again, fingerprint what must only be recognised.

One setting, the service's secret key, feeds both; each use gets a key of its own derived from it.
"""

import hashlib
import hmac
from base64 import b64encode, urlsafe_b64encode

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
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

    def signed(self, text: str, purpose: str) -> str:
        """Return the Ed25519 signature of a text in Base64: anybody who has the public key can check it."""
        return b64encode(self._signer(purpose).sign(text.encode())).decode()

    def public_key(self, purpose: str) -> str:
        """Return the key that checks what `signed` made, as PEM."""
        key = self._signer(purpose).public_key()
        return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    def _signer(self, purpose: str) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self._key(f"signature: {purpose}"))
