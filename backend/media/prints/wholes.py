"""Keep and find the prints of whole pictures, by index.

A print's near neighbours are looked for in three bands of 21 bits, each as it is and with any one bit turned: that
finds every print within five bits (Norouzi, Punjani, Fleet, "Fast search in Hamming space with multi-index
hashing", 2012, section 2), at the cost of 66 look-ups in an index. The fine print then decides.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import select

from backend.core import statements
from backend.core.db import ReadSession, WriteSession, insert_many
from backend.core.statements import any_of
from backend.media.prints.tables import PhotoPrint

BAND_BITS = 21
BAND_NAMES = ("high", "middle", "low")
_BAND = (1 << BAND_BITS) - 1
COARSE_WITHIN = 5
# Of 255 bits. Two unlike pictures differ in about 127; the measured distances stand in docs/fingerprints.md.
SAME_WITHIN, LIKE_WITHIN = 24, 45
UNLIKE = 255

Print = tuple[int, int]  # coarse, fine


async def keep(session: WriteSession, upload_id: int, whole: Print) -> None:
    """Keep an upload's print."""
    coarse, fine = whole
    places = dict(zip(BAND_NAMES, bands(coarse), strict=True))
    await insert_many(session, PhotoPrint, [{"upload_id": upload_id, "place": 0, **places, "fine": f"{fine:064x}"}])


_TABLE = PhotoPrint.__table__  # type: ignore[attr-defined]
_BANDS = tuple(_TABLE.c[name] for name in BAND_NAMES)
NEAR = tuple(select(_TABLE.c.upload_id, *_BANDS, _TABLE.c.fine).where(any_of(band, "values")) for band in _BANDS)
_WHOLES = select(_TABLE.c.upload_id, *_BANDS, _TABLE.c.fine).where(
    any_of(_TABLE.c.upload_id, "uploads"), _TABLE.c.place == 0
)


async def kept(session: ReadSession, upload_ids: Sequence[int]) -> dict[int, Print]:
    """Return the prints of these uploads; one that has none is left out."""
    found = await statements.rows(session, _WHOLES, uploads=upload_ids)
    return {upload_id: (_joined(parts), int(fine, 16)) for upload_id, *parts, fine in found}


async def near(session: ReadSession, upload_id: int, whole: Print) -> dict[int, int]:
    """Return the other uploads that look like a picture or its mirror image, and in how many of 255 bits they differ.

    It is compared with every whole that is kept, and with the windows of earlier photos.
    """
    nearest: dict[int, int] = {}
    asked = (whole, mirrored(whole))
    for band, statement in enumerate(NEAR):
        values = sorted({value for coarse, _ in asked for value in _around(bands(coarse)[band])})
        for other, *parts, fine in await statements.rows(session, statement, values=values):
            differing = _differing(asked, (_joined(parts), int(fine, 16)))
            if other != upload_id and differing <= LIKE_WITHIN:
                nearest[other] = min(differing, nearest.get(other, differing))
    return nearest


def _differing(asked: Sequence[Print], found: Print) -> int:
    """Return the least number of bits of the fine print that differ, of those whose coarse print is near."""
    near = [fine for coarse, fine in asked if (coarse ^ found[0]).bit_count() <= COARSE_WITHIN]
    return min(((fine ^ found[1]).bit_count() for fine in near), default=UNLIKE)


def mirrored(whole: Print) -> Print:
    """Return the print of the mirrored picture: the signs of the odd columns turned."""
    coarse, fine = whole
    return coarse ^ _odd_columns(8), fine ^ _odd_columns(16)


def _odd_columns(side: int) -> int:
    # The first bit (row 0, column 0) is left out; bits are written from the most significant on.
    bits = [place % side % 2 for place in range(1, side * side)]
    return int("".join(map(str, bits)), 2)


def bands(coarse: int) -> tuple[int, int, int]:
    """Return the three parts of a coarse print that are looked up."""
    return coarse >> (2 * BAND_BITS), (coarse >> BAND_BITS) & _BAND, coarse & _BAND


def _joined(parts: Sequence[int]) -> int:
    high, middle, low = parts
    return (high << (2 * BAND_BITS)) | (middle << BAND_BITS) | low


def _around(value: int) -> Iterator[int]:
    yield value
    for bit in range(BAND_BITS):
        yield value ^ (1 << bit)
