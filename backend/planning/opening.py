"""Open campaigns from a plan: one that covers all, one for each unit below, or last year's again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from backend.campaigns import periods, service
from backend.campaigns.errors import CampaignDaysInvalid
from backend.campaigns.periods import Dates
from backend.campaigns.queries import Running
from backend.campaigns.service import Plan
from backend.campaigns.shelf import Shelf
from backend.core.db import WriteSession
from backend.core.errors import InvalidValue
from backend.core.receipts import Order
from backend.core.text import Text
from backend.identity import queries as identity
from backend.identity.tables import Institution
from backend.planning import plan as plans
from backend.planning import receipts
from backend.planning.errors import NoUnitsBelow, TooManyUnits, UnitCannotOpen

MOST_UNITS = 500
UNIT = "institution"
SAME_WEEKDAYS = "same_weekdays"
FAR = timedelta(days=60)  # a campaign farther from its theme's official days than this has nothing to do with them
_NOTICE = periods.Notice(rule="notice", usual_days=1)
Days = tuple[date, date]


class Scope(StrEnum):
    """Whether one campaign covers everybody, or each unit has one of its own."""

    ONE_FOR_ALL = "one_for_all"
    ONE_FOR_EACH = "one_for_each"


@dataclass(frozen=True)
class OpenedFor:
    """A campaign that was asked for: whose, which, and whether it stood before."""

    institution_id: int
    campaign_id: int
    stood: bool


@dataclass(frozen=True)
class Answer:
    """What a request has opened; `dates_from` says how a clone came by its days."""

    opened: tuple[OpenedFor, ...]
    dates_from: str | None = None
    replayed: bool = False


async def open_for(
    session: WriteSession, order: Order, *, planned: Callable[[], Plan], top: Institution, scope: Scope, now: datetime
) -> Answer:
    """Open a plan for an institution and all below it, all or nothing; a repeat does not look for its theme again.

    Raises ThemeUnknown, CampaignDaysInvalid, InvalidValue, UnitCannotOpen, NoUnitsBelow, TooManyUnits,
    RequestIdInvalid, RequestReused.
    """
    if (kept := await receipts.earlier(session, order)) is not None:
        return _read(kept)
    plan = planned()
    service.check_days(plan.starts_on, plan.ends_on, now)
    units = [top] if scope == Scope.ONE_FOR_ALL else await _units(session, top)
    try:
        opened = await _open(session, plan, units, order.by_member, now)
    except CampaignDaysInvalid as problem:  # the days are good, but one of the units cannot have them
        raise UnitCannotOpen(**problem.fields) from problem
    return _keep(session, order, Answer(opened), now)


async def _units(session: WriteSession, top: Institution) -> list[Institution]:
    units = [one for one in await identity.subtree(session, top.path) if one.level == UNIT]
    if not units:
        raise NoUnitsBelow(institution=top.name)
    if len(units) > MOST_UNITS:
        raise TooManyUnits(limit=MOST_UNITS, count=len(units))
    return units


async def _open(
    session: WriteSession, plan: Plan, units: Sequence[Institution], by_member: int, now: datetime
) -> tuple[OpenedFor, ...]:
    opened = await service.open_each(session, plan, [unit.id or 0 for unit in units], by_member, now)
    return tuple(OpenedFor(one.campaign.institution_id, one.campaign.id or 0, one.stood) for one in opened)


async def clone(
    session: WriteSession, order: Order, *, shelf: Shelf, source: Running, year: int, by_plan: bool, now: datetime
) -> Answer:
    """Open a campaign again in another year: same theme as it is on the shelf now, same institution, same windows.

    Its days keep their distance from the theme's official days where both years' are known or predicted (`by_plan`),
    else they are the same weekdays. Raises CampaignDaysInvalid, InvalidValue, ThemeUnknown, RequestIdInvalid,
    RequestReused.
    """
    if (kept := await receipts.earlier(session, order)) is not None:
        return _read(kept)
    row = source.campaign
    place = await identity.institution(session, row.institution_id)
    assert place is not None, "a campaign is a stored institution's"
    theme = shelf.theme(row.theme_key)
    days, dates_from = _same_weekdays(row.starts_on, row.ends_on, year), SAME_WEEKDAYS
    if by_plan and (there := await plans.days_of(session, place, theme, year)) is not None:
        then = await plans.days_of(session, place, theme, row.starts_on.year)
        days, dates_from = _by_plan((row.starts_on, row.ends_on), then and then[:2], there[:2]), there[2]
    plan = Plan(theme, shelf.factors, *days, row.review_days, row.objection_days, row.budget_points)
    opened = await _open(session, plan, [place], order.by_member, now)
    return _keep(session, order, Answer(opened, dates_from), now)


def _by_plan(own: Days, official_then: Days | None, official: Days) -> Days:
    """Move a campaign with its theme: it keeps its distance from the official days, at either end."""
    if official_then is None or abs(own[0] - official_then[0]) > FAR or abs(own[1] - official_then[1]) > FAR:
        return official
    return official[0] + (own[0] - official_then[0]), official[1] + (own[1] - official_then[1])


def _same_weekdays(starts_on: date, ends_on: date, year: int) -> Days:
    """Move days into another year: to the same weekday nearest to the same day of the year, as many of them."""
    # A prediction looks back only, so that a campaign of next year cannot be cloned into this one: nobody wants that.
    moved = periods.predict(_NOTICE, year, [Dates(starts_on, ends_on, "verified")])
    if moved is None:
        reason = Text(f"只能复制到 {starts_on.year} 年以后", f"it is cloned to a year after {starts_on.year}")
        raise InvalidValue(field="year", reason=reason)
    return moved.starts_on, moved.ends_on


def _read(kept: dict[str, object]) -> Answer:
    lines = kept["opened"]
    assert isinstance(lines, list)
    return Answer(tuple(OpenedFor(*line) for line in lines), kept["dates_from"], replayed=True)  # type: ignore[arg-type]


def _keep(session: WriteSession, order: Order, answer: Answer, now: datetime) -> Answer:
    lines = [[one.institution_id, one.campaign_id, one.stood] for one in answer.opened]
    receipts.keep(session, order, {"opened": lines, "dates_from": answer.dates_from}, now)
    return answer
