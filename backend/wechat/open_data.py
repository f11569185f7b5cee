"""Read what a phone passes on from WeChat: open data (such as steps), encrypted under the session key.

Source: wechat page framework/open-ability/signature.
"""

import binascii
import hashlib
import hmac
import json
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError

from backend.wechat.errors import OpenDataRefused, SessionKeyStale

_BLOCK_BYTES = 16
MAX_AGE = timedelta(hours=1)
CLOCK_DIFFERENCE = timedelta(minutes=5)


class _Watermark(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    appid: str
    timestamp: int


def decrypt(
    encrypted: str,
    iv: str,
    session_key: SecretStr,
    *,
    app_id: str,
    now: datetime,
    max_age: timedelta = MAX_AGE,
) -> dict[str, Any]:
    """Return the open data that WeChat encrypted for this member and this mini-program.

    `encrypted` and `iv` are Base64 as the phone sends them. Raises `SessionKeyStale` when they do not open
    under this session key, and `OpenDataRefused` when they are malformed, older than `max_age`, from the
    future, or carry another mini-program's watermark.
    """
    key = _decoded(session_key.get_secret_value())
    payload = _opened(_decoded(encrypted), key, _decoded(iv))
    try:
        watermark = _Watermark.model_validate(payload.get("watermark"))
        made_at = datetime.fromtimestamp(watermark.timestamp, UTC)
    except (ValidationError, ValueError, OverflowError, OSError):
        raise OpenDataRefused from None
    is_timely = now - max_age <= made_at <= now + CLOCK_DIFFERENCE
    if not hmac.compare_digest(watermark.appid.encode(), app_id.encode()) or not is_timely:
        raise OpenDataRefused
    return payload


def raw_data_signature(raw: str, session_key: SecretStr) -> str:
    """Return the signature of `rawData` under the session key: 40 hex digits, as the platform defines it."""
    signed = (raw + session_key.get_secret_value()).encode()
    return hashlib.sha1(signed, usedforsecurity=False).hexdigest()


def raw_data_is_genuine(raw: str, signature: str, session_key: SecretStr) -> bool:
    """Say whether `rawData` bears the signature that WeChat made for it."""
    return hmac.compare_digest(raw_data_signature(raw, session_key).encode(), signature.encode())


def _decoded(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise OpenDataRefused from None


def _opened(sealed: bytes, key: bytes, iv: bytes) -> dict[str, Any]:
    if len(iv) != _BLOCK_BYTES or len(key) != _BLOCK_BYTES or not sealed or len(sealed) % _BLOCK_BYTES:
        raise OpenDataRefused
    decryptor = Cipher(algorithms.AES128(key), modes.CBC(iv)).decryptor()
    unpadder = PKCS7(algorithms.AES128.block_size).unpadder()
    # Another key gives no clean error but noise: wrong padding, no UTF-8, or no JSON, as chance will have it.
    try:
        padded = decryptor.update(sealed) + decryptor.finalize()
        payload = json.loads(unpadder.update(padded) + unpadder.finalize())
    except (ValueError, RecursionError):
        raise SessionKeyStale from None
    if not isinstance(payload, dict):
        raise SessionKeyStale
    return payload
