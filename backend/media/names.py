"""What pictures are called in the store: "<key>/photo" and "<key>/thumbnail". No client ever names a file."""

import re

PICTURES = ("photo", "thumbnail")
_NAME = re.compile(r"[A-Za-z0-9_-]{8,40}/(photo|thumbnail)")


def is_ours(name: str) -> bool:
    """Tell whether a name is one that we make."""
    return _NAME.fullmatch(name) is not None


def checked(name: str) -> str:
    """Return a name that we made; anything else is our own mistake, since no client names files."""
    assert is_ours(name), f"not a name of ours: {name!r}"
    return name
