"""Who of the staff takes part, from when, how keenly: decided by the seed alone, so that a replay finds the same."""

import random
from dataclasses import dataclass
from typing import Final

_WHO = (
    "步行", "骑车", "早起", "光盘", "节电", "爱喝茶", "不打印", "坐地铁", "晒太阳", "慢悠悠", "乐呵呵", "随手关灯",
)  # fmt: skip
_WHAT = (
    "小海豚", "向日葵", "绿萝", "银杏", "麻雀", "豆沙包", "保温杯", "小火车", "蒲公英", "松果", "海棠", "橘子",
    "山茶", "白杨", "水獭", "燕子",
)  # fmt: skip
_FIRST_DAYS: Final = (0, 0, 0, 0, 0, 0, 1, 1, 2, 3)
# Mode and distance as the commuting check-in names them, from the shortest way to the longest.
_WAYS: Final = (
    ("walk", "from_0_5_km"),
    ("walk", "from_1_km"),
    ("cycle", "from_1_km"),
    ("cycle", "from_3_km"),
    ("bus", "from_3_km"),
    ("bus", "from_5_km"),
    ("metro", "from_5_km"),
    ("metro", "from_10_km"),
)

_PHOTOGRAPHERS: Final = 0.12
_COPIERS: Final = 0.2
_WALKERS: Final = 0.08


@dataclass(frozen=True)
class Persona:
    """One member of staff as they behave; days count from 0, `leaves_on` is their last."""

    openid: str
    first_day: int
    leaves_on: int | None
    keenness: float
    joins_all: bool
    nickname: str | None
    way: tuple[str, str]
    photographs: bool = False
    copies: bool = False  # sends the plate that went round in a chat group
    steps: int | None = None  # a day's steps of who shares them; None: most do not

    def active(self, day: int) -> bool:
        """Tell whether they take part on a day."""
        return self.first_day <= day and (self.leaves_on is None or day <= self.leaves_on)


def of(openid: str, seed: int) -> Persona | None:
    """Return how this person behaves, or None for those who do not take part, which is their good right."""
    dice = random.Random(f"{seed}/{openid}")
    unit = random.Random(f"{seed}/{openid.rsplit('-', 1)[0]}")  # colleagues infect one another
    joins, keenness = unit.uniform(0.48, 0.68), unit.uniform(0.6, 0.92)
    if dice.random() > joins:
        return None
    first_day = dice.choice(_FIRST_DAYS)
    return Persona(
        openid=openid,
        first_day=first_day,
        leaves_on=first_day + 1 if dice.random() < 0.02 else None,
        keenness=min(0.97, max(0.3, keenness + dice.uniform(-0.2, 0.2))),
        joins_all=dice.random() < 0.6,
        nickname=f"{dice.choice(_WHO)}的{dice.choice(_WHAT)}" if dice.random() < 0.3 else None,
        way=dice.choice(_WAYS),
        photographs=(photographs := dice.random() < _PHOTOGRAPHERS),
        copies=photographs and dice.random() < _COPIERS,
        steps=dice.randint(2_000, 14_000) if dice.random() < _WALKERS else None,
    )
