"""Draw by chance that can be recomputed: how many of each band, and which.

Within a band the acts stand in the order of SHA-256 over the draw's seed and their number, and the first so many are
drawn: a simple random sample without replacement, which anybody who is given the seed can draw again, in any language.
The seed is made when the draw is, so nobody can know it beforehand.
"""

import hashlib
import struct
from collections.abc import Iterator, Mapping, Sequence

from backend.review.tables import BANDS, HIGH, LOW, MIDDLE

# Most of the time goes where doubt is; but the estimate rests on the large low band. Measured against 60/25/15 over the
# settings of tests/review/test_share.py, a quarter for the low band makes the interval a third narrower.
SHARES = {HIGH: 50, MIDDLE: 25, LOW: 25}
_ENTRY = struct.Struct(">qBh")
_PLACES = 1_000_000


def capacity(minutes: int, seconds_per_case: int) -> int:
    """Return how many cases fit into so many minutes."""
    return minutes * 60 // seconds_per_case


def allocate(populations: Mapping[str, int], places: int) -> dict[str, int]:
    """Share out the places: to each band its share, at least one where there are acts; unused room is passed on."""
    waiting = [band for band in BANDS if populations.get(band)]
    given = dict.fromkeys(BANDS, 0)
    for band in waiting[:places]:
        given[band] = 1
    room = places - sum(given.values())
    for band in waiting:
        more = min(max(0, places * SHARES[band] // 100 - given[band]), populations[band] - given[band], room)
        given[band] += more
        room -= more
    for band in waiting:
        more = min(populations[band] - given[band], room)
        given[band] += more
        room -= more
    return given


def ordered(seed: str, acts: Sequence[int]) -> list[int]:
    """Return the acts in the order of the draw."""
    return sorted(acts, key=lambda number: hashlib.sha256(f"{seed}/{number}".encode()).digest())


def turn(band: str, place: int) -> int:
    """Return where a case stands in the queue: by band, then by its place in the draw."""
    return BANDS.index(band) * _PLACES + place


def pack(acts: Mapping[int, tuple[str, int]]) -> bytes:
    """Write down number, band and risk of each act of a population, in the order of their numbers."""
    return b"".join(_ENTRY.pack(number, BANDS.index(acts[number][0]), acts[number][1]) for number in sorted(acts))


def unpack(acts: bytes) -> Iterator[tuple[int, str, int]]:
    """Read what `pack` wrote."""
    for number, band, risk in _ENTRY.iter_unpack(acts):
        yield number, BANDS[band], risk


def first(seed: str, bands: Mapping[int, str], room: Mapping[str, int]) -> dict[int, int]:
    """Return which acts (numbers, with the band of each) are drawn when each band has so much room.

    Each has its place within its band's draw.
    """
    by_band: dict[str, list[int]] = {band: [] for band in BANDS}
    for number, band in bands.items():
        by_band[band].append(number)
    return {
        number: place
        for band, acts in by_band.items()
        for place, number in enumerate(ordered(seed, acts)[: room.get(band, 0)])
    }
