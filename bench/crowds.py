"""Fingerprints of more photos than can be drawn, for measuring look-ups among them.

A few photos of each canteen are drawn. A photo of the crowd is one of them, of whose spots a quarter are as they were
(a tray's corner, a crumb: what thousands of photos share) and the others have a quarter of their signs turned. That
is less kind than real photos are: the shared words are listed as often as a word may be, and each look-up meets them.
"""

import random
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import psycopg

from backend.media import pictures
from backend.media.prints import parts, wholes
from backend.media.prints.spots import Spot, Spots
from bench import canteens

CANTEENS, DRAWN, SHARED = 3, 8, 0.25
Fingerprints = tuple[wholes.Print, Spots]
Rows = dict[str, list[tuple[int | str | bytes, ...]]]
COLUMNS: Final = {
    "photo_print": "upload_id, place, high, middle, low, fine",
    "photo_spots": "upload_id, spots",
    "spot_word": "word, upload_id",
}


def rows(photos: int, seed: int = 1) -> Rows:
    """Return the rows of so many photos, as the product would have written them."""
    dice, listed = random.Random(seed), Counter[int]()
    drawn, made = list(_drawn()), Rows()
    for table in COLUMNS:
        made[table] = []
    for number in range(1, photos + 1):
        (coarse, fine), spots = _another(dice, dice.choice(drawn))
        made["photo_print"].append((number, 0, *wholes.bands(coarse), f"{fine:064x}"))
        made["photo_spots"].append((number, spots.packed()))
        words = parts.rarest(spots, listed)
        listed.update(words)
        made["spot_word"] += [(word, number) for word in words]
    made["spot_word"].sort()
    return made


def _drawn() -> Iterator[Fingerprints]:
    for number in range(CANTEENS):
        where = canteens.canteen(number)
        yield from (pictures.fingerprints(canteens.photo(where, photo)) for photo in range(DRAWN))


def _another(dice: random.Random, drawn: Fingerprints) -> Fingerprints:
    (coarse, fine), spots = drawn
    others = tuple(one if dice.random() < SHARED else _turned(dice, one) for one in spots.spots)
    return (coarse ^ _quarter(dice, 63), fine ^ _quarter(dice, 255)), Spots(spots.width, spots.height, others)


def _turned(dice: random.Random, one: Spot) -> Spot:
    return Spot(one.x, one.y, one.size, one.bits ^ _quarter(dice, 64), one.unsure)


def _quarter(dice: random.Random, bits: int) -> int:
    return dice.getrandbits(bits) & dice.getrandbits(bits)


def into_sqlite(path: Path, made: Rows) -> None:
    """Write the rows into a SQLite file."""
    with sqlite3.connect(path) as raw:
        for table, lines in made.items():
            marks = ", ".join("?" * len(lines[0]))
            raw.executemany(f"INSERT INTO {table} VALUES ({marks})", lines)
    raw.close()


def into_postgresql(address: str, made: Rows) -> None:
    """Write the rows into a PostgreSQL database, and let it look at them."""
    with psycopg.connect(address.replace("postgresql+psycopg", "postgresql"), autocommit=True) as raw:
        for table, lines in made.items():
            with raw.cursor().copy(f"COPY {table} ({COLUMNS[table]}) FROM STDIN") as copy:
                _copied(copy, lines)
            raw.execute(f"VACUUM ANALYZE {table}")


def _copied(copy: psycopg.Copy, lines: Sequence[tuple[int | str | bytes, ...]]) -> None:
    for line in lines:
        copy.write_row(line)
