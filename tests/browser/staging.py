"""What the town of the browser tests is like before anybody looks: who works where, and what they have done.

A has a screen's every scene while a campaign runs; B has names that are hard to show; at D nobody takes part; E is
between campaigns, two weeks after a seal; at F a campaign ends today.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from backend.checkins.requests import Item
from backend.core.clock import FixedClock
from backend.core.vault import Vault
from backend.identity import credit_code, service, tree
from backend.identity.tables import Department, Member, Membership
from tests.api.asking import fresh_id, record_for
from tests.cast import Person, World, populate
from tests.laws.play import ENERGY_ACTS, sign_in_all
from tests.screens.scenery import HARD
from tests.settlement.way import acts, to_seal

DEPARTMENTS = {  # the first leads, and its people report when a test lets somebody report
    "后勤服务中心": 12, "办公室": 9, "财务处": 7, "信息中心": 8, "节能监察处": 6, "人事处": 5, "法规处": 5,
    "机关党委": 6,
}  # fmt: skip
FEW = {"办公室": 8, "水资源处": 6}
ORGANISERS = {"A": "Wu", "B": "Chen", "D": "Sun", "E": "Sun", "F": "Sun"}
PAST = timedelta(days=22)
SURNAMES, GIVEN = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨", ("小满", "立夏", "秋分", "谷雨", "清明", "白露", "芒种", "惊蛰")
CHOSEN = ("节能达人", "阿光", "小满", "Green Bean", "随手关灯", "骑行的风")
MARKUP = "<b>5 & 6</b><script>alert(1)</script>"


@dataclass(frozen=True)
class Staged:
    """What a test has to know of the town to act in it."""

    organisers: dict[str, str]  # token by institution
    institutions: dict[str, str]  # opaque ids
    campaign: str
    site: str  # at A, whose code changes
    tokens: list[str]  # of people who take part: at A, then at B


async def staged(url: str, at: datetime) -> Staged:
    """Let everybody be employed, take part and report in an empty database, and return what to hold on to."""
    async with populate(url, FixedClock(at - PAST)) as world:
        await _found_the_other_district(world)
        await _play_the_past(world, await _employed(world, "E", FEW))
        world.clock.at = at
        campaigns = [await world.open_campaign("energy-week"), await world.open_campaign("green-office", "F", days=1)]
        people = await _employed(world, "A", DEPARTMENTS)
        others = [*await _employed(world, "B", dict.fromkeys((*HARD, MARKUP), 5)), *await _employed(world, "F", FEW)]
        await _report(world, campaigns, people, others)
        async with world.parts.database.write() as session:
            walking = [*people, *others[: -sum(FEW.values())]]
            tokens = await sign_in_all(session, world.parts.services.use(Vault), walking, at)
        organisers = {key: (await world.sign_in(name)).token or "" for key, name in ORGANISERS.items()}
        site = await _furnished(world, await world.sign_in("Wu"))
        institutions = {key: world.institution_id(key) for key in world.institutions}
    return Staged(organisers, institutions, campaigns[0], site, tokens)


async def _found_the_other_district(world: World) -> None:
    """Add one institution whose campaign ends today, and one where none runs; give everybody their organiser."""
    now = world.clock.now()
    async with world.parts.database.write() as session:
        above = world.institutions["C"]
        for key, name in (("G", "云山区机关事务服务中心"), ("E", "云山区财政局"), ("F", "云山区水务局")):
            code = credit_code.with_check(f"1112000000001{len(world.institutions):04d}")
            level = "district" if key == "G" else "institution"
            added = await tree.add_institution(session, credit_code=code, name=name, level=level, parent_id=above.id)
            above, world.institutions[key] = added if key == "G" else above, added
        for key, name in ORGANISERS.items():
            await service.grant(session, world.members[name], "organiser", world.institutions[key].id or 0, now)
        await service.grant(session, world.members["Sun"], "supervisor", world.institutions["G"].id or 0, now)


async def _play_the_past(world: World, people: Sequence[int]) -> None:
    """Let a campaign of two days come to its seal."""
    campaign = await world.open_campaign("green-office", "G", days=2)
    dice = random.Random("past")
    for number in people:
        await acts(world, campaign, [number], "paperless", sheets=dice.randint(2, 9))
    await to_seal(world, campaign)


async def _furnished(world: World, wu: Person) -> str:
    """Let the organiser at A do what screens can tell of: a site, the canteen's log, a message. Returns the site."""
    now, place = world.clock.now(), world.institution_id("A")
    hours = {"institutionId": place, "validFrom": now.isoformat(), "validUntil": (now + timedelta(days=30)).isoformat()}
    issued = await wu.run("IssueCode.v2", input={**hours, "kind": "clear_plate", "place": "一层食堂", "changes": True})
    assert issued["__typename"] == "CodeIssued", issued
    for meal, diners, kilograms in (("BREAKFAST", 96, "3.1"), ("LUNCH", 148, "9.8")):
        asked = {"requestId": fresh_id(), "institutionId": place, "day": f"{now:%Y-%m-%d}", "meal": meal}
        weighed = await wu.run("RecordMealWaste", input={**asked, "diners": diners, "wasteKilograms": kilograms})
        assert weighed["__typename"] == "MealWasteRecorded", weighed
    told = {
        "textZh": "周三低碳日，食堂提供半份菜，吃多少取多少。",
        "textEn": "Low-carbon day on Wednesday: ask for half portions.",
    }
    until = {"beginsAt": now.isoformat(), "endsAt": (now + timedelta(days=7)).isoformat()}
    wrote = await wu.run("WriteScreenMessage", input={"requestId": fresh_id(), "institutionId": place, **told, **until})
    assert wrote["__typename"] == "ScreenMessageWritten", wrote
    site: str = issued["siteId"]
    return site


async def _employed(world: World, institution: str, departments: Mapping[str, int]) -> list[int]:
    """Employ so many in each department; some have chosen what boards call them. Returns their numbers."""
    dice, numbers, place = random.Random(institution), [], world.institutions[institution].id or 0
    async with world.parts.database.write() as session:
        for name, count in departments.items():
            # As old rosters have them, not as we take them.
            department = await tree.department_named(session, place, name) or Department(
                institution_id=place, name=name
            )
            session.add(department)
            await session.flush()
            for number in range(count):
                chosen = dice.choice(CHOSEN) if institution == "A" and number == 0 else None
                called = dice.choice(SURNAMES) + dice.choice(GIVEN)
                member = Member(name=called, display_name=MARKUP if name == MARKUP and number == 0 else chosen)
                session.add(member)
                await session.flush()
                numbers.append(member.id or 0)
                session.add(
                    Membership(
                        member_id=numbers[-1], institution_id=place, department_id=department.id or 0,
                        staff_number=f"{len(numbers):05d}", starts_on=date(2026, 1, 1),
                    )
                )  # fmt: skip
        await session.flush()
    return numbers


async def _report(world: World, campaigns: Sequence[str], people: Sequence[int], others: Sequence[int]) -> None:
    """Let everybody report something today, each another amount."""
    dice, now, one_day = random.Random(7), world.clock.now(), set(others[-sum(FEW.values()) :])
    reported = {}
    leading = set(people[: next(iter(DEPARTMENTS.values()))])
    for number in (*people, *others):
        least = int(number in leading)
        week, commute = campaigns[number in one_day], {"mode": "metro", "distance": "from_5_km"}
        reported[number] = [Item(week, "energy_act", now, {"act": ENERGY_ACTS[0]})]
        if number not in one_day:
            reported[number] += [Item(week, "commute", now, {**commute, "direction": "to_work"})] * dice.randint(
                least, 1
            )
        reported[number] += [Item(week, "paperless", now, {"sheets": dice.randint(2, 9)})] * dice.randint(least, 1)
    for campaign in campaigns:
        await record_for(
            world, campaign, {number: made for number, made in reported.items() if made[0].campaign == campaign}
        )
    await world.project()
