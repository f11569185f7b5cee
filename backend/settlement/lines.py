"""The canonical text of a seal: JSON lines, and the form in which it leaves the house.

The text does not depend on when, in which order or in which attempt things were written: it holds neither instants nor
numbers of rows. Lines come in one order: what was sealed, rules, calendar, institutions, departments, then each
participant with their acts and adjustments. Participants are ordered by a hash of what they did and numbered so, which
names nobody. Digest: SHA-256 over the UTF-8 bytes of all lines, each with its line feed.
"""

import hashlib
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

FORMAT = 1
_BLOCK = 1 << 16
_CHECK_DIGITS = 16
_CHECKED = re.compile(rb'\{"check":"([0-9a-f]{16})",')
_DIGEST = re.compile(rb'\{"digest":"([0-9a-f]{64})"\}')


def line(kind: str, **fields: Any) -> bytes:
    """Return one line of the text."""
    return (json.dumps({"line": kind, **fields}, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def numbered(text: bytes, number: int) -> bytes:
    """Return a line of a participant with their number, which is known only when all are."""
    head, comma, rest = text.partition(b",")
    return b'%s,"participant":%d%s%s' % (head, number, comma, rest)


class Writer:
    """Takes the lines, compresses them, and knows their digest."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._squeezer = zlib.compressobj()
        self._parts: list[bytes] = []

    def add(self, text: bytes) -> None:
        """Add a line."""
        self._hash.update(text)
        self._parts.append(self._squeezer.compress(text))

    def finish(self) -> tuple[str, bytes]:
        """Return digest and compressed text."""
        return self._hash.hexdigest(), b"".join([*self._parts, self._squeezer.flush()])


def read(document: bytes) -> Iterator[bytes]:
    """Give the lines of a compressed text one by one; raises zlib.error for what is no such thing."""
    opener, left = zlib.decompressobj(), b""
    waiting = document
    while waiting or not opener.eof:
        block = opener.decompress(waiting, _BLOCK)
        waiting = opener.unconsumed_tail
        if not block and not waiting:
            break
        *whole, left = (left + block).split(b"\n")
        yield from (one + b"\n" for one in whole)
    if left or not opener.eof:
        raise zlib.error("the text ends in the middle")


def digest(document: bytes) -> str:
    """Return the digest of a compressed text; raises zlib.error for what is no such thing."""
    running = hashlib.sha256()
    for text in read(document):
        running.update(text)
    return running.hexdigest()


def exported(texts: Iterable[bytes]) -> Iterator[bytes]:
    """Give the lines as a file has them: each with a check over all before it, at the end the digest."""
    running = hashlib.sha256()
    for text in texts:
        running.update(text)
        yield b'{"check":"%s",%s' % (running.hexdigest()[:_CHECK_DIGITS].encode(), text[1:])
    yield b'{"digest":"%s"}\n' % running.hexdigest().encode()


class Imported:
    """Reads an exported file back: gives its lines, and says where it was changed."""

    def __init__(self, given: Iterable[bytes]) -> None:
        self._given = given
        self._running = hashlib.sha256()
        self.wrong: str | None = None
        self.told: str | None = None  # the digest that the file itself names

    @property
    def digest(self) -> str:
        """The digest of the lines that were read."""
        return self._running.hexdigest()

    def __iter__(self) -> Iterator[bytes]:
        for number, given in enumerate(self._given, start=1):
            raw = given.rstrip(b"\r\n")
            if self.told is not None:
                self.wrong = f"line {number}: something follows the digest"
                return
            if (end := _DIGEST.fullmatch(raw)) is not None:
                self.told = end[1].decode()
                continue
            checked = _CHECKED.match(raw)
            if checked is None:
                self.wrong = f"line {number}: it is no line of a seal"
                return
            text = b"{" + raw[checked.end() :] + b"\n"
            self._running.update(text)
            if checked[1].decode() != self.digest[:_CHECK_DIGITS]:
                self.wrong = f"line {number}: it was changed, or a line before it was dropped or slipped in"
                return
            yield text
        if self.told != self.digest:
            self.wrong = "the last line: the digest is missing" if self.told is None else "the digest is another one"
