"""What somebody has done in a part of the day, as check-in items."""

import random
from collections.abc import Callable, Mapping
from datetime import datetime, time
from typing import Any, Final

from demo.client.personas import Persona
from demo.week import AFTERNOON, EVENING, MORNING, NOON, ZONE, Part

Item = dict[str, Any]
_ENERGY: Final = ("lights_off", "screen_off", "unplugged", "cooling_26", "stairs")
_WATER: Final = ("tap_closed", "reused_water", "half_bottle_finished", "leak_reported")
_WASTE: Final = ("kitchen", "recyclable", "residual", "hazardous")
_MATERIALS: Final = ("paper", "board", "pet", "plastic", "aluminium")


class Doing:
    """Gathers one person's acts of one part of a day; the same person and part give the same acts."""

    def __init__(
        self, persona: Persona, part: Part, seed: int, *, campaigns: Mapping[str, str], codes: Mapping[str, str]
    ) -> None:
        self.items: list[Item] = []
        self.photographed: list[tuple[int, datetime]] = []  # places in `items`, and when the picture was taken
        self._persona = persona
        self._part = part
        self._dice = random.Random(f"{seed}/{persona.openid}/{part.key}")
        self._campaigns = campaigns  # by kind
        self._codes = codes  # by kind: what hangs on the wall where this person is

    def gather(self) -> list[Item]:
        """Return the acts."""
        if self._dice.random() < self._persona.keenness:
            _PARTS[self._part.name](self)
        return self.items

    def morning(self) -> None:
        """Come to work, cup in hand."""
        self._commute("to_work", time(7, 0), time(9, 0))
        if self._part.number == self._persona.first_day:
            self._add(0.8, "food_pledge", time(8, 30), time(9, 20))
        self._add(0.4, "own_cup", time(8, 40), time(9, 25))

    def noon(self) -> None:
        """Have lunch and leave nothing of it."""
        self._add(0.85, "clear_plate", time(11, 25), time(13, 0), by_code=0.7, by_photo=self._persona.photographs)
        self._add(0.3, "small_portion", time(11, 20), time(11, 50))

    def afternoon(self) -> None:
        """Spare paper, power and water, and sort what is thrown away."""
        begin, finish = time(14, 0), time(17, 10)
        self._add(0.6, "paperless", begin, finish, {"sheets": self._dice.randint(2, 40)})
        for act in self._dice.sample(_ENERGY, 2):
            self._add(0.45, "energy_act", begin, finish, {"act": act})
        self._add(0.4, "water_act", begin, finish, {"act": self._dice.choice(_WATER)})
        for sort in self._dice.sample(_WASTE, 2):
            self._add(0.45, "waste_sorting", begin, finish, {"waste_class": sort}, by_code=0.4)
        weight = f"{self._dice.randint(3, 45) / 10}"
        material = self._dice.choice(_MATERIALS)
        self._add(0.18, "recyclables", begin, finish, {"material": material, "kilograms": weight})
        self._add(0.3, "own_cup", begin, finish)
        if "lecture" in self._codes:
            self._add(0.35, "lecture", time(15, 0), time(16, 20), by_code=1)

    def evening(self) -> None:
        """Go home."""
        self._commute("from_work", time(17, 40), time(19, 40))

    def _commute(self, direction: str, begin: time, finish: time) -> None:
        mode, distance = self._persona.way
        self._add(0.9, "commute", begin, finish, {"mode": mode, "distance": distance, "direction": direction})

    def _add(
        self,
        chance: float,
        kind: str,
        begin: time,
        finish: time,
        details: Item | None = None,
        *,
        by_code: float = 0.0,
        by_photo: bool = False,
    ) -> None:
        happens, scans, share = self._dice.random() < chance, self._dice.random() < by_code, self._dice.random()
        if not happens or kind not in self._campaigns:
            return
        first, last = (datetime.combine(self._part.day, hour, ZONE) for hour in (begin, finish))
        moment = first + (min(last, self._part.at) - first) * share
        item = {
            "campaignId": self._campaigns[kind],
            "kind": kind,
            "actedAt": moment.replace(microsecond=0).isoformat(),
            "details": details or {},
        }
        if scans and kind in self._codes:
            item["code"] = self._codes[kind]
        elif by_photo:
            self.photographed.append((len(self.items), moment))
        self.items.append(item)


_PARTS: Final[dict[str, Callable[[Doing], None]]] = {
    MORNING: Doing.morning,
    NOON: Doing.noon,
    AFTERNOON: Doing.afternoon,
    EVENING: Doing.evening,
}
