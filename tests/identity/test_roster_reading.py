"""Reading roster files: every format that offices send, and every mistake in them by line, column and reason."""

import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from backend.core.errors import Problem
from backend.identity.roster import phone, reading, workbook
from backend.identity.roster.problems import MAX_BYTES, MAX_ROWS, RosterTooLarge, RosterUnreadable
from backend.identity.roster.reading import RosterFile
from tests.identity.roster_files import HEAD, TODAY, VAULT, A, B, csv, line, reasons, xlsx

LIN = line(phone="13800000001")


def _read(content: bytes) -> RosterFile:
    return reading.read_bytes(content, VAULT, TODAY)


def _refusal(content: bytes) -> str:
    with pytest.raises((RosterUnreadable, RosterTooLarge)) as refused:
        _read(content)
    assert refused.value.text("zh-CN") != refused.value.text("en")
    return refused.value.text("en")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_is_read_in_every_encoding_that_offices_use(encoding: str) -> None:
    file = _read(csv(line(name="𠮷〇·买买提"), encoding=encoding))

    assert reasons(file) == []
    assert [row.name for row in file.rows] == ["𠮷〇·买买提"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_with_comma_semicolon_and_tab(delimiter: str) -> None:
    file = _read(csv(LIN).replace(b",", delimiter.encode()))

    assert [(row.line, row.credit_code, row.name) for row in file.rows] == [(2, A, "林晓")]


def test_english_column_names_in_any_order_do_as_well() -> None:
    file = _read(f"name,Staff Number,credit_code,department\n林晓,1001,{A},财务处\n".encode())

    assert reasons(file) == []
    assert file.rows[0].key == (A, "1001")


def test_a_workbook_is_read_with_its_numbers_dates_and_real_line_numbers() -> None:
    rows: list[list[Any]] = [
        [A, "财务处", 1001, "林　晓", 13800000001.0, date(2026, 11, 1), "2027年1月31日"],
        [],
        [B, "厨房", "0002", "陈"],
    ]

    file = _read(xlsx(*rows, title="甲单位职工名册"))

    assert reasons(file) == []
    assert file.source == "在职人员"
    lin, chen = file.rows
    assert (lin.line, lin.staff_number, lin.name) == (3, "1001", "林晓")
    assert (lin.starts_on, lin.ends_on) == (date(2026, 11, 1), date(2027, 1, 31))
    assert (chen.line, chen.staff_number, chen.phone_fingerprint) == (5, "0002", None)


@pytest.mark.parametrize(
    "written", ["2026-11-01", "2026/11/1", "2026.11.01", "20261101", "2026年11月1日", "２０２６-11-01"]
)
def test_dates_are_read_as_people_write_them(written: str) -> None:
    assert _read(csv(line(starts=written))).rows[0].starts_on == date(2026, 11, 1)


@pytest.mark.parametrize(
    "written",
    ["13800000001", "+86 138 0000 0001", "8613800000001", "138-0000-0001", "１３８００００００01", "0086(138)00000001"],
)
def test_a_phone_number_has_one_fingerprint_however_it_is_written(written: str) -> None:
    row = _read(csv(line(phone=written))).rows[0]

    assert row.phone_fingerprint == VAULT.fingerprint("13800000001", "phone")
    assert row.phone_fingerprint == phone.fingerprint(VAULT, written)


def test_a_quoted_cell_may_run_over_lines_and_the_next_line_number_is_right() -> None:
    file = _read(csv(f'{A},财务处,1001,"林\n晓",,,', line("1002", "周")))

    assert reasons(file) == [(2, "name", "it holds a character that cannot be shown, U+000A")]
    assert [row.line for row in file.rows] == [4]


@pytest.mark.parametrize(
    ("bad", "column", "reason"),
    [
        (line(code=""), "credit_code", "it is empty"),
        (line(code="123"), "credit_code", "3 characters"),
        (line(code=A[:-1] + "0"), "credit_code", "checksum"),
        (line(name=""), "name", "it is empty"),
        (line(name=" \u3000 "), "name", "it is empty"),
        (line(name="林" * 61), "name", "more than 60"),
        (line(name="林\u200b晓"), "name", "U+200B"),
        (line(name="林\u202e晓"), "name", "U+202E"),
        (line(name="=HYPERLINK(1)"), "name", "formula"),
        (line(name="@林"), "name", "formula"),
        (line(name="\t=1+1"), "name", "formula"),
        (line(name="＝cmd"), "name", "formula"),
        (line(department=""), "department", "it is empty"),
        (line(department="+财务"), "department", "formula"),
        (line(department="处" * 101), "department", "more than 100"),
        (line(number=""), "staff_number", "it is empty"),
        (line(number="-7"), "staff_number", "formula"),
        (line(number="9" * 31), "staff_number", "more than 30"),
        (line(number="11010519491231002X"), "staff_number", "identity card"),
        (line(number="13800000001", phone="+8613800000001"), "staff_number", "phone number cannot"),
        (line(phone="1380000000"), "phone", "11 digits"),
        (line(phone="12800000001"), "phone", "11 digits"),
        (line(phone="1.38E+10"), "phone", "11 digits"),
        (line(starts="去年"), "starts_on", "not a date"),
        (line(starts="2026-02-30"), "starts_on", "not a date"),
        (line(starts="1826-02-03"), "starts_on", "not a date"),
        (line(starts="2026-11-02", ends="2026-11-01"), "ends_on", "before the day"),
    ],
)
def test_a_bad_row_is_named_by_line_column_and_reason(bad: str, column: str, reason: str) -> None:
    file = _read(csv(line("9000", "周"), bad))

    assert [row.line for row in file.rows] == [2]
    assert [(found[0], found[1]) for found in reasons(file)] == [(3, column)]
    assert reason in reasons(file)[0][2]
    assert file.problems[0].reason.in_("zh-CN") != file.problems[0].reason.in_("en")


def test_every_fault_of_a_row_is_named_at_once() -> None:
    file = _read(csv(line(number="", name="", phone="1", ends="x")))

    assert [column for _, column, _ in reasons(file)] == ["staff_number", "name", "phone", "ends_on"]
    assert file.unnamed_lines == {2}


def test_a_staff_number_twice_names_both_lines_but_not_another_institution() -> None:
    file = _read(csv(line("1", "林"), line("1", "周"), line("1", "陈", code=B)))

    assert reasons(file) == [
        (2, "staff_number", "the same as in line 3"),
        (3, "staff_number", "the same as in line 2"),
    ]
    assert [row.name for row in file.rows] == ["陈"]
    assert (A, "1") in file.mentioned


def test_a_phone_twice_names_both_lines_unless_one_of_them_has_left() -> None:
    same = {"phone": "13800000001"}
    twice = _read(csv(line("1", "林", **same), line("2", "周", **same)))
    moved = _read(csv(line("1", "林", ends="2026-11-21", **same), line("2", "林", code=B, **same)))

    assert [(found[0], found[1]) for found in reasons(twice)] == [(2, "phone"), (3, "phone")]
    assert reasons(moved) == []


def test_a_missing_column_spoils_the_whole_file() -> None:
    file = _read("统一社会信用代码,工号,姓名\n1,2,3\n".encode())

    assert file.rows == []
    assert [(problem.line, problem.column, problem.whole_file) for problem in file.problems] == [(1, "部门", True)]


@pytest.mark.parametrize("title", ["身份证号", "证件号码", "公民身份号码", "ID_Card", "identity number"])
def test_a_column_of_identity_numbers_spoils_the_whole_file(title: str) -> None:
    file = _read(csv(LIN + ",x", head=f"{HEAD},{title}"))

    assert file.rows == []
    assert [problem.whole_file for problem in file.problems] == [True]
    assert "identity card" in file.problems[0].reason.in_("en")


def test_a_column_twice_spoils_the_whole_file() -> None:
    assert [problem.whole_file for problem in _read(csv(LIN + ",x", head=f"{HEAD},姓名")).problems] == [True]


def test_an_unknown_column_is_named_and_a_remark_is_passed_over() -> None:
    file = _read(csv(LIN + ",admin,x,y", head=f"{HEAD},角色{'很' * 500},备注,序号"))

    assert [(problem.line, problem.whole_file) for problem in file.problems] == [(1, False)]
    assert file.problems[0].column.startswith("角色很")
    assert len(file.problems[0].column) < 40
    assert len(file.rows) == 1


def test_formulas_of_a_workbook_are_refused_where_they_count() -> None:
    rows = [[A, "财务处", "1", "=UPPER(1)", "", "", "", "=1+1"], [A, "财务处", "2", "周", "", "", "", ""]]

    file = _read(xlsx(*rows, head=f"{HEAD},备注"))

    assert [(found[0], found[1]) for found in reasons(file)] == [(2, "name")]
    assert "formula" in reasons(file)[0][2]
    assert [row.name for row in file.rows] == ["周"]


def test_a_number_too_long_for_a_spreadsheet_is_refused() -> None:
    file = _read(xlsx([A, "财务处", 123456789012345678, "林"]))

    assert reasons(file) == [(2, "staff_number", "too long for a number: make it a text cell")]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n\r\n", "empty"),
        (csv(), "nobody below"),
        (csv(LIN, encoding="utf-16"), "UTF-8 or GB18030"),
        (csv(line(name="林\0")), "UTF-8 or GB18030"),
        (csv(LIN) + b"\xff\xff\xff\n", "line 3"),
        (csv(LIN, encoding="gb18030") + b"\xff\xff\xff\n", "line 3"),
        (csv(LIN, LIN, LIN) + line(name="周敏").encode("gb18030"), "line 5"),
        (csv('"open quote,1,2'), "quotes"),
        (csv(line(name="林" * 200_000)), "too long"),
        (b"\xd0\xcf\x11\xe0old", "xls"),
        (b"PK\x03\x04 not really", "sound xlsx"),
    ],
)
def test_what_is_no_roster_is_refused_as_a_whole(content: bytes, reason: str) -> None:
    assert reason in _refusal(content)


def test_a_file_of_one_foreign_column_says_what_is_missing() -> None:
    assert [problem.column for problem in _read(b"x\n1\n").problems][1:] == ["统一社会信用代码", "部门", "工号", "姓名"]


def test_too_many_rows_are_refused() -> None:
    short = "x,y,z,w\n" * (MAX_ROWS + 1)

    assert f"more than {MAX_ROWS} rows" in _refusal(HEAD.encode() + b"\n" + short.encode())


def test_a_file_of_too_many_bytes_is_refused_unread(tmp_path: Path) -> None:
    large = tmp_path / "large.csv"
    with large.open("wb") as file:
        file.truncate(MAX_BYTES + 1)

    with pytest.raises(RosterTooLarge) as refused:
        reading.read(large, VAULT, TODAY)

    assert "20 MB" in refused.value.text("zh-CN")


def _repacked(content: bytes, sheet: bytes) -> bytes:
    """Put other XML into the place of a workbook's first sheet."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, sheet if name == "xl/worksheets/sheet1.xml" else old.read(name))
    return packed.getvalue()


def _sheet(cell: str) -> bytes:
    return f"<worksheet><sheetData><row><c r='A1'><v>1</v></c>{cell}</row></sheetData></worksheet>".encode()


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = _repacked(xlsx([A]), b" " * (workbook.MAX_UNPACKED_BYTES + 1))
    assert len(bomb) < MAX_BYTES

    assert "unpacks" in _refusal(bomb)


def test_a_zip_that_lies_about_its_size_is_refused() -> None:
    content = _repacked(xlsx([A]), b" " * 1_000_000)
    lying = content.replace((1_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lying != content

    assert "sound xlsx" in _refusal(lying)


@pytest.mark.parametrize("cell", ["XFD1", "A1048576", "XFD1048576"])
def test_a_sheet_whose_cells_reach_too_far_is_refused(cell: str) -> None:
    assert "too" in _refusal(_repacked(xlsx([A]), _sheet(f"<c r='{cell}'><v>1</v></c>")))


@pytest.mark.parametrize("address", ["", " r='a1048576'", " r='&#88;FD1'", " r='XFDA1'"])
def test_a_sheet_whose_cells_have_no_plain_address_is_refused(address: str) -> None:
    assert "without address" in _refusal(_repacked(xlsx([A]), _sheet(f"<c{address}><v>1</v></c>")))


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../../etc/roster.xml", "<a/>")

    assert "sound xlsx" in _refusal(packed.getvalue())


def test_braces_in_a_cell_do_not_break_the_message() -> None:
    problem = _read(csv(LIN + ",1", head=f"{HEAD},{{0}}")).problems[0]

    assert problem.column == "{0}"
    assert problem.reason.in_("en")


def test_no_message_repeats_a_phone_number() -> None:
    with pytest.raises(Problem) as refused:
        phone.normalise("1380000")

    assert "1380000" not in refused.value.text("zh-CN") + refused.value.text("en")
