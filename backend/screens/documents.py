"""The document of a wall as it is written: scenes under their versions, the whole under one, signed.

A scene's version is the SHA-256 of its sheets as JSON; the wall's is that of its frame's, of every scene's in order, of
the page's and of the sums. The signature (Ed25519) is over a statement of lines: who says it, in which language, for
which shape, as of when, under which version. So whoever was handed a document, by a proxy or from an archive, can tell
that it is ours and whole: `python -m backend screens check`.
"""

import hashlib
import json
from base64 import b64decode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from backend.core.text import Locale
from backend.core.vault import Vault
from backend.screens.boxes import Box
from backend.screens.shapes import SHAPES, ShapeName
from backend.screens.sheet import Sheet

SIGNATURE = "screen document"
_VERSION_LETTERS = 24

Sheets = tuple[tuple[Box, ...], ...]


def written(told: Any) -> bytes:
    """Return plain values as JSON, as small as it goes."""
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def event(name: str, data: bytes) -> bytes:
    """Return one server-sent event; JSON of ours holds no line break."""
    return b"event: " + name.encode() + b"\ndata: " + data + b"\n\n"


def milliseconds(at: datetime) -> int:
    """Return an instant as milliseconds since 1970."""
    return int(at.timestamp() * 1000)


def _version(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:_VERSION_LETTERS]


@dataclass(frozen=True)
class SceneDocument:
    """One scene, laid out: its sheets, and the bytes that all screens of its shape are sent."""

    key: str
    title: str
    sheets: Sheets

    @cached_property
    def _sheets(self) -> bytes:
        return written([[box.told() for box in sheet] for sheet in self.sheets])

    @cached_property
    def version(self) -> str:
        """What changes when anything on it does."""
        return _version(self._sheets)

    @cached_property
    def content(self) -> bytes:
        """The scene as JSON."""
        head = written({"key": self.key, "title": self.title, "version": self.version})
        return head[:-1] + b',"sheets":' + self._sheets + b"}"

    @cached_property
    def event(self) -> bytes:
        """The scene as an event."""
        return event("scene", self.content)


@dataclass(frozen=True)
class WallDocument:
    """What the screens of an institution show, in one language and shape."""

    institution: str
    locale: Locale
    shape: ShapeName
    frame: tuple[Box, ...]
    scenes: Mapping[str, SceneDocument]
    as_of: datetime
    next_change: datetime | None
    assets: str  # the version of the page's own script and style
    sums: Mapping[str, int] | None  # of the campaign that is shown: participants, points, carbon_mg
    vault: Vault

    @cached_property
    def _frame(self) -> bytes:
        return written([box.told() for box in self.frame])

    @cached_property
    def version(self) -> str:
        """What changes when anything on the wall does."""
        return of_versions(self._frame, [scene.version for scene in self.scenes.values()], self.assets, self.sums)

    @cached_property
    def signature(self) -> str:
        """Our signature under `statement`."""
        return self.vault.signed(statement(self._head), SIGNATURE)

    @cached_property
    def _head(self) -> dict[str, Any]:
        shape = SHAPES[self.shape]
        return {
            "version": self.version,
            "institution": self.institution,
            "locale": self.locale,
            "shape": self.shape,
            "width": shape.width,
            "height": shape.height,
            "as_of": milliseconds(self.as_of),
            "sums": self.sums,
            "next_change": None if self.next_change is None else milliseconds(self.next_change),
            "assets": self.assets,
        }

    def _with(self, **more: Any) -> bytes:
        head = written({**self._head, "signature": self.signature, **more})
        return head[:-1] + b',"frame":' + self._frame

    @cached_property
    def content(self) -> bytes:
        """The whole wall as JSON."""
        scenes = b",".join(scene.content for scene in self.scenes.values())
        return self._with() + b',"scenes":[' + scenes + b"]}"

    @cached_property
    def event(self) -> bytes:
        """The wall without its scenes, which went before it, as an event."""
        told = self._with(order=list(self.scenes))
        return event("wall", told + b"}")

    @property
    def sheets(self) -> dict[str, int]:
        """How many sheets each scene has."""
        return {key: len(scene.sheets) for key, scene in self.scenes.items()}


def of_versions(frame: bytes, versions: Iterable[str], assets: str, sums: Mapping[str, int] | None) -> str:
    """Return the version of a wall of these parts."""
    return _version("\n".join([_version(frame), *versions, assets, written(sums).decode()]).encode())


def statement(head: Mapping[str, Any]) -> str:
    """Return what is signed of a document's head."""
    told = [str(head[name]) for name in ("institution", "locale", "shape", "as_of", "version")]
    return "\n".join(["tanhui screen 1", *told])


def scene(key: str, title: str, sheets: Sequence[Sheet]) -> SceneDocument:
    """Return a scene of these sheets."""
    return SceneDocument(key, title, tuple(tuple(sheet.boxes) for sheet in sheets))


def checked(document: Mapping[str, Any]) -> str:
    """Return the statement that a document's signature must be under; raises ValueError when its parts do not agree."""
    wall = document["wall"]
    versions = []
    for one in wall["scenes"]:
        if _version(written(one["sheets"])) != one["version"]:
            message = f"scene {one['key']} is not what its version says"
            raise ValueError(message)
        versions.append(one["version"])
    if of_versions(written(wall["frame"]), versions, wall["assets"], wall["sums"]) != wall["version"]:
        message = "the wall is not what its version says"
        raise ValueError(message)
    return statement(wall)


def first_wrong(document: Mapping[str, Any], public_key: bytes) -> str | None:
    """Return what is wrong with a document under the service's public key (PEM), or None. No database is needed."""
    try:
        key = load_pem_public_key(public_key)
        if not isinstance(key, Ed25519PublicKey):
            return "the key is no Ed25519 key"
        key.verify(b64decode(document["wall"]["signature"], validate=True), checked(document).encode())
    except InvalidSignature:
        return "the signature is not ours, or the document's head was changed"
    except (KeyError, TypeError) as missing:
        return f"this is no document of a screen: {missing}"
    except ValueError as wrong:
        return str(wrong)
    return None
