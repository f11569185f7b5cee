"""A freeze really freezes: the same bytes for everybody, whatever goes on behind, until it is lifted or sealed."""

from datetime import timedelta

import pytest
from sqlmodel import col, update

from backend.campaigns.tables import PROVISIONAL, Campaign
from backend.core import ids
from backend.leaderboards import pins
from tests.api.asking import answered, forget_boards, joined
from tests.cast import Person, World
from tests.screens.test_screens import register
from tests.settlement.way import acts, to_seal

ASKED = {"reason": "颁奖典礼"}


async def test_a_frozen_board_is_the_same_bytes_until_it_is_lifted(world: World) -> None:
    key, campaign = await register(world), await world.open_campaign("green-office")
    lin, sun = await joined(world, "Lin", campaign), await world.sign_in("Sun")
    people = [world.members["Lin"], *await world.add_members("A", "财务处", 9)]
    await acts(world, campaign, people)
    asked = {"campaignId": campaign, **ASKED}

    frozen = await sun.run("FreezeBoards", input=asked)
    before = await world.client.get(f"/screens/{key}/board.json")
    world.clock.advance(timedelta(hours=1))
    await acts(world, campaign, people[:3], "energy_act", act="lights_off")
    forget_boards(world)
    during = await world.client.get(f"/screens/{key}/board.json")
    again = await sun.run("FreezeBoards", input=asked)
    page = (await world.client.get(f"/screens/{key}")).text
    balance = (await lin.run("MyLedger"))["balance"]["points"]
    lifted = [await sun.run("UnfreezeBoards", input=asked) for _ in range(2)]
    forget_boards(world)
    after = await world.client.get(f"/screens/{key}/board.json")

    settlement = frozen["settlement"]
    assert (settlement["freeze"]["reason"], settlement["freeze"]["sealed"]) == ("颁奖典礼", False)
    assert again["settlement"]["freeze"] == settlement["freeze"]
    assert "榜单已于 06-15 12:00 冻结" in before.json()["boards"][0]["notice"]
    assert "榜单已于 06-15 12:00 冻结" in page
    assert during.content == before.content
    assert balance == 10
    assert [one["settlement"]["freeze"] for one in lifted] == [None, None]
    assert after.json()["boards"][0]["points"] == before.json()["boards"][0]["points"] + 15


async def test_the_seal_lifts_a_freeze_and_holds_what_came_meanwhile(world: World) -> None:
    campaign = await world.open_campaign("green-office")
    lin, sun = await joined(world, "Lin", campaign), await world.sign_in("Sun")
    people = [world.members["Lin"], *await world.add_members("A", "财务处", 9)]
    await acts(world, campaign, people)
    await sun.run("FreezeBoards", input={"campaignId": campaign, **ASKED})
    await acts(world, campaign, people[:3], "energy_act", act="lights_off")

    await to_seal(world, campaign)

    lin, sun = await world.sign_in("Lin"), await world.sign_in("Sun")
    asked = {"campaignId": campaign, "level": "INSTITUTION", "period": "CAMPAIGN", "measure": "POINTS"}
    board = (await lin.run("Board.v2", **asked))["board"]["board"]
    assert (board["points"], board["frozenAt"]) == (65, None)
    assert "已于" in board["notice"]
    for document, zh, en in (("FreezeBoards", "已封存", "sealed"), ("UnfreezeBoards", "已封存", "sealed")):
        await answered(sun, document, "StepRefused", zh=zh, en=en, input={"campaignId": campaign, **ASKED})


async def test_a_reason_is_asked_for(world: World) -> None:
    campaign, sun = await world.open_campaign("green-office"), await world.sign_in("Sun")

    for document in ("FreezeBoards", "UnfreezeBoards", "EndReview"):
        asked = {"campaignId": campaign, "reason": " "}
        await answered(sun, document, "InvalidValue", zh="reason", en="reason", input=asked)


async def test_a_screen_shows_the_sealed_result_for_a_fortnight(world: World) -> None:
    key, campaign = await register(world), await world.open_campaign("green-office")
    await acts(world, campaign, await world.add_members("A", "财务处", 6))

    await to_seal(world, campaign)
    sealed = (await world.client.get(f"/screens/{key}/board.json")).json()
    screen = await Person(world.client, key).run("CanteenBoard.v2")
    world.clock.advance(timedelta(days=14))
    forget_boards(world)
    later = (await world.client.get(f"/screens/{key}/board.json")).json()

    assert "最终结果" in sealed["boards"][0]["notice"]
    assert screen["boards"][0]["sealedAt"] == screen["campaign"]["seal"]["sealedAt"]
    assert screen["boards"][0]["rows"][0]["correction"] == 0
    assert later["boards"] == []


async def test_boards_that_are_frozen_or_may_not_be_are_not_counted_for_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign, sun = await world.open_campaign("green-office"), await world.sign_in("Sun")
    later = await world.open_campaign(starts_on=world.clock.now().date() + timedelta(days=30))
    asked = {"campaignId": campaign, **ASKED}
    first = await sun.run("FreezeBoards", input=asked)

    async def never(*_: object) -> None:
        pytest.fail("nobody asked for it")

    monkeypatch.setattr(pins, "taken", never)

    assert await sun.run("FreezeBoards", input=asked) == first
    words = {"zh": "活动未开始", "en": "not started"}
    await answered(sun, "FreezeBoards", "StepRefused", **words, input={"campaignId": later, **ASKED})


async def test_a_screen_whose_last_result_is_old_shows_no_older_campaign(world: World) -> None:
    key, older = await register(world), await world.open_campaign("green-office", days=1)
    newer = await world.open_campaign("plastic-free", days=2)
    await acts(world, older, await world.add_members("A", "财务处", 6))
    await to_seal(world, newer)
    async with world.parts.database.write() as session:
        unsealed = update(Campaign).where(col(Campaign.id) == ids.decode("cmp", older))
        await session.exec(unsealed.values(state=PROVISIONAL, sealed_at=None))

    fresh = (await world.client.get(f"/screens/{key}/board.json")).json()
    world.clock.advance(timedelta(days=14))
    forget_boards(world)
    later = (await world.client.get(f"/screens/{key}/board.json")).json()

    assert [len(one["rows"]) for one in fresh["boards"]] == [0, 0, 0]  # nobody took part in the newer one
    assert later["boards"] == []
