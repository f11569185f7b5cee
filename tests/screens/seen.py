"""What a canteen sees: the wall of an institution over a real database, and every word that its scenes put on it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from backend.campaigns.shelf import Shelf
from backend.core import clock
from backend.core.errors import SHOWN_ZONE
from backend.core.text import LOCALES, Locale
from backend.leaderboards import periods
from backend.leaderboards.boards import Board, Boards
from backend.leaderboards.queries import Scope
from backend.screens import frame, queries
from backend.screens.boxes import Box, Square, Words
from backend.screens.scene import Wall, all_scenes
from backend.screens.shapes import SHAPES
from backend.screens.showing import PANELS
from tests.api.asking import forget_boards
from tests.cast import World

BASE = "https://tanhui.example.gov.cn"


async def wall_of(world: World, key: str = "A", locale: Locale = "zh-CN") -> Wall:
    """Return the wall of an institution as it is now."""
    forget_boards(world)
    institution, now = world.institutions[key], world.clock.now()
    async with world.parts.database.read() as session:
        running = await queries.shown_campaign(session, institution.path, now)
    today = running.today(now) if running else now.astimezone(clock.zone(SHOWN_ZONE)).date()
    boards: dict[str, Board] = {}
    for level, measure in PANELS if running else ():
        assert running
        scope = Scope(running.id, level, periods.CAMPAIGN, measure, institution.id or 0)
        day = min(today, running.campaign.ends_on)
        made = await world.parts.services.use(Boards).get(scope, running, day, locale, now)
        boards[level] = made.board
    return Wall(
        database=world.parts.database, institution=institution, running=running, boards=boards, now=now, today=today,
        locale=locale, threshold=world.parts.settings.suppression_threshold, base=BASE,
        join_path=f"/join/{running.id}" if running else None, shelf=world.parts.services.use(Shelf),
    )  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """One sheet, or the frame, as somebody in the canteen sees it."""

    scene: str
    shape: str
    locale: Locale
    facts: Any
    boxes: list[Box]

    @property
    def words(self) -> list[str]:
        """Every text, each whole again."""
        return ["".join(box.lines) for box in self.boxes if isinstance(box, Words)]

    @property
    def written(self) -> str:
        """Everything that a document tells of it: texts, rows, addresses, and the facts behind them."""
        codes = [box.says for box in self.boxes if isinstance(box, Square)]
        return json.dumps([box.told() for box in self.boxes], ensure_ascii=False) + repr(codes) + repr(self.facts)


async def everything(world: World, key: str = "A") -> list[Seen]:
    """Return every sheet of every scene that has something to say, on every shape and in both languages."""
    found: list[Seen] = []
    for locale in LOCALES:
        wall = await wall_of(world, key, locale)
        found += [
            Seen("frame", shape.name, locale, None, frame.lay(wall, shape, wall.now).boxes) for shape in SHAPES.values()
        ]
        for name, scene in all_scenes().items():
            facts = await scene.facts(wall)
            found += list(_sheets(name, facts, wall)) if facts is not None else []
    return found


def _sheets(name: str, facts: Any, wall: Wall) -> Iterator[Seen]:
    for shape in SHAPES.values():
        for sheet in all_scenes()[name].lay(facts, wall, shape):
            yield Seen(name, shape.name, wall.locale, facts, sheet.boxes)


def scenes_in(seen: list[Seen]) -> set[str]:
    """Return which scenes have something to say."""
    return {one.scene for one in seen}


def saying(seen: list[Seen], scene: str, shape: str = "landscape", locale: Locale = "zh-CN") -> list[str]:
    """Return every text of a scene on a shape."""
    return [text for one in seen if (one.scene, one.shape, one.locale) == (scene, shape, locale) for text in one.words]
