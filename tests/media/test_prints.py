"""Copies are found, whatever was done to them; other plates of the same canteen are not; no table is scanned."""

import io
import itertools
import random
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from PIL import Image, ImageEnhance, ImageOps
from sqlalchemy import text

from backend.core.db import Database
from backend.media.prints import hashing, lookup
from demo.client.plates import plate

PLATES = 40
NOON = datetime(2026, 6, 15, 4, 0, tzinfo=UTC)


def recompressed(picture: Image.Image, _: random.Random) -> Image.Image:
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=30)
    return Image.open(io.BytesIO(written.getvalue()))


def smaller(picture: Image.Image, _: random.Random) -> Image.Image:
    return picture.resize((picture.width // 3, picture.height // 3))


def brighter(picture: Image.Image, dice: random.Random) -> Image.Image:
    return ImageEnhance.Brightness(picture).enhance(dice.uniform(0.75, 1.1))


def mirrored(picture: Image.Image, _: random.Random) -> Image.Image:
    return ImageOps.mirror(picture)


def cut_to_a_corner(picture: Image.Image, _: random.Random) -> Image.Image:
    return picture.crop((0, 0, int(picture.width * 0.8), int(picture.height * 0.8)))


# The least share of copies that must be found, of those made so; docs/fingerprints.md has what was measured.
CHANGES: dict[Callable[[Image.Image, random.Random], Image.Image], float] = {
    recompressed: 0.95,
    smaller: 0.95,
    brighter: 0.8,
    mirrored: 0.95,
    cut_to_a_corner: 0.9,
}


@pytest.fixture(scope="module")
def plates() -> list[Image.Image]:
    pictures = [Image.open(io.BytesIO(plate(f"plate {number}", NOON))).convert("RGB") for number in range(PLATES)]
    for picture in pictures:
        picture.thumbnail((512, 512))
    return pictures


async def kept(database: Database, pictures: list[Image.Image], first: int = 1) -> None:
    async with database.write() as session:
        for number, picture in enumerate(pictures, start=first):
            await lookup.keep(session, number, hashing.fingerprint(picture))


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
async def test_a_copy_is_found_and_no_other_plate(
    database: Database, plates: list[Image.Image], change: Callable[[Image.Image, random.Random], Image.Image]
) -> None:
    dice = random.Random(change.__name__)
    await kept(database, plates)
    await kept(database, [change(picture, dice) for picture in plates], first=1001)

    async with database.read() as session:
        found = await lookup.similar(session, list(range(1001, 1001 + PLATES)))

    same = {(asked, one.upload_id % 1000) for asked, likely in found.items() for one in likely if one.same}
    right = {(asked, other) for asked, other in same if asked % 1000 == other}
    assert len(right) >= CHANGES[change] * PLATES
    assert same - right == set()


def test_other_plates_differ_by_more_than_copies_do(plates: list[Image.Image]) -> None:
    prints = [hashing.fingerprint(picture) for picture in plates]

    nearest = min(
        (one[0][1] ^ window[1]).bit_count() for one, other in itertools.permutations(prints, 2) for window in other
    )

    assert nearest > lookup.SAME_WITHIN


def test_the_mirrored_print_is_that_of_the_mirrored_picture(plates: list[Image.Image]) -> None:
    for picture in plates[:10]:
        coarse, fine = lookup.mirrored(hashing.fingerprint(picture)[0])
        own_coarse, own_fine = hashing.fingerprint(ImageOps.mirror(picture))[0]

        assert (coarse ^ own_coarse).bit_count() <= 1
        assert (fine ^ own_fine).bit_count() <= 6


async def test_every_print_within_five_bits_is_found(database: Database) -> None:
    dice = random.Random(5)
    whole = dice.getrandbits(63), dice.getrandbits(255)
    async with database.write() as session:
        await lookup.keep(session, 1, (whole,))
        for number in range(2, 200):
            flipped = sum(1 << bit for bit in dice.sample(range(63), 5))
            await lookup.keep(session, number, ((whole[0] ^ flipped, whole[1]),))

    async with database.read() as session:
        found = (await lookup.similar(session, [1]))[1]

    assert {one.upload_id for one in found} == set(range(2, 200))


async def test_the_look_up_reads_an_index_and_not_the_table(database: Database) -> None:
    async with database.read() as session:
        connection = await session.connection()
        if database.is_sqlite:
            query = "EXPLAIN QUERY PLAN SELECT * FROM photo_print WHERE high IN (SELECT value FROM json_each('[1,2]'))"
        else:
            await connection.execute(text("SET LOCAL enable_seqscan = off"))
            query = "EXPLAIN SELECT * FROM photo_print WHERE high = ANY(ARRAY[1,2]::bigint[])"
        plan = " ".join(str(row) for row in await connection.execute(text(query)))

    assert "ix_photo_print_high" in plan
