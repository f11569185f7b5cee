"""A reviewer sees the act and nothing that tells whose it is; a photo that is gone or unfit is not shown."""

import json
from typing import Any

import httpx
import pytest
from sqlmodel import update

from backend.core import ids
from backend.media.tables import RISKY, Upload
from backend.review.tables import ReviewCase
from tests.api.asking import accepted, act, fresh_id, joined
from tests.api.test_photo_proof import upload
from tests.cast import NAMES, World
from tests.media.test_uploads import photo, send, ticket
from tests.review.desk import ask, decide, next_morning, refuse, waiting


async def photographed(world: World, **changes: Any) -> str:
    """Let Lin's plate wait for review; return the opaque id of its photo."""
    campaign = await world.open_campaign("grain-day")
    lin, wu = await joined(world, "Lin", campaign), await world.sign_in("Wu")
    await lin.run("SetDisplayName", input={"displayName": "小满同学"})
    code = await wu.run(
        "IssueCode",
        input={
            "institutionId": world.institution_id("A"),
            "kind": "clear_plate",
            "place": "一层食堂",
            "validFrom": "2026-06-15T00:00:00+00:00",
            "validUntil": "2026-06-17T00:00:00+00:00",
        },
    )
    if changes:
        uploaded = await upload(world, "Lin", key="an-unrelated-key", **changes)
    else:
        asked = await ticket(lin)
        await send(world, asked["path"], photo())
        uploaded = asked["uploadId"]
    item = act(campaign, "clear_plate", world.clock.now(), code=code["code"]) | {"photoId": uploaded}
    await accepted(lin, item)
    await next_morning(world)
    return str(uploaded)


async def test_what_a_reviewer_sees_of_an_act(world: World) -> None:
    await photographed(world)
    wu = await world.sign_in("Wu", "en")

    (case,) = await waiting(world, wu)

    assert (case["title"], case["day"], case["time"]) == ("Clear plate", "2026-06-15", "12:00")
    assert (case["site"], case["proof"], case["proofTitle"]) == ("一层食堂", "station", "printed code on site")
    assert case["marks"] == [
        "nobody has looked at the photo yet",
        "proved by a printed code",
        "among the first acts of this kind",
    ]
    assert (case["risk"], case["earlierActs"], case["earlierRefusals"], case["details"]) == (240, 0, 0, {})
    for link in (case["photo"]["url"], case["photo"]["thumbnailUrl"]):
        seen: httpx.Response = await world.client.get(link)
        assert (seen.status_code, seen.headers["content-type"]) == (200, "image/webp")


@pytest.mark.parametrize(
    ("acts", "refusals", "shown"),
    [(2, 0, (0, 0)), (3, 1, (3, 1)), (9, 2, (3, 2)), (10, 3, (10, 2)), (29, 9, (10, 2)), (500, 0, (30, 0))],
)
async def test_what_came_before_an_act_is_told_in_bands_by_which_nobody_is_known(
    world: World, acts: int, refusals: int, shown: tuple[int, int]
) -> None:
    await photographed(world)
    async with world.parts.database.write() as session:
        await session.exec(update(ReviewCase).values(earlier_acts=acts, earlier_refusals=refusals))

    (case,) = await waiting(world, await world.sign_in("Wu"))

    assert (case["earlierActs"], case["earlierRefusals"]) == shown


async def test_no_answer_to_a_reviewer_tells_whose_act_it_is(world: World) -> None:
    uploaded = await photographed(world)
    wu, sun, lin = await world.sign_in("Wu"), await world.sign_in("Sun"), await world.sign_in("Lin")
    (made,) = (await lin.run("MyCheckIns"))["checkIns"]["items"]
    place = {"institutionId": world.institution_id("A")}
    said = []

    async def look(person: Any, document: str, **variables: Any) -> Any:
        response = await person.send(document, variables)
        said.append(response.text)
        (found,) = response.json()["data"].values()
        return found

    (case,) = (await look(wu, "ReviewQueue", **place, limit=50))["items"]
    await decide(wu, ask(case["id"]))
    await lin.run("AnswerReview", input={"requestId": fresh_id(), "reviewId": case["id"], "text": "在一层"})
    await look(wu, "ReviewQueue", **place, limit=50)
    items = [refuse(case["id"], "UNFIT")]
    await look(wu, "DecideReviews", input={"requestId": fresh_id(), "items": items})
    await look(sun, "DecideReviews", input={"requestId": fresh_id(), "items": items})
    await lin.run("AppealReview", input={"requestId": fresh_id(), "reviewId": case["id"], "text": "照片没有问题"})
    await look(sun, "Appeals", **place)
    await look(sun, "DecideAppeal", input={"requestId": fresh_id(), "reviewId": case["id"], "upheld": True})
    await look(wu, "UndoReviews", input={"requestId": fresh_id(), "reviewIds": [case["id"]]})

    forbidden = [
        NAMES["Lin"],
        "小满",
        "林*",
        "财务处",
        "openid",
        "A001",
        ids.encode("mem", world.members["Lin"]),
        uploaded,
        made["id"],
    ]
    forbidden += [entry for entry in (made["pointsEntry"], made["carbonEntry"]) if entry]
    everything = "".join(said)
    assert len(said) == 7
    assert [word for word in forbidden if word in everything] == []
    for text in said:
        assert [
            name for name in names(json.loads(text)) if "member" in name.lower() or "department" in name.lower()
        ] == []


def names(document: Any) -> list[str]:
    """Return the name of every field."""
    if isinstance(document, dict):
        return [*document, *(name for value in document.values() for name in names(value))]
    return [name for value in document for name in names(value)] if isinstance(document, list) else []


async def test_a_photo_that_is_gone_is_not_shown(world: World) -> None:
    await photographed(world, moderation="passed")
    async with world.parts.database.write() as session:
        await session.exec(update(Upload).values(state="deleted"))

    (case,) = await waiting(world, await world.sign_in("Wu"))

    assert case["photo"] is None
    assert case["risk"] == 140


async def test_of_a_photo_that_the_platform_refused_only_its_objection_is_told(world: World) -> None:
    await photographed(world, moderation="passed")
    async with world.parts.database.write() as session:
        await session.exec(update(Upload).values(moderation=RISKY, label=20001))

    (case,) = await waiting(world, await world.sign_in("Wu"))

    assert (case["photo"]["url"], case["photo"]["thumbnailUrl"]) == (None, None)
    assert case["photo"]["objection"] == "时政"


async def test_the_second_reviewer_is_not_shown_a_photo_that_the_first_found_unfit(world: World) -> None:
    await photographed(world)
    wu, sun, lin = await world.sign_in("Wu"), await world.sign_in("Sun"), await world.sign_in("Lin")
    (case,) = await waiting(world, wu)
    await decide(wu, refuse(case["id"], "UNFIT"))
    await lin.run("AppealReview", input={"requestId": fresh_id(), "reviewId": case["id"], "text": "照片没有问题"})

    (appeal,) = await sun.run("Appeals", institutionId=world.institution_id("A"))
    await sun.run("DecideAppeal", input={"requestId": fresh_id(), "reviewId": case["id"], "upheld": True})

    assert appeal["review"]["photo"]["url"] is None
    assert appeal["refusedFor"] == "照片不宜展示"
