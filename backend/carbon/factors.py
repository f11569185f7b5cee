"""Emission factors: the file the office edits, and the set of them that a campaign pins."""

import functools
import hashlib
import itertools
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from backend.carbon import documents

Confidence = Literal["verified", "derived", "second-hand"]
Use = Literal["credit", "reference"]

PLAIN_NUMBER = re.compile(r"\d+(\.\d+)?")


def _exact(value: object) -> Decimal:
    """Accept only the digits as written: a bare TOML number has passed through a binary fraction."""
    if not isinstance(value, str) or not PLAIN_NUMBER.fullmatch(value):
        message = 'must be a number in quotes, such as "0.104"'
        raise ValueError(message)
    return Decimal(value)


ExactText = Annotated[Decimal, BeforeValidator(_exact), PlainSerializer(lambda value: f"{value:f}")]
Words = Annotated[str, Field(min_length=1)]


class Factor(BaseModel):
    """One value of one factor, with where it comes from and from which day it holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: Annotated[str, Field(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)+$")]
    version: Annotated[int, Field(strict=True, ge=1)]
    use: Use
    name_zh: Words
    name_en: Words
    value: ExactText
    unit: Annotated[str, Field(pattern=r"^kgCO2e?/[A-Za-z0-9-]+$")]
    region: Words
    data_year: Annotated[int, Field(strict=True, ge=1990, le=2100)] | None = None
    valid_from: date
    source: Words
    source_url: str
    confidence: Confidence
    note_zh: Words
    note_en: Words

    @property
    def per_unit(self) -> str:
        """Name the unit that a quantity must have: `km` of `kgCO2/km`."""
        return self.unit.partition("/")[2]


class FactorFile(BaseModel):
    """The whole of `factors.toml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1]
    factors: Annotated[tuple[Factor, ...], Field(min_length=1)]


class FactorMissing(LookupError):
    """Say that no version of a factor holds on a day."""

    def __init__(self, key: str, on: date) -> None:
        """Keep what was asked for."""
        super().__init__(f"no factor {key!r} is in force on {on.isoformat()}")
        self.key = key
        self.on = on


@dataclass(frozen=True)
class FactorSet:
    """All factors of one moment, in the order of key and day; equal sets have equal hashes."""

    factors: tuple[Factor, ...]

    @classmethod
    def of(cls, factors: Iterable[Factor]) -> Self:
        """Put factors into their canonical order."""
        return cls(tuple(sorted(factors, key=lambda one: (one.key, one.valid_from, one.version))))

    @functools.cached_property
    def content_hash(self) -> str:
        """Give the SHA-256 of the canonical text, in hexadecimal digits."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    @functools.cached_property
    def _by_key(self) -> dict[str, tuple[Factor, ...]]:
        return {key: tuple(one for one in self.factors if one.key == key) for key in {one.key for one in self.factors}}

    def get(self, key: str, on: date) -> Factor:
        """Find the version of a factor that is in force on a day; FactorMissing when none is."""
        in_force = [one for one in self._by_key.get(key, ()) if one.valid_from <= on]
        if not in_force:
            raise FactorMissing(key, on)
        return in_force[-1]

    def to_json(self) -> str:
        """Write the canonical text that a campaign pins; numbers are text, digit for digit."""
        content = [one.model_dump(mode="json") for one in self.factors]
        return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read the canonical text back, exactly."""
        return cls.of(Factor.model_validate(one) for one in json.loads(text))


def load(path: Path) -> FactorSet:
    """Read the factor file; `documents.Unusable` names every mistake."""
    content, lines = _read(path)
    if content is None or lines:
        raise documents.Unusable(lines)
    return FactorSet.of(content.factors)


def problems(path: Path) -> list[str]:
    """Name every mistake of the factor file, one line each; an empty list means it can be used."""
    return _read(path)[1]


def _read(path: Path) -> tuple[FactorFile | None, list[str]]:
    name = documents.label(path)
    content, lines = documents.read_model(FactorFile, path, name)
    return content, lines if content is None else [f"{name}: {line}" for line in _clashes(content.factors)]


def _clashes(factors: tuple[Factor, ...]) -> list[str]:
    """Find versions of one key that contradict each other: later day, higher version."""
    lines = []
    ordered = sorted(factors, key=lambda one: (one.key, one.valid_from, one.version))
    for earlier, later in itertools.pairwise(ordered):
        if earlier.key == later.key and earlier.valid_from == later.valid_from:
            lines.append(f"{later.key}: valid_from: two versions start on {later.valid_from.isoformat()}")
        elif earlier.key == later.key and earlier.version >= later.version:
            lines.append(f"{later.key}: version: must rise with valid_from (got {earlier.version}, {later.version})")
    return lines
