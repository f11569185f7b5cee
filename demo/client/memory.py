"""What the city's phones and desks remember between two starts: screens, codes on walls, what was undone.

Everything else can be asked of the service again; these were shown once.
"""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any


class Memory:
    """A small JSON file, replaced whole."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

    def get(self, key: str) -> Any:
        """Return what was kept under a key, or None."""
        return self._kept.get(key)

    def put(self, key: str, value: Any) -> None:
        """Keep a value under a key, now and after a crash."""
        self._kept[key] = value
        draft = self._path.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(self._kept, ensure_ascii=False, indent=1), encoding="utf-8")
        draft.replace(self._path)

    def codes(self, institution: str, day: date) -> Mapping[str, str]:
        """Return the codes that hang in an institution on a day, by kind."""
        found: Mapping[str, str] = self._kept.get(f"codes/{institution}/{day}", {})
        return found

    def put_code(self, institution: str, day: date, kind: str, code: str) -> None:
        """Remember a code that was hung up."""
        self.put(f"codes/{institution}/{day}", {**self.codes(institution, day), kind: code})
