"""A campaign and a desk that no database has seen, so that judging can be tested by itself."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from backend.campaigns import shelf
from backend.campaigns.queries import Rules, Running
from backend.campaigns.tables import RUNNING, Campaign
from backend.checkins.desk import CAMPAIGN_ID, Counted, Desk, Site
from backend.checkins.judge import Verdict, judge
from backend.checkins.requests import Item
from backend.core import clock, ids, paths
from backend.core.errors import Problem
from backend.identity.queries import Place
from backend.sites.tables import SiteCode

SHANGHAI = ZoneInfo("Asia/Shanghai")
SHELF = shelf.load(paths.folder("campaigns"))
LIN, ZHOU = 7, 8
PATH_D, PATH_A, PATH_B = "/1/2/", "/1/2/3/", "/1/2/4/"
MONDAY = date(2026, 6, 15)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """Return a moment of that day in Shanghai, in UTC."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


def campaign(theme: str, starts_on: date = MONDAY, days: int = 7, number: int = 1, **changes: Any) -> Running:
    """Return a running campaign of a shipped theme for the district."""
    pack = SHELF.theme(theme)
    cut, grace = pack.rules.day_cut_hour, pack.rules.grace_hours
    ends_on = starts_on + timedelta(days=days - 1)
    opens_at = clock.day_starts_at(starts_on, "Asia/Shanghai", cut)
    row: dict[str, Any] = {
        "id": number,
        "theme_key": theme,
        "theme_hash": pack.content_hash,
        "factors_hash": SHELF.factors.content_hash,
        "institution_id": 2,
        "starts_on": starts_on,
        "ends_on": ends_on,
        "time_zone": "Asia/Shanghai",
        "day_cut_hour": cut,
        "grace_hours": grace,
        "opens_at": opens_at,
        "closes_at": opens_at + timedelta(days=days, hours=grace),
        "state": RUNNING,
        "created_at": opens_at,
    }
    return Running(Campaign(**(row | changes)), PATH_D, Rules(pack, SHELF.factors))


def place(member_id: int, path: str = PATH_A, ends_on: date | None = None) -> Place:
    """Return where somebody belongs."""
    return Place(member_id, 3, path, "滨河区档案馆", 5, "财务处", date(2026, 1, 1), ends_on)


def site(code: str, kind: str, path: str = PATH_A, **changes: Any) -> Site:
    """Return a code that hangs on a wall, good for the whole of June."""
    row: dict[str, Any] = {
        "id": 1,
        "code": code,
        "institution_id": 3,
        "kind": kind,
        "place": "一楼大厅",
        "valid_from": at(date(2026, 6, 1), 0),
        "valid_until": at(date(2026, 7, 1), 0),
    }
    return Site(SiteCode(**(row | changes)), path)


@dataclass
class Scene:
    """One desk, and what was accepted at it."""

    desk: Desk
    verdicts: list[Verdict] = field(default_factory=list)

    def tell(self, item: Item, now: datetime | None = None, member_id: int = LIN) -> Verdict:
        """Judge an act as it is reported (a minute later unless told when), and let it count."""
        moment = now or item.acted_at + timedelta(minutes=1)
        verdict = judge(item, member_id, self.desk, moment)
        self.verdicts.append(verdict)
        number = len(self.verdicts)
        kind = verdict.kind.key
        for other in verdict.displaces:
            self.desk.uncount(other)
        self.desk.count(verdict.act, Counted(number, verdict.campaign.id, kind, verdict.proof, verdict.points, moment))
        return verdict

    def standing(self) -> list[Verdict]:
        """Return the verdicts that nothing has replaced or displaced."""
        counted = {one.check_in_id for one in self.desk.acts.values()}
        return [one for number, one in enumerate(self.verdicts, start=1) if number in counted]


def scene(*campaigns: Running, codes: tuple[Site, ...] = (), path: str = PATH_A) -> Scene:
    """Return a desk at which Lin and Zhou have joined every campaign."""
    members = (LIN, ZHOU)
    return Scene(
        Desk(
            campaigns={one.id: one for one in campaigns},
            places={member: [place(member, path)] for member in members},
            joined={(one.id, member) for one in campaigns for member in members},
            codes={one.code.code: one for one in codes},
            acts={},
        )
    )


def refused(problem: type[Problem], told: Scene, item: Item, now: datetime | None = None) -> Problem:
    """Tell an act, expect exactly this problem, and return it."""
    with pytest.raises(problem) as caught:
        told.tell(item, now)
    assert type(caught.value) is problem
    return caught.value


def act(kind: str, acted_at: datetime, campaign_number: int = 1, code: str | None = None, **details: Any) -> Item:
    """Return an act as a member reports it."""
    return Item(ids.encode(CAMPAIGN_ID, campaign_number), kind, acted_at, details, code)


def walked(day: date, steps_in_thousands: int, number: int = 1, now: datetime | None = None) -> Item:
    """Return a day's steps as the service takes them from WeChat's feed."""
    item = act("steps", now or at(day, 23), number, thousands=steps_in_thousands)
    return replace(item, fed_on=day)


def metro(acted_at: datetime, direction: str = "to_work", number: int = 1, code: str | None = None) -> Item:
    """Return a trip of five kilometres by metro."""
    return act("commute", acted_at, number, code, mode="metro", distance="from_5_km", direction=direction)
