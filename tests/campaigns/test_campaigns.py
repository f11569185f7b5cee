"""Opening a campaign pins its rules and its days; joining and leaving are the member's own act."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import col, select, update

from backend.campaigns import queries, service
from backend.campaigns.errors import CampaignClosed, CampaignDaysInvalid, ThemeUnknown
from backend.campaigns.tables import CANCELLED, CLOSED, SCHEDULED, Campaign, Participation, PinnedDocument
from backend.core.db import Database
from backend.core.errors import NotFound, Problem
from backend.identity.tables import Membership
from tests.campaigns.city import MONDAY, NOW, SHELF, City, plant, schedule


@pytest.fixture
async def city(database: Database) -> City:
    """Build the city in the database of the test."""
    return await plant(database)


async def change(database: Database, campaign: Campaign, **values: object) -> None:
    """Set columns of a campaign."""
    async with database.write() as session:
        await session.exec(update(Campaign).where(col(Campaign.id) == campaign.id).values(**values))


async def join(database: Database, campaign: Campaign, member: int, now: datetime = NOW) -> Participation:
    """Let somebody join."""
    async with database.write() as session:
        return await service.join(session, campaign.id or 0, member, now)


async def leave(database: Database, campaign: Campaign, member: int) -> Participation:
    """Let somebody leave."""
    async with database.write() as session:
        return await service.leave(session, campaign.id or 0, member, NOW)


async def taking_part(database: Database, campaign: Campaign, *members: int) -> set[int]:
    """Return who of these takes part."""
    async with database.read() as session:
        found = await session.exec(
            select(Participation.member_id).where(
                col(Participation.campaign_id) == campaign.id,
                col(Participation.member_id).in_(members),
                col(Participation.left_at).is_(None),
            )
        )
        return set(found)


async def test_a_campaign_opens_at_its_first_day_and_closes_after_the_grace_time(
    database: Database, city: City
) -> None:
    campaign = await schedule(database, city.district)

    assert campaign.state == SCHEDULED
    assert campaign.opens_at == datetime(2026, 6, 14, 16, 0, tzinfo=UTC)
    assert campaign.closes_at == datetime(2026, 6, 21, 16, 0, tzinfo=UTC) + timedelta(hours=campaign.grace_hours)


NO_CAMPAIGN = [
    (MONDAY, 0, "结束日期早于开始日期"),
    (MONDAY, -700, "结束日期早于开始日期"),
    (MONDAY, 367, "活动不能超过 366 天"),
    (date(2026, 6, 1), 7, "结束日期已经过去"),
    (date(2036, 6, 1), 7, "最多提前 5 年安排"),
]


async def test_days_that_make_no_campaign_are_refused_with_the_reason(database: Database, city: City) -> None:
    for starts_on, days, told in NO_CAMPAIGN:
        with pytest.raises(CampaignDaysInvalid) as caught:
            await schedule(database, city.district, starts_on, days)
        assert told in caught.value.text("zh-CN")

    async with database.read() as session:
        assert (await session.exec(select(PinnedDocument))).all() == []


async def test_a_campaign_may_begin_before_it_is_opened_and_last_a_year(database: Database, city: City) -> None:
    edges = [(NOW.date(), 1), (NOW.date() - timedelta(days=6), 7), (MONDAY, 366)]

    opened = [await schedule(database, city.district, starts_on, days) for starts_on, days in edges]

    assert len({campaign.id for campaign in opened}) == len(edges)


def test_a_theme_that_there_is_not_is_refused_with_those_there_are() -> None:
    with pytest.raises(ThemeUnknown) as caught:
        SHELF.theme("x" * 99)

    assert "energy-week" in caught.value.text("en")
    assert len(str(caught.value.fields["theme"])) == 40


async def test_two_campaigns_of_one_theme_pin_the_same_text_once(database: Database, city: City) -> None:
    first, second = await asyncio.gather(schedule(database, city.district), schedule(database, city.school))

    async with database.read() as session:
        pinned = (await session.exec(select(PinnedDocument.content_hash))).all()
    assert first.theme_hash == second.theme_hash == SHELF.theme("energy-week").content_hash
    assert sorted(pinned) == sorted([first.theme_hash, SHELF.factors.content_hash])


async def test_a_campaign_runs_by_the_rules_that_it_pinned(database: Database, city: City) -> None:
    campaign = await schedule(database, city.district)

    async with database.read() as session:
        running = await queries.one(session, campaign.id or 0)

    assert running
    assert running.rules.theme == SHELF.theme("energy-week")
    assert running.rules.factors == SHELF.factors
    assert running.today(datetime(2026, 6, 15, 15, 59, tzinfo=UTC)) == MONDAY
    assert running.late_until(MONDAY) == datetime(2026, 6, 15, 16, 0, tzinfo=UTC) + timedelta(hours=48)


async def test_an_institution_takes_part_in_what_is_opened_above_it_and_not_beside_it(
    database: Database, city: City
) -> None:
    above, own = await schedule(database, city.district), await schedule(database, city.office, days=3)
    beside, cancelled = await schedule(database, city.school), await schedule(database, city.office)
    await change(database, cancelled, state=CANCELLED)

    async with database.read() as session:
        path = (await queries.one(session, own.id or 0)).path  # type: ignore[union-attr]
        covering = {one.id for one in await queries.covering(session, path, NOW)}
        later = {one.id for one in await queries.covering(session, path, own.closes_at)}

    assert covering == {above.id, own.id}
    assert later == {above.id}
    assert beside.id not in covering


async def test_joining_twice_is_joining_once(database: Database, city: City) -> None:
    campaign = await schedule(database, city.district)

    first = await join(database, campaign, city.lin)
    second = await join(database, campaign, city.lin, NOW + timedelta(hours=1))

    assert first.joined_at == second.joined_at == NOW
    assert await taking_part(database, campaign, city.lin, city.chen) == {city.lin}


async def test_an_impatient_thumb_joins_once(database: Database, city: City) -> None:
    campaign = await schedule(database, city.district)

    joined = await asyncio.gather(*(join(database, campaign, city.lin) for _ in range(8)))

    assert {one.member_id for one in joined} == {city.lin}
    assert await taking_part(database, campaign, city.lin) == {city.lin}


async def test_leaving_can_be_undone_and_undoes_joining(database: Database, city: City) -> None:
    campaign = await schedule(database, city.district)
    await join(database, campaign, city.lin)

    left = [await leave(database, campaign, city.lin) for _ in range(2)]
    after_leaving = await taking_part(database, campaign, city.lin)
    await join(database, campaign, city.lin)

    assert [one.left_at for one in left] == [NOW, NOW]
    assert after_leaving == set()
    assert await taking_part(database, campaign, city.lin) == {city.lin}


async def test_who_never_joined_cannot_leave(database: Database, city: City) -> None:
    campaign = await schedule(database, city.district)

    with pytest.raises(NotFound):
        await leave(database, campaign, city.lin)


@pytest.mark.parametrize(
    ("values", "problem"),
    [({"state": CLOSED}, CampaignClosed), ({"state": CANCELLED}, NotFound), ({"closes_at": NOW}, CampaignClosed)],
)
async def test_what_is_over_or_cancelled_cannot_be_joined(
    database: Database, city: City, values: dict[str, object], problem: type[Problem]
) -> None:
    campaign = await schedule(database, city.district)
    await change(database, campaign, **values)

    with pytest.raises(problem):
        await join(database, campaign, city.lin)

    assert await taking_part(database, campaign, city.lin) == set()


async def test_a_campaign_elsewhere_and_none_at_all_get_one_answer(database: Database, city: City) -> None:
    elsewhere = await schedule(database, city.school)
    nowhere = Campaign(**{**elsewhere.model_dump(), "id": 4004})
    told = []

    for campaign in (elsewhere, nowhere):
        with pytest.raises(NotFound) as caught:
            await join(database, campaign, city.lin)
        told.append(caught.value.text("en"))

    assert told[0] == told[1]


async def test_who_has_left_the_roster_cannot_join(database: Database, city: City) -> None:
    campaign = await schedule(database, city.district)
    async with database.write() as session:
        ended = update(Membership).where(col(Membership.member_id) == city.lin)
        await session.exec(ended.values(ends_on=NOW.date() - timedelta(days=1)))

    with pytest.raises(NotFound):
        await join(database, campaign, city.lin)
