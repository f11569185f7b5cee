"""Lay out the printed report: a title, then section after section with its charts, tables and sentences."""

import io
from collections.abc import Callable

from PIL import Image

from backend.media.paper import pdf
from backend.media.paper.page import Page
from backend.media.paper.styles import BLACK, GREEN, GREY, PALE, WHITE, Box, Style
from backend.media.paper.tables import Column
from backend.reports import charts, words
from backend.reports.charts import Bar
from backend.reports.content import Cell, Content, Number, Section, shown
from backend.reports.flow import BODY, LEFT, SMALL, WIDTH, Flow
from backend.reports.paper import Case, Paper

DPI = 200
_CHART_MM = 62.0
_BARS_AT_ONCE = 4  # bars that stay together
_TILE_MM = 24.0
_PHOTO = (58.0, 44.0)


def sheet() -> Page:
    """Return an empty page."""
    return Page(dpi=DPI)


def drawn(paper: Paper) -> bytes:
    """Return the report as PDF."""
    content = paper.content
    head = f"{content.campaign} · {content.unit} · {content.title}"
    return pdf.bound(laid_out(paper), Page(dpi=10).size_mm, head)


def laid_out(paper: Paper, make: Callable[[], Page] = sheet) -> list[bytes]:
    """Return the pages, each as PNG."""
    content = paper.content
    head = f"{content.campaign} · {content.title}"
    flow = Flow(make, head, lambda number: words.PAGE.in_(content.locale, page=number))
    _title(flow, content)
    _summary(flow, content)
    _participation(flow, content)
    _carbon(flow, content)
    _evidence(flow, content)
    _compared(flow, content)
    _cases(flow, paper)
    _told(flow, content, "compliance")
    _told(flow, content, "rules")
    return flow.close()


def _title(flow: Flow, content: Content) -> None:
    page = flow.page
    page.fill(Box(0, 0, 210, 96), GREEN)
    white = Style(30, "Bold", WHITE, leading=1.25)
    page.fitted(content.campaign, Box(LEFT, 26, WIDTH, 34), white, 14)
    page.text(content.title, Box(LEFT, 66, WIDTH, 12), Style(15, "Bold", WHITE, leading=1.3))
    page.fitted(content.unit, Box(LEFT, 108, WIDTH, 22), Style(15, "Bold", BLACK, leading=1.3), 8.5)
    y = 140.0
    for title, told in (
        (words.PERIOD, content.period),
        (words.STATUS, content.standing),
        (words.MADE, content.made),
    ):
        page.text(title.in_(content.locale), Box(LEFT, y, 36, 8), Style(10, "Bold", GREEN, leading=1.5))
        y = page.text(told, Box(LEFT + 36, y, WIDTH - 36, 40), Style(10, leading=1.5)) + 3
    page.text(words.ESTIMATE.in_(content.locale), Box(LEFT, 252, WIDTH, 20), SMALL)
    flow.y = 270
    flow.turn()


def _summary(flow: Flow, content: Content) -> None:
    section = content.section("summary")
    assert section is not None, "every report has a summary"
    flow.heading(section.title)
    tiles = [(str(name), shown(cell)) for name, cell in section.rows if not isinstance(cell, str)]
    for first in range(0, len(tiles), 2):
        page, place = flow.room(_TILE_MM + 4)
        for number, (name, told) in enumerate(tiles[first : first + 2]):
            width = (WIDTH - 6) / 2
            box = Box(place.x + number * (width + 6), place.y, width, _TILE_MM)
            page.fill(box, PALE, radius=2)
            inside = box.inside(3)
            page.text(name, Box(inside.x, inside.y, inside.width, 6), Style(8.5, ink=GREY, leading=1.3))
            number_box = Box(inside.x, inside.y + 6, inside.width, inside.height - 6)
            page.fitted(told, number_box, Style(22, "Bold", GREEN, leading=1.2), 10)
    flow.space(2)
    for note in section.notes:
        flow.paragraph(note, BODY)


def _participation(flow: Flow, content: Content) -> None:
    days, groups, kinds = (content.section(key) for key in ("days", "groups", "kinds"))
    if days is None or groups is None or kinds is None:
        return
    flow.heading(words.PARTICIPATION.in_(content.locale), keep=_CHART_MM + 30)
    names = [shown(row[0])[5:] for row in days.rows]
    flow.subheading(words.ACTS_BY_DAY.in_(content.locale), keep=_CHART_MM + 8)
    acts = [_size(row[1]) for row in days.rows]
    charts.columns(*flow.room(_CHART_MM), names, acts, words.ACTS.in_(content.locale))
    flow.subheading(words.CARBON_SO_FAR.in_(content.locale), keep=_CHART_MM + 8)
    so_far, total = [], 0.0
    for row in days.rows:
        total += _size(row[3])
        so_far.append(total)
    charts.line(*flow.room(_CHART_MM), names, so_far, words.KILOGRAMS.in_(content.locale))
    _barred(flow, groups, 1, f"{groups.title} · {groups.columns[1].title}")
    _notes(flow, groups)
    _tabled(flow, kinds)
    _tabled(flow, groups, titled=False)
    _tabled(flow, days)
    _notes(flow, days)


def _barred(flow: Flow, section: Section, value: int, title: str) -> None:
    """Draw a section's rows as bars, over as many pages as there are."""
    if not section.rows:
        return
    flow.subheading(title)
    drawn = [Bar(shown(row[0]), _size(row[value]), shown(row[value])) for row in section.rows]
    longest = max((bar.value for bar in drawn), default=0)
    for first in range(0, len(drawn), _BARS_AT_ONCE):
        some = drawn[first : first + _BARS_AT_ONCE]
        charts.bars(*flow.room(len(some) * charts.BAR_MM), some, longest)
    flow.space(3)


def _carbon(flow: Flow, content: Content) -> None:
    section = content.section("methods")
    if section is None:
        return
    flow.heading(section.title, keep=90)
    _barred(flow, section, 1, section.columns[1].title)
    name, carbon, awards, factor, value, unit, source, confidence = range(8)
    titles = section.columns
    columns = [
        Column(titles[name].title, 44),
        Column(titles[carbon].title, 22, "right"),
        Column(titles[awards].title, 17, "right"),
        Column(titles[value].title, 28),
        Column(titles[source].title, 42),
        Column(titles[confidence].title, 24),
    ]
    rows = [
        (
            shown(row[name]) if row[factor] is None else f"{shown(row[name])}\n{shown(row[factor])}",
            shown(row[carbon]),
            shown(row[awards]),
            shown(row[value]) if row[unit] is None else f"{shown(row[value])} {shown(row[unit])}",
            shown(row[source]),
            shown(row[confidence]),
        )
        for row in section.rows
    ]
    flow.table(columns, rows)
    _notes(flow, section)


def _evidence(flow: Flow, content: Content) -> None:
    proofs, review = content.section("proofs"), content.section("review")
    if proofs is None or review is None:
        return
    flow.heading(words.EVIDENCE.in_(content.locale))
    _barred(flow, proofs, 1, proofs.columns[1].title)
    _tabled(flow, proofs, titled=False)
    _tabled(flow, review)
    _notes(flow, review)


def _compared(flow: Flow, content: Content) -> None:
    section = content.section("comparison")
    if section is not None:
        flow.heading(section.title, keep=120)
        # The first rows tell over how long; what follows is worth looking at side by side.
        pairs = [(_bar(row, 1), _bar(row, 2)) for row in section.rows[2:]]
        titles = (section.columns[1].title, section.columns[2].title)
        height = 9 + len(pairs) * (charts.BAR_MM * 1.4 + 2)
        charts.pairs(*flow.room(height), pairs, titles)
        flow.space(3)
        _tabled(flow, section, titled=False)
        _notes(flow, section)
    _told(flow, content, "corrections")


def _bar(row: tuple[Cell, ...], place: int) -> Bar:
    return Bar(shown(row[0]), _size(row[place]), shown(row[place]))


def _cases(flow: Flow, paper: Paper) -> None:
    if not paper.cases:
        return
    locale = paper.content.locale
    flow.heading(words.CASES.in_(locale), keep=80)
    flow.paragraph(words.CONSENTED.in_(locale), SMALL)
    for case in paper.cases:
        _case(flow, case)


def _case(flow: Flow, case: Case) -> None:
    beside = _PHOTO[0] + 6 if case.photo else 0
    width = WIDTH - beside
    title, text = Style(10, "Bold", GREEN, leading=1.5), Style(10, leading=1.6)
    lines = flow.page.lines(case.title, width, title), flow.page.lines(case.text, width, text)
    height = len(lines[0]) * title.line_mm + len(lines[1]) * text.line_mm + SMALL.line_mm + 3
    page, place = flow.room(max(height, _PHOTO[1] if case.photo else 0) + 5)
    if case.photo:
        with Image.open(io.BytesIO(case.photo)) as picture:
            page.picture(picture, Box(place.x, place.y + 1, *_PHOTO))
    left = place.x + beside
    y = page.text(case.title, Box(left, place.y, width, 40), title)
    y = page.text(case.text, Box(left, y + 1, width, 200), text)
    page.text(case.by, Box(left, y + 1, width, 12), SMALL)


def _told(flow: Flow, content: Content, key: str) -> None:
    """Set a section as sentences and a table."""
    section = content.section(key)
    if section is None:
        return
    flow.heading(section.title)
    _notes(flow, section, BODY)
    _tabled(flow, section, titled=False)


def _notes(flow: Flow, section: Section, style: Style = SMALL) -> None:
    for note in section.notes:
        flow.paragraph(note, style)


def _tabled(flow: Flow, section: Section, *, titled: bool = True) -> None:
    if not section.rows:
        return
    if titled:
        flow.subheading(section.title, keep=60)
    columns = [Column(one.title, one.width, "right" if one.is_number else "left") for one in section.columns]
    flow.table(columns, [[shown(cell) for cell in row] for row in section.rows])


def _size(cell: Cell) -> float:
    """Return how long a bar is."""
    if isinstance(cell, Number):
        return float(cell.value)
    return float(cell) if isinstance(cell, int) else 0.0
