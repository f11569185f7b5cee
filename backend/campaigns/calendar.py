"""The year of themes, and which days are worked: holidays and make-up workdays as published."""

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, Self

from backend.campaigns import calendar_file
from backend.carbon import documents

Published = Literal["published", "unpublished"]


class DayKind(enum.StrEnum):
    """What a day is for those who work in an office."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKE_UP_WORKDAY = "make_up_workday"


@dataclass(frozen=True)
class Calendar:
    """The published years and the events; a year that is not published yet is a state, not an error."""

    years: tuple[calendar_file.Year, ...]
    events: tuple[calendar_file.Event, ...]

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read the calendar file; `documents.Unusable` names every mistake."""
        content, lines = calendar_file.read(path)
        if content is None or lines:
            raise documents.Unusable(lines)
        return cls(content.years, content.events)

    @staticmethod
    def problems(path: Path) -> list[str]:
        """Name every mistake of the calendar file, one line each with the key."""
        return calendar_file.read(path)[1]

    def published(self, year: int) -> bool:
        """Tell whether the holidays of a year are known."""
        return any(one.year == year for one in self.years)

    def certainty(self, day: date) -> Published:
        """Say whether the answer for a day rests on a published year or only on its weekday."""
        return "published" if self.published(day.year) else "unpublished"

    def day_kind(self, day: date) -> DayKind:
        """Say what a day is; in a year that is not published, by its weekday alone."""
        for holiday in self._holidays(day.year):
            if day in holiday:
                return DayKind.HOLIDAY
            if day in holiday.make_up_workdays:
                return DayKind.MAKE_UP_WORKDAY
        return DayKind.WEEKEND if day.weekday() >= calendar_file.SATURDAY else DayKind.WORKDAY

    def is_workday(self, day: date) -> bool:
        """Tell whether a day is worked; ask `certainty` whether that is published or a guess."""
        return self.day_kind(day) in {DayKind.WORKDAY, DayKind.MAKE_UP_WORKDAY}

    def events_in(self, year: int) -> tuple[calendar_file.Event, ...]:
        """List the events that begin in a year, in the order of their days."""
        found = (event for event in self.events if event.starts_on.year == year)
        return tuple(sorted(found, key=lambda event: (event.starts_on, event.ends_on)))

    def _holidays(self, year: int) -> Iterator[calendar_file.Holiday]:
        return (holiday for one in self.years if one.year == year for holiday in one.holidays)
