"""What a scene is: something that a screen may show, with what it has to say and how it is laid out.

A scene is one module in `scenes/` that defines `SCENE`; nothing else has to change. It gathers what it says (`facts`,
which may ask the database) and lays that out for a shape (`lay`, which may not). Facts are what anybody in a canteen
may read: chosen or masked names, groups that the boards list, nothing of who does not take part.
"""

import importlib
import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import ClassVar, Generic, TypeVar

from backend.campaigns.queries import Running
from backend.campaigns.shelf import Shelf
from backend.core.db import Database
from backend.core.text import Locale, Text
from backend.identity.tables import Institution
from backend.leaderboards.boards import Board
from backend.screens.shapes import Shape
from backend.screens.sheet import Sheet

F = TypeVar("F")


@dataclass(frozen=True)
class Wall:
    """What a scene may build on: the institution, its campaign if there is one, the boards, the day and the language.

    `boards` are by level (institution, department, person), and empty between campaigns. `running` is the campaign
    that runs, is paused, or has ended lately.
    """

    database: Database
    institution: Institution
    running: Running | None
    boards: Mapping[str, Board]
    now: datetime
    today: date  # the campaign's day, or the calendar's between campaigns
    locale: Locale
    threshold: int  # groups with fewer people are told nothing of
    base: str  # what the addresses of pages begin with, as in https://tanhui.example.gov.cn
    join_path: str | None  # the page about the campaign, for a square code
    shelf: Shelf | None = None  # the themes and the calendar, for what comes next
    draft: Text | None = None  # a message that nobody has written yet, to be looked at

    def say(self, text: Text, **fields: object) -> str:
        """Return a sentence in the wall's language."""
        return text.in_(self.locale, **fields)


class Scene(ABC, Generic[F]):
    """One kind of thing that a screen may show."""

    key: ClassVar[str]
    title: ClassVar[Text]
    seconds: ClassVar[int] = 15  # how long it stands in a playlist that nobody has set
    in_default: ClassVar[bool] = True
    wants: ClassVar[str] = "campaign"  # what the facts change with: "campaign" (each second) or "day" (each minute)

    @abstractmethod
    async def facts(self, wall: Wall) -> F | None:
        """Return what there is to say just now, or None: the scene is passed over."""

    @abstractmethod
    def lay(self, facts: F, wall: Wall, shape: Shape) -> list[Sheet]:
        """Lay the facts out: one sheet, or several that take turns. Pure: the same facts, the same sheets."""


@cache
def all_scenes() -> Mapping[str, Scene[object]]:
    """Return the scenes by key, in the order in which a playlist that nobody has set shows them."""
    package = importlib.import_module("backend.screens.scenes")
    found: list[Scene[object]] = [
        importlib.import_module(f"{package.__name__}.{module.name}").SCENE
        for module in pkgutil.iter_modules(package.__path__)
    ]
    return {scene.key: scene for scene in sorted(found, key=lambda scene: package.ORDER.index(scene.key))}
