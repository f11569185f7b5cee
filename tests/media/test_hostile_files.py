"""Every file comes to a clean picture or to a named problem, in little time and memory, and leaves nothing behind."""

import asyncio
import io
import resource
import time
from datetime import UTC, datetime

import pytest
from PIL import Image

from backend.core.errors import Problem, Unavailable
from backend.media import pictures
from backend.media.errors import PhotoUnreadable
from backend.media.studio import Studio
from tests.media import hostile

FILES = {name: (make, problem) for name, make, problem in hostile.files()}
NOON = datetime(2026, 6, 15, 4, 0, tzinfo=UTC)


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
            assert hostile.traces(picture) == []
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


async def test_no_file_makes_the_studio_large_or_breaks_its_process() -> None:
    studio, processes, found = Studio(), set(), {}

    for name, (make, _) in FILES.items():
        found[name] = await _outcome(studio, make())
        pool = studio.desks[0].pool
        processes |= set(pool._processes) if pool else set()

    peak = hostile.peak_megabytes(studio)
    await studio.close()
    assert found == {name: problem for name, (_, problem) in FILES.items()}
    assert len(processes) == 1
    assert peak < 700  # of the 2 GB that it may have


async def _outcome(studio: Studio, source: bytes) -> str | None:
    try:
        await studio.develop(source, NOON)
    except Problem as problem:
        return type(problem).__name__
    return None


async def test_a_file_that_takes_too_long_is_ended_and_holds_up_only_its_own_process() -> None:
    studio = Studio(workers=2, photo_seconds=2)
    good, endless = hostile.written(hostile.BASE, "JPEG"), hostile.scans(5000, 20_000)

    slow = asyncio.create_task(studio.develop(endless, NOON))
    made = [await studio.develop(good, NOON) for _ in range(5)]

    assert not slow.done()
    assert {one.width for one in made} == {640}
    with pytest.raises(PhotoUnreadable):
        await slow
    assert (await studio.develop(good, NOON)).width == 640
    await studio.close()


async def test_photos_that_wait_behind_one_that_kills_its_process_are_all_developed() -> None:
    studio = Studio(photo_seconds=1)
    good, endless = hostile.written(hostile.BASE, "JPEG"), hostile.scans(5000, 20_000)

    broken, *made = await asyncio.gather(
        studio.develop(endless, NOON), *(studio.develop(good, NOON) for _ in range(5)), return_exceptions=True
    )

    assert isinstance(broken, PhotoUnreadable)
    assert [one.width for one in made if not isinstance(one, BaseException)] == [640] * 5
    await studio.close()


async def test_a_machine_that_is_too_busy_is_not_the_photos_fault() -> None:
    studio = Studio(clock_seconds=0.01)
    good = hostile.written(hostile.BASE, "JPEG")

    with pytest.raises(Unavailable):
        await studio.develop(good, NOON)
    studio.clock_seconds = 60

    assert (await studio.develop(good, NOON)).width == 640
    await studio.close()


async def test_who_waits_too_long_for_a_process_is_told_to_come_again() -> None:
    studio = Studio(photo_seconds=2, wait_seconds=0.01)
    slow = asyncio.create_task(studio.develop(hostile.scans(5000, 20_000), NOON))
    await asyncio.sleep(0)

    with pytest.raises(Unavailable):
        await studio.develop(hostile.written(hostile.BASE, "JPEG"), NOON)

    with pytest.raises(PhotoUnreadable):
        await slow
    await studio.close()


async def test_a_process_that_dies_while_it_waits_costs_no_photo() -> None:
    studio = Studio()
    good = hostile.written(hostile.BASE, "JPEG")
    await studio.develop(good, NOON)
    pool = studio.desks[0].pool
    assert pool is not None
    for process in pool._processes.values():
        process.kill()
    async with asyncio.timeout(30):
        while not pool._broken:  # noqa: ASYNC110 - its thread tells nobody
            await asyncio.sleep(0.01)

    made = await studio.develop(good, NOON)

    assert made.width == 640
    await studio.close()
