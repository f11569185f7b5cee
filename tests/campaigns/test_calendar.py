"""The calendar: published years, a year not published yet, and mistakes by key."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from backend.campaigns import calendar
from backend.carbon import documents

SHIPPED = Path(__file__).parents[2] / "campaigns" / "calendar.toml"


@pytest.fixture(scope="module")
def shipped() -> calendar.Calendar:
    """Give the shipped calendar."""
    return calendar.Calendar.load(SHIPPED)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give a copy of the calendar, with the theme folders it speaks of."""
    for folder in SHIPPED.parent.iterdir():
        if folder.is_dir():
            (tmp_path / "campaigns" / folder.name).mkdir(parents=True)
    return Path(shutil.copy(SHIPPED, tmp_path / "campaigns" / "calendar.toml"))


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 6, 18), calendar.DayKind.WORKDAY),
        (date(2026, 6, 19), calendar.DayKind.HOLIDAY),
        (date(2026, 6, 27), calendar.DayKind.WEEKEND),
        (date(2026, 10, 10), calendar.DayKind.MAKE_UP_WORKDAY),
        (date(2025, 9, 28), calendar.DayKind.MAKE_UP_WORKDAY),
        (date(2025, 10, 8), calendar.DayKind.HOLIDAY),
    ],
)
def test_a_day_of_a_published_year_is_as_published(
    shipped: calendar.Calendar, day: date, kind: calendar.DayKind
) -> None:
    assert shipped.day_kind(day) == kind
    assert shipped.certainty(day) == "published"
    assert shipped.is_workday(day) == (kind in {"workday", "make_up_workday"})


@pytest.mark.parametrize(("year", "workdays"), [(2025, 248), (2026, 248)])
def test_a_published_year_has_its_number_of_workdays(shipped: calendar.Calendar, year: int, workdays: int) -> None:
    days = [
        date.fromordinal(number) for number in range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal())
    ]

    assert sum(shipped.is_workday(day) for day in days) == workdays


def test_a_year_not_published_yet_is_a_visible_state(shipped: calendar.Calendar) -> None:
    new_year = date(2031, 1, 1)

    assert not shipped.published(2031)
    assert shipped.certainty(new_year) == "unpublished"
    assert shipped.day_kind(new_year) == calendar.DayKind.WORKDAY
    assert shipped.day_kind(date(2031, 1, 4)) == calendar.DayKind.WEEKEND
    assert shipped.events_in(2031) == ()


def test_the_events_of_a_year_come_in_the_order_of_their_days(shipped: calendar.Calendar) -> None:
    found = shipped.events_in(2026)

    assert [event.starts_on for event in found] == sorted(event.starts_on for event in found)
    assert ("全国节能宣传周", "energy-week") in {(event.title_zh, event.theme) for event in found}


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("year = 2026", "year = 2025", "years[2]: New Year's Day: 2026-01-01 is not in the year 2025"),
        ("[2026-01-04]", "[2026-01-05]", "years[2].holidays[1]: make_up_workdays: 2026-01-05 is no Saturday or Sunday"),
        ("[2026-01-04]", "[2026-01-03]", "years[2].holidays[1]: make_up_workdays: 2026-01-03 is inside the holiday"),
        ("[2026-01-04]", "[2026-02-15]", "years: 2026-02-15 is both Spring Festival and a make-up workday"),
        (
            "ends_on = 2026-01-03",
            "ends_on = 2025-12-31",
            "years[2].holidays[1]: ends_on 2025-12-31 is before starts_on 2026-01-01",
        ),
        (
            "starts_on = 2026-10-01",
            "starts_on = 2026-09-27",
            "years: Mid-Autumn Festival and National Day overlap on 2026-09-27",
        ),
        ("provenance =", "provenence =", "years[1].provenence: unknown key; did you mean 'provenance'?"),
        ('theme = "energy-week"', 'theme = "energy-weak"', "events[2].theme: there is no theme folder 'energy-weak'"),
        (
            "ends_on = 2026-06-21\ntitle",
            "ends_on = 2026-06-01\ntitle",
            "ends_on 2026-06-01 is before starts_on 2026-06-15",
        ),
    ],
)
def test_a_mistake_is_named_by_file_and_key(path: Path, old: str, new: str, line: str) -> None:
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), encoding="utf-8")

    found = calendar.Calendar.problems(path)

    assert any(one.startswith("campaigns/calendar.toml: ") and line in one for one in found), found
    with pytest.raises(documents.Unusable):
        calendar.Calendar.load(path)


def test_a_year_listed_twice_is_named(path: Path) -> None:
    content = path.read_text(encoding="utf-8")
    year = content[content.index("[[years]]\nyear = 2026") : content.index("# ---- 2025")]
    path.write_text(content + "\n" + year, encoding="utf-8")

    assert calendar.Calendar.problems(path) == ["campaigns/calendar.toml: years: 2026 is listed twice"]
