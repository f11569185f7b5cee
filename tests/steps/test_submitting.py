"""Steps, from the phone to points: kept by day, a small bonus, never beside a trip."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlmodel import col, update

from backend.campaigns.tables import Campaign
from backend.core import ids
from tests.api.asking import LANGUAGES, accepted, act, answered, fresh_id, joined, nothing_written, refused
from tests.cast import World, trip
from tests.laws.play import complaints, points_of
from tests.steps.phones import phone_of


def of_day(answer: dict[str, Any], days_ago: int = 0) -> dict[str, Any]:
    """Return one day of an answer, counted from the newest."""
    day: dict[str, Any] = answer["days"][days_ago]
    return day


async def test_steps_of_the_day_earn_a_small_bonus_without_carbon(world: World) -> None:
    campaign = await world.open_campaign()
    lin = await phone_of(world, "Lin", campaign)
    await lin.walk(3456)

    answer = await lin.submit()

    today = of_day(answer)
    assert (today["day"], today["steps"], today["points"]) == ("2026-06-15", 3456, 3)
    assert (answer["earned"], answer["replayed"], len(answer["days"])) == (3, False, 31)
    assert today["notCountedBecause"] is None
    assert await points_of(lin.person) == 3
    (act,) = (await lin.person.run("MyCheckIns"))["checkIns"]["items"]
    assert (act["kind"], act["proof"], act["carbon"]["milligrams"]) == ("steps", "system", 0)
    assert (today["checkIn"]["id"], today["checkIn"]["pointsEntry"]) == (act["id"], act["pointsEntry"])
    told = (await lin.person.run("ExplainTransfer", id=act["pointsEntry"]))["transfer"]["explanation"]["sentence"]
    assert told == "1 分 × 3 千步 × 100%（凭证） = 3"
    assert await complaints(world.parts.database) == []


async def test_every_day_says_why_it_earns_nothing_in_both_languages(world: World) -> None:
    campaign = await world.open_campaign(starts_on=world.clock.now().date() - timedelta(days=4))
    lin = await phone_of(world, "Lin", campaign)
    for days_ago, steps in enumerate((999, 8000, 8000, 8000, 8000, 8000)):
        await lin.walk(steps, days_ago)
    yesterday = world.clock.now() - timedelta(days=1)
    await accepted(lin.person, trip(campaign, yesterday))
    expected = [
        ("TooFewSteps", "2026-06-15 的步数不足 1000 步", "Steps count from 1000 on; 2026-06-15 has fewer"),
        ("OtherActCounts", "2026-06-14 已记“135”绿色出行", "'135 green commuting' counts on 2026-06-14"),
        (None, "", ""),
        ("TooLate", "2026-06-12 的补报已于", "Late reports for 2026-06-12 ended"),
        ("TooLate", "2026-06-11 的补报已于", "Late reports for 2026-06-11 ended"),
        ("NoStepsCampaign", "在 2026-06-10 不计步数", "counts steps on 2026-06-10"),
    ]

    for place, language in enumerate(LANGUAGES):
        phone = replace(lin, person=replace(lin.person, language=language))
        days = (await phone.submit())["days"]
        for day, told in zip(days, expected, strict=False):
            if told[0] is None:
                assert (day["points"], day["notCountedBecause"]) == (5, None)
                continue
            assert day["notCountedBecause"]["__typename"] == told[0]
            assert told[place + 1] in day["notCountedBecause"]["message"]
            assert (day["points"], day["checkIn"]) == (0, None)


async def test_more_steps_later_raise_the_award_and_the_ledger_says_so(world: World) -> None:
    campaign = await world.open_campaign()
    lin = await phone_of(world, "Lin", campaign)
    await lin.walk(2100)
    await lin.submit()
    await lin.walk(4900)

    grown, again = await lin.submit(), await lin.submit()

    assert (grown["earned"], of_day(grown)["points"]) == (2, 4)
    assert (again["earned"], again["days"]) == (0, grown["days"])
    entries = (await lin.person.run("MyLedger"))["ledger"]["items"]
    assert sorted(one["amount"] for one in entries) == [-2, 2, 4]
    (undone,) = [one for one in entries if one["amount"] < 0]
    assert undone["explanation"]["sentence"] == "当天的数据已增加，按新的数量重计，冲回 2"
    assert await complaints(world.parts.database) == []


async def test_fewer_steps_change_nothing_and_the_larger_count_is_kept(world: World) -> None:
    campaign = await world.open_campaign()
    lin = await phone_of(world, "Lin", campaign)
    await lin.walk(3000)
    await lin.submit()
    await lin.walk(1200)

    answer = await lin.submit()

    assert (answer["earned"], of_day(answer)["steps"], of_day(answer)["points"]) == (0, 3000, 3)
    assert (await lin.person.run("MySteps"))["steps"][0]["steps"] == 3000
    assert await points_of(lin.person) == 3


async def test_a_trip_takes_the_place_of_the_days_steps_and_the_ledger_says_why(world: World) -> None:
    campaign = await world.open_campaign()
    lin = await phone_of(world, "Lin", campaign)
    await lin.walk(4000)
    await lin.submit()

    await accepted(lin.person, trip(campaign, world.clock.now()))

    assert await points_of(lin.person) == 5
    acts = (await lin.person.run("MyCheckIns"))["checkIns"]["items"]
    assert {one["kind"]: one["counted"] for one in acts} == {"commute": True, "steps": False}
    for language, words in zip(
        LANGUAGES,
        ("当天已记绿色出行，步数与出行同日只计一项，冲回 4", "counts instead of the steps; 4 taken back"),
        strict=True,
    ):
        entries = (await replace(lin.person, language=language).run("MyLedger"))["ledger"]["items"]
        (undone,) = [one for one in entries if one["amount"] < 0]
        assert words in undone["explanation"]["sentence"]
    assert (await lin.person.run("MySteps"))["steps"][0] == {
        "day": "2026-06-15", "steps": 4000, "points": 0, "checkIn": None
    }  # fmt: skip
    assert await complaints(world.parts.database) == []


async def test_steps_earn_again_once_the_trip_of_their_day_was_undone(world: World) -> None:
    campaign = await world.open_campaign()
    lin, wu = await phone_of(world, "Lin", campaign), await world.sign_in("Wu")
    await lin.walk(4000)
    (made,) = await accepted(lin.person, trip(campaign, world.clock.now()))
    before = await lin.submit()
    await wu.run("ReverseTransfer", input={"entryId": made["pointsEntry"], "reason": "误报"})

    after = await lin.submit()

    assert of_day(before)["notCountedBecause"]["__typename"] == "OtherActCounts"
    assert (before["earned"], after["earned"]) == (0, 4)
    assert await points_of(lin.person) == 4
    assert await complaints(world.parts.database) == []


async def test_what_staff_undid_does_not_come_back_with_the_next_sending(world: World) -> None:
    campaign = await world.open_campaign()
    lin, wu = await phone_of(world, "Lin", campaign), await world.sign_in("Wu")
    await lin.walk(3000)
    entry = of_day(await lin.submit())["checkIn"]["pointsEntry"]
    undone = await wu.run("ReverseTransfer", input={"entryId": entry, "reason": "计步异常"})
    await lin.walk(5000)

    for language, words in zip(LANGUAGES, ("已由工作人员冲回", "Staff took back the points"), strict=True):
        today = of_day(await replace(lin, person=replace(lin.person, language=language)).submit())
        assert today["notCountedBecause"]["__typename"] == "StepsUndone"
        assert words in today["notCountedBecause"]["message"]

    assert undone["__typename"] == "TransferReversed"
    assert await points_of(lin.person) == 0


async def test_of_two_campaigns_the_first_to_open_counts_a_day_unless_it_takes_no_late_ones(world: World) -> None:
    first = world.clock.now().date() - timedelta(days=3)
    month = await world.open_campaign("green-commute-month", starts_on=first)
    week = await world.open_campaign("energy-week", starts_on=first + timedelta(days=1))
    lin = await phone_of(world, "Lin", month)
    await joined(world, "Lin", week)
    await lin.walk(3000)
    await lin.walk(3000, days_ago=1)
    async with world.parts.database.write() as session:
        number = ids.decode("cmp", month)
        await session.exec(update(Campaign).where(col(Campaign.id) == number).values(grace_hours=0))

    answer, again = await lin.submit(), await lin.submit()

    assert [one["checkIn"]["campaignId"] for one in answer["days"][:2]] == [month, week]
    assert (answer["earned"], again["earned"]) == (6, 0)


async def test_a_retry_of_the_phone_is_answered_the_same_even_under_a_new_session_key(world: World) -> None:
    campaign = await world.open_campaign()
    lin = await phone_of(world, "Lin", campaign)
    await lin.walk(3000)
    sealed, request_id = await lin.werun(), fresh_id()
    first = await lin.send(sealed, request_id)
    await lin.walk(5000)
    await world.sign_in("Lin")
    world.clock.advance(timedelta(hours=30))

    again = await lin.send(sealed, request_id)

    assert (first["replayed"], again["replayed"]) == (False, True)
    assert {**again, "replayed": False} == first
    assert await points_of(lin.person) == 3


async def test_an_answer_is_kept_also_when_nothing_earned_anything(world: World) -> None:
    lin = await phone_of(world, "Lin")
    sealed, request_id = await lin.werun(), fresh_id()

    first, again = await lin.send(sealed, request_id), await lin.send(sealed, request_id)

    assert {**again, "replayed": False} == first
    assert {one["notCountedBecause"]["__typename"] for one in first["days"]} == {"NoStepsCampaign"}


async def test_who_leaves_a_campaign_earns_no_more_by_steps_and_keeps_what_was_earned(world: World) -> None:
    campaign = await world.open_campaign()
    lin = await phone_of(world, "Lin", campaign)
    await lin.walk(2000)
    await lin.submit()
    await lin.person.run("LeaveCampaign", input={"campaignId": campaign})
    await lin.walk(5000)

    answer = await lin.submit()

    assert (answer["earned"], of_day(answer)["points"], await points_of(lin.person)) == (0, 2, 2)


async def test_steps_that_are_declared_are_refused_in_both_languages(world: World) -> None:
    campaign = await world.open_campaign()
    lin = await joined(world, "Lin", campaign)

    async with nothing_written(world):
        declared = act(campaign, "steps", world.clock.now(), thousands=5)
        words = {"zh": "“微信步数”由系统数据自动计入，不能自行申报", "en": "it cannot be declared"}
        await refused(lin, declared, "OnlyFromFeed", **words)


async def test_clients_learn_which_kinds_nobody_declares(world: World) -> None:
    kinds = await world.stranger().run("Kinds.v2")

    assert [one["key"] for one in kinds if one["fed"]] == ["steps"]


async def test_staff_make_no_code_for_steps_and_confirm_none(world: World) -> None:
    campaign = await world.open_campaign()
    lin, wu = await phone_of(world, "Lin", campaign), await world.sign_in("Wu")
    await lin.walk(3000)
    made = of_day(await lin.submit())["checkIn"]["id"]
    at = world.clock.now()
    period = {"validFrom": at.isoformat(), "validUntil": (at + timedelta(days=1)).isoformat()}
    wanted = {"institutionId": world.institution_id("A"), "kind": "steps", "place": "一层", **period}

    async with nothing_written(world):
        words = {"zh": "由系统数据计入，不用现场码", "en": "a system's data prove it, not a code"}
        await answered(wu, "IssueCode", "InvalidValue", **words, input=wanted)
        words = {"zh": "已有同等或更强的凭证", "en": "equal or stronger proof"}
        await answered(wu, "ConfirmCheckIn", "ProofNotStronger", **words, input={"checkInId": made})
