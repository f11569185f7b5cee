"""Read `messages.toml`, in which the office says which template carries which message."""

from pathlib import Path

from backend.carbon import documents
from backend.messages.templates import NONE, Templates

FILE = "messages.toml"


def load(folder: Path) -> Templates:
    """Read the file below `folder`; without one nothing leaves the inbox. `documents.Unusable` names every mistake."""
    templates, lines = _read(folder / FILE)
    if lines:
        raise documents.Unusable(lines)
    return templates


def problems(folder: Path) -> list[str]:
    """Name every mistake of the file, one line each with the key."""
    return _read(folder / FILE)[1]


def _read(path: Path) -> tuple[Templates, list[str]]:
    if not path.exists():
        return NONE, []
    templates, lines = documents.read_model(Templates, path, documents.label(path))
    return templates or NONE, lines
