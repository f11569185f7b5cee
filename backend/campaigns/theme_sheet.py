"""What `theme.toml` may say: dates, kinds, points, proof credit, special days, boards, and what honours there are."""

import itertools
import operator
from datetime import date, timedelta
from typing import Annotated, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from backend.campaigns import periods

Topic = Literal["energy", "water", "food", "waste", "assets", "travel", "office", "lecture"]
ProofLevel = Literal["self_declared", "photo", "station", "code", "confirmed", "system"]
PROOF_LEVELS: tuple[ProofLevel, ...] = get_args(ProofLevel)
BoardLevel = Literal["institution", "department", "person"]
BoardPeriod = Literal["campaign", "week", "day"]
BoardMeasure = Literal["points", "carbon", "points_per_head", "carbon_per_head"]
GoalMeasure = Literal["acts", "points", "carbon_grams"]

WHOLE_PERCENT = 100

Count = Annotated[int, Field(strict=True, ge=1)]
Percent = Annotated[int, Field(strict=True, ge=0, le=100)]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*([-_][a-z0-9]+)*$")]
StoredKey = Annotated[Key, Field(max_length=40)]  # one that rows are kept under
Words = Annotated[str, Field(min_length=1, max_length=400)]


class Table(BaseModel):
    """One table of the file: nothing unknown in it, and nothing changed after reading."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class KnownDates(Table):
    """The days of one year, with how sure they are and the year's official slogan if it is known."""

    year: Annotated[int, Field(strict=True, ge=2000, le=2100)]
    starts_on: periods.CalendarDate
    ends_on: periods.CalendarDate
    certainty: periods.Certainty
    source: Words
    slogan_zh: Words | None = None
    slogan_en: Words | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.ends_on < self.starts_on:
            raise ValueError(f"ends_on {self.ends_on} is before starts_on {self.starts_on}")
        if self.starts_on.year != self.year:
            raise ValueError(f"starts_on {self.starts_on} is not in the year {self.year}")
        if (self.slogan_zh is None) != (self.slogan_en is None):
            raise ValueError("slogan_zh and slogan_en come together")
        return self


class Rules(Table):
    """When a campaign day starts, how late an act may come in, and the most points of one day."""

    day_cut_hour: Annotated[int, Field(strict=True, ge=0, le=12)]
    grace_hours: Annotated[int, Field(strict=True, ge=0, le=720)]
    points_per_day: Count


class ProofCredit(Table):
    """Percent of points by level of proof, from the weakest to the strongest."""

    self_declared: Percent
    photo: Percent
    station: Percent | None = None  # a printed code; where a theme does not say, as much as a photo
    code: Percent
    confirmed: Percent
    system: Percent

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        for (weaker, less), (stronger, more) in itertools.pairwise(one for one in self if one[1] is not None):
            if less > more:
                raise ValueError(f"{stronger} must be {less} or more, as {weaker} is (got {more})")
        return self

    def percent(self, level: ProofLevel) -> int:
        """Give the percent of points that a level of proof earns."""
        given = {name: int(value) for name, value in self if value is not None}
        return given.get(level, given["photo"])


class KindRule(Table):
    """What one kind of check-in earns here: points for an act, or points for each unit, and the caps."""

    kind: Key
    points: Count | None = None
    points_per_unit: Count | None = None
    per_day: Count
    per_campaign: Count | None = None

    @model_validator(mode="after")
    def _one_rate(self) -> Self:
        if (self.points is None) == (self.points_per_unit is None):
            raise ValueError("needs either points or points_per_unit, not both")
        return self


class SpecialDay(Table):
    """A day, or a week, on which points count more; avoided carbon never does."""

    key: Key
    nth_day: Count | None = None
    month_day: periods.MonthDay | None = None
    week_containing: periods.MonthDay | None = None
    points_percent: Annotated[int, Field(strict=True, ge=100, le=500)]

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if [self.nth_day, self.month_day, self.week_containing].count(None) != 2:  # noqa: PLR2004 - one of three
            raise ValueError("needs exactly one of nth_day, month_day and week_containing")
        return self

    def falls_on(self, day: date, starts_on: date) -> bool:
        """Tell whether a day of a campaign that began on `starts_on` is this special day."""
        if self.nth_day is not None:
            return day == starts_on + timedelta(days=self.nth_day - 1)
        if self.month_day is not None:
            return day == periods.on(self.month_day, day.year)
        assert self.week_containing is not None
        first, last = periods.week_of(periods.on(self.week_containing, day.year), "monday")
        return first <= day <= last


class BoardChoice(Table):
    """The board that is shown first."""

    level: BoardLevel
    period: BoardPeriod
    measure: BoardMeasure


class Boards(Table):
    """Which boards a campaign has, and which one is shown first."""

    levels: Annotated[tuple[BoardLevel, ...], Field(min_length=1)]
    periods: Annotated[tuple[BoardPeriod, ...], Field(min_length=1)]
    measures: Annotated[tuple[BoardMeasure, ...], Field(min_length=1)]
    default: BoardChoice
    top: Annotated[int, Field(strict=True, ge=1, le=100)]

    @model_validator(mode="after")
    def _default_is_offered(self) -> Self:
        offers = {"level": self.levels, "period": self.periods, "measure": self.measures}
        for name, value in self.default:
            if value not in offers[name]:
                raise ValueError(f"default.{name} {value!r} is not among {name}s")
        if self.default.level == "person" and self.default.measure.endswith("_per_head"):
            raise ValueError("default: a person has no per-head measure")
        return self


class Grace(Table):
    """How many days may be missed in any so many days in a row, without an end to the streak."""

    missed: Count
    in_days: Annotated[int, Field(strict=True, ge=2, le=31)]

    @model_validator(mode="after")
    def _fewer(self) -> Self:
        if self.missed >= self.in_days:
            raise ValueError(f"missed must be less than in_days {self.in_days} (got {self.missed})")
        return self


class Streak(Table):
    """Days with an act in a row. `kinds` are those that count: all of the theme where it does not say.

    `beyond_days`: for so long after the campaign's last day, acts in other campaigns of the member still count.
    """

    days: Literal["workdays", "all"]
    target: Annotated[int, Field(strict=True, ge=2, le=366)]
    kinds: Annotated[tuple[Key, ...], Field(min_length=1)] | None = None
    grace: Grace | None = None
    beyond_days: Annotated[int, Field(strict=True, ge=0, le=100)] = 0


class Badge(Table):
    """A badge and what it takes: one number or one choice, over these kinds or over all of the theme."""

    key: StoredKey
    kinds: Annotated[tuple[Key, ...], Field(min_length=1)] | None = None
    acts: Count | None = None
    days: Count | None = None
    points: Count | None = None
    streak: Count | None = None
    special_day: Key | None = None
    all_kinds: Literal[True] | None = None

    @model_validator(mode="after")
    def _one_rule(self) -> Self:
        rules = ("acts", "days", "points", "streak", "special_day", "all_kinds")
        given = [name for name in rules if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"needs exactly one of {', '.join(rules[:-1])} and {rules[-1]}")
        if self.kinds and given[0] in ("points", "streak"):
            raise ValueError(f"kinds: {given[0]} is not counted by kind")
        return self


class Goal(Table):
    """What a department or an institution reaches together: so much in all, or for each who takes part."""

    level: Literal["department", "institution"]
    measure: GoalMeasure
    per: Literal["total", "participant"]
    target: Count


class Prize(Table):
    """A prize for the first places of a board; what it is stands in the texts."""

    key: StoredKey
    level: BoardLevel
    measure: BoardMeasure
    places: Annotated[int, Field(strict=True, ge=1, le=100)]

    @model_validator(mode="after")
    def _measurable(self) -> Self:
        if self.level == "person" and self.measure.endswith("_per_head"):
            raise ValueError("measure: a person has no per-head measure")
        return self


class ThemeSheet(Table):
    """The whole of `theme.toml`.

    What came later is left out of the canonical text where a theme does not have it, so that a theme keeps its hash.
    """

    key: Key
    topic: Topic
    format: Literal[1]
    period: periods.Period
    dates: tuple[KnownDates, ...] = ()
    rules: Rules
    proof_credit: ProofCredit
    kinds: Annotated[tuple[KindRule, ...], Field(min_length=1)]
    special_days: tuple[SpecialDay, ...] = ()
    boards: Boards
    streak: Streak | None = Field(default=None, exclude_if=operator.not_)
    badges: tuple[Badge, ...] = Field(default=(), exclude_if=operator.not_)
    goal: Goal | None = Field(default=None, exclude_if=operator.not_)
    prizes: tuple[Prize, ...] = Field(default=(), exclude_if=operator.not_)
