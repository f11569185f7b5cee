"""What phones send is taken, and what only looks small is not let in."""

import io
from datetime import UTC, datetime

import pytest
from PIL import Image, JpegImagePlugin

from backend.media import pictures
from backend.media.errors import PhotoTooManyPixels
from tests.media import hostile

NOON = datetime(2026, 6, 15, 4, 0, tzinfo=UTC)


def test_a_photo_with_a_second_picture_inside_is_a_photo_and_not_a_moving_picture() -> None:
    preview = hostile.BASE.resize((320, 240))
    source = hostile.written(hostile.BASE, "MPO", save_all=True, append_images=[preview])

    made = pictures.develop(source, NOON)

    assert (made.width, made.height) == (640, 480)
    assert Image.open(io.BytesIO(made.photo)).format == "WEBP"


@pytest.mark.parametrize(("width", "height", "megapixels"), [(8180, 6000, 16), (4100, 4000, 16)])
def test_a_webp_that_would_take_hundreds_of_megabytes_is_not_decoded(width: int, height: int, megapixels: int) -> None:
    source = hostile.written(Image.new("RGB", (width, height)), "WEBP", quality=1, method=0)

    with pytest.raises(PhotoTooManyPixels) as refused:
        pictures.develop(source, NOON)

    assert refused.value.fields == {"width": width, "height": height, "megapixels": megapixels}


def test_a_webp_as_large_as_a_phones_photo_is_taken() -> None:
    source = hostile.written(Image.new("RGB", (4000, 3000), "teal"), "WEBP", quality=1, method=0)

    assert pictures.develop(source, NOON).width == 1600


@pytest.mark.parametrize("size", [(4000, 3000), (3000, 4000)])
def test_a_large_jpeg_is_decoded_at_half_its_size(size: tuple[int, int]) -> None:
    opened = Image.open(io.BytesIO(hostile.written(hostile.BASE.resize(size), "JPEG")))
    assert isinstance(opened, JpegImagePlugin.JpegImageFile)

    upright = pictures._upright(opened)

    assert max(upright.size) == 1600
    assert opened.decoderconfig[0] == 2  # what the decoder was told to divide by
