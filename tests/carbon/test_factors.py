"""The factor file: what it accepts, what it refuses, and which version holds on a day."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from backend.carbon import documents, factors

ONE = """
[[factors]]
key = "travel.walk_km"
version = 1
use = "credit"
name_zh = "步行"
name_en = "Walking"
value = "0.1040"
unit = "kgCO2/km"
region = "CN"
data_year = 2024
valid_from = 2024-10-01
source = "a standard"
source_url = ""
confidence = "derived"
note_zh = "说明"
note_en = "note"
"""
TWO = ONE.replace("version = 1", "version = 2").replace("2024-10-01", "2026-01-01").replace("0.1040", "0.09")


def written(folder: Path, *factor_tables: str) -> Path:
    """Write a factor file where the office would have it."""
    path = folder / "campaigns" / "factors.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text("format = 1\n" + "".join(factor_tables), encoding="utf-8")
    return path


def test_the_version_in_force_on_the_day_is_used(tmp_path: Path) -> None:
    known = factors.load(written(tmp_path, TWO, ONE))

    assert known.get("travel.walk_km", date(2025, 12, 31)).version == 1
    assert known.get("travel.walk_km", date(2026, 1, 1)).version == 2


def test_a_day_before_the_first_version_has_no_factor(tmp_path: Path) -> None:
    known = factors.load(written(tmp_path, ONE))

    with pytest.raises(factors.FactorMissing, match=r"no factor 'travel\.walk_km' is in force on 2024-09-30"):
        known.get("travel.walk_km", date(2024, 9, 30))


def test_a_key_that_does_not_exist_has_no_factor(tmp_path: Path) -> None:
    known = factors.load(written(tmp_path, ONE))

    with pytest.raises(factors.FactorMissing, match=r"travel\.fly_km"):
        known.get("travel.fly_km", date(2026, 1, 1))


def test_a_set_survives_its_text_digit_for_digit(tmp_path: Path) -> None:
    known = factors.load(written(tmp_path, ONE, TWO))

    again = factors.FactorSet.from_json(known.to_json())

    assert again == known
    assert again.content_hash == known.content_hash
    assert str(again.factors[0].value) == "0.1040"
    assert again.factors[0].value == Decimal("0.1040")


def test_the_order_of_the_file_does_not_change_the_hash_but_a_digit_does(tmp_path: Path) -> None:
    known = factors.load(written(tmp_path, ONE, TWO))

    turned = factors.load(written(tmp_path, TWO, ONE))
    changed = factors.load(written(tmp_path, TWO, ONE.replace("0.1040", "0.1041")))

    assert turned.content_hash == known.content_hash
    assert changed.content_hash != known.content_hash


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('"0.1040"', "0.104", 'factors[1].value: must be a number in quotes, such as "0.104" (got 0.104)'),
        ('"0.1040"', '"-1"', "factors[1].value: must be a number in quotes, such as \"0.104\" (got '-1')"),
        ('"0.1040"', '"NaN"', "factors[1].value: must be a number in quotes, such as \"0.104\" (got 'NaN')"),
        ("kgCO2/km", "g/km", "factors[1].unit: must look like ^kgCO2e?/[A-Za-z0-9-]+$ (got 'g/km')"),
        (
            '"derived"',
            '"unverified"',
            "factors[1].confidence: must be one of 'verified', 'derived' or 'second-hand' (got 'unverified')",
        ),
        ('use = "credit"\n', "", "factors[1].use: is missing"),
        ('source = "a standard"', 'source = ""', "factors[1].source: must not be empty (got '')"),
        ("version = 1", "version = 0", "factors[1].version: must be 1 or more (got 0)"),
        ("data_year", "data_yaer", "factors[1].data_yaer: unknown key; did you mean 'data_year'?"),
    ],
)
def test_a_mistake_is_named_by_file_and_key(tmp_path: Path, old: str, new: str, line: str) -> None:
    path = written(tmp_path, ONE.replace(old, new))

    found = factors.problems(path)

    assert found == [f"campaigns/factors.toml: {line}"]


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    path = written(tmp_path, ONE.replace("version = 1", "version = 0"), TWO.replace('"0.09"', "0.09"))

    found = factors.problems(path)

    assert found == [
        "campaigns/factors.toml: factors[1].version: must be 1 or more (got 0)",
        'campaigns/factors.toml: factors[2].value: must be a number in quotes, such as "0.104" (got 0.09)',
    ]


@pytest.mark.parametrize(
    ("second", "line"),
    [
        (ONE, "travel.walk_km: valid_from: two versions start on 2024-10-01"),
        (
            TWO.replace("version = 2", "version = 1"),
            "travel.walk_km: version: must rise with valid_from (got 1, 1)",
        ),
    ],
)
def test_versions_that_contradict_each_other_are_refused(tmp_path: Path, second: str, line: str) -> None:
    path = written(tmp_path, ONE, second)

    found = factors.problems(path)

    assert found == [f"campaigns/factors.toml: {line}"]


def test_a_broken_line_is_named_by_its_number(tmp_path: Path) -> None:
    path = written(tmp_path, 'key = "open\n')

    (line,) = factors.problems(path)

    assert line.startswith("campaigns/factors.toml: line 2: not valid TOML: ")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = tmp_path / "campaigns" / "factors.toml"

    found = factors.problems(path)

    assert found == ["campaigns/factors.toml: file is missing"]
    with pytest.raises(documents.Unusable, match="file is missing"):
        factors.load(path)


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, ONE)
    path.write_bytes("# 因子\n".encode("gb18030"))

    assert factors.problems(path) == ["campaigns/factors.toml: is not UTF-8 text"]
