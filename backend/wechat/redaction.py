"""Keep secrets out of the logs: WeChat wants them in the URL, and HTTP libraries log URLs."""

import logging
import re

_SECRETS = ("access_token", "appsecret", "corpsecret", "secret", "js_code", "session_key", "signature", "phone_code")
_NAME = "|".join(_SECRETS)
# The name, an equals sign or a colon in any dress (URL, percent-encoded, JSON, repr), and then the value.
_PATTERN = re.compile(rf"""((?:{_NAME})(?:=|%3D|\\?["']?\s*[:=]\s*b?\\?["']?))([^&\s"'<>,)}}\\]+)""", re.IGNORECASE)

# A filter sees only what is logged on its very logger, not on the children: each is named.
LOGGERS = (
    "httpx",
    "httpcore",
    "httpcore.connection",
    "httpcore.http11",
    "httpcore.http2",
    "httpcore.proxy",
    "httpcore.socks",
)


def redact(text: str) -> str:
    """Return the text with the value of every secret replaced by three stars."""
    return _PATTERN.sub(r"\1***", text)


class _Redaction(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        # The message is put together here, because a secret may be split between the format and its arguments.
        record.msg, record.args = redact(record.getMessage()), None
        return True


def install() -> None:
    """Redact what the HTTP libraries log from now on; calling it again changes nothing."""
    for name in LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(existing, _Redaction) for existing in logger.filters):
            logger.addFilter(_Redaction())
