"""Measure which copies are found and which plates are taken for one another: `python -m bench.likeness`.

Prints the tables of docs/fingerprints.md. Takes some ten minutes; LIKENESS=short takes one.
"""

import asyncio
import io
import os
import random
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from PIL import Image

from backend.core import migrations
from backend.core.db import Database
from backend.media import pictures
from backend.media.prints import lookup, wholes
from backend.media.prints.agreement import agreement
from backend.media.prints.lookup import Likeness
from backend.media.prints.spots import Spots
from backend.media.prints.wholes import Print
from bench import canteens, copies
from demo.client.plates import plate

AT = datetime(2026, 6, 15, 4, 0, tzinfo=UTC)
PROCESSES = 2
Fingerprints = tuple[Print, Spots]


@dataclass(frozen=True)
class Taken:
    """Which photo: of which set, of which canteen there, and its number."""

    set: str
    canteen: int
    number: int


@dataclass(frozen=True)
class Group:
    """A set of photos: how many canteens, and how many photos of each."""

    name: str
    canteens: int
    photos: int

    def all(self) -> Iterator[Taken]:
        """Walk over its photos."""
        for canteen in range(self.canteens):
            yield from (Taken(self.name, canteen, number) for number in range(self.photos))


HAND, FIXED, DEMO = "canteens, by hand", "canteens, fixed camera", "demo plates"
LONG = (Group(HAND, 4, 160), Group(FIXED, 4, 60), Group(DEMO, 1, 120))
SHORT = (Group(HAND, 3, 20), Group(FIXED, 3, 10), Group(DEMO, 1, 40))
COPIED = 8  # each eighth photo is copied, in every way


@cache
def _canteen(number: int) -> canteens.Canteen:
    return canteens.canteen(number)


def picture(taken: Taken) -> Image.Image:
    """Return a photo as it was stored: saved as JPEG once."""
    if taken.set == DEMO:
        drawn = Image.open(io.BytesIO(plate(f"plate {taken.number}", AT))).convert("RGB")
        drawn.thumbnail((1024, 1024))
        return drawn
    drawn = canteens.photo(_canteen(taken.canteen), taken.number, fixed=taken.set == FIXED)
    return copies.saved(drawn, 88)


def retaken(taken: Taken) -> Fingerprints:
    """Return the fingerprints of a second photo of the very same things."""
    where = _canteen(taken.canteen)
    return pictures.fingerprints(copies.saved(canteens.photo(where, taken.number, take=1), 88))


def originals(taken: Taken) -> Fingerprints:
    """Return the fingerprints of a photo."""
    return pictures.fingerprints(picture(taken))


def copied(taken: Taken) -> dict[str, Fingerprints]:
    """Return the fingerprints of a photo's copies, each changed in one way and saved."""
    original = picture(taken)
    changed = {}
    for name, change in copies.CHANGES.items():
        copy = change(original, random.Random(f"{name}/{taken}"))
        changed[name] = pictures.fingerprints(copies.saved(copy, 85))
    return changed


def pair(one: Fingerprints, other: Fingerprints) -> Likeness:
    """Compare two photos, whether or not the index would propose them."""
    fines = (one[0][1] ^ other[0][1], wholes.mirrored(one[0])[1] ^ other[0][1])
    return Likeness(0, min(fine.bit_count() for fine in fines), agreement(one[1], other[1]))


def _pairs(asked: tuple[Fingerprints, Sequence[Fingerprints]]) -> tuple[int, int, int, int, float]:
    likenesses = [pair(asked[0], other) for other in asked[1]]
    shares = [
        one.agreement.matched / (one.agreement.asked * one.agreement.found) ** 0.5
        for one in likenesses
        if one.agreement.matched >= 8 and one.agreement.asked * one.agreement.found
    ]
    return (
        len(likenesses),
        sum(one.same for one in likenesses),
        sum(one.alike for one in likenesses),
        min((one.distance for one in likenesses), default=255),
        max(shares, default=0.0),
    )


async def _found(
    path: Path, kept: dict[Taken, Fingerprints], made: dict[Taken, dict[str, Fingerprints]]
) -> Iterable[tuple[str, str, str]]:
    """Ask for each copy as the product does: set, change, and what came of it."""
    database, outcomes = Database(f"sqlite+aiosqlite:///{path}"), []
    numbers = {taken: number for number, taken in enumerate(kept, start=1)}
    async with database.write() as session:
        for taken, number in numbers.items():
            await lookup.keep(session, number, *kept[taken])
    async with database.write() as session:
        for taken, changes in made.items():
            for name, prints in changes.items():
                async with session.begin_nested() as copy:
                    await lookup.keep(session, 10**6, *prints)
                    found = (await lookup.similar(session, [10**6]))[10**6]
                    await copy.rollback()
                own = [one for one in found if one.upload_id == numbers[taken]]
                outcome = "same" if any(one.same for one in own) else "alike" if own else "missed"
                outcomes.append((taken.set, name, outcome))
                wrong = any(one.same and one.upload_id != numbers[taken] for one in found)
                outcomes.append((taken.set, name, "wrong")) if wrong else None
    await database.close()
    return outcomes


def main() -> None:
    """Print both tables."""
    groups = SHORT if os.environ.get("LIKENESS") == "short" else LONG
    every = [taken for group in groups for taken in group.all()]
    with ProcessPoolExecutor(PROCESSES) as pool, tempfile.TemporaryDirectory() as folder:
        kept = dict(zip(every, pool.map(originals, every, chunksize=10), strict=True))
        print(
            f"{len(kept)} photos, {sum(len(one.spots) for _, one in kept.values()) // len(kept)} spots each", flush=True
        )
        for group in groups:
            _print_pairs(pool, group, kept)
        chosen = every[::COPIED]
        by_hand = [taken for taken in chosen if taken.set == HAND]
        made = dict(zip(chosen, pool.map(copied, chosen, chunksize=4), strict=True))
        again = [pair(kept[taken], prints) for taken, prints in zip(by_hand, pool.map(retaken, by_hand), strict=True)]
        print(
            f"{len(again)} taken anew: same {sum(one.same for one in again)}, alike {sum(one.alike for one in again)}"
        )
        path = Path(folder) / "prints.db"
        migrations.upgrade(f"sqlite:///{path}")
        _print_copies(groups, asyncio.run(_found(path, kept, made)))


def _print_pairs(pool: ProcessPoolExecutor, group: Group, kept: dict[Taken, Fingerprints]) -> None:
    asked = []
    for number in range(group.canteens):
        own = [prints for taken, prints in kept.items() if taken.set == group.name and taken.canteen == number]
        asked += [(one, own[place + 1 :]) for place, one in enumerate(own)]
    counts = list(pool.map(_pairs, asked, chunksize=10))
    pairs, same, alike = (sum(column) for column in list(zip(*counts, strict=True))[:3])
    nearest, share = min(one[3] for one in counts), max(one[4] for one in counts)
    print(f"| {group.name} | {pairs} | {same} | {alike} | {nearest} | {share:.2f} |", flush=True)


def _print_copies(groups: Sequence[Group], outcomes: Iterable[tuple[str, str, str]]) -> None:
    counts = Counter(outcomes)
    for name in copies.CHANGES:
        cells = []
        for group in groups:
            same, alike, missed = (counts[group.name, name, what] for what in ("same", "alike", "missed"))
            whole = same + alike + missed
            cells.append(f"{same / whole:.2f} ({(same + alike) / whole:.2f})")
        print(f"| {name} | {' | '.join(cells)} |")
    wrong = sum(count for (_, _, what), count in counts.items() if what == "wrong")
    asked = sum(count for (_, _, what), count in counts.items() if what != "wrong")
    print(f"{asked} copies asked; of {wrong} another photo was held to be the same")


if __name__ == "__main__":
    main()
