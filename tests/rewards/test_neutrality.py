"""Carbon is given to an event once, as much as it needs and no more, and comes back when the event is called off."""

import hashlib
import io
from typing import Any

import pytest
from PIL import Image
from sqlmodel import select

from backend.core.db import Database
from backend.points.tables import CARBON_MG
from backend.rewards.tables import Donation
from tests.api.asking import accepted, answered, failed, joined, nothing_written
from tests.cast import Person, World, trip
from tests.laws.play import Twins, tally, together
from tests.media.paper.marks import scanned
from tests.rewards.shop import Shop, board_complaints, complaints, credit, give, request

KG = 1_000_000


async def opened(shop: Shop, kilograms: int = 2, at: str = "A", by: Person | None = None) -> str:
    """Open an event and return its id."""
    said: dict[str, Any] = {
        "titleZh": "读书节",
        "heldOn": "2026-07-01",
        "kilograms": kilograms,
        "source": "用电量乘以电网因子",
    }
    asked = {"institutionId": shop.world.institution_id(at)} | said
    answer = await request(by or shop.wu, "OpenNeutralEvent", **asked)
    assert answer["__typename"] == "NeutralEventOpened", answer
    identifier: str = answer["event"]["id"]
    return identifier


async def donate(person: Person, event: str, milligrams: int, request_id: str | None = None) -> Any:
    """Give carbon to an event and return the answer."""
    return await request(person, "DonateCarbon", request_id, eventId=event, milligrams=milligrams)


async def carbon(person: Person) -> int:
    """Return the carbon that a member holds."""
    held: int = (await person.run("Rewards"))["spending"]["carbon"]["milligrams"]
    return held


@pytest.fixture
async def lin(shop: Shop) -> Person:
    """Return Lin, who has avoided three kilograms."""
    await give(shop.world, "Lin", 3 * KG, CARBON_MG)
    return await shop.world.sign_in("Lin")


async def test_an_event_is_filled_and_its_certificate_says_everything_but_names(shop: Shop, lin: Person) -> None:
    event = await opened(shop)
    early = await lin.run("NeutralCertificate", eventId=event)
    for amount in (KG // 2, 3 * KG // 2):
        assert (await donate(lin, event, amount))["__typename"] == "CarbonDonated"

    certificate = await lin.run("NeutralCertificate", eventId=event)

    async with shop.world.parts.database.read() as session:
        given = (await session.exec(select(Donation.id).order_by(Donation.id))).all()  # type: ignore[arg-type]
    lines = f"{given[0]} {KG // 2}\n{given[1]} {3 * KG // 2}\n"
    assert early is None
    assert certificate["digest"] == hashlib.sha256(lines.encode()).hexdigest()
    assert (certificate["number"], certificate["title"], certificate["institution"]) == (
        "E2026-000001",
        "读书节",
        "滨河区档案馆",
    )
    counts = (certificate["donations"], certificate["donors"])
    assert (certificate["carbon"]["milligrams"], counts) == (2 * KG, (None, None))
    assert "估算减排量" in certificate["statement"]
    assert "核证" not in certificate["statement"]
    assert await complaints(shop.world.parts.database) == []


@pytest.mark.parametrize(("donors", "told"), [(4, False), (5, True)])
async def test_donations_are_counted_where_five_people_gave(
    twins: Twins, database: Database, donors: int, told: bool
) -> None:
    shop = Shop(twins.world, await twins.world.sign_in("Wu"))
    members = await givers(twins, donors)
    event = await opened(shop, donors + 1)
    for one in [*members, members[0]]:
        await donate(one, event, KG)

    certificate = await members[0].run("NeutralCertificate", eventId=event)
    paper = await members[0].run("NeutralCertificatePaper", eventId=event, format="PNG", language="ZH_CN")
    page = (await twins.world.client.get(paper["verifyPath"], headers={"accept-language": "zh-CN"})).text

    assert (certificate["donations"], certificate["donors"]) == ((donors + 1, donors) if told else (None, None))
    assert ("捐赠次数" in page, "捐赠人数" in page) == (told, told)
    assert await complaints(database) == []


async def test_nobody_gives_what_they_do_not_hold_nor_what_is_not_needed(shop: Shop, lin: Person) -> None:
    event, small = await opened(shop, 50), await opened(shop, 1)

    async with nothing_written(shop.world):
        for named, amount, problem, zh, en in (
            (event, 4 * KG, "CarbonShort", "为 3 kg，不足 4 kg", "an estimated 3 kg"),
            (small, 2 * KG, "EventNeedsLess", "还需 1 kg", "needs 1 kg more"),
            (event, 0, "InvalidValue", "须为 1 至", "it is 1 to"),
        ):
            given = {"requestId": "a-gift-too-large", "eventId": named, "milligrams": amount}
            await answered(lin, "DonateCarbon", problem, zh=zh, en=en, input=given)


async def test_what_was_given_cannot_be_given_again(shop: Shop, lin: Person) -> None:
    first, second = await opened(shop, 3), await opened(shop, 3)

    answers = [await donate(lin, one, 2 * KG, f"gift-to-{one[-1]}-event") for one in (first, first, second)]

    assert [answer["__typename"] for answer in answers] == ["CarbonDonated", "CarbonDonated", "CarbonShort"]
    assert answers[1] == answers[0] | {"replayed": True}
    assert await carbon(lin) == KG
    entry = (await lin.run("MyLedger"))["ledger"]["items"][0]
    assert entry["explanation"]["sentence"] == "向“读书节”捐赠估算减排量 2000 g"


async def test_calling_an_event_off_gives_everything_back_with_the_reason(shop: Shop, lin: Person) -> None:
    event = await opened(shop, 2)
    await donate(lin, event, 2 * KG)

    off = await request(shop.wu, "CancelNeutralEvent", eventId=event, reason="改为线上举行")

    assert off["returned"] == 1
    assert await carbon(lin) == 3 * KG
    (seen,) = (await lin.run("NeutralEvents"))["neutralEvents"]
    assert (seen["state"], seen["reason"], seen["own"]["milligrams"]) == ("cancelled", "改为线上举行", 0)
    sentence = (await lin.run("MyLedger"))["ledger"]["items"][0]["explanation"]["sentence"]
    assert sentence == "退回 2000 g，原因：改为线上举行"
    zh, en = "已取消", "was cancelled"
    giving = {"requestId": "a-gift-too-late", "eventId": event, "milligrams": 5}
    await answered(lin, "DonateCarbon", "EventOver", zh=zh, en=en, input=giving)
    cancelling = {"requestId": "cancel-once-more", "eventId": event, "reason": "又取消"}
    await answered(shop.wu, "CancelNeutralEvent", "EventOver", zh=zh, en=en, input=cancelling)
    assert await complaints(shop.world.parts.database) == []


async def test_what_its_certificate_could_not_print_is_refused_when_an_event_is_opened(shop: Shop) -> None:
    said: dict[str, Any] = {"titleZh": "读书节", "heldOn": "2026-07-01", "kilograms": 2}
    said |= {"source": "用电量\n乘以电网因子", "institutionId": shop.world.institution_id("A")}

    async with nothing_written(shop.world):
        for field in ("titleZh", "titleEn", "source"):
            words = {"zh": f"“{field}”填写有误：“节能环保🌱”中的“🌱”（U+1F331）无法印刷", "en": "cannot be printed"}
            asked = said | {"requestId": "an-event-to-print", field: "节能环保🌱"}
            await answered(shop.wu, "OpenNeutralEvent", "InvalidValue", **words, input=asked)
    opened = await request(shop.wu, "OpenNeutralEvent", **said)

    assert opened["event"]["source"] == "用电量 乘以电网因子"


async def test_another_units_event_does_not_exist(shop: Shop, lin: Person) -> None:
    event = await opened(shop)
    chen = await shop.world.sign_in("Chen")
    await give(shop.world, "Chen", KG, CARBON_MG)

    assert (await chen.run("NeutralEvents"))["neutralEvents"] == []
    assert (await donate(chen, event, 5))["__typename"] == "NotFound"
    await failed(chen, "NeutralCertificate", "PROBLEM", zh="没有找到", en="Not found", eventId=event)
    cancelling = {"requestId": "cancel-of-a-stranger", "eventId": event, "reason": "不办了"}
    await answered(lin, "CancelNeutralEvent", "NotFound", zh="没有找到", en="Not found", input=cancelling)


async def test_carbon_that_was_given_still_counts_on_the_boards(world: World) -> None:
    shop = Shop(world, await world.sign_in("Wu"))
    campaign = await world.open_campaign()
    lin = await joined(world, "Lin", campaign)
    (done,) = await accepted(lin, trip(campaign, world.clock.now()))
    asked = {"campaignId": campaign, "level": "PERSON", "period": "CAMPAIGN", "measure": "CARBON"}
    await world.project()
    before = (await lin.run("Board", **asked))["board"]["me"]["place"]

    given = await donate(lin, await opened(shop), await carbon(lin))

    assert given["carbon"]["milligrams"] == before["value"] > 0
    assert await board_complaints(world) == []
    assert (await lin.run("Board", **asked))["board"]["me"]["place"] == before
    await shop.wu.run("ReverseTransfer", input={"checkInId": done["id"], "reason": "误报"})
    assert await carbon(lin) == -before["value"]


async def test_many_who_give_at_once_while_it_is_called_off_lose_nothing(twins: Twins, database: Database) -> None:
    shop = Shop(twins.world, await twins.world.sign_in("Wu"))
    members = await givers(twins, 12)
    full, off = await opened(shop, 5), await opened(shop, 5)
    filling = await together(donate(one, full, KG) for one in members)
    giving = [donate(one, off, KG) for one in members]
    stopping = request(twins.both(shop.wu)[1], "CancelNeutralEvent", eventId=off, reason="场地停电")

    answers = await together([*giving[:6], stopping, *giving[6:]])

    assert tally(answer["__typename"] for answer in filling) == {"CarbonDonated": 5, "EventOver": 7}
    assert {answer["__typename"] for answer in answers} <= {"CarbonDonated", "EventOver", "NeutralEventCancelled"}
    assert sorted([await carbon(one) for one in members]) == [KG] * 5 + [2 * KG] * 7
    assert await complaints(database) == []


async def givers(twins: Twins, count: int) -> list[Person]:
    """Return members who have avoided two kilograms, each served by one of the two instances."""
    people = await twins.members(None, count)
    now = twins.world.clock.now()
    async with twins.world.parts.database.write() as session:
        for person in people:
            number = int((person.token or "").rpartition("-")[2])
            await credit(session, number, 2 * KG, now.date(), now, ledger_name=CARBON_MG)
    return [twins.both(person)[place % 2] for place, person in enumerate(people)]


async def test_the_certificate_is_drawn_and_its_code_opens_a_page_until_the_event_is_called_off(
    shop: Shop, lin: Person
) -> None:
    event = await opened(shop)
    asked = {"eventId": event, "format": "PNG", "language": "ZH_CN"}
    early = await lin.run("NeutralCertificatePaper", **asked)
    await donate(lin, event, 2 * KG)

    paper = await lin.run("NeutralCertificatePaper", **asked)
    drawn = await shop.world.client.get(paper["path"])
    (address,) = scanned(Image.open(io.BytesIO(drawn.content)).convert("RGB"))
    page = await shop.world.client.get(paper["verifyPath"], headers={"accept-language": "zh-CN"})
    forged = await shop.world.client.get(paper["verifyPath"][:-1] + "x")
    await request(shop.wu, "CancelNeutralEvent", eventId=event, reason="改为线上举行")
    gone = [await shop.world.client.get(paper[one]) for one in ("verifyPath", "path")]

    assert early is None
    assert (drawn.status_code, address) == (200, f"http://api.test{paper['verifyPath']}")
    for words in ("证书真实有效", "读书节", "滨河区档案馆", "E2026-000001", "2 kg", "不能再次使用"):
        assert words in page.text, words
    assert "林" not in page.text
    assert (forged.status_code, [one.status_code for one in gone]) == (404, [404, 422])
    assert (await shop.world.client.get(paper["verifyPath"])).text == gone[0].text
