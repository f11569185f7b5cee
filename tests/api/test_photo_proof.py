"""A photo as proof: it lifts an act above a mere word, proves one act only, and a bad one is told apart."""

from datetime import timedelta
from typing import Any

import pytest

from backend.core import ids
from backend.media.tables import RISKY, STORED, Upload
from tests.api.asking import act, joined, record
from tests.cast import World


async def upload(world: World, name: str, request_id: str = "a-photo-1", **changes: Any) -> str:
    """Let somebody have a stored photo; return its opaque id."""
    now = world.clock.now()
    row: dict[str, Any] = {
        "member_id": world.members[name],
        "request_id": request_id,
        "key": f"{name}-{request_id}",
        "state": STORED,
        "requested_at": now,
        "expires_at": now + timedelta(hours=2),
    }
    async with world.parts.database.write() as session:
        added = Upload(**row | changes)
        session.add(added)
        await session.flush()
        number = added.id
    assert number is not None
    return ids.encode("pho", number)


async def plate(world: World, campaign: str, photo: str, **more: Any) -> dict[str, Any]:
    return act(campaign, "clear_plate", world.clock.now(), **more) | {"photoId": photo}


async def test_a_photo_earns_more_than_a_word_and_less_than_a_code(world: World) -> None:
    campaign = await world.open_campaign("grain-day")
    lin, zhou = [await joined(world, name, campaign) for name in ("Lin", "Zhou")]

    shown = await record(lin, await plate(world, campaign, await upload(world, "Lin")))
    said = await record(zhou, act(campaign, "clear_plate", world.clock.now()))

    proofs = [receipt["outcomes"][0]["checkIn"] for receipt in (said, shown)]
    assert [(one["proof"], one["points"]) for one in proofs] == [("self_declared", 5), ("photo", 8)]


@pytest.mark.parametrize(
    ("of", "changes", "problem"),
    [
        ("Lin", {"state": "expected"}, "PhotoUnknown"),
        ("Lin", {"state": "deleted"}, "PhotoUnknown"),
        ("Zhou", {}, "PhotoUnknown"),
        ("Chen", {}, "PhotoUnknown"),
        ("Lin", {"moderation": RISKY}, "PhotoRefused"),
        ("Lin", {"act_id": 12345}, "PhotoUsed"),
    ],
)
async def test_a_photo_that_proves_nothing_is_told_and_the_act_stays_open(
    world: World, of: str, changes: dict[str, Any], problem: str
) -> None:
    campaign = await world.open_campaign("grain-day")
    lin = await joined(world, "Lin", campaign)

    answer = await record(lin, await plate(world, campaign, await upload(world, of, **changes)))
    without = await record(lin, act(campaign, "clear_plate", world.clock.now()))

    assert answer["outcomes"][0]["__typename"] == problem
    assert "不附照片" in answer["outcomes"][0]["message"]
    assert without["outcomes"][0]["__typename"] == "Accepted"


@pytest.mark.parametrize("nonsense", ["", "pho_", "chk_1", "pho_zzzzzzzzzzzzzzzzz", "x" * 5000, "\x00"])
async def test_an_id_of_nothing_is_an_unknown_photo(world: World, nonsense: str) -> None:
    campaign = await world.open_campaign("grain-day")
    lin = await joined(world, "Lin", campaign)

    answer = await record(lin, await plate(world, campaign, nonsense))

    assert answer["outcomes"][0]["__typename"] == "PhotoUnknown"


async def test_one_photo_proves_one_act_even_within_a_batch(world: World) -> None:
    campaign = await world.open_campaign("waste-sorting-week")
    lin = await joined(world, "Lin", campaign)
    photo = await upload(world, "Lin")
    items = [
        act(campaign, "waste_sorting", world.clock.now(), waste_class=one) | {"photoId": photo}
        for one in ("kitchen", "residual")
    ]

    first = await record(lin, *items)
    later = await record(lin, items[1])

    assert [one["__typename"] for one in first["outcomes"]] == ["Accepted", "PhotoUsed"]
    assert later["outcomes"][0]["__typename"] == "PhotoUsed"


async def test_the_same_request_with_a_photo_is_answered_again(world: World) -> None:
    campaign = await world.open_campaign("grain-day")
    lin = await joined(world, "Lin", campaign)
    item = await plate(world, campaign, await upload(world, "Lin"))

    first = await record(lin, item, request_id="with-a-photo")
    again = await record(lin, item, request_id="with-a-photo")

    assert again == first | {"replayed": True}
