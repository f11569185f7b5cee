"""What `calendar.toml` may say: the years as published, and the publicity events."""

import itertools
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from backend.campaigns import periods, theme_sheet
from backend.carbon import documents

SATURDAY = 5


class Holiday(theme_sheet.Table):
    """Days off in a row, and the weekend days that are worked for them."""

    name_zh: theme_sheet.Words
    name_en: theme_sheet.Words
    starts_on: periods.CalendarDate
    ends_on: periods.CalendarDate
    make_up_workdays: tuple[periods.CalendarDate, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.ends_on < self.starts_on:
            raise ValueError(f"ends_on {self.ends_on} is before starts_on {self.starts_on}")
        for day in self.make_up_workdays:
            if day.weekday() < SATURDAY:
                raise ValueError(f"make_up_workdays: {day} is no Saturday or Sunday")
            if self.starts_on <= day <= self.ends_on:
                raise ValueError(f"make_up_workdays: {day} is inside the holiday")
        return self

    def __contains__(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on


class Year(theme_sheet.Table):
    """One year as the State Council's notice arranged it."""

    year: Annotated[int, Field(strict=True, ge=2000, le=2100)]
    source: theme_sheet.Words
    source_url: str
    provenance: theme_sheet.Words
    holidays: Annotated[tuple[Holiday, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _own_days(self) -> Self:
        for holiday in self.holidays:
            for day in (holiday.starts_on, holiday.ends_on, *holiday.make_up_workdays):
                if day.year != self.year:
                    raise ValueError(f"{holiday.name_en}: {day} is not in the year {self.year}")
        return self


class Event(theme_sheet.Table):
    """One publicity event of the year, and the theme that serves it."""

    starts_on: periods.CalendarDate
    ends_on: periods.CalendarDate
    title_zh: theme_sheet.Words
    title_en: theme_sheet.Words
    theme: theme_sheet.Key
    certainty: periods.Certainty
    source: theme_sheet.Words

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.ends_on < self.starts_on:
            raise ValueError(f"ends_on {self.ends_on} is before starts_on {self.starts_on}")
        return self


class CalendarFile(theme_sheet.Table):
    """The whole of `calendar.toml`."""

    format: Literal[1]
    years: tuple[Year, ...] = ()
    events: tuple[Event, ...] = ()


def read(path: Path) -> tuple[CalendarFile | None, list[str]]:
    """Read the calendar file; give its content and one line for each mistake."""
    name = documents.label(path)
    content, lines = documents.read_model(CalendarFile, path, name)
    if content is None:
        return None, lines
    return content, [f"{name}: {line}" for line in _contradictions(content, path.parent)]


def _contradictions(content: CalendarFile, root: Path) -> list[str]:
    """Find years listed twice, days claimed by two holidays, and themes without a folder."""
    listed = [one.year for one in content.years]
    lines = [f"years: {year} is listed twice" for year in sorted({year for year in listed if listed.count(year) > 1})]
    lines += [line for one in content.years for line in _overlaps(one)]
    return lines + [
        f"events[{number}].theme: there is no theme folder {event.theme!r}"
        for number, event in enumerate(content.events, start=1)
        if not (root / event.theme).is_dir()
    ]


def _overlaps(year: Year) -> list[str]:
    made_up = [day for holiday in year.holidays for day in holiday.make_up_workdays]
    lines = [
        f"years: {day} is both {holiday.name_en} and a make-up workday"
        for holiday in year.holidays
        for day in made_up
        if day in holiday
    ]
    ordered = sorted(year.holidays, key=lambda holiday: holiday.starts_on)
    for earlier, later in itertools.pairwise(ordered):
        if later.starts_on <= earlier.ends_on:
            lines.append(f"years: {earlier.name_en} and {later.name_en} overlap on {later.starts_on}")
    return lines
