"""Make of whatever was sent a clean picture: checked, upright, in sRGB, re-encoded to WebP, with nothing beside pixels.

Nothing of the original file survives: metadata, colour profiles, comments and whatever was hidden behind the
picture's end are gone, because only decoded pixels are written again. This module knows no database and runs in
a process of its own (`studio`).
"""

import importlib
import io
import warnings
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from backend.core.errors import Problem
from backend.core.text import Text
from backend.media import errors, exif, headers
from backend.media.developed import Developed, Position, Print, Told
from backend.media.prints.spots import Spots

FORMATS: Final = ("JPEG", "PNG", "WEBP")
MEGAPIXELS: Final = 50  # phones' largest are 48 to 50; decoded, one is 150 MB
# WebP's decoder holds several whole pictures at once: 49 megapixels took 740 MB. No phone's camera writes it.
WEBP_MEGAPIXELS: Final = 16
LEAST_SIDE: Final = 64
PHOTO_SIDE, THUMBNAIL_SIDE, SAMPLE_SIDE = 1600, 320, 512
_QUALITY, _THUMBNAIL_QUALITY, _JPEG_QUALITY = 80, 70, 85

ImageFile.LOAD_TRUNCATED_IMAGES = False
Image.MAX_IMAGE_PIXELS = None  # our own limit is lower, known before anything is decoded, and says the size


def accepted_formats() -> list[str]:
    """Return the formats that are taken here; HEIC where the extra `heic` is installed."""
    try:
        # One thread: how many cores photos may use is the operator's to say, in processes.
        importlib.import_module("pi_heif").register_heif_opener(decode_threads=1)
    except ImportError:
        return list(FORMATS)
    return [*FORMATS, "HEIF"]


def develop(source: bytes, uploaded_at: datetime, sites: Sequence[Position] = ()) -> Developed:
    """Return the clean picture of a file.

    1. Which format, and how large? Nothing is decoded before that is known. 2. What does EXIF say? 3. Decode, at
    a reduced size where the format can. 4. Turn upright, into sRGB. 5. Write anew. Raises a problem of `errors`.
    """
    formats = accepted_formats()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # broken EXIF is told by warnings; a bomb by the limit below
            picture = _opened(source, formats)
            told = exif.judge(picture, uploaded_at, sites)
            return _written(_upright(picture), told)
    except Problem:
        raise
    except Exception as fault:  # decoders meet whatever a stranger wrote, and fail in many ways
        raise errors.PhotoUnreadable from fault


def jpeg(photo: bytes) -> bytes:
    """Return one of our own clean pictures as a JPEG, for those who cannot read WebP."""
    written = io.BytesIO()
    Image.open(io.BytesIO(photo), formats=("WEBP",)).convert("RGB").save(written, "JPEG", quality=_JPEG_QUALITY)
    return written.getvalue()


def _opened(source: bytes, formats: list[str]) -> Image.Image:
    _check_size("WEBP", *(headers.webp_size(source) or (LEAST_SIDE, LEAST_SIDE)))
    try:
        picture = Image.open(io.BytesIO(source), formats=formats)
    except UnidentifiedImageError:
        raise _unopened(source, formats) from None
    if picture.format == "HEIF" and headers.is_av1(source):
        raise _not_taken(formats)
    if picture.format == "HEIF" and not headers.is_whole(source):
        raise errors.PhotoUnreadable  # the decoder would leave black what is missing
    _check_size(picture.format, *picture.size)
    # A JPEG's second picture is its preview, depth or brightness; Pillow calls such a photo MPO. A HEIC may hold those,
    # or the other shots of a burst: the one that its maker calls the first is the photo.
    if getattr(picture, "n_frames", 1) > 1 and picture.format not in ("JPEG", "MPO", "HEIF"):
        raise errors.PhotoAnimated
    return picture


def _check_size(form: str | None, width: int, height: int) -> None:
    megapixels = WEBP_MEGAPIXELS if form == "WEBP" else MEGAPIXELS
    if width * height > megapixels * 1_000_000:
        raise errors.PhotoTooManyPixels(width=width, height=height, megapixels=megapixels)
    if min(width, height) < LEAST_SIDE:
        raise errors.PhotoTooSmall(width=width, height=height, least=LEAST_SIDE)


def _unopened(source: bytes, formats: list[str]) -> Problem:
    if headers.is_heic(source) and "HEIF" in formats:
        return errors.PhotoUnreadable()
    return _not_taken(formats) if headers.is_known_picture(source) else errors.PhotoUnreadable()


def _not_taken(formats: list[str]) -> Problem:
    names = ["HEIC" if name == "HEIF" else name for name in formats]
    return errors.PhotoFormatUnknown(accepted=Text("、".join(names), ", ".join(names)))


def _upright(picture: Image.Image) -> Image.Image:
    # A JPEG is decoded at a half, a quarter or an eighth: less time and memory. It must be asked in the picture's own
    # proportions, for neither side may come out smaller: a square asks for all of a 4000 x 3000.
    share = PHOTO_SIDE / max(picture.size)
    if share < 1:
        picture.draft("RGB", (int(picture.width * share), int(picture.height * share)))
    picture.load()
    picture = _eight_bit(picture)
    picture.thumbnail((PHOTO_SIDE, PHOTO_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    upright = ImageOps.exif_transpose(picture)
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        with_alpha = upright.convert("RGBA")
        ground = Image.new("RGBA", with_alpha.size, "white")
        upright = Image.alpha_composite(ground, with_alpha)
    return upright.convert("RGB")


def _eight_bit(picture: Image.Image) -> Image.Image:
    # Pillow clips 16-bit greys when it converts them, which would make most photos white.
    if picture.mode.startswith("I"):
        return picture.convert("I").point(lambda value: value / 256).convert("L")
    return picture


def _written(picture: Image.Image, told: Told) -> Developed:
    thumbnail = picture.copy()
    thumbnail.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.LANCZOS)
    whole, spots = fingerprints(picture)
    return Developed(
        photo=_webp(picture, _QUALITY),
        thumbnail=_webp(thumbnail, _THUMBNAIL_QUALITY),
        width=picture.width,
        height=picture.height,
        told=told,
        whole=whole,
        spots=spots,
    )


def _webp(picture: Image.Image, quality: int) -> bytes:
    # A picture made of pixels alone: what Pillow carries along in `info` is left behind.
    clean = Image.frombytes("RGB", picture.size, picture.tobytes())
    written = io.BytesIO()
    clean.save(written, "WEBP", quality=quality, method=2)  # half the time of 4 for 3 % more bytes
    return written.getvalue()


def fingerprints(picture: Image.Image) -> tuple[Print, Spots]:
    """Return what finds copies of an upright picture: the print of the whole, and its spots."""
    from backend.media.prints import hashing, spotting  # noqa: PLC0415 - numpy is for the studio's processes alone

    sample = picture.copy()
    sample.thumbnail((SAMPLE_SIDE, SAMPLE_SIDE), Image.Resampling.BILINEAR)
    return hashing.whole(sample), spotting.spots(sample)
