"""A made-up city: a tree of institutions, their departments, and everybody who works there."""

import random
from dataclasses import dataclass
from typing import Final

from backend.identity import credit_code
from demo import names

OFFICE: Final = ("办公室", "财务处", "业务一处", "业务二处", "人事处", "后勤服务中心")
SCHOOL: Final = ("办公室", "语文教研组", "数学教研组", "外语教研组", "理科教研组", "总务处")
RECYCLER: Final = ("客户服务部", "运输队", "拆解车间")
HOSPITAL: Final = ("院办公室", "内科", "外科", "护理部", "检验科", "药剂科", "后勤保障部")
FEWEST: Final = 3  # organiser, supervisor, operator


@dataclass(frozen=True)
class Unit:
    """One node of the tree; `above` is the number of the node above it, 0 for the city."""

    number: int
    above: int
    level: str
    name: str
    staff: int
    departments: tuple[str, ...]

    @property
    def credit_code(self) -> str:
        """A valid code that nobody has: 11 for offices, 12 for institutions with a task of their own."""
        kind = "11" if self.departments == OFFICE else "12"
        return credit_code.with_check(f"{kind}120000MB9{self.number:06d}")


@dataclass(frozen=True)
class Person:
    """Somebody on a roster, with the phone that WeChat knows; roles are over their unit, a recycler's over all."""

    openid: str
    unit: Unit
    department: str
    staff_number: str
    name: str
    phone: str
    roles: tuple[str, ...]


# number, above, level, name, people, departments
UNITS: Final = tuple(
    Unit(*row)
    for row in (
        (1, 0, "city", "海河市机关事务管理局", 64, OFFICE),
        (2, 1, "district", "滨河区机关事务服务中心", 40, OFFICE),
        (3, 1, "district", "云山区机关事务服务中心", 36, OFFICE),
        (4, 1, "system", "海河市教育委员会", 86, OFFICE),
        (5, 1, "system", "海河市卫生健康委员会", 78, OFFICE),
        (6, 2, "institution", "滨河区城市管理委员会", 144, OFFICE),
        (7, 2, "institution", "滨河区市场监督管理局", 156, OFFICE),
        (8, 2, "institution", "滨河区图书馆", 92, OFFICE),
        (9, 2, "institution", "滨河区档案馆", 48, OFFICE),
        (10, 2, "institution", "滨河区文化馆", 44, OFFICE),
        (11, 3, "institution", "云山区财政局", 88, OFFICE),
        (12, 3, "institution", "云山区水务局", 104, OFFICE),
        (13, 3, "institution", "云山区人力资源和社会保障局", 126, OFFICE),
        (14, 4, "institution", "海河市第一中学", 188, SCHOOL),
        (15, 4, "institution", "海河市实验小学", 124, SCHOOL),
        (16, 4, "institution", "海河市职业技术学院", 186, SCHOOL),
        (17, 4, "institution", "海河市特殊教育学校", 46, SCHOOL),
        (18, 5, "institution", "海河市中心医院", 226, HOSPITAL),
        (19, 5, "institution", "海河市妇幼保健院", 164, HOSPITAL),
        (20, 5, "institution", "海河市疾病预防控制中心", 118, OFFICE),
        (21, 2, "institution", "滨河区再生资源回收中心", 6, RECYCLER),
    )
)
EVERYBODY: Final = sum(unit.staff for unit in UNITS)


def people(staff: int, seed: int) -> list[Person]:
    """Return about so many people, spread over the units as they are large; the same for the same seed."""
    dice = random.Random(seed)
    found: list[Person] = []
    for unit in UNITS:
        for place in range(max(FEWEST, round(unit.staff * staff / EVERYBODY))):
            found.append(_person(unit, place, len(found), dice))
    return found


def _person(unit: Unit, place: int, number: int, dice: random.Random) -> Person:
    roles: tuple[str, ...] = ()
    openid = f"demo-staff-{unit.number:02d}-{place:04d}"
    if place == 0 and unit.departments == RECYCLER:
        roles, openid = ("recycler",), f"demo-recycler-{unit.number:02d}"
    elif place == 0:
        roles, openid = ("organiser",), f"demo-organiser-{unit.number:02d}"
    elif place == 1 and unit.level != "institution":
        roles, openid = ("supervisor",), f"demo-supervisor-{unit.number:02d}"
    elif place == 2 and unit.level == "city":
        roles, openid = ("operator",), f"demo-operator-{unit.number:02d}"
    return Person(
        openid=openid,
        unit=unit,
        department=unit.departments[place % len(unit.departments)] if roles == () else unit.departments[0],
        staff_number=f"{unit.number:02d}{place + 1:04d}",
        name=names.person(dice),
        phone=f"1990000{number:04d}",  # a block that no operator has given out
        roles=roles,
    )
