"""Where photos lie: one small interface, and a folder behind it."""

import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from backend.settings import Settings

_NAME = re.compile(r"[A-Za-z0-9_-]{8,40}/(photo|thumbnail)")


class Store(Protocol):
    """Keeps pictures by name, as in "<key>/photo". Calls block: they are made from threads."""

    def put(self, name: str, content: bytes) -> None:
        """Keep a picture, durably; one that is there already is replaced."""

    def get(self, name: str) -> bytes | None:
        """Return a picture, or None."""

    def delete(self, name: str) -> None:
        """Remove a picture; one that is not there is no fault."""

    def names(self) -> Iterator[str]:
        """Yield the names of all pictures."""


def checked(name: str) -> str:
    """Return a name that we made; anything else is our own mistake, since no client names files."""
    assert _NAME.fullmatch(name), f"not a name of ours: {name!r}"
    return name


class FolderStore:
    """Pictures in a folder of this machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, name: str, content: bytes) -> None:
        """Write beside, flush to the disk, then rename: a picture is there whole or not at all."""
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{secrets.token_hex(8)}")
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        _flush(path.parent)

    def get(self, name: str) -> bytes | None:
        """Return a picture, or None."""
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError:
            return None

    def delete(self, name: str) -> None:
        """Remove a picture and its folder once it is empty."""
        path = self._path(name)
        path.unlink(missing_ok=True)
        try:
            path.parent.rmdir()
        except OSError:
            return  # the other picture of the pair is there, or both are gone

    def names(self) -> Iterator[str]:
        """Yield the names of all pictures; what a crash left half-written is no picture."""
        for path in sorted(self._folder.glob("??/*/*")):
            if not path.name.startswith("."):
                yield f"{path.parent.name}/{path.name}"

    def _path(self, name: str) -> Path:
        key, picture = checked(name).split("/")
        return self._folder / key[:2] / key / picture


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def opened(settings: Settings) -> Store:
    """Return the store that the settings name."""
    return FolderStore(Path(settings.photos))
