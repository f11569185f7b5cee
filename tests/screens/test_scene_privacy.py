"""What no scene may tell, whatever it is about: the invariants of taking part by one's own choice, on every sheet.

Scenes are found by themselves: a new one is held to all of this.
"""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlmodel import col, select, update

from backend.campaigns import service
from backend.checkins.requests import Item
from backend.core import ids
from backend.identity.tables import Member, Membership
from backend.screens.scene import all_scenes
from backend.screens.walls import _sums
from tests.api.asking import joined, record_for
from tests.cast import NAMES, PEOPLE, World
from tests.screens.seen import Seen, everything, scenes_in, wall_of
from tests.screens.test_scene_facts import write
from tests.settlement.way import to_seal

ACTS = ("lights_off", "screen_off", "unplugged")
# A and B take part in a campaign of the district above them. By institution and department: how many take part, and
# with how many acts each.
GROUPS = (
    ("A", "财务处", 8, 3), ("A", "信息处", 7, 2), ("A", "三人处", 3, 3), ("A", "四人处", 4, 1),
    ("B", "借阅部", 6, 2), ("B", "典藏部", 6, 1),
)  # fmt: skip


@dataclass(frozen=True)
class Town:
    """The world, its campaign, and who is in it by institution and department."""

    world: World
    campaign: str
    people: dict[str, list[int]]


async def call(world: World, member: int, name: str) -> None:
    """Let a member have chosen a display name."""
    async with world.parts.database.write() as session:
        await session.exec(update(Member).where(col(Member.id) == member).values(display_name=name))


async def town(world: World, theme: str = "energy-week", days: int = 7) -> Town:
    """Let two institutions take part: some by a name that they chose, one who leaves, one who never joins."""
    campaign = await world.open_campaign(theme, days=days)
    people: dict[str, list[int]] = {}
    for institution, department, count, number in GROUPS:
        people[department] = await world.add_members(institution, department, count)
        await _record(world, campaign, people[department], number)
    first, leaver = people["财务处"][0], people["财务处"][1]
    await call(world, first, "一位节能的人")
    await call(world, leaver, "一位离开的人")
    await call(world, people["借阅部"][0], "隔壁单位的人")
    await call(world, world.members["Zhou"], "从不参加的人")
    await call(world, people["信息处"][-1], "名次靠后的人")
    async with world.parts.database.write() as session:
        await session.exec(
            update(Member).where(col(Member.id).in_(people["四人处"])).values(display_name="名次最后的人")
        )
    await joined(world, "Lin", campaign)
    await _record(world, campaign, [world.members["Lin"]], 3)
    await world.project()
    return Town(world, campaign, people)


async def _record(world: World, campaign: str, members: list[int], count: int) -> None:
    now = world.clock.now()
    acts = [Item(campaign, "energy_act", now, {"act": act}) for act in ACTS[:count]]
    acts += [Item(campaign, "paperless", now, {"sheets": 20})] if count == len(ACTS) else []
    await record_for(world, campaign, dict.fromkeys(members, acts))


async def leave(found: Town) -> None:
    """Let the one who leaves do so."""
    async with found.world.parts.database.write() as session:
        await service.leave(
            session, ids.decode("cmp", found.campaign), found.people["财务处"][1], found.world.clock.now()
        )


async def forbidden(found: Town) -> dict[str, str]:
    """Return what no sheet of A's may hold, each with the reason."""
    wrong = {
        "一位离开的人": "who has left",
        "从不参加的人": "who never joined",
        "名次靠后的人": "the lower half",
        "名次最后的人": "the bottom",
        "隔壁单位的人": "a person of another institution",
        "借阅部": "a department of another institution",
        "典藏部": "a department of another institution",
        "三人处": "a group of three",
        "四人处": "a group of four",
    }
    wrong |= dict.fromkeys(NAMES.values(), "a real name")
    async with found.world.parts.database.read() as session:
        for member in (await session.exec(select(Member))).all():
            wrong[member.name] = "a real name"
        for membership in (await session.exec(select(Membership))).all():
            wrong[membership.staff_number] = "a staff number"
            wrong[ids.encode("mem", membership.member_id)] = "the id of a member"
    wrong |= {phone: "a phone" for _, _, _, phone in PEOPLE.values()}
    wrong |= dict.fromkeys(("subject_id", "member_id", "memberId"), "a column of numbers of members")
    return wrong


async def asserted(found: Town, seen: list[Seen]) -> None:
    """Assert that no sheet holds what is forbidden."""
    wrong = await forbidden(found)
    for one in seen:
        held = [f"{text} ({reason})" for text, reason in wrong.items() if text in one.written]
        assert held == [], (one.scene, one.shape, one.locale)


async def test_no_scene_of_a_running_campaign_tells_what_is_nobodys_business(world: World) -> None:
    found = await town(world)
    await write(world, "讲座今天开始", -1, 1)
    await leave(found)

    seen = await everything(world)

    await asserted(found, seen)
    assert scenes_in(seen) == {"frame", *all_scenes()} - {"food", "result", "year", "next"}
    texts = {text for one in seen for text in one.words}
    assert {"一位节能的人", "员**", "财务处", "信息处", "滨河区图书馆"} <= texts
    await call(world, found.people["财务处"][0], "另一个名字")
    assert "一位节能的人" not in "".join(one.written for one in await everything(world))


async def test_nor_does_a_frozen_a_sealed_one_or_the_time_between_campaigns(world: World) -> None:
    found = await town(world, days=2)
    sun = await world.sign_in("Sun")
    await sun.run("FreezeBoards", input={"campaignId": found.campaign, "reason": "颁奖典礼"})
    await leave(found)
    frozen = await everything(world)
    await to_seal(world, found.campaign)
    sealed = await everything(world)
    world.clock.advance(timedelta(days=15))
    between = await everything(world)

    for seen in (frozen, sealed, between):
        await asserted(found, seen)
    assert "result" in scenes_in(sealed)
    assert scenes_in(between) == {"frame", "year", "next", "code", "idle"}


async def test_the_head_of_a_document_tells_no_sums_beside_which_a_few_could_be_worked_out(world: World) -> None:
    campaign = await world.open_campaign("energy-week")
    await _record(world, campaign, await world.add_members("A", "财务处", 6), 1)
    await world.project()
    wall = await wall_of(world)
    alone = _sums(wall)
    await _record(world, campaign, await world.add_members("B", "借阅部", 3), 1)
    await world.project()
    beside = _sums(await wall_of(world))

    assert alone == {"participants": 6, "points": 30, "carbon_mg": 0}
    assert beside is None


@pytest.mark.parametrize("count", [1, 4])
async def test_an_institution_in_which_fewer_than_five_take_part_is_told_no_figure(world: World, count: int) -> None:
    campaign = await world.open_campaign("green-office", days=2)
    people = await world.add_members("A", "财务处", 9)
    other = await world.add_members("B", "借阅部", 9)
    cups = [Item(campaign, kind, world.clock.now(), {}) for kind in ("own_cup",)]
    sheets = [Item(campaign, "paperless", world.clock.now(), {"sheets": 13})]
    await record_for(world, campaign, {one: [*cups, *sheets] for one in people[:count]})
    await record_for(world, campaign, dict.fromkeys(other, cups))
    await world.project()
    running = await everything(world)
    await to_seal(world, campaign)
    sealed = await everything(world)
    world.clock.advance(timedelta(days=15))
    between = await everything(world)

    for seen in (running, sealed, between):
        assert not scenes_in(seen) & {"year", "carbon", "goal", "result"}
        assert [one.words for one in seen if "财务处" in one.written or "员**" in one.written] == []
        # 5 points for the cup and 13 for the sheets, each: no sum of them stands anywhere.
        assert [one.words for one in seen if {str(18 * count), f"{18 * count} 分"} & set(one.words)] == []
    assert "campaign" in scenes_in(running)


async def test_of_a_department_without_enough_participants_nothing_can_be_worked_out(world: World) -> None:
    campaign = await world.open_campaign("energy-week")
    large = await world.add_members("A", "财务处", 8)
    lone = await world.add_members("A", "信息处", 6)
    await _record(world, campaign, large, 1)
    await _record(world, campaign, lone[:1], 2)
    await world.project()

    seen = await everything(world)

    # The sum of the institution stands there; with the only large department beside it, the other would follow.
    assert any(text == "50" for one in seen if one.scene == "campaign" for text in one.words)
    assert [one.scene for one in seen if "财务处" in one.words or "信息处" in one.words] == []
