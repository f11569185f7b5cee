"""Photos as iPhones keep them: read with the extra `heic`, and refused by a clear word without it."""

import io
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from backend.media import pictures
from backend.media.errors import PhotoFormatUnknown, PhotoTooManyPixels, PhotoUnreadable
from backend.media.studio import Studio
from tests.media import heic, hostile

NOON = datetime(2026, 6, 15, 4, 0, tzinfo=UTC)
HERE = (3_910_000, 11_720_000)


def halves() -> Image.Image:
    """Return a picture of which no turn or mirror image looks like it."""
    picture = Image.new("RGB", (640, 480), "navy")
    picture.paste("orange", (0, 0, 640, 120))
    picture.paste("white", (0, 0, 160, 120))
    return picture


def phone_exif(orientation: int = 1) -> Image.Exif:
    """Return EXIF of a photo that was taken here, today, and edited."""
    tags = Image.Exif()
    tags[0x0112] = orientation
    tags[0x0131] = "Adobe Photoshop 27.0"
    tags.get_ifd(0x8769)[0x9003] = "2026:06:15 11:40:00"
    tags.get_ifd(0x8825).update({1: "N", 2: (39.0, 6.0, 0.0), 3: "E", 4: (117.0, 12.0, 0.0)})
    return tags


@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_stands_upright_as_the_jpeg_of_the_same_shot_does(orientation: int) -> None:
    tags = phone_exif(orientation)

    of_heic = pictures.develop(heic.encoded(halves(), exif=tags, quality=95), NOON)
    of_jpeg = pictures.develop(hostile.written(halves(), "JPEG", exif=tags, quality=95), NOON)

    shown = [Image.open(io.BytesIO(made.photo)) for made in (of_heic, of_jpeg)]
    assert shown[0].size == shown[1].size
    assert max(ImageStat.Stat(ImageChops.difference(*shown)).mean) < 4


def test_its_exif_is_judged_and_then_gone() -> None:
    source = heic.encoded(halves(), exif=phone_exif(6))
    assert b"Exif" in source

    made = pictures.develop(source, NOON, [HERE])

    assert (made.told.taken, made.told.distance, made.told.edited) == ("today", "near", True)
    for picture in (made.photo, made.thumbnail):
        assert hostile.traces(picture) == []


def test_tiles_become_one_picture() -> None:
    made = pictures.develop(heic.tiled(), NOON)

    assert (made.width, made.height) == (1600, 1200)


def test_of_a_burst_the_first_shot_is_taken() -> None:
    shots = [Image.new("RGB", (640, 480), colour) for colour in ("teal", "red", "white")]

    made = pictures.develop(heic.encoded(*shots), NOON)

    red, green, blue = ImageStat.Stat(Image.open(io.BytesIO(made.photo))).mean
    assert (red < 20, 110 < green < 145, 110 < blue < 145) == (True, True, True)


def test_more_than_eight_bits_and_transparency_are_taken() -> None:
    deep = heic.encoded(halves(), form="PNG", options=("-b", "10"))
    clear = heic.encoded(halves().convert("RGBA"), form="PNG")

    assert {pictures.develop(source, NOON).width for source in (deep, clear)} == {640}


@pytest.mark.parametrize("size", [(12_000, 12_000), (10_001, 5_000)])
def test_too_many_pixels_are_known_before_any_is_decoded(size: tuple[int, int]) -> None:
    with pytest.raises(PhotoTooManyPixels) as refused:
        pictures.develop(heic.claiming(*size), NOON)

    assert refused.value.fields == {"width": size[0], "height": size[1], "megapixels": 50}


async def test_the_largest_that_phones_make_is_taken_within_the_studios_limits() -> None:
    source = heic.encoded(Image.new("RGB", (8064, 6048), "teal"), options=(*heic.FAST, "--cut-tiles", "2048"))
    studio = Studio()

    made = await studio.develop(source, NOON)
    peak = hostile.peak_megabytes(studio)
    await studio.close()

    assert (made.width, made.height) == (1600, 1200)
    assert peak < 700


@pytest.mark.parametrize("brand", [b"avif", b"mif1", b"heic"])
def test_an_avif_is_refused_whatever_it_calls_itself(brand: bytes) -> None:
    with pytest.raises(PhotoFormatUnknown):
        pictures.develop(heic.av1().replace(b"ftypavif", b"ftyp" + brand, 1), NOON)


@pytest.mark.parametrize("percent", [1, 5, 20, 50, 90, 99])
def test_one_that_is_cut_short_is_unreadable_and_not_of_an_unknown_kind(percent: int) -> None:
    with pytest.raises(PhotoUnreadable):
        pictures.develop(hostile.cut(heic.tiled(), percent), NOON)


def test_what_is_taken_is_named_as_members_know_it() -> None:
    with pytest.raises(PhotoFormatUnknown) as refused:
        pictures.develop(heic.av1(), NOON)

    assert "JPEG、PNG、WEBP、HEIC" in refused.value.text("zh-CN")
    assert "send JPEG, PNG, WEBP, HEIC." in refused.value.text("en")


WITHOUT = """
import sys
from datetime import UTC, datetime
from pathlib import Path
sys.modules["pi_heif"] = None
from backend.core.errors import Problem
from backend.media import pictures
try:
    pictures.develop(Path(sys.argv[1]).read_bytes(), datetime.now(UTC))
except Problem as problem:
    print(type(problem).__name__, problem.text("zh-CN"), problem.text("en"), sep="\\n")
"""


def test_without_the_extra_it_is_refused_and_the_answer_names_what_is_taken(tmp_path: Path) -> None:
    (tmp_path / "photo.heic").write_bytes(heic.plain())

    told = subprocess.run(
        [sys.executable, "-c", WITHOUT, tmp_path / "photo.heic"], capture_output=True, text=True, check=True
    ).stdout.splitlines()

    assert told == [
        "PhotoFormatUnknown",
        "不支持这种图片格式，请使用 JPEG、PNG、WEBP 格式的照片。",
        "Pictures of this kind are not taken: send JPEG, PNG, WEBP.",
    ]
