"""The id that a client makes for a request before its first try, by which a repetition is known."""

import re

_SHAPE = re.compile(r"[A-Za-z0-9_-]{8,64}")


def is_request_id(text: str) -> bool:
    """Tell whether this can be a request's id: 8 to 64 letters, digits, '-' or '_'."""
    return _SHAPE.fullmatch(text) is not None
