"""Pages are drawn in other processes: what goes wrong there is told here, and the next page is drawn all the same."""

import os
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from backend.checkins import site_sheet
from backend.core.errors import Unavailable
from backend.media.errors import GlyphMissing
from backend.media.studio import Studio
from tests.checkins.test_site_sheet import sheet


@pytest.fixture
async def studio() -> AsyncIterator[Studio]:
    """Open a studio and close it."""
    opened = Studio()
    yield opened
    await opened.close()


async def test_a_page_is_drawn_in_another_process(studio: Studio) -> None:
    png = await studio.draw(site_sheet.draw, sheet(), "png")

    assert png == site_sheet.draw(sheet(), "png")


async def test_a_problem_of_drawing_comes_back_with_what_it_names(studio: Studio) -> None:
    with pytest.raises(GlyphMissing) as missing:
        await studio.draw(site_sheet.draw, replace(sheet(), place="食堂🍚"), "png")

    assert missing.value.fields["character"] == "🍚"


async def test_a_process_that_breaks_is_our_trouble_and_the_next_page_is_drawn(studio: Studio) -> None:
    with pytest.raises(Unavailable):
        await studio.draw(os._exit, 1)

    assert (await studio.draw(site_sheet.draw, sheet(), "pdf")).startswith(b"%PDF-")
