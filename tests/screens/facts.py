"""What every scene may have to say, easy and hard, without a database: for laying out."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from backend.core.text import Locale
from backend.honours.goals import GoalProgress
from backend.screens.scene import Wall, all_scenes
from backend.screens.scenes import food, goal, messages, year
from backend.screens.scenes import next as coming
from tests.screens import scenery

LONG_REASON = "暴雨红色预警，食堂暂停服务，" * 14
DIGEST = "a1b2c3d4e5f6a7b8" * 4


@dataclass(frozen=True)
class Case:
    """A scene, something that it has to say, and the wall that it stands on."""

    scene: str
    name: str
    wall: Callable[[Locale], Wall]
    facts: Callable[[Wall], Any] | None = None  # None: the scene gathers them itself

    async def gathered(self, wall: Wall) -> Any:
        """Return the facts."""
        return self.facts(wall) if self.facts else await all_scenes()[self.scene].facts(wall)


def _walls() -> dict[str, Callable[[Locale], Wall]]:
    running, wall = scenery.running, scenery.wall

    def frozen(locale: Locale) -> Wall:
        zh, en = (
            "榜单已于 06-15 12:00 冻结，其间的变化在解冻后显示。",
            "The boards were frozen at 06-15 12:00; what changes meanwhile shows later.",
        )
        return wall(locale, boards_more={"notice": zh if locale == "zh-CN" else en})

    def sealed(locale: Locale, **more: Any) -> Wall:
        one = running(state="sealed", sealed_at=scenery.NOW - timedelta(days=1), seal_digest=DIGEST)
        made = wall(locale, one=one, **more)
        own = {
            level: replace(board, rows=tuple(scenery.corrected(board.rows, locale)))
            for level, board in made.boards.items()
        }
        return replace(made, boards=own)

    long_name = scenery.HARD[0] + scenery.HARD[0]
    return {
        "plain": wall,
        "nobody": lambda locale: wall(locale, departments=(), people=(), institutions=()),
        "one": lambda locale: wall(locale, departments=scenery.NAMES[:1], people=scenery.PEOPLE[:1]),
        "many": lambda locale: wall(locale, departments=[f"第 {number} 处" for number in range(5000)]),
        "equal": lambda locale: wall(locale, equal=True),
        "hard": lambda locale: wall(locale, departments=scenery.HARD, people=scenery.HARD, institutions=scenery.HARD),
        "few": lambda locale: wall(locale, boards_more={"participants": 3}),
        "huge": lambda locale: wall(
            locale,
            boards_more={"participants": 1_234_567, "points": 98_765_432_109, "carbon_mg": 98_765_432_109_876},
        ),
        "frozen": frozen,
        "paused": lambda locale: wall(locale, one=running(state="paused", state_reason=LONG_REASON[:200])),
        "last day": lambda locale: wall(locale, now=scenery.later(4)),
        "over": lambda locale: wall(locale, now=scenery.later(5)),
        "sealed": sealed,
        "sealed, all equal": lambda locale: sealed(locale, equal=True),
        "sealed, hard": lambda locale: sealed(locale, institutions=scenery.HARD),
        "sealed, departments": lambda locale: sealed(locale, institutions=scenery.PLACES[:1]),
        "between": lambda locale: wall(locale, between=True),
        "between, long name": lambda locale: _called(wall(locale, between=True), long_name),
        "long name": lambda locale: _called(wall(locale, one=running("e-waste-drive")), long_name),
        "word": lambda locale: _called(wall(locale), scenery.WORD * 2),
    }


def _called(wall: Wall, name: str) -> Wall:
    institution = wall.institution.model_copy(update={"name": name[:100]})
    return replace(wall, institution=institution)


def progress(name: str, have: int, **more: Any) -> GoalProgress:
    """Return how far a department is."""
    told: dict[str, Any] = {
        "level": "department", "subject_id": 1, "name": name, "measure": "acts", "per": "participant", "have": have,
        "target": 15, "percent": min(100, have * 100 // 15), "participants": 9, "reached_at": None,
    }  # fmt: skip
    return GoalProgress(**(told | more))


def _goal(names: tuple[str, ...], **more: Any) -> Callable[[Wall], Any]:
    found = [progress(name, 16 - place, **more) for place, name in enumerate(names)]
    return lambda wall: goal.shared(
        found, "部门人均行动 15 次" if wall.locale == "zh-CN" else "Fifteen acts each", wall
    )


def _meal(meal: str, diners: int, grams: int) -> Any:
    return SimpleNamespace(meal=meal, diners=diners, waste_grams=grams)


def _food(*meals: Any) -> Callable[[Wall], Any]:
    return lambda wall: food.left(meals, wall)


def _coming(count: int, title: str) -> Callable[[Wall], Any]:
    days = ("2027年12月28日–1月31日", "6月25日")
    return lambda wall: coming.Ahead(
        tuple(
            coming.Coming(title, days[number % 2], wall.say(text))
            for number, text in zip(range(count), [*coming.SURE.values()] * 3, strict=False)
        )
    )


def cases() -> list[Case]:
    """Return every scene with whatever it may have to say."""
    found = [
        Case(scene, name, wall)
        for name, wall in _walls().items()
        for scene in ("campaign", "departments", "institutions", "persons", "carbon", "result", "code", "join", "idle")
    ]
    told: dict[tuple[str, str], Callable[[Wall], Any]] = {
        ("goal", "several"): _goal(scenery.NAMES),
        ("goal", "hard"): _goal(scenery.HARD, measure="carbon_grams", target=5000),
        ("goal", "one"): _goal(scenery.PLACES[2:3], level="institution"),
        ("goal", "one, hard"): _goal(scenery.HARD[:1], measure="points", target=98_765_432),
        ("food", "one"): _food(_meal("lunch", 243, 8123)),
        ("food", "three"): _food(
            _meal("breakfast", 86, 2100), _meal("lunch", 12_345, 9_123_456), _meal("dinner", 5, 0)
        ),
        ("messages", "short"): lambda _: messages.Written(("讲座今天开始",)),
        ("messages", "long"): lambda _: messages.Written(
            (scenery.HARD[0] + "二十个字的话还没有说完呢请再等等", scenery.WORD * 2, "a " * 60)
        ),
        ("year", "plain"): lambda wall: year.reached([year.Part(123, 4567, 345_678_900)], wall),
        ("year", "huge"): lambda wall: year.reached([year.Part(1_234_567, 98_765_432_109, 98_765_432_109_876)], wall),
        ("next", "one"): _coming(1, "节能宣传周"),
        ("next", "many"): _coming(8, "废旧3C产品回收进机关"),
        ("next", "hard"): _coming(8, scenery.HARD[0]),
    }
    walls = _walls()
    between = {"year", "next"}
    return found + [
        Case(scene, name, walls["between" if scene in between else "plain"], facts)
        for (scene, name), facts in told.items()
    ]


def instant(wall: Wall) -> datetime:
    """Return as of when the figures of a wall are."""
    return wall.now
