"""Walls made by hand, without a database: for laying scenes out with whatever is hard to lay out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from backend.campaigns.queries import Rules, Running
from backend.campaigns.tables import RUNNING, Campaign
from backend.core.db import Database
from backend.core.text import Locale
from backend.identity.tables import Institution
from backend.leaderboards import boards
from backend.leaderboards.boards import Board, Row
from backend.leaderboards.queries import Measure
from backend.screens.scene import Wall
from tests.campaigns.city import SHELF

NOW = datetime(2026, 6, 17, 4, 0, tzinfo=UTC)  # noon in Beijing on the third of seven days
BASE = "https://tanhui.example.gov.cn"
NAMES = (
    "节能监察处", "办公室", "财务处", "信息中心", "机关党委", "老干部处", "后勤服务中心", "人事处", "法规处",
    "宣传教育处",
)  # fmt: skip
PEOPLE = ("小满", "林**", "节能达人", "王**", "Green Bean", "张**", "李**", "阿光", "赵**", "欧阳**")
PLACES = (
    "滨河区档案馆", "滨河区图书馆", "海河市滨河区机关事务服务中心", "滨河区第一幼儿园", "滨河区疾病预防控制中心",
)  # fmt: skip
WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk"
HARD = (
    "这是一个四十个字的部门名称用来看看很长很长的名字在屏幕上会不会被截断或者盖住别的字好不好",
    WORD[:40],
    "😀😀😀",
    "绿色🌱先锋",
    "شؤون الموظفين",
    "\u202e反写\u202c",
    "e\u0301galite\u0301",
    "צוות ירוק 7",
    "林**",
    "林**",
)


def running(theme: str = "energy-week", **more: Any) -> Running:
    """Return a campaign that was opened above the institution."""
    pack = SHELF.theme(theme)
    columns: dict[str, Any] = {
        "id": 1, "theme_key": theme, "theme_hash": pack.content_hash, "factors_hash": SHELF.factors.content_hash,
        "institution_id": 2, "starts_on": date(2026, 6, 15), "ends_on": date(2026, 6, 21),
        "time_zone": "Asia/Shanghai", "day_cut_hour": 0, "grace_hours": 48,
        "opens_at": datetime(2026, 6, 14, 16, tzinfo=UTC), "closes_at": datetime(2026, 6, 23, 16, tzinfo=UTC),
        "state": RUNNING, "created_at": NOW,
    }  # fmt: skip
    return Running(Campaign(**(columns | more)), "/1/2/", Rules(pack, SHELF.factors))


def board(level: str, rows: Sequence[Row], one: Running, locale: Locale, **more: Any) -> Board:
    """Return a board with these lines."""
    measure: Measure = "points" if level == "person" else "points_per_head"
    title = getattr(one.rules.theme.copy_in(locale).boards, f"title_{level}")
    made = Board(
        campaign_id=1, title=title, level=level, period="campaign", measure=measure, rows=tuple(rows),
        participants=128, points=23_456, carbon_mg=345_678_900, ties=boards.TIES.in_(locale),

        hidden=None if level == "person" else boards.HIDDEN.in_(locale, threshold=5),
        version=7, as_of=NOW, starts_on=one.campaign.starts_on,
        ends_on=one.campaign.ends_on, state=one.campaign.state,
    )  # fmt: skip
    return replace(made, **more)


def rows(names: Sequence[str], measure: Measure, locale: Locale, *, equal: bool = False) -> list[Row]:
    """Return lines with falling values, or with one value and rank for all."""
    values = [4200] * len(names) if equal else [max(0, 4321 - 387 * place) for place in range(len(names))]
    return [
        Row(1 if equal else place, name, value, boards.label(value, measure, locale), 1 if measure == "points" else 12)
        for place, (name, value) in enumerate(zip(names, values, strict=True), start=1)
    ]


def wall(
    locale: Locale = "zh-CN",
    *,
    one: Running | None = None,
    departments: Sequence[str] = NAMES,
    people: Sequence[str] = PEOPLE,
    institutions: Sequence[str] = PLACES,
    equal: bool = False,
    boards_more: dict[str, Any] | None = None,
    between: bool = False,
    **more: Any,
) -> Wall:
    """Return a wall of the archive, with its campaign and boards, or between campaigns."""
    one = one or running()
    levels = {"institution": institutions, "department": departments, "person": people}
    measures: dict[str, Measure] = {"person": "points"}
    made = {
        level: board(
            level, rows(names, measures.get(level, "points_per_head"), locale, equal=equal), one, locale,
            **(boards_more or {}),
        )
        for level, names in levels.items()
    }  # fmt: skip
    archive = Institution(id=3, credit_code="11", name="滨河区档案馆", level="institution", parent_id=2, path="/1/2/3/")
    told = Wall(
        database=Database("sqlite+aiosqlite:///asked-for-nothing.db"),
        institution=archive, running=None if between else one,
        boards={} if between else made, now=NOW, today=NOW.date(), locale=locale, threshold=5, base=BASE,
        join_path=None if between else "/join/cmp_abc",
    )  # fmt: skip
    return replace(told, **more)


def corrected(lines: Sequence[Row], locale: Locale) -> list[Row]:
    """Return sealed lines of which the second was corrected since."""
    return [
        replace(
            row, correction=-150 if place == 1 else 0,
            correction_label=boards.signed_label(-150, "points_per_head", locale) if place == 1 else None,
        )
        for place, row in enumerate(lines)
    ]  # fmt: skip


def later(days: int) -> datetime:
    """Return noon some days later."""
    return NOW + timedelta(days=days)
