"""Where photos lie: one small interface, a folder or a bucket behind it (`bucket`)."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from backend.core.errors import Unavailable
from backend.media.names import checked, is_ours
from backend.settings import Settings

_RETRY_SECONDS = 10


class StoreDown(Unavailable):
    """The store does not answer, is full, or refuses us. What it said is for the log."""

    def __init__(self, said: str) -> None:
        super().__init__(_RETRY_SECONDS)
        self.said = said

    def __str__(self) -> str:
        return f"the store of photos: {self.said}"


class Store(Protocol):
    """Keeps pictures by name, as in "<key>/photo". Calls block: they are for threads. Each may raise StoreDown."""

    def put(self, name: str, content: bytes) -> None:
        """Keep a picture, durably; one that is there already is replaced."""

    def get(self, name: str) -> bytes | None:
        """Return a picture, or None."""

    def delete(self, name: str) -> None:
        """Remove a picture; one that is not there is no fault."""

    def names(self) -> Iterator[str]:
        """Yield the names of all pictures."""


class FolderStore:
    """Pictures in a folder of this machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, name: str, content: bytes) -> None:
        """Write beside, flush to the disk, then rename: a picture is there whole or not at all."""
        path = self._path(name)
        beside = path.with_name(f".{secrets.token_hex(8)}")
        with _faults_named("put"):
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                _write(beside, content)
                beside.replace(path)
            except OSError:
                beside.unlink(missing_ok=True)
                raise
            _flush(path.parent)

    def get(self, name: str) -> bytes | None:
        """Return a picture, or None."""
        with _faults_named("get"):
            try:
                return self._path(name).read_bytes()
            except FileNotFoundError:
                return None

    def delete(self, name: str) -> None:
        """Remove a picture and its folder once it is empty."""
        path = self._path(name)
        with _faults_named("delete"):
            path.unlink(missing_ok=True)
        try:
            path.parent.rmdir()
        except OSError:
            return  # the other picture of the pair is there, or both are gone

    def names(self) -> Iterator[str]:
        """Yield the names of all pictures; what a crash left half-written is no picture."""
        with _faults_named("list"):
            found = sorted(self._folder.glob("??/*/*"))
        for path in found:
            if is_ours(name := f"{path.parent.name}/{path.name}"):
                yield name

    def _path(self, name: str) -> Path:
        key, picture = checked(name).split("/")
        return self._folder / key[:2] / key / picture


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _faults_named(call: str) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        raise StoreDown(f"{call}: {fault.strerror}") from fault


def opened(settings: Settings) -> Store:
    """Return the store that the settings name."""
    if not settings.photos.startswith("s3://"):
        return FolderStore(Path(settings.photos))
    from backend.media.bucket import BucketStore, Place  # noqa: PLC0415 - its library is for those who have a bucket

    return BucketStore(Place.of(settings))
