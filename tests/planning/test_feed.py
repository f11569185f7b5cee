"""The calendar of an institution: valid iCalendar, stable, without a person, behind an address that can be renewed."""

from datetime import date, timedelta
from typing import Any

import httpx
import icalendar

from backend.planning.tables import CalendarFeed
from tests.api.asking import failed, joined
from tests.cast import NAMES, World

REASON = "吴秋分请假"


async def address(world: World, name: str = "Wu", at: str = "A") -> str:
    """Return a new address of an institution's calendar."""
    person = await world.sign_in(name)
    renewed = await person.run("RenewCalendarFeed", input={"institutionId": world.institution_id(at)})
    path: str = renewed["path"]
    return path


async def fetched(world: World, path: str, **headers: str) -> httpx.Response:
    """Ask for a calendar."""
    return await world.client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})


def events(response: httpx.Response) -> list[Any]:
    """Read a calendar back; raises for what is no calendar."""
    assert response.status_code == 200, response.text
    calendar = icalendar.Calendar.from_ical(response.content)
    assert calendar.errors == []
    assert [str(calendar[key]) for key in ("VERSION", "CALSCALE")] == ["2.0", "GREGORIAN"]
    return list(calendar.walk("VEVENT"))


async def test_campaigns_become_all_day_events_that_parse_back(world: World) -> None:
    path = await address(world)
    await world.open_campaign("energy-week", at="D", starts_on=date(2026, 6, 15))
    await world.open_campaign("plastic-free", at="A", starts_on=date(2026, 6, 20), days=1)
    await world.open_campaign("plastic-free", at="B")

    response = await fetched(world, path)
    above, own = events(response)

    assert response.headers["content-type"] == "text/calendar; charset=utf-8"
    assert all(len(line) <= 75 for line in response.content.split(b"\r\n"))
    assert (above.decoded("DTSTART"), above.decoded("DTEND")) == (date(2026, 6, 15), date(2026, 6, 22))
    assert (own.decoded("DTSTART"), own.decoded("DTEND")) == (date(2026, 6, 20), date(2026, 6, 21))
    assert above["DTSTART"].params["VALUE"] == "DATE"
    assert above["SUMMARY"] == "节能宣传周"
    assert str(above["STATUS"]) == "CONFIRMED"
    assert above.decoded("LAST-MODIFIED") == above.decoded("DTSTAMP") == world.clock.now()
    assert above["UID"] != own["UID"]
    assert [str(one["LOCATION"]) for one in (above, own)] == ["海河市滨河区机关事务服务中心", "滨河区档案馆"]


async def test_it_speaks_english_when_asked(world: World) -> None:
    path = await address(world)
    await world.open_campaign("energy-week", at="D")

    by_address = await fetched(world, f"{path}?lang=en")
    by_header = await fetched(world, path, accept_language="en-GB")
    (event,) = events(by_address)

    assert by_address.content == by_header.content
    assert "Energy" in event["SUMMARY"]
    assert "voluntary" in event["DESCRIPTION"]


async def test_a_change_keeps_the_uid_and_raises_the_sequence(world: World) -> None:
    path, sun = await address(world), await world.sign_in("Sun")
    campaign = await world.open_campaign("energy-week", at="D")
    (before,) = events(await fetched(world, path))
    world.clock.advance(timedelta(hours=1))
    extension = {"campaignId": campaign, "edition": 1, "endsOn": "2026-06-24", "reason": "延长"}
    await sun.run("ChangeCampaign", input=extension)
    (extended,) = events(await fetched(world, path))
    world.clock.advance(timedelta(hours=1))
    await sun.run("PauseCampaign", input={"campaignId": campaign, "because": {"edition": 2, "reason": REASON}})
    (paused,) = events(await fetched(world, path))
    await sun.run("CallOffCampaign", input={"campaignId": campaign, "because": {"edition": 3, "reason": REASON}})
    (cancelled,) = events(await fetched(world, path))

    found = (before, extended, paused, cancelled)
    assert len({str(one["UID"]) for one in found}) == 1
    assert [one["SEQUENCE"] for one in found] == [1, 2, 3, 4]
    assert [str(one["STATUS"]) for one in found] == ["CONFIRMED", "CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert extended.decoded("DTEND") == date(2026, 6, 25)
    assert before.decoded("LAST-MODIFIED") < extended.decoded("LAST-MODIFIED") < paused.decoded("LAST-MODIFIED")
    assert paused["SUMMARY"] == "〔已暂停〕节能宣传周"


async def test_one_campaign_has_one_uid_in_every_calendar(world: World) -> None:
    own, above = await address(world), await address(world, "Sun", "D")
    await world.open_campaign("energy-week", at="D")

    (here,), (there,) = events(await fetched(world, own)), events(await fetched(world, above))

    assert str(here["UID"]) == str(there["UID"])


async def test_it_is_not_sent_again_while_it_stands(world: World) -> None:
    path = await address(world)
    empty = await fetched(world, path)
    await world.open_campaign("energy-week", at="D")
    first = await fetched(world, path)
    tag, when = first.headers["etag"], first.headers["last-modified"]

    known = [
        await fetched(world, path, if_none_match=tag),
        await fetched(world, path, if_none_match=f'"other", W/{tag}'),
        await fetched(world, path, if_modified_since=when),
    ]
    unknown = [
        await fetched(world, path, if_none_match='"other"', if_modified_since=when),
        await fetched(world, path, if_modified_since="Mon, 01 Jan 2024 00:00:00 GMT"),
        await fetched(world, path, if_modified_since="yesterday"),
        await fetched(world, f"{path}?lang=en", if_none_match=tag),
    ]
    world.clock.advance(timedelta(days=30))
    later = await fetched(world, path, if_none_match=tag)

    assert events(empty) == []
    assert [one.status_code for one in known] == [304] * 3
    assert {one.content for one in known} == {b""}
    assert [one.status_code for one in unknown] == [200] * 4
    assert later.status_code == 304  # time alone changes nothing
    assert (await world.client.head(path)).headers["etag"] == tag


async def test_a_renewed_address_ends_the_old_one_and_only_a_fingerprint_is_kept(world: World) -> None:
    wu = await world.sign_in("Wu")
    place = world.institution_id("A")
    none_yet = await wu.run("CalendarFeed", institutionId=place)
    old = await address(world)

    new = await address(world)
    since = await wu.run("CalendarFeed", institutionId=place)

    assert none_yet is None
    assert since == {"renewedAt": world.clock.now().isoformat()}
    assert [(await fetched(world, one)).status_code for one in (old, new)] == [404, 200]
    for guess in ("/calendars/x.ics", "/calendars/.ics", "/calendars/%00.ics", new.replace(".ics", "x.ics")):
        assert (await fetched(world, guess)).status_code == 404
    key = new.removeprefix("/calendars/").removesuffix(".ics")
    assert len(key) == 32
    async with world.parts.database.read() as session:
        kept = await session.get(CalendarFeed, world.institutions["A"].id)
    assert kept
    assert key not in kept.model_dump_json()


async def test_nobody_is_named_in_it_and_no_reason_is_told(world: World) -> None:
    path, sun = await address(world), await world.sign_in("Sun")
    campaign = await world.open_campaign("energy-week", at="D")
    await joined(world, "Lin", campaign)
    await sun.run("PauseCampaign", input={"campaignId": campaign, "because": {"edition": 1, "reason": REASON}})

    text = (await fetched(world, path)).text.replace("\r\n ", "")

    assert "已暂停" in text
    assert [name for name in (*NAMES.values(), REASON) if name in text] == []


async def test_only_managers_give_it_an_address(world: World) -> None:
    for name in ("Lin", "Chen"):
        person, place = await world.sign_in(name), world.institution_id("A")
        await failed(person, "RenewCalendarFeed", "FORBIDDEN", zh="权限", en="allowed", input={"institutionId": place})
        await failed(person, "CalendarFeed", "FORBIDDEN", zh="权限", en="allowed", institutionId=place)
