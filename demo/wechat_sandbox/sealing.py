"""Encrypt open data as a phone passes them on, and pushes as the platform sends them."""

import json
import secrets
from base64 import b64decode, b64encode
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

A_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"  # an EncodingAESKey that is nobody's


def seal(payload: dict[str, Any], session_key: str) -> dict[str, str]:
    """Return `encryptedData` and `iv` for a payload (watermark included) under the session key."""
    iv = secrets.token_bytes(16)
    padder = PKCS7(128).padder()
    plain = padder.update(json.dumps(payload, ensure_ascii=False).encode()) + padder.finalize()
    encryptor = Cipher(algorithms.AES128(b64decode(session_key)), modes.CBC(iv)).encryptor()
    sealed = encryptor.update(plain) + encryptor.finalize()
    return {"encryptedData": b64encode(sealed).decode(), "iv": b64encode(iv).decode()}


def seal_push(message: str, encoding_aes_key: str, app_id: str, *, padded: bool = True) -> str:
    """Return what stands under `Encrypt` in a push; without right padding, if one is told so."""
    key = b64decode(encoding_aes_key + "=")
    content = message.encode()
    frame = secrets.token_bytes(16) + len(content).to_bytes(4, "big") + content + app_id.encode()
    padder = PKCS7(256).padder()
    plain = padder.update(frame) + padder.finalize()
    if not padded:
        plain = plain[:-1] + b"\xff"
    encryptor = Cipher(algorithms.AES256(key), modes.CBC(key[:16])).encryptor()
    return b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


def as_xml(message: dict[str, Any], root: str = "xml") -> str:
    """Return a message in the platform's XML: numbers as they are, texts as CDATA, lists as repeated elements."""
    inner = "".join(
        as_xml(one, name) if isinstance(one, dict) else f"<{name}>{_element(one)}</{name}>"
        for name, value in message.items()
        for one in (value if isinstance(value, list) else [value])
    )
    return f"<{root}>{inner}</{root}>"


def _element(value: object) -> str:
    return f"<![CDATA[{value}]]>" if isinstance(value, str) else str(value)
