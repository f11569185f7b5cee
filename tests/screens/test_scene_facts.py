"""What each scene says over a real database: figures, goals, the seal, messages, the year and what comes next."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlmodel import col, update

from backend.core.text import Locale
from backend.identity.tables import Member
from backend.planning.tables import ConfirmedDates
from backend.screens.legible import NOTHING_LEFT, legible, named
from backend.screens.scene import all_scenes
from backend.screens.scenes import campaign as campaign_scene
from backend.screens.scenes import carbon, departments, food, messages, result, year
from backend.screens.scenes import goal as goals
from backend.screens.scenes import next as coming
from backend.screens.tables import ScreenMessage
from tests.api.asking import fresh_id, joined, record_for
from tests.api.test_statements import statements
from tests.cast import World
from tests.honours.following import act_daily
from tests.leaderboards.test_places import items
from tests.screens import facts as cases
from tests.screens import scenery
from tests.screens.seen import everything, saying, scenes_in, wall_of
from tests.settlement.test_corrections import undo
from tests.settlement.way import acts, to_provisional, to_seal


async def by_commuters(world: World, count: int, kind: str = "green-commute-month") -> str:
    """Open a campaign and let so many people of a department of A take a metro trip; return the campaign."""
    campaign = await world.open_campaign(kind)
    people = await world.add_members("A", "财务处", count)
    details = {"mode": "metro", "distance": "from_5_km", "direction": "to_work"}
    item = items(world, campaign, 1)[0].__class__(campaign, "commute", world.clock.now(), details)
    await record_for(world, campaign, {one: [item] for one in people})
    await world.project()
    return campaign


async def test_during_a_campaign_its_scenes_speak_and_between_campaigns_those_of_the_year(world: World) -> None:
    nothing = scenes_in(await everything(world))
    await by_commuters(world, 6)
    running = scenes_in(await everything(world))
    world.clock.advance(timedelta(days=60))
    later = scenes_in(await everything(world))

    assert nothing == {"frame", "code", "next", "idle"}
    assert running == {
        *("frame", "campaign", "departments", "institutions", "persons", "goal", "carbon", "code", "join", "idle"),
    }
    assert "year" not in running
    assert later >= {"frame", "year", "next", "code", "idle"}
    assert not later & {"join", "food", "messages", "result"}


async def test_avoided_carbon_is_told_in_power_and_kilometres_by_factors_that_are_named(world: World) -> None:
    await by_commuters(world, 20)
    wall = await wall_of(world)
    carbon_mg = wall.boards["person"].carbon_mg

    told = await carbon.SCENE.facts(wall)

    assert told
    assert carbon_mg == 20 * 180_000  # five kilometres by metro, self-declared
    assert (told.amount.number, told.amount.unit) == ("3.6", "千克")
    assert [(one.number, one.unit) for one in told.alike] == [("6", "千瓦时"), ("14", "公里")]
    for words in ("0.5306 kgCO2/kWh", "公告 2025 年第 47 号", "0.25 kgCO2/人公里", "DB11/T 3043—2024"):
        assert words in "".join(told.sources)
    assert told.method == f"https://tanhui.example.gov.cn{wall.join_path}"


@pytest.mark.parametrize(("count", "is_told"), [(4, False), (5, True)])
async def test_sums_are_told_from_five_participants_on(world: World, count: int, is_told: bool) -> None:
    await by_commuters(world, count)
    wall = await wall_of(world)

    told = await campaign_scene.SCENE.facts(wall)

    assert told
    assert bool(told.sums) is is_told
    assert bool(told.few) is not is_told
    assert (await carbon.SCENE.facts(wall) is not None) is is_told


@pytest.mark.parametrize(
    ("at", "label", "number", "unit"),
    [
        ("2026-06-15T04:00", "活动还有", "7", "天"),
        ("2026-06-20T15:59", "活动还有", "2", "天"),
        ("2026-06-20T16:00", "最后一天，还有", "24", "小时"),
        ("2026-06-21T15:59", "最后一天，还有", "1", "小时"),
    ],
)
async def test_the_countdown_is_in_days_and_on_the_last_day_in_hours(
    at: str, label: str, number: str, unit: str
) -> None:
    wall = scenery.wall(now=datetime.fromisoformat(f"{at}+00:00"))

    told = await campaign_scene.SCENE.facts(wall)

    assert told
    assert told.countdown
    assert (told.countdown.label, told.countdown.number, told.countdown.unit) == (label, number, unit)


async def test_a_board_without_lines_says_why() -> None:
    for state, words in (("running", "第一条等你来打卡"), ("closed", "没有可以列出的名次")):
        wall = scenery.wall(departments=(), boards_more={"hidden": None, "state": state})
        told = await departments.SCENE.facts(wall)
        assert told
        assert words in told.nobody


async def test_after_its_days_a_campaign_says_until_when_late_reports_are_taken() -> None:
    told = await campaign_scene.SCENE.facts(scenery.wall(now=scenery.later(5)))

    assert told
    assert (told.countdown, told.notice) == (None, "活动日已结束，6月24日 00:00 前可补报")


async def test_a_paused_campaign_says_why_instead_of_counting_down(world: World) -> None:
    campaign = await by_commuters(world, 6)
    sun = await world.sign_in("Sun")
    await sun.run("PauseCampaign", input={"campaignId": campaign, "because": {"edition": 1, "reason": "暴雨<停>"}})

    seen = await everything(world)

    assert "活动暂停：暴雨<停>" in saying(seen, "campaign")
    assert not any("还有" in text for text in saying(seen, "campaign"))
    assert "join" not in scenes_in(seen)


async def test_a_goal_is_told_by_the_boards_rules_and_stands_still_with_them(world: World) -> None:
    campaign = await world.open_campaign("energy-week", days=14)
    people = await world.add_members("A", "财务处", 6)
    few = await world.add_members("A", "办公室", 3)
    await act_daily(world, campaign, [*people, *few], 2)
    await world.project()
    hidden = await goals.SCENE.facts(await wall_of(world))
    others = await world.add_members("A", "信息处", 7)
    more = await world.add_members("A", "办公室二", 2)
    await act_daily(world, campaign, [*others, *more], 1)
    await world.project()
    told = await goals.SCENE.facts(await wall_of(world))
    sun = await world.sign_in("Sun")
    await sun.run("FreezeBoards", input={"campaignId": campaign, "reason": "颁奖典礼"})
    world.clock.advance(timedelta(minutes=1))
    await act_daily(world, campaign, others, 1)
    await world.project()
    frozen = await goals.SCENE.facts(await wall_of(world))

    assert hidden is None  # subtracting would tell of three people
    assert told
    assert [(one.name, one.number) for one in told.said.lines] == [("财务处", "2 / 15"), ("信息处", "1 / 15")]
    assert told.said.title == "部门人均行动 15 次"
    assert frozen == told


async def test_an_institutions_goal_is_shown_large_and_of_no_other_institution(world: World) -> None:
    campaign = await world.open_campaign("e-waste-drive")
    for institution in ("A", "B"):
        people = await world.add_members(institution, "办公室", 6)
        await act_daily(world, campaign, people, 1, "lecture")
    await world.project()

    told = await goals.SCENE.facts(await wall_of(world))

    assert told
    assert told.lone
    assert (told.lone.label, told.lone.number, told.so_far) == ("滨河区档案馆", "12", "目标 50 次，已完成 6")


def _meal(meal: str, diners: int, grams: int) -> Any:
    return SimpleNamespace(meal=meal, diners=diners, waste_grams=grams)


def test_food_waste_is_told_per_head_and_of_no_meal_with_fewer_than_five() -> None:
    wall = scenery.wall()
    weighed = [_meal("breakfast", 8, 2), _meal("lunch", 243, 8123), _meal("dinner", 4, 100)]

    told = food.left(weighed, wall)

    assert told
    # 8,123 g by 243 are 33.43; 2 g by 8 are 0.25, and a half goes up.
    assert [(one.label, one.number, one.unit) for one in told.meals] == [
        ("早餐 · 8 人用餐", "0.3", "克/人"),
        ("午餐 · 243 人用餐", "33.4", "克/人"),
    ]
    assert food.left([_meal("dinner", 4, 100)], wall) is None
    assert food.left([], wall) is None


async def test_what_the_canteen_has_logged_today_is_told_per_head(world: World) -> None:
    wu = await world.sign_in("Wu")
    meal = {"institutionId": world.institution_id("A"), "day": "2026-06-15", "meal": "LUNCH", "diners": 10}
    assert await food.SCENE.facts(await wall_of(world)) is None

    for kilograms in ("2.5", "1.234", "1.23"):
        asked = {**meal, "wasteKilograms": kilograms, "requestId": fresh_id()}
        await wu.run("RecordMealWaste", input=asked)
    told = await food.SCENE.facts(await wall_of(world))

    assert told
    assert (told.day, told.meals[0].number) == ("6月15日", "123")


async def test_the_sealed_result_has_a_podium_the_seal_and_what_was_corrected_for_a_fortnight(world: World) -> None:
    campaign, people = await world.open_campaign("green-office"), list[int]()
    for place, count in (("财务处", 3), ("信息处", 2), ("人事处", 1)):
        people = await world.add_members("A", place, 6)
        for kind in ("own_cup", "water_act", "energy_act")[:count]:
            details = {"energy_act": {"act": "lights_off"}, "water_act": {"act": "tap_closed"}}.get(kind, {})
            await acts(world, campaign, people, kind, **details)
    before = await result.SCENE.facts(await wall_of(world))
    seal = await to_seal(world, campaign)
    await undo(world, people[0])
    told = await result.SCENE.facts(await wall_of(world))
    seen = await everything(world)
    world.clock.advance(timedelta(days=14))

    assert before is None
    assert told
    assert [(one.rank, one.name) for one in told.said.lines] == [(1, "财务处"), (2, "信息处"), (3, "人事处")]
    assert seal.digest[:16].upper() in told.seal
    assert sum(bool(one.correction) for one in told.said.lines) == 1
    assert any("更正 -" in text for text in saying(seen, "result"))
    assert any("封存后的更正" in text for text in saying(seen, "result"))
    assert await result.SCENE.facts(await wall_of(world)) is None


async def test_a_provisional_result_is_no_sealed_one(world: World) -> None:
    campaign = await world.open_campaign("green-office")
    await acts(world, campaign, await world.add_members("A", "财务处", 6))
    await to_provisional(world, campaign)

    seen = await everything(world)

    assert "result" not in scenes_in(seen)
    assert any("公示" in text for text in saying(seen, "campaign"))


async def write(world: World, text: str, begins: int, ends: int, **more: Any) -> None:
    """Write a message that holds between two hours from now."""
    now = world.clock.now()
    content: dict[str, Any] = {
        "institution_id": world.institutions["A"].id, "text_zh": text, "by_member": world.members["Wu"],
        "begins_at": now + timedelta(hours=begins), "ends_at": now + timedelta(hours=ends), "written_at": now,
    }  # fmt: skip
    async with world.parts.database.write() as session:
        session.add(ScreenMessage(**(content | more)))


async def test_messages_in_force_take_turns_and_others_are_not_shown(world: World) -> None:
    assert await messages.SCENE.facts(await wall_of(world)) is None
    await write(world, "讲座今天开始🌱", -1, 1, text_en="The lecture begins today")
    await write(world, "空调温度", -2, 2)
    await write(world, "还没有到", 1, 2)
    await write(world, "已经过了", -2, 0)
    await write(world, "已经撤回", -2, 2, withdrawn_at=world.clock.now())
    await write(world, "别的单位", -2, 2, institution_id=world.institutions["B"].id)

    zh = await messages.SCENE.facts(await wall_of(world))
    en = await messages.SCENE.facts(await wall_of(world, locale="en"))
    seen = await everything(world)

    assert zh
    assert en
    assert zh.texts == ("空调温度", "讲座今天开始")
    assert en.texts == ("空调温度", "The lecture begins today")
    assert len([one for one in seen if (one.scene, one.shape, one.locale) == ("messages", "strip", "en")]) == 2


async def test_the_year_adds_up_campaigns_with_five_participants_and_leaves_out_who_left(world: World) -> None:
    first = await world.open_campaign("energy-week", days=1)
    people = await world.add_members("A", "财务处", 6)
    lin = await joined(world, "Lin", first)
    everybody = [*people, world.members["Lin"]]
    await record_for(world, first, {one: items(world, first, 2) for one in everybody})
    small = await world.open_campaign("energy-week", days=2)
    await record_for(world, small, {one: items(world, small, 1) for one in people[:0]})
    await world.project()
    with_lin = await _year(world)
    await lin.run("LeaveCampaign", input={"campaignId": first})
    without = await _year(world)
    await to_seal(world, first)
    sealed = await _year(world)

    assert with_lin == [year.Part(7, 70, 0)]
    assert without == sealed == [year.Part(6, 60, 0)]


async def _year(world: World) -> list[year.Part]:
    wall = await wall_of(world)
    async with world.parts.database.read() as session:
        return await year.parts_of(session, wall)


async def test_beside_a_campaign_the_year_speaks_once_there_is_another_to_add(world: World) -> None:
    first = await world.open_campaign("energy-week", days=1)
    people = await world.add_members("A", "财务处", 6)
    await record_for(world, first, {one: items(world, first, 2) for one in people})
    await world.project()
    alone = await year.SCENE.facts(await wall_of(world))
    world.clock.advance(timedelta(days=60))
    between = await year.SCENE.facts(await wall_of(world))
    second = await world.open_campaign("green-office", days=7)
    few = await year.SCENE.facts(await wall_of(world))
    await acts(world, second, people)
    both = await year.SCENE.facts(await wall_of(world))

    assert alone is None
    assert between
    assert [one.number for one in between.sums] == ["1", "6", "60", "0"]
    assert few is None
    assert both
    assert [one.number for one in both.sums] == ["2", "12", "90", "0"]


async def test_what_comes_next_says_how_sure_it_is_and_nothing_while_a_campaign_runs(world: World) -> None:
    world.clock.at = datetime(2026, 6, 1, 4, tzinfo=world.clock.now().tzinfo)
    await world.open_campaign("green-office", starts_on=date(2026, 7, 1))
    async with world.parts.database.write() as session:
        session.add(
            ConfirmedDates(
                institution_id=world.institutions["D"].id or 0, theme_key="plastic-free", year=2026,
                starts_on=date(2026, 7, 6), ends_on=date(2026, 7, 10), notice="通知", confirmed_by=world.members["Sun"],
                confirmed_at=world.clock.now(),
            )
        )  # fmt: skip

    told = await coming.SCENE.facts(await wall_of(world))
    english = await coming.SCENE.facts(await wall_of(world, locale="en"))
    elsewhere = await coming.SCENE.facts(await wall_of(world, "C"))
    await world.open_campaign("grain-day")
    during = await coming.SCENE.facts(await wall_of(world))

    assert told
    assert english
    assert [(one.title, one.days, one.certainty) for one in told.coming[:3]] == [
        ("节能宣传周", "6月15日–21日", "据转载"),
        ("绿色办公", "7月1日–7日", "已排定"),
        ("减塑行动", "7月6日–10日", "已确定"),
    ]
    assert [(one.days, one.certainty) for one in english.coming[:2]] == [
        ("15–21 Jun", "as reported"),
        ("1–7 Jul", "scheduled"),
    ]
    assert {one.certainty for one in told.coming} >= {"预计"}
    assert elsewhere
    assert "减塑行动" not in [one.title for one in elsewhere.coming]  # confirmed for a district, not for the city
    assert during is None


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("林小满", "林小满"),
        ("林**", "林**"),
        ("绿色🌱先锋", "绿色先锋"),
        ("😀😀", NOTHING_LEFT),
        ("شؤون", NOTHING_LEFT),
        ("e\u0301ga", "éga"),
        ("\u202e反写\u202c", "反写"),
        ("a\u0301\u0301\u0301", "á"),
        ("一\n二", "一 二"),
        ("<i>", "<i>"),
    ],
)
def test_letters_that_our_fonts_lack_are_left_out_of_names(name: str, shown: str) -> None:
    assert named(name) == shown
    assert legible(shown) == shown


async def test_a_person_of_whose_name_nothing_is_left_is_shown_as_two_stars(world: World) -> None:
    campaign = await world.open_campaign("energy-week")
    people = await world.add_members("A", "财务处", 6)
    async with world.parts.database.write() as session:
        await session.exec(update(Member).where(col(Member.id).in_(people[:2])).values(display_name="😀"))
    await record_for(world, campaign, {one: items(world, campaign, 2 + (one in people[:2])) for one in people})
    await world.project()

    seen = await everything(world)

    assert saying(seen, "persons").count(NOTHING_LEFT) == 2
    assert not any("😀" in one.written for one in seen)


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
async def test_facts_and_layout_are_the_same_for_the_same_wall(locale: Locale) -> None:
    for case in cases.cases():
        wall = case.wall(locale)
        assert await case.gathered(wall) == await case.gathered(wall), case


async def test_what_is_asked_each_second_takes_from_the_boards_and_asks_one_statement_at_most(world: World) -> None:
    await by_commuters(world, 6)
    wall = await wall_of(world)
    asked = {}
    for name, scene in all_scenes().items():
        with statements(world) as sent:
            await scene.facts(wall)
        asked[name] = len(sent)

    assert {name: asked[name] for name, scene in all_scenes().items() if scene.wants == "campaign" and asked[name]} == {
        "messages": 1
    }
    assert all(count <= 12 for count in asked.values()), asked
