"""Avoided carbon told in things that people know, with the factors by which it is told, and the way to the method."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from backend.carbon.factors import Factor, FactorMissing, FactorSet
from backend.carbon.method import UNIT_WORDS
from backend.core.text import Locale, Text
from backend.screens import figures, frame, panels
from backend.screens.legible import legible
from backend.screens.panels import Figure
from backend.screens.room import SIZES, Room
from backend.screens.scene import Scene, Wall
from backend.screens.shapes import Shape
from backend.screens.sheet import Sheet

TITLE = Text("大家一起少排放", "Avoided together")
ESTIMATED = Text("估算减排量（二氧化碳）", "Est. reduction of CO2")
POWER = Text("相当于电网供电", "Like grid power of")
POWER_UNIT = Text("千瓦时", "kWh")
DRIVE = Text("相当于一人乘燃油小客车", "Like one person driving")
DRIVE_UNIT = Text("公里", "km")
METHOD = Text("扫码看方法和来源", "Method and sources")
SOURCE = Text("{name} {value} {unit}（{source}）", "{name} {value} {unit} ({source})")
CONVERTED = Text("按同样多的排放换算：{sources}。", "What emits as much, by: {sources}.")
_MILLIGRAMS = 1_000_000

# What avoided carbon is told in: by which factor of `campaigns/factors.toml`. There is no other honest one.
THINGS = (("elec.national", POWER, POWER_UNIT), ("travel.jjj.car_fossil", DRIVE, DRIVE_UNIT))


@dataclass(frozen=True)
class Avoided:
    """The amount, what it is like, by which sources, and where the method stands."""

    amount: Figure
    alike: tuple[Figure, ...]
    sources: tuple[str, ...]
    method: str  # an address, or empty


class CarbonScene(Scene[Avoided]):
    key = "carbon"
    title = Text("减排量", "Avoided carbon")
    seconds = 20

    async def facts(self, wall: Wall) -> Avoided | None:
        board = wall.boards.get("person")
        if wall.running is None or board is None or board.participants < wall.threshold or board.carbon_mg <= 0:
            return None
        number, unit = figures.carbon(board.carbon_mg, wall.locale)
        alike, sources = [], []
        for key, text, units in THINGS:
            factor = _factor(wall.running.rules.factors, key, wall.today)
            much = int(Decimal(board.carbon_mg) // (factor.value * _MILLIGRAMS)) if factor else 0
            if factor and much:
                alike.append(Figure(figures.whole(much), wall.say(units), wall.say(text)))
                sources.append(_source(factor, wall))
        return Avoided(
            amount=Figure(number, unit, wall.say(ESTIMATED)),
            alike=tuple(alike),
            sources=tuple(sources),
            method=wall.base + wall.join_path if wall.join_path else "",
        )

    def lay(self, facts: Avoided, wall: Wall, shape: Shape) -> list[Sheet]:
        if shape.name == "strip":
            return _strip(facts, wall, shape)
        sheet = Sheet(shape)
        room = panels.heading(sheet, frame.content(shape), wall.say(TITLE))
        lines = {"landscape": 2, "portrait": 4, "wide": 1}[shape.name]
        room = panels.notes(sheet, room, [_converted(facts, wall)] if facts.sources else [], lines=lines)
        gap = SIZES[shape.name].gap
        if shape.is_upright:
            high = 380 if facts.method else 0
            if facts.method:
                _code(sheet, room.foot(high), facts.method, wall)
            _tiles(sheet, room.above(high + gap if high else 0).rows(1 + len(facts.alike), gap), facts)
        else:
            side = room.h if facts.method else 0
            rest = room.left(room.w - side - gap) if side else room
            if side:
                _code(sheet, Room(room.right - side, room.y, side, room.h), facts.method, wall)
            if shape.name == "wide":
                _tiles(sheet, rest.columns(1 + len(facts.alike), gap), facts)
            else:
                upper = rest.above(rest.h * 11 // 25) if facts.alike else rest
                _tiles(sheet, [upper, *_under(rest, upper, gap, len(facts.alike))], facts)
        return [sheet]


SCENE = CarbonScene()


def _converted(facts: Avoided, wall: Wall) -> str:
    return wall.say(CONVERTED, sources=("；" if wall.locale == "zh-CN" else "; ").join(facts.sources))


def _factor(factors: FactorSet, key: str, on: date) -> Factor | None:
    try:
        return factors.get(key, on)
    except FactorMissing:
        return None


def _source(factor: Factor, wall: Wall) -> str:
    name = Text(factor.name_zh, factor.name_en).in_(wall.locale)
    unit = _unit(factor, wall.locale)
    return legible(wall.say(SOURCE, name=name, value=f"{factor.value:f}", unit=unit, source=factor.source))


def _unit(factor: Factor, locale: Locale) -> str:
    words = UNIT_WORDS[locale].get(factor.per_unit, factor.per_unit)
    return f"{factor.unit.partition('/')[0]}/{words}"


def _under(rest: Room, upper: Room, gap: int, count: int) -> list[Room]:
    return rest.below(upper.h + gap).columns(count, gap) if count else []


def _tiles(sheet: Sheet, rooms: list[Room], facts: Avoided) -> None:
    sizes = SIZES[sheet.shape.name]
    if sheet.shape.name == "landscape":
        panels.tiles(sheet, rooms[:1], [facts.amount], size=sizes.figure)
        if facts.alike:
            panels.tiles(sheet, rooms[1:], facts.alike)
    else:
        panels.tiles(sheet, rooms, [facts.amount, *facts.alike], size=sizes.title * 5 // 4)


def _code(sheet: Sheet, room: Room, address: str, wall: Wall) -> None:
    """Show the way to the method: a square code with its words below, or on an upright screen beside it."""
    sizes = SIZES[sheet.shape.name]
    sheet.area(room.x, room.y, room.w, room.h, "paper", radius=20)
    words = wall.say(METHOD)
    if room.w > room.h:
        rest = panels.square(sheet, room, address, address)
        sheet.text(
            words, rest.x, rest.y, rest.w - sizes.gap, rest.h, size=sizes.name, least=sizes.primary, on="paper",
            middle=True, tag="b",
        )  # fmt: skip
    else:
        under = panels.line(sizes.text) + sizes.gap // 2
        side = min(room.w, room.h - under)
        panels.square(sheet, Room(room.x + (room.w - side) // 2, room.y, side, side), address, address)
        sheet.text(
            words, room.x + 8, room.y + side, room.w - 16, under, size=sizes.text, least=sizes.secondary, on="paper",
            align="center", middle=True,
        )  # fmt: skip


def _strip(facts: Avoided, wall: Wall, shape: Shape) -> list[Sheet]:
    """Lay it out for a strip: the amounts, and then each factor by which they are told."""
    sizes, first = SIZES[shape.name], Sheet(shape)
    room = panels.heading(first, frame.content(shape), wall.say(TITLE))
    _tiles(first, room.columns(1 + len(facts.alike), sizes.gap), facts)
    sheets = [first]
    for source in facts.sources:
        sheet, room = Sheet(shape), frame.content(shape)
        if facts.method:
            room = panels.square(sheet, room, facts.method, facts.method)
        room = panels.heading(sheet, room, wall.say(METHOD))
        text = wall.say(CONVERTED, sources=source)
        sheet.text(text, room.x, room.y, room.w, room.h, size=sizes.text, least=sizes.secondary)
        sheets.append(sheet)
    return sheets
