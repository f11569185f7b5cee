"""Read the TOML files that an office edits, and name every mistake by file and key.

Places in a list are counted from 1, as the office counts them: `kinds[2]` is the second `[[kinds]]`.
"""

import re
import tomllib
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from backend.carbon import wording

Model = TypeVar("Model", bound=BaseModel)
Table = dict[str, object]

SYNTAX_PLACE = re.compile(r"^(?P<what>.*) \(at (?:line (?P<line>\d+), column \d+|end of document)\)$")


class Unusable(ValueError):
    """Say that a file cannot be used, with one line for each mistake."""

    def __init__(self, lines: list[str]) -> None:
        """Keep the lines; the message is all of them."""
        super().__init__("\n".join(lines))
        self.lines = tuple(lines)


def label(path: Path, above: int = 1) -> str:
    """Name a file by its last folders, so that a message is the same on every machine."""
    return "/".join(path.absolute().parts[-(above + 1) :])


def read(path: Path, name: str) -> tuple[Table | None, list[str]]:
    """Read one TOML file; give its content, or the line that says why it cannot be read."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8")), []
    except FileNotFoundError:
        return None, [f"{name}: file is missing"]
    except UnicodeDecodeError:
        return None, [f"{name}: is not UTF-8 text"]
    except tomllib.TOMLDecodeError as mistake:
        return None, [f"{name}: {_syntax(str(mistake))}"]


def parse(model: type[Model], table: Table, name: str) -> tuple[Model | None, list[str]]:
    """Check the content against its model; give the model, or one line for each mistake."""
    try:
        return model.model_validate(table), []
    except ValidationError as mistakes:
        return None, [f"{name}: {line}" for line in wording.lines(model, mistakes)]


def read_model(model: type[Model], path: Path, name: str) -> tuple[Model | None, list[str]]:
    """Read one file and check it against its model."""
    table, lines = read(path, name)
    return (None, lines) if table is None else parse(model, table, name)


def _syntax(message: str) -> str:
    """Put the line number first, where a person looks for it."""
    place = SYNTAX_PLACE.match(message)
    if place is None:
        return f"not valid TOML: {message}"
    where = f"line {place['line']}" if place["line"] else "last line"
    return f"{where}: not valid TOML: {place['what']}"
