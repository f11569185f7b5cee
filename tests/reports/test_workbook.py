"""The workbook as other programs read it: numbers are numbers, days are days, no text is a formula, charts stand."""

import csv
import io
import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from backend.core.text import LOCALES, Locale
from backend.reports import open_data, sections, workbook
from backend.reports.content import Number
from backend.reports.figures import Figures, Group, Groups, Total
from tests.reports.examples import counts, figures
from tests.reports.play import inside, sheets

HOSTILE = ["=1+1", "+86 出口", "-处", "@财务", '=HYPERLINK("http://x")', "\t=2", "http://a.b", "{=3}"]  # fmt: skip


def made(told: Figures | None = None, locale: Locale = "zh-CN") -> bytes:
    """Return the workbook of these figures."""
    return workbook.drawn(sections.content_of(told or figures(), locale))


def hostile() -> Figures:
    """Return figures of departments whose names want to be formulas."""
    groups = tuple(Group(name, 6, Total(10, 20, 30)) for name in HOSTILE)
    return figures(counts=replace(counts(), groups=Groups(groups, 0)))


@pytest.mark.parametrize("locale", LOCALES)
def test_every_section_is_a_sheet_in_the_readers_language(locale: Locale) -> None:
    content = sections.content_of(figures(), locale)

    found = sheets(made(locale=locale))

    assert list(found) == [one.title for one in content.sections]
    assert len(found) == 11
    for section in content.sections:
        rows = found[section.title]
        assert rows[0][0] == f"{content.campaign} · {content.unit} · {section.title}"
        assert rows[1][: len(section.columns)] == [column.title for column in section.columns]
        told = [cell for row in rows for cell in row if isinstance(cell, str)]
        assert content.standing in told
        assert set(section.notes) <= set(told)
    chinese = re.compile(r"[\u4e00-\u9fff]")
    ours = {"滨河区档案馆", "处", "出行", "国办函", "据公开", "碳惠"}
    if locale == "en":
        assert [one for one in found if chinese.search(one)] == []
        heads = [cell for rows in found.values() for cell in rows[1]]
        assert [one for one in heads if chinese.search(str(one)) and not any(mark in one for mark in ours)] == []


def test_numbers_are_numbers_and_days_are_days() -> None:
    found = sheets(made())

    days = found["每日参与"][2:9]
    assert days[0][:5] == [date(2026, 6, 15), 100.0, 900.0, 7.000001, 40.0]
    assert [row[0] for row in days] == [one.day for one in counts().days]
    kinds = found["打卡种类"]
    assert kinds[2][1:5] == [1400.0, 9000.0, 155.554, 0.5673]
    assert kinds[3][3] == "—"  # points only: no nought that would look counted
    assert found["减排方法"][2][4] == 0.072
    assert found["封存后更正"][2:5] == [["更正笔数", 3.0], ["积分净变动", -20.0], ["估算减排量净变动（千克）", -0.18]]
    assert found["与上年比较"][6][1:4] == [18_000.0, 9_000.0, 1.0]
    formats = inside(made(), "xl/styles")["xl/styles.xml"]
    for wanted in ("0.0%", "yyyy-mm-dd", "#,##0.000", "#,##0", "+0.0%;-0.0%;0.0%"):
        assert f'formatCode="{wanted}"' in formats


def test_no_text_becomes_a_formula_or_a_link_whatever_it_begins_with() -> None:
    book = made(hostile())

    names = [row[0] for row in sheets(book)["部门参与"][2 : 2 + len(HOSTILE)]]

    assert names == HOSTILE
    xml = "".join(inside(book, "xl/worksheets/").values())
    assert "<f>" not in xml
    assert "hyperlink" not in xml


def test_open_data_are_safe_too_and_say_the_same() -> None:
    content = sections.content_of(hostile(), "zh-CN")

    written = open_data.written(content)

    assert written.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(written.decode("utf-8-sig"))))
    cells = [cell for row in rows for cell in row]
    assert [one for one in cells if one[:1] in "=+@\t\r" and one] == []
    assert {f"'{one}" for one in HOSTILE if one[0] in "=+-@\t"} <= set(cells)
    assert {"-20", "-0.180000", "0.5673", "2026-06-15"} <= set(cells)  # numbers stay numbers, below nought too


@pytest.mark.parametrize("locale", LOCALES)
def test_the_charts_are_excels_own_and_point_to_the_rows(locale: Locale) -> None:
    book = made(locale=locale)

    charts = inside(book, "xl/charts/")

    content = sections.content_of(figures(), locale)
    title = {key: section.title for key in ("days", "groups", "methods", "proofs")
             if (section := content.section(key)) is not None}  # fmt: skip
    drawn = "".join(charts.values())
    assert len(charts) == 4
    assert re.findall(r"<c:(barChart|pieChart)>", drawn) == ["barChart", "barChart", "barChart", "pieChart"]
    for key, rows in (("days", 7), ("groups", 6), ("methods", 3), ("proofs", 3)):
        name = f"'{title[key]}'" if " " in title[key] else title[key]
        assert f"<c:f>{name}!$B$3:$B${rows + 2}</c:f>" in drawn
        assert f"<c:f>{name}!$A$3:$A${rows + 2}</c:f>" in drawn


def test_the_head_stays_in_view_and_columns_are_wide_enough_for_chinese() -> None:
    for name, xml in inside(made(), "xl/worksheets/sheet").items():
        assert 'state="frozen"' in xml, name
        assert 'ySplit="2"' in xml, name
        assert all(float(one) >= 14 for one in re.findall(r'<col [^>]*width="([\d.]+)"', xml)), name


@pytest.mark.parametrize("told", [figures(counts=None, sealed=None, deletion=None)])
def test_a_handful_leaves_a_workbook_without_figures(told: Any) -> None:
    found = sheets(made(told))

    assert list(found) == ["概况", "规则与封存", "合规说明"]
    assert [cell for rows in found.values() for row in rows[2:] for cell in row if isinstance(cell, float)] == [
        1.0,
        2.0,
    ]
    assert any("少于 5 人" in str(cell) for row in found["概况"] for cell in row)


def test_every_number_has_one_form() -> None:
    content = sections.content_of(figures(), "en")

    cells = [cell for section in content.sections for row in section.rows for cell in row]

    assert {one.form for one in cells if isinstance(one, Number)} == {"kg", "percent", "change", "rate"}
