"""Copies are found, whatever was done to them; other plates of the same canteen are not; no table is scanned."""

import io
import itertools
import random
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from PIL import Image, ImageOps
from sqlalchemy import insert, select, text

from backend.core import ids
from backend.core.db import Database, insert_many
from backend.media import pictures, queries
from backend.media.prints import hashing, lookup, parts, spots, spotting, wholes
from backend.media.prints.agreement import agreement
from backend.media.prints.lookup import Likeness
from backend.media.prints.spots import Spots
from backend.media.prints.tables import PhotoPrint, SpotWord
from backend.media.tables import EXPECTED
from bench import canteens, copies
from demo.client.plates import plate
from tests.api.test_photo_proof import upload
from tests.cast import World

NOON = datetime(2026, 6, 15, 4, 0, tzinfo=UTC)
CANTEENS, EACH, DRAWN = 3, 6, 10
FIRST_COPY = 1001
Fingerprints = tuple[wholes.Print, Spots]

# The least share of copies that must be found, of those made so; docs/fingerprints.md has what was measured.
LEAST = dict.fromkeys(copies.CHANGES, 0.9) | {
    "brightness 0.75–1.25, contrast 0.7–1.3": 0.75,
    "trimmed ≤ 20 % a side": 0.8,
    "trimmed ≤ 30 % a side": 0.7,
    "mirrored, trimmed ≤ 20 %": 0.8,
    "trimmed ≤ 20 %, relit, JPEG 50": 0.5,
    "sticker and text": 0.8,
    "screenshot with black bands": 0.6,
}
TURNED = ("turned 2°", "turned 5°")


@pytest.fixture(scope="module")
def photos() -> list[Image.Image]:
    """Draw photos of a few canteens: by hand, so that those of one canteen are as like as people take them."""
    where = [canteens.canteen(number) for number in range(CANTEENS)]
    drawn = [canteens.photo(one, number) for one in where for number in range(EACH)]
    return [copies.saved(one.resize((800, 600)), 88) for one in drawn]


@pytest.fixture(scope="module")
def prints(photos: list[Image.Image]) -> list[Fingerprints]:
    return [pictures.fingerprints(photo) for photo in photos]


@pytest.fixture(scope="module")
def others() -> list[list[Fingerprints]]:
    """Draw different plates in places that are alike: under fixed cameras, and as the demo draws them."""
    fixed = [
        [pictures.fingerprints(canteens.photo(canteens.canteen(where), number, fixed=True)) for number in range(EACH)]
        for where in range(CANTEENS)
    ]
    drawn = [Image.open(io.BytesIO(plate(f"plate {number}", NOON))).convert("RGB") for number in range(DRAWN)]
    return [*fixed, [pictures.fingerprints(one) for one in drawn]]


async def kept(database: Database, prints: Sequence[Fingerprints], first: int = 1) -> None:
    async with database.write() as session:
        for number, (whole, own) in enumerate(prints, start=first):
            await lookup.keep(session, number, whole, own)


async def similar(database: Database, *numbers: int) -> dict[int, list[Likeness]]:
    async with database.read() as session:
        return await lookup.similar(session, numbers)


async def same(database: Database, number: int) -> set[int]:
    """Return the numbers of the photos that are held to be the same as this one."""
    return {one.upload_id for one in (await similar(database, number))[number] if one.same}


def compared(one: Fingerprints, other: Fingerprints) -> Likeness:
    """Compare two photos, whether or not an index would propose them."""
    fines = (one[0][1] ^ other[0][1], wholes.mirrored(one[0])[1] ^ other[0][1])
    return lookup.compared(0, min(fine.bit_count() for fine in fines), one[1], other[1])


# What is found.


@pytest.mark.parametrize("change", [name for name in copies.CHANGES if name not in TURNED])
async def test_a_copy_is_found_and_no_other_plate(
    database: Database, photos: list[Image.Image], prints: list[Fingerprints], change: str
) -> None:
    dice = random.Random(change)
    changed = [copies.saved(copies.CHANGES[change](photo, dice), 85) for photo in photos]
    await kept(database, prints)
    await kept(database, [pictures.fingerprints(one) for one in changed], first=FIRST_COPY)

    found = await similar(database, *range(FIRST_COPY, FIRST_COPY + len(photos)))

    held = {(asked - FIRST_COPY + 1, one.upload_id) for asked, likely in found.items() for one in likely if one.same}
    right = {(asked, other) for asked, other in held if asked == other}
    assert len(right) >= LEAST[change] * len(photos)
    assert {one for one in held - right if one[1] < FIRST_COPY} == set()


@pytest.mark.parametrize("change", TURNED)
def test_a_copy_that_was_turned_is_alike_and_not_the_same(
    photos: list[Image.Image], prints: list[Fingerprints], change: str
) -> None:
    dice = random.Random(change)

    found = [
        compared(pictures.fingerprints(copies.CHANGES[change](photo, dice)), own)
        for photo, own in zip(photos, prints, strict=True)
    ]

    assert sum(one.alike for one in found) >= 0.7 * len(found)
    assert [one for one in found if one.agreement.same] == []


async def test_the_photo_that_a_part_was_sent_of_before_is_found_too(
    database: Database, photos: list[Image.Image], prints: list[Fingerprints]
) -> None:
    part = photos[0].crop((150, 80, 700, 540))
    await kept(database, [pictures.fingerprints(part), prints[0], prints[1]])

    assert await same(database, 2) == {1}
    assert await same(database, 3) == set()


def test_other_plates_on_the_same_tray_are_not_the_same(
    prints: list[Fingerprints], others: list[list[Fingerprints]]
) -> None:
    of_one_place = [*(prints[first : first + EACH] for first in range(0, len(prints), EACH)), *others]

    likenesses = [compared(*pair) for place in of_one_place for pair in itertools.combinations(place, 2)]

    assert len(likenesses) == 2 * CANTEENS * 15 + 45
    assert [one for one in likenesses if one.same] == []


async def test_wholes_that_look_the_same_are_not_where_their_spots_say_otherwise(
    database: Database, prints: list[Fingerprints]
) -> None:
    (whole, own), (_, another) = prints[0], prints[1]
    few = Spots(own.width, own.height, another.spots[: lookup.ENOUGH - 1])
    crowd = [(whole, another)] * (parts.CANDIDATES + 2)
    await kept(database, [(whole, own), (whole, own), (whole, few), *crowd])

    found = (await similar(database, 1))[1]

    assert {one.upload_id for one in found if one.same} == {2, 3}
    assert len(found) == len(crowd) + 2


def test_the_fingerprints_of_the_mirrored_picture_are_the_mirrored_fingerprints(photos: list[Image.Image]) -> None:
    for photo in photos[:6]:
        (coarse, fine), own = pictures.fingerprints(photo)
        (mirrored_coarse, mirrored_fine), found = pictures.fingerprints(ImageOps.mirror(photo))

        turned_coarse, turned_fine = wholes.mirrored((coarse, fine))
        agreed = agreement(own, found)
        assert (turned_coarse ^ mirrored_coarse).bit_count() <= 1
        assert (turned_fine ^ mirrored_fine).bit_count() <= 6
        assert agreed.matched >= 0.9 * len(own.spots)
        assert own.mirrored().mirrored() == own


# What is kept.


def test_spots_are_read_as_they_were_written(prints: list[Fingerprints]) -> None:
    for _, own in prints:
        assert spots.unpacked(own.packed()) == own
        assert len(own.packed()) == 5 + 15 * len(own.spots) <= 5 + 15 * spotting.MOST


def test_spots_of_a_form_that_is_not_known_here_are_none(prints: list[Fingerprints]) -> None:
    assert spots.unpacked(b"\xff" + prints[0][1].packed()[1:]) == spots.NONE


@pytest.mark.parametrize("size", [(64, 64), (64, 3000), (3000, 64), (1600, 1200)])
async def test_a_picture_without_spots_is_kept_and_found_by_its_whole(
    database: Database, size: tuple[int, int]
) -> None:
    smooth = Image.linear_gradient("L").resize(size).convert("RGB")
    found = pictures.fingerprints(smooth)
    await kept(database, [found, found])

    assert found[1].spots == ()
    assert await same(database, 1) == {2}


async def test_a_word_that_many_uploads_have_lists_no_more_of_them_and_their_copies_are_still_found(
    database: Database, prints: list[Fingerprints]
) -> None:
    (whole, own), crowd = prints[0], parts.COMMON + 5
    common = Spots(own.width, own.height, own.spots[:4])
    await kept(database, [(whole, common)] * crowd)
    await kept(database, [((0, 0), own), ((1 << 62, 1 << 254), own)], first=FIRST_COPY)

    async with database.read() as session:
        listed = await session.exec(select(SpotWord.word, SpotWord.upload_id))  # type: ignore[call-overload]
        uploads: dict[int, list[int]] = {}
        for word, upload_id in listed:
            uploads.setdefault(word, []).append(upload_id)
    assert max(map(len, uploads.values())) == parts.COMMON
    assert FIRST_COPY + 1 in await same(database, FIRST_COPY)


async def test_photos_of_the_first_release_are_still_found_by_their_wholes_and_windows(
    database: Database, photos: list[Image.Image]
) -> None:
    photo = photos[0]
    corner = photo.crop((0, 0, int(photo.width * 0.8), int(photo.height * 0.8)))
    async with database.write() as session:
        for place, window in enumerate((photo, corner)):
            coarse, fine = hashing.whole(window)
            bands = dict(zip(wholes.BAND_NAMES, wholes.bands(coarse), strict=True))
            await insert_many(session, PhotoPrint, [{"upload_id": 1, "place": place, **bands, "fine": f"{fine:064x}"}])
    await kept(database, [pictures.fingerprints(copies.saved(one, 40)) for one in (photo, corner)], first=2)

    assert 1 in await same(database, 2)
    assert 1 in await same(database, 3)
    assert (await similar(database, 1))[1][0].same


# How it is looked up.


async def test_every_whole_within_five_bits_is_found(database: Database) -> None:
    dice = random.Random(5)
    coarse, fine = dice.getrandbits(63), dice.getrandbits(255)
    async with database.write() as session:
        await lookup.keep(session, 1, (coarse, fine))
        for number in range(2, 200):
            flipped = sum(1 << bit for bit in dice.sample(range(63), 5))
            await lookup.keep(session, number, (coarse ^ flipped, fine))

    found = (await similar(database, 1))[1]

    assert {one.upload_id for one in found} == set(range(2, 200))


async def plan(database: Database, statement: Any, **values: Any) -> str:
    """Return how a database means to answer a statement, told in its own words."""
    async with database.read() as session:
        connection = await session.connection()
        asked = statement.params(**values).compile(
            dialect=database.engine.dialect, compile_kwargs={"literal_binds": True}
        )
        explain = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
        lines = await connection.execute(text(f"{explain} {asked}".replace(":", "\\:")))
        return " ".join(str(line) for line in lines)


@pytest.fixture
async def crowded(database: Database) -> Database:
    """Fill the tables with enough rows that a database has a choice."""
    dice = random.Random(7)
    listed = [{"word": word, "upload_id": 1 + word % 500} for word in dice.sample(range(1 << 25), 8000)]
    rows = [
        {"upload_id": number, "place": 0, "fine": "0" * 64} | {band: dice.getrandbits(21) for band in wholes.BAND_NAMES}
        for number in range(1, 8000)
    ]
    async with database.write() as session:
        connection = await session.connection()
        for table, lines in ((SpotWord, listed), (PhotoPrint, rows)):
            await connection.execute(insert(table), lines)
        await connection.execute(text("ANALYZE"))
    return database


@pytest.mark.parametrize(
    ("statement", "values", "index"),
    [
        (parts.SHARING, {"words": list(range(400)), "upload_id": 1}, "spot_word"),
        (parts.LISTING, {"words": list(range(64))}, "spot_word"),
        *((near, {"values": list(range(44))}, band) for near, band in zip(wholes.NEAR, wholes.BAND_NAMES, strict=True)),
    ],
    ids=["sharing", "listing", *wholes.BAND_NAMES],
)
async def test_a_look_up_reads_an_index_and_no_table(
    crowded: Database, statement: Any, values: dict[str, Any], index: str
) -> None:
    told = await plan(crowded, statement, **values)

    if crowded.is_sqlite:
        used = "PRIMARY KEY (word=?)" if index == "spot_word" else f"INDEX ix_photo_print_{index} ({index}=?)"
        assert used in told
        assert "SCAN spot_word" not in told
        assert "SCAN photo_print" not in told
    else:
        assert ("pk_spot_word" if index == "spot_word" else f"ix_photo_print_{index}") in told
        assert "Seq Scan" not in told


# Of whose photos copies are looked for.


async def test_copies_are_looked_for_only_of_what_somebody_may_offer_now(
    world: World, prints: list[Fingerprints]
) -> None:
    opaque = [
        await upload(world, "Lin", "photo-free"),
        await upload(world, "Lin", "photo-used", act_id=12345),
        await upload(world, "Lin", "photo-coming", state=EXPECTED),
        await upload(world, "Zhou", "photo-hers"),
    ]
    numbers = ids.found("pho", opaque)
    async with world.parts.database.write() as session:
        for number in numbers:
            await lookup.keep(session, number, *prints[0])

    async with world.parts.database.read() as session:
        offered = await queries.photos(session, numbers, offered_by=[world.members["Lin"]])
        known = await queries.photos(session, numbers)

    free = numbers[0]
    assert {number for number, photo in offered.items() if photo.copies} == {free}
    assert {one.upload_id for one in offered[free].copies} == set(numbers) - {free}
    assert all(photo.copies for photo in known.values())
