"""The workbook of a report: a sheet for each section, real numbers and dates, charts of Excel's own.

Every text is written as a text, whatever it begins with: a department called "=1+1" is no formula. Rows are written
once and in order, so that memory does not grow with them. For the studio's processes: `drawn` imports the library.
"""

import io
from datetime import date
from typing import Any, Literal

from backend.core.text import Text
from backend.reports.content import Cell, Content, Number, Section

_FORMATS = {
    "title": {"bold": True, "font_size": 14, "font_color": "#125E3C"},
    "head": {"bold": True, "bg_color": "#ECF4EE", "border": 1, "border_color": "#B0BAB4", "text_wrap": True},
    "text": {"text_wrap": True, "valign": "top"},
    "note": {"font_color": "#686E6B", "italic": True},
    "count": {"num_format": "#,##0", "valign": "top"},
    "kg": {"num_format": "#,##0.000", "valign": "top"},
    "rate": {"num_format": "#,##0.000###", "valign": "top"},
    "percent": {"num_format": "0.0%", "valign": "top"},
    "change": {"num_format": "+0.0%;-0.0%;0.0%", "valign": "top"},
    "date": {"num_format": "yyyy-mm-dd", "valign": "top"},
}
_HEAD_ROW = 1  # below the title
_CHARACTER = 2.1  # widths of Excel to a Chinese character
_GREEN = "#125E3C"
ChartKind = Literal["column", "bar", "pie"]
# Which section has a chart: its kind, and in which columns its names and its values stand.
_CHARTS: dict[str, tuple[ChartKind, int, int, Text]] = {
    "days": ("column", 0, 1, Text("每日打卡次数", "Acts by day")),
    "groups": ("bar", 0, 1, Text("参加人数", "Participants")),
    "methods": ("bar", 0, 1, Text("各方法估算减排量（千克）", "Estimated carbon by method (kg)")),
    "proofs": ("pie", 0, 1, Text("凭证占比", "Share of proofs")),
}
_MOST_BARS = 40


def drawn(content: Content) -> bytes:
    """Return the workbook as bytes."""
    import xlsxwriter  # type: ignore[import-untyped]  # noqa: PLC0415 - for the studio's processes alone

    written = io.BytesIO()
    book = xlsxwriter.Workbook(written, {"constant_memory": True, "strings_to_formulas": False})
    book.set_properties({"title": f"{content.campaign} {content.title}", "author": "Tanhui 碳惠"})
    formats = {name: book.add_format(said) for name, said in _FORMATS.items()}
    for section in content.sections:
        _sheet(book, section, content, formats)
    book.close()
    return written.getvalue()


def _sheet(book: Any, section: Section, content: Content, formats: dict[str, Any]) -> None:
    sheet = book.add_worksheet(section.title[:31])
    for place, column in enumerate(section.columns):
        sheet.set_column(place, place, column.width * _CHARACTER / 2 + 4)
    sheet.freeze_panes(_HEAD_ROW + 1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_HEAD_ROW)
    sheet.write_string(0, 0, f"{content.campaign} · {content.unit} · {section.title}", formats["title"])
    for place, column in enumerate(section.columns):
        sheet.write_string(_HEAD_ROW, place, column.title, formats["head"])
    row = _HEAD_ROW
    for row, cells in enumerate(section.rows, start=_HEAD_ROW + 1):
        for place, cell in enumerate(cells):
            _write(sheet, row, place, cell, formats)
    for below, note in enumerate((*section.notes, content.standing), start=row + 2):
        sheet.write_string(below, 0, note, formats["note"])
    if section.key in _CHARTS and section.rows:
        sheet.insert_chart(_HEAD_ROW, len(section.columns) + 1, _chart(book, section, content))


def _write(sheet: Any, row: int, place: int, cell: Cell, formats: dict[str, Any]) -> None:
    if cell is None:
        sheet.write_string(row, place, "—", formats["text"])
    elif isinstance(cell, Number):
        sheet.write_number(row, place, cell.value, formats[cell.form])
    elif isinstance(cell, int):
        sheet.write_number(row, place, cell, formats["count"])
    elif isinstance(cell, date):
        sheet.write_datetime(row, place, cell, formats["date"])
    else:
        sheet.write_string(row, place, cell, formats["text"])


def _chart(book: Any, section: Section, content: Content) -> Any:
    kind, names, values, title = _CHARTS[section.key]
    first, last = _HEAD_ROW + 1, _HEAD_ROW + min(len(section.rows), _MOST_BARS)
    chart = book.add_chart({"type": kind})
    sheet = section.title[:31]
    series: dict[str, Any] = {
        "name": title.in_(content.locale),
        "categories": [sheet, first, names, last, names],
        "values": [sheet, first, values, last, values],
    }
    if kind == "pie":
        series["data_labels"] = {"percentage": True, "category": True}
    else:
        series |= {"fill": {"color": _GREEN}, "gap": 60}
        chart.set_legend({"none": True})
    chart.add_series(series)
    chart.set_title({"name": title.in_(content.locale), "name_font": {"size": 12}})
    if kind == "bar":
        chart.set_y_axis({"reverse": True})  # the first row on top
    if section.key == "days":
        chart.set_x_axis({"date_axis": True, "num_format": "mm-dd"})
    chart.set_size({"width": 640, "height": max(300, 60 + 22 * (last - first + 1)) if kind == "bar" else 340})
    return chart
