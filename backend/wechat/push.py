"""Verify and open what WeChat pushes to us.

Source: wechat page guide/base-ability/message-push; the secure mode's frame is 16 random bytes, the length of
the message in four bytes (most significant first), the message, and the app id.
"""

import binascii
import hashlib
import hmac
from base64 import b64decode

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from pydantic import SecretStr

from backend.wechat.errors import PushRefused

_RANDOM_BYTES = 16
_LENGTH_BYTES = 4
_PADDING_BITS = 256  # the frame is padded to 32 bytes, twice the cipher's own block


def url_signature(token: str, timestamp: str, nonce: str) -> str:
    """Return the signature of a push URL: 40 hex digits over the three, sorted and joined."""
    return _signature(token, timestamp, nonce)


def url_is_genuine(signature: str, token: SecretStr, timestamp: str, nonce: str) -> bool:
    """Say whether a request to the push URL was made by someone who knows the push token."""
    return _same(signature, url_signature(token.get_secret_value(), timestamp, nonce))


def message_signature(token: str, timestamp: str, nonce: str, encrypted: str) -> str:
    """Return the signature of a message in secure mode (`msg_signature`)."""
    return _signature(token, timestamp, nonce, encrypted)


def open_message(
    encrypted: str,
    signature: str,
    *,
    timestamp: str,
    nonce: str,
    token: SecretStr,
    encoding_aes_key: SecretStr,
    app_id: str,
) -> str:
    """Return the message (JSON or XML) of a push in secure mode.

    Raises `PushRefused` when the signature, the frame or the app id is not right; nothing is decrypted before
    the signature has been checked.
    """
    if not _same(signature, message_signature(token.get_secret_value(), timestamp, nonce, encrypted)):
        raise PushRefused("the signature is not WeChat's")
    try:
        frame = _decrypted(encrypted, b64decode(encoding_aes_key.get_secret_value() + "="))
    except (ValueError, binascii.Error):
        raise PushRefused("the message cannot be decrypted") from None
    start = _RANDOM_BYTES + _LENGTH_BYTES
    end = start + int.from_bytes(frame[_RANDOM_BYTES:start])
    if len(frame) < end or not hmac.compare_digest(frame[end:], app_id.encode()):
        raise PushRefused("the message is for another mini-program")
    return frame[start:end].decode(errors="replace")


def _decrypted(encrypted: str, key: bytes) -> bytes:
    decryptor = Cipher(algorithms.AES256(key), modes.CBC(key[:16])).decryptor()
    unpadder = PKCS7(_PADDING_BITS).unpadder()
    padded = decryptor.update(b64decode(encrypted, validate=True)) + decryptor.finalize()
    return unpadder.update(padded) + unpadder.finalize()


def _signature(*parts: str) -> str:
    return hashlib.sha1(_bytes("".join(sorted(parts))), usedforsecurity=False).hexdigest()


def _same(left: str, right: str) -> bool:
    return hmac.compare_digest(_bytes(left), _bytes(right))


def _bytes(text: str) -> bytes:
    # JSON can write half of a surrogate pair, which UTF-8 cannot: such a text is merely no text of WeChat's.
    return text.encode("utf-8", "backslashreplace")
