"""Encrypt open data as a phone passes them on."""

import json
import secrets
from base64 import b64decode, b64encode
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7


def seal(payload: dict[str, Any], session_key: str) -> dict[str, str]:
    """Return `encryptedData` and `iv` for a payload (watermark included) under the session key."""
    iv = secrets.token_bytes(16)
    padder = PKCS7(128).padder()
    plain = padder.update(json.dumps(payload, ensure_ascii=False).encode()) + padder.finalize()
    encryptor = Cipher(algorithms.AES128(b64decode(session_key)), modes.CBC(iv)).encryptor()
    sealed = encryptor.update(plain) + encryptor.finalize()
    return {"encryptedData": b64encode(sealed).decode(), "iv": b64encode(iv).decode()}
