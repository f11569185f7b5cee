"""The rule of a draw, which anybody can follow: no database, no secret, nothing but SHA-256.

What is published of a draw is one JSON document: `commitment`, `seed`, `seal`, `tickets`, `prizes` and `awards`.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

FORMAT = "tanhui-draw-1"
RULE = (
    "SHA-256 of the seed's text is the commitment, which was shown before the campaign closed. For each ticket number "
    "take SHA-256 of the text seed|seal|number, in hexadecimal digits; the smallest wins first. Prizes are given in "
    "their order, each as often as it has pieces. A prize that nobody claimed in time goes to the next ticket."
)
_HEX = re.compile(r"[0-9a-f]{64}")


def commitment(seed: str) -> str:
    """Return what is shown of a seed before the draw: its SHA-256, in hexadecimal digits."""
    return hashlib.sha256(seed.encode()).hexdigest()


def lot(seed: str, seal: str, number: int) -> str:
    """Return by what a ticket is put in its place: the smaller, the earlier."""
    return hashlib.sha256(f"{seed}|{seal}|{number}".encode()).hexdigest()


def order(seed: str, seal: str, numbers: Iterable[int]) -> list[int]:
    """Return the ticket numbers in the order in which they win."""
    return sorted(numbers, key=lambda number: lot(seed, seal, number))


def pieces(prizes: Iterable[tuple[int, int]]) -> list[int]:
    """Return the prizes' places, each as often as it has pieces, in the order in which they are given."""
    return [place for place, count in sorted(prizes) for _ in range(count)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="allow", strict=True)


class _Prize(_Part):
    place: int
    pieces: int = Field(ge=1)


class _Award(_Part):
    rank: int
    ticket: int
    prize: int
    lapsed: bool


class _Record(_Part):
    format: str
    commitment: str
    seed: str
    seal: str
    tickets: list[int]
    prizes: list[_Prize]
    awards: list[_Award]


def check(document: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with the published record of a draw, empty when it is as the rule says."""
    try:
        record = _Record.model_validate(document)
    except ValidationError as wrong:
        return [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in wrong.errors(include_url=False)]
    if record.format != FORMAT:
        return [f"format: this is not {FORMAT}"]
    found = []
    if commitment(record.seed) != record.commitment:
        found.append("seed: its SHA-256 is not the commitment")
    if not _HEX.fullmatch(record.seal):
        found.append("seal: not the digest of a sealed result")
    if len(set(record.tickets)) != len(record.tickets):
        found.append("tickets: a number stands there twice")
    return found or _wrong_awards(record)


def _wrong_awards(record: _Record) -> list[str]:
    in_order = order(record.seed, record.seal, record.tickets)
    given = sorted(record.awards, key=lambda award: award.rank)
    first = pieces((prize.place, prize.pieces) for prize in record.prizes)[: len(in_order)]
    lapsed = [award.prize for award in given if award.lapsed]
    if [award.rank for award in given] != list(range(1, min(len(in_order), len(first) + len(lapsed)) + 1)):
        return ["awards: there is not one for each prize, and one for each that lapsed while there were tickets"]
    found = [
        f"rank {award.rank}: ticket {number} won, not {award.ticket}"
        for award, number in zip(given, in_order, strict=False)
        if award.ticket != number
    ]
    if [award.prize for award in given[: len(first)]] != first:
        found.append("awards: the first prizes are not given in their order")
    if Counter(award.prize for award in given[len(first) :]) - Counter(lapsed):
        found.append("awards: a prize was passed on that had not lapsed")
    return found
