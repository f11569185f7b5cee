"""The page's script and the server agree on what is on, on the shape of a window, and say the same time and age."""

import json
import random
import subprocess
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright._impl._driver import compute_driver_executable

from backend.screens import assets, programme, shapes
from backend.screens.programme import Item

# Runs a function of turns.js over many arguments, as the Node does that comes with playwright.
PROGRAM = """
var asked = JSON.parse(require("fs").readFileSync(0, "utf8"));
var tanhui = new Function(asked.script + "; return tanhui;")();
process.stdout.write(JSON.stringify(asked.cases.map(function (one) { return tanhui[asked.name].apply(null, one); })));
"""
SCENES = ("campaign", "departments", "persons", "code", "join", "idle")


def run(name: str, cases: list[Any]) -> list[Any]:
    """Return what the script's function answers to each list of arguments."""
    script = (assets.FOLDER / "turns.js").read_text("utf-8")
    asked = json.dumps({"script": script, "name": name, "cases": cases})
    node, _ = compute_driver_executable()
    ended = subprocess.run([node, "-e", PROGRAM], input=asked, capture_output=True, text=True, check=True)
    answers: list[Any] = json.loads(ended.stdout)
    return answers


def some_item(chance: random.Random) -> Item:
    """Make an item, one in two of them with a window, which may go over midnight or end where it begins."""
    begins, ends = (chance.choice([None, 0, 690, 1020, 1439, chance.randrange(1440)]) for _ in range(2))
    return Item(chance.choice(SCENES), chance.randint(*programme.SECONDS), begins, ends)


@cache
def programmes() -> tuple[tuple[list[Item], dict[str, int], int, int], ...]:
    """Make programmes, sheets and instants: the same at each run."""
    chance = random.Random(20261126)
    made = []
    for _ in range(6000):
        items = [some_item(chance) for _ in range(chance.randint(0, 8))]
        sheets = {scene: chance.choice([0, 1, 1, 2, 3, 7]) for scene in chance.sample(SCENES, chance.randint(0, 6))}
        at_ms = chance.choice([0, 1_795_672_423_384, chance.randrange(4_000_000_000_000)])
        made.append((items, sheets, at_ms, chance.choice([0, 690, 1439, chance.randrange(1440)])))
    return tuple(made)


def test_page_and_server_show_the_same_sheet_for_as_long() -> None:
    cases = [[[item.told() for item in items], *rest] for items, *rest in programmes()]

    turns = run("current", cases)

    for (items, sheets, at_ms, minute), turn in zip(programmes(), turns, strict=True):
        ours = programme.current(items, sheets, at_ms, minute)
        assert turn == {"scene": ours.scene, "sheet": ours.sheet, "left_ms": ours.left_ms}, (
            items,
            sheets,
            at_ms,
            minute,
        )
    assert {turn["scene"] for turn in turns} == set(SCENES)


def test_a_sheet_stands_until_the_very_millisecond_at_which_the_next_one_comes() -> None:
    items, sheets = [Item("persons", 7), Item("idle", 5)], {"persons": 3, "idle": 1}
    cases = [[[item.told() for item in items], sheets, at_ms, 0] for at_ms in range(12_001)]

    turns = run("current", cases)

    expected = [programme.current(items, sheets, at_ms, 0) for at_ms in range(12_001)]
    assert [(one["scene"], one["sheet"], one["left_ms"]) for one in turns] == [
        (one.scene, one.sheet, one.left_ms) for one in expected
    ]


def test_page_and_server_choose_the_same_shape_for_every_window() -> None:
    chance = random.Random(7)
    windows = [[chance.randint(0, 8000), chance.randint(0, 4500)] for _ in range(6000)]
    windows += [list(shapes.pixels(size)) for size in shapes.SIZES]

    chosen = run("nearest", windows)

    assert chosen == [shapes.nearest(width, height) for width, height in windows]
    assert chosen[-len(shapes.SIZES) :] == list(shapes.SIZES.values())


def test_page_and_server_agree_on_the_minute_of_the_day() -> None:
    chance = random.Random(8)
    instants = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=chance.randrange(10**8)) for _ in range(2000)]

    minutes = run("minuteOf", [[int(one.timestamp() * 1000), 480] for one in instants])

    assert minutes == [programme.minute_of(one, ZoneInfo("Asia/Shanghai")) for one in instants]


def test_the_hour_is_that_of_the_place_whatever_the_device_believes() -> None:
    at_ms = int(datetime(2026, 11, 26, 16, 3, 59, tzinfo=UTC).timestamp() * 1000)

    assert run("clockText", [[at_ms, 480], [at_ms, 0], [at_ms, -210]]) == ["00:03", "16:03", "12:33"]
    assert run("stamp", [[at_ms, 480], [at_ms, 0]]) == ["11-27 00:03", "11-26 16:03"]


@pytest.mark.parametrize(
    ("seconds", "chinese", "english"),
    [
        (0, "不到 1 分钟前", "less than a minute ago"),
        (59, "不到 1 分钟前", "less than a minute ago"),
        (60, "1 分钟前", "1 min ago"),
        (18 * 60 + 30, "18 分钟前", "18 min ago"),
        (3600, "1 小时前", "1 h ago"),
        (47 * 3600, "47 小时前", "47 h ago"),
        (48 * 3600, "2 天前", "2 days ago"),
        (400 * 86400, "400 天前", "400 days ago"),
    ],
)
def test_the_age_of_what_is_shown_is_told_in_words(seconds: int, chinese: str, english: str) -> None:
    assert run("ageText", [[seconds * 1000, "zh-CN"], [seconds * 1000, "en"]]) == [chinese, english]


def test_the_banner_names_the_instant_and_the_age_or_only_the_instant_where_nobody_knows_the_time() -> None:
    at_ms = int(datetime(2026, 11, 26, 4, 3, tzinfo=UTC).timestamp() * 1000)

    told = run(
        "cutText", [[at_ms, 1_080_000, 480, "zh-CN"], [at_ms, 1_080_000, 480, "en"], [at_ms, None, 480, "zh-CN"]]
    )

    assert told == [
        "网络中断 · 数据截至 11-26 12:03 · 18 分钟前",
        "Offline · data as of 11-26 12:03 · 18 min ago",
        "网络中断 · 数据截至 11-26 12:03",
    ]


def test_a_sheet_fills_every_stated_size_and_leaves_the_banner_its_room() -> None:
    cases = []
    for size, name in shapes.SIZES.items():
        width, height = shapes.pixels(size)
        shape = shapes.SHAPES[name]
        cases += [[width, height, below, shape.width, shape.height] for below in (0, 90)]

    fits = run("fit", cases)

    for (width, height, below, wide, high), fit in zip(cases, fits, strict=True):
        assert fit["left"] >= -0.001
        assert fit["top"] >= below - 0.001
        assert fit["left"] + wide * fit["across"] <= width + 0.001
        assert fit["top"] + high * fit["down"] <= height + 0.001
        assert abs(fit["across"] / fit["down"] - 1) < 0.005
        if not below:
            assert (round(fit["left"], 3), round(fit["top"], 3)) == (0, 0), (width, height)


def test_a_wall_takes_scenes_that_came_before_it_else_those_that_are_known() -> None:
    known = {
        "shape": "strip",
        "locale": "en",
        "scenes": [{"key": "goal", "version": "1"}, {"key": "idle", "version": "1"}],
    }
    told = {"shape": "strip", "locale": "en", "order": ["idle", "goal"]}
    came = {"goal": {"key": "goal", "version": "2"}}

    merged, turned, lacking = run(
        "merged",
        [[known, told, came], [known, told | {"shape": "wide"}, came], [known, told | {"order": ["join"]}, came]],
    )

    assert [(one["key"], one["version"]) for one in merged["scenes"]] == [("idle", "1"), ("goal", "2")]
    assert (turned, lacking) == (None, None)  # a known scene of another shape counts for nothing
