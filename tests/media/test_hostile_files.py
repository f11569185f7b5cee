"""Every file comes to a clean picture or to a named problem, in little time and memory, and leaves nothing behind."""

import io
import resource
import time
from datetime import UTC, datetime

import pytest
from PIL import Image

from backend.core.errors import Problem
from backend.media import pictures
from backend.media.studio import Studio
from tests.media import hostile

FILES = {name: (make, problem) for name, make, problem in hostile.files()}
NOON = datetime(2026, 6, 15, 4, 0, tzinfo=UTC)
TRACES = (b"Exif", b"EXIF", b"GPS", b"ns.adobe.com", b"ICCP", b"XMP ", b"<script", b"PK\x03\x04", b"xmpmeta")


def test_there_are_many() -> None:
    assert len(FILES) >= 60


@pytest.mark.parametrize("name", FILES)
def test_a_file_comes_to_a_clean_picture_or_a_named_problem(name: str) -> None:
    make, problem = FILES[name]
    content = make()
    started, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    found = None
    try:
        made = pictures.develop(content, NOON)
    except Problem as refused:
        found = type(refused).__name__
    else:
        for picture in (made.photo, made.thumbnail):
            assert picture[8:12] == b"WEBP"
            assert not any(trace in picture for trace in TRACES)
            assert Image.open(io.BytesIO(picture)).mode == "RGB"

    assert found == problem
    assert time.process_time() - started < 20
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < 500


def test_a_picture_stands_upright_however_the_phone_was_held() -> None:
    plain, turned = (pictures.develop(hostile.turned(one), NOON) for one in (1, 6))

    assert (plain.width, plain.height) == (turned.height, turned.width)


def test_a_16_bit_grey_keeps_its_shades() -> None:
    made = pictures.develop(FILES["mode I;16"][0](), NOON)

    darkest, lightest = Image.open(io.BytesIO(made.photo)).convert("L").getextrema()
    assert darkest < 40  # type: ignore[operator]
    assert lightest > 200  # type: ignore[operator]


async def test_a_process_that_dies_takes_one_photo_with_it_and_no_more() -> None:
    studio = Studio()
    good = hostile.written(hostile.BASE, "JPEG")
    await studio.develop(good, NOON)
    pool = studio.desks[0].pool
    assert pool is not None
    for process in pool._processes.values():
        process.kill()

    with pytest.raises(Problem):
        await studio.develop(good, NOON)
    made = await studio.develop(good, NOON)

    assert made.width == 640
    await studio.close()
