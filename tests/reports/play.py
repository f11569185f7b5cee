"""A campaign that is worth a report: departments of several sizes, some days, acts of several kinds, none by phone."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from python_calamine import CalamineWorkbook

from backend.checkins.requests import Item
from backend.core import ids
from backend.media.paper.page import Page
from backend.media.paper.styles import Box, Style
from backend.reports import layout
from backend.reports.paper import Paper
from tests.api.asking import record_for
from tests.cast import Person, World

DEPARTMENTS: Mapping[str, int] = {"财务处": 9, "办公室": 7, "保管科": 6, "小车班": 3}


def acts_of_a_day(campaign: str, world: World, member: int, day: int) -> list[Item]:
    """Return what a member does on one day: more of it the smaller their number."""
    now = world.clock.now()
    trip = {"mode": "metro", "distance": "from_5_km", "direction": "to_work"}
    items = [Item(campaign, "energy_act", now, {"act": "stairs"})]
    if (member + day) % 2:
        items.append(Item(campaign, "commute", now, trip))
    if (member + day) % 3 == 0:
        items.append(Item(campaign, "clear_plate", now, {}))
    return items


async def week(
    world: World, departments: Mapping[str, int] = DEPARTMENTS, days: int = 2, at: str = "A", **more: Any
) -> str:
    """Let a campaign run for some days with so many members in each department of A; return its id."""
    campaign = await world.open_campaign("energy-week", at=at, **more)
    people = [one for name, count in departments.items() for one in await world.add_members("A", name, count)]
    await days_of(world, campaign, people, days)
    return campaign


async def days_of(world: World, campaign: str, people: Sequence[int], days: int) -> None:
    """Let these members take part and act on each of so many days."""
    for day in range(days):
        if people:
            acts: dict[int, Sequence[Item]] = {one: acts_of_a_day(campaign, world, one, day) for one in people}
            await record_for(world, campaign, acts)
        world.clock.advance(timedelta(days=1))
    await world.project()


async def links(world: World, person: Person, campaign: str, institution: str | None = None, **more: Any) -> Any:
    """Ask for a report."""
    place = world.institution_id(institution) if institution else None
    return await person.run("CampaignReport", campaignId=campaign, institutionId=place, **{"language": "ZH_CN"} | more)


async def given(world: World, path: str) -> bytes:
    """Return what lies behind a link."""
    answer = await world.client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.content


def sheets(workbook: bytes) -> dict[str, list[list[Any]]]:
    """Return the cells of each sheet, as another program reads them."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def inside(workbook: bytes, folder: str) -> dict[str, str]:
    """Return the XML files of a workbook in a folder."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist() if name.startswith(folder)}


def number(campaign: str) -> int:
    """Return a campaign's row number."""
    return ids.decode("cmp", campaign)


class Read(Page):
    """A page that remembers its lines, and how far down and small they are."""

    told: list["Read"]

    def __init__(self) -> None:
        super().__init__(dpi=50)
        self.lines_set: list[tuple[str, float, float, float]] = []

    def _line(self, line: str, box: Box, top: float, style: Style) -> None:
        super()._line(line, box, top, style)
        self.lines_set.append((line, top + style.line_mm, style.points, box.x + self.length(line, style)))


def read(paper: Paper) -> list[Read]:
    """Return the pages of a report, with what is written on each."""
    pages: list[Read] = []

    def make() -> Page:
        pages.append(Read())
        return pages[-1]

    layout.laid_out(paper, make)
    return pages


def words_of(pages: Sequence[Read]) -> str:
    """Return everything that is written on pages, without the breaks of lines."""
    return "".join(line for page in pages for line, *_ in page.lines_set)
