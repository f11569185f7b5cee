"""Photos on their way in: a ticket, one file, a clean picture in the store; and everything that may go wrong."""

import asyncio
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from PIL import ImageOps

from backend.core import ids
from backend.media import clearing, jobs, service
from backend.media.uploads import Uploads
from bench import canteens
from demo.client.plates import plate
from tests.api.asking import act, joined, nothing_written, record
from tests.cast import Person, World
from tests.media import hostile

TIANJIN = (39.1, 117.2)


def photo(seed: str = "lin", at: datetime = datetime(2026, 6, 15, 11, 40, tzinfo=UTC)) -> bytes:
    """Return a plate with EXIF of time and place, as a phone makes it."""
    return plate(seed, at, TIANJIN)


async def ticket(person: Person, request_id: str = "photo-0001") -> Any:
    asked = await person.run("RequestUpload", input={"requestId": request_id})
    assert asked["__typename"] == "UploadTicket", asked
    return asked


async def send(
    world: World, path: str, content: bytes, name: str = "tmp.jpg", language: str = "zh-CN"
) -> httpx.Response:
    headers = {"accept-language": language}
    return await world.client.post(path, files={"file": (name, content, "image/jpeg")}, headers=headers)


def stored(world: World) -> list[bytes]:
    """Return every picture in the store."""
    store = world.parts.services.use(Uploads).store
    return [store.get(name) or b"" for name in store.names()]


async def test_a_photo_is_sent_named_by_a_check_in_and_nothing_of_its_exif_is_stored(world: World) -> None:
    campaign = await world.open_campaign("grain-day")
    lin = await joined(world, "Lin", campaign)
    source = photo()
    assert b"Exif" in source

    asked = await ticket(lin)
    answer = await send(world, asked["path"], source)
    receipt = await record(lin, act(campaign, "clear_plate", world.clock.now()) | {"photoId": asked["uploadId"]})

    assert (answer.status_code, answer.json()) == (200, {"uploadId": asked["uploadId"], "state": "stored"})
    assert receipt["outcomes"][0]["checkIn"]["proof"] == "photo"
    pictures = stored(world)
    assert len(pictures) == 2
    assert [hostile.traces(content) for content in pictures] == [[], []]


async def test_a_lost_answer_is_asked_again_without_a_second_file(world: World) -> None:
    lin = await world.sign_in("Lin")
    first, again = await ticket(lin), await ticket(lin)
    assert first == again

    answers = [await send(world, first["path"], photo()) for _ in range(3)]
    path = (await ticket(lin, "twice-at-once"))["path"]
    at_once = await asyncio.gather(*(send(world, path, photo("b")) for _ in range(2)))

    assert {one.status_code for one in [*answers, *at_once]} == {200}
    assert len(stored(world)) == 4


async def test_another_photo_for_the_same_ticket_is_refused(world: World) -> None:
    asked = await ticket(await world.sign_in("Lin"))
    await send(world, asked["path"], photo())

    answer = await send(world, asked["path"], photo("other"))

    assert (answer.status_code, answer.json()["problem"]) == (409, "TicketUsed")
    assert len(stored(world)) == 2


FORGED = ["pho_1.0", "pho_1", "nonsense.x", "pho_zzzzzzzzzzzzzzz.0"]


@pytest.mark.parametrize("path", [f"/uploads/{one}" for one in FORGED])
async def test_a_path_that_we_did_not_give_takes_nothing(world: World, path: str) -> None:
    await ticket(await world.sign_in("Lin"))

    async with nothing_written(world):
        answer = await send(world, path, photo())

    assert (answer.status_code, answer.json()["problem"]) == (404, "TicketUnknown")
    assert stored(world) == []


async def test_a_ticket_ends_after_two_hours(world: World) -> None:
    asked = await ticket(await world.sign_in("Lin"))
    world.clock.advance(timedelta(hours=2))

    answer = await send(world, asked["path"], photo())

    assert (answer.status_code, answer.json()["problem"]) == (404, "TicketUnknown")


async def test_a_broken_photo_leaves_the_ticket_for_a_better_one(world: World) -> None:
    asked = await ticket(await world.sign_in("Lin"))

    broken = await send(world, asked["path"], photo()[:3000], language="en")
    better = await send(world, asked["path"], photo())

    assert (broken.status_code, broken.json()["problem"]) == (400, "PhotoUnreadable")
    assert "cannot be read" in broken.json()["message"]
    assert better.status_code == 200


async def test_a_file_that_is_too_large_is_refused_before_it_is_read(world: World) -> None:
    asked = await ticket(await world.sign_in("Lin"))

    told = await send(world, asked["path"], b"x" * 11_000_000)
    untold = await world.client.post(
        asked["path"], content=endless(), headers={"content-type": "multipart/form-data; boundary=b"}
    )

    for answer in (told, untold):
        assert (answer.status_code, answer.json()["problem"]) == (413, "PhotoTooLarge")
        assert "10 MB" in answer.json()["message"]
    assert stored(world) == []


async def endless() -> Any:
    yield b'--b\r\ncontent-disposition: form-data; name="f"; filename="f"\r\n\r\n'
    for _ in range(200):
        yield b"x" * 65_536


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "multipart/form-data; boundary=b"),
        (b"", "application/json"),
        (b"--b\r\n", "multipart/form-data; boundary=b"),
        (b"nonsense", "multipart/form-data"),
        (
            b"--b\r\ncontent-disposition: form-data; name=a\r\n\r\nno file\r\n--b--\r\n",
            "multipart/form-data; boundary=b",
        ),
    ],
)
async def test_a_body_that_is_no_form_with_a_file_is_an_incomplete_upload(
    world: World, content: bytes, kind: str
) -> None:
    asked = await ticket(await world.sign_in("Lin"))

    answer = await world.client.post(asked["path"], content=content, headers={"content-type": kind})

    assert (answer.status_code, answer.json()["problem"]) == (400, "UploadIncomplete")


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "a\x00b.jpg", "a\r\nb: c", "\u202egpj.exe", "照" * 300, "", ".", "C:\\x", "%2e%2e%2f"]
)
async def test_the_files_own_name_does_not_matter(world: World, name: str) -> None:
    asked = await ticket(await world.sign_in("Lin"))

    answer = await send(world, asked["path"], photo(), name=name)

    assert answer.status_code in (200, 400)
    assert len(stored(world)) == (2 if answer.status_code == 200 else 0)


async def test_a_flood_of_unused_uploads_ends(world: World) -> None:
    lin = await world.sign_in("Lin", "en")
    for number in range(40):
        await ticket(lin, f"flood-{number:04d}")

    refused = await lin.run("RequestUpload", input={"requestId": "one-too-many"})
    known = await ticket(lin, "flood-0000")

    assert refused["__typename"] == "TooManyUploads"
    assert "up to 40" in refused["message"]
    assert known["state"] == "expected"


async def test_a_request_id_that_cannot_be_kept_is_named(world: World) -> None:
    lin = await world.sign_in("Lin")

    refused = await lin.run("RequestUpload", input={"requestId": "短"})

    assert refused["__typename"] == "InvalidValue"


async def test_what_nobody_claims_is_swept_and_what_proves_an_act_stays(world: World) -> None:
    campaign = await world.open_campaign("grain-day")
    lin = await joined(world, "Lin", campaign)
    used, unused = await ticket(lin, "photo-used"), await ticket(lin, "photo-unused")
    for one, seed in ((used, "a"), (unused, "b")):
        await send(world, one["path"], photo(seed))
    await record(lin, act(campaign, "clear_plate", world.clock.now()) | {"photoId": used["uploadId"]})
    store = world.parts.services.use(Uploads).store

    early = await jobs.sweep(store, world.parts.database, world.clock)
    world.clock.advance(timedelta(days=4))
    swept = await jobs.sweep(store, world.parts.database, world.clock)
    again = await jobs.sweep(store, world.parts.database, world.clock)

    assert (early, swept, again) == (0, 1, 0)
    assert len(stored(world)) == 2
    assert await clearing.leftovers(store, world.parts.database) == []


async def test_a_picture_that_no_row_names_is_told_and_removed(world: World) -> None:
    store = world.parts.services.use(Uploads).store
    store.put("a-key-of-nobody/photo", b"x")

    told = await clearing.leftovers(store, world.parts.database)
    swept = await jobs.sweep(store, world.parts.database, world.clock)

    assert (told, swept) == (["a-key-of-nobody/photo"], 1)
    assert list(store.names()) == []


async def test_a_photo_that_has_been_swept_proves_nothing_and_one_that_was_claimed_is_not_swept(world: World) -> None:
    campaign = await world.open_campaign("grain-day", days=7)
    lin = await joined(world, "Lin", campaign)
    asked = await ticket(lin)
    await send(world, asked["path"], photo())
    world.clock.advance(timedelta(hours=73))
    store, item = world.parts.services.use(Uploads).store, act(campaign, "clear_plate", world.clock.now())

    claim = record(lin, item | {"photoId": asked["uploadId"]})
    receipt, swept = await asyncio.gather(claim, jobs.sweep(store, world.parts.database, world.clock))

    outcome = receipt["outcomes"][0]["__typename"]
    assert (outcome, swept, len(stored(world))) in {("Accepted", 0, 2), ("PhotoUnknown", 1, 0)}


@pytest.mark.parametrize("query", ["", "?until=9999999999&mark=0", "?until=²&mark="])
async def test_a_link_that_we_did_not_make_shows_nothing(world: World, query: str) -> None:
    answer = await world.client.get(f"/photos/abc/photo{query}")

    assert answer.status_code == 404


async def test_the_same_picture_by_two_members_at_the_same_instant_counts_once(world: World) -> None:
    campaign = await world.open_campaign("grain-day")
    people = [await joined(world, name, campaign) for name in ("Lin", "Zhou", "Chen")]
    source = photo("the one that goes round")

    async def sent(person: Person) -> str:
        asked = await ticket(person)
        assert (await send(world, asked["path"], source)).status_code == 200
        receipt = await record(person, act(campaign, "clear_plate", world.clock.now()) | {"photoId": asked["uploadId"]})
        return str(receipt["outcomes"][0]["__typename"])

    outcomes = await asyncio.gather(*(sent(person) for person in people))

    assert sorted(outcomes) == ["Accepted", "PhotoCopied", "PhotoCopied"]


async def test_different_plates_of_one_canteen_all_count(world: World) -> None:
    campaign = await world.open_campaign("grain-day")
    outcomes = []
    for name in ("Lin", "Zhou", "Wu", "Chen"):
        person = await joined(world, name, campaign)
        asked = await ticket(person)
        await send(world, asked["path"], photo(f"plate of {name}"))
        receipt = await record(person, act(campaign, "clear_plate", world.clock.now()) | {"photoId": asked["uploadId"]})
        outcomes.append(receipt["outcomes"][0]["__typename"])

    assert outcomes == ["Accepted"] * 4


async def test_a_part_cut_out_of_a_colleagues_photo_proves_nothing_even_after_the_photo_is_deleted(
    world: World,
) -> None:
    campaign = await world.open_campaign("grain-day")
    whole = canteens.photo(canteens.canteen(0), 3).resize((800, 600))
    part = ImageOps.mirror(whole.crop((90, 40, 730, 500)))

    outcomes = []
    for name, picture in (("Lin", whole), ("Zhou", part), ("Chen", part.resize((448, 322)))):
        person = await joined(world, name, campaign)
        asked, written = await ticket(person), io.BytesIO()
        picture.save(written, "JPEG", quality=70)
        await send(world, asked["path"], written.getvalue())
        receipt = await record(person, act(campaign, "clear_plate", world.clock.now()) | {"photoId": asked["uploadId"]})
        outcomes.append(receipt["outcomes"][0]["__typename"])
        async with world.parts.database.write() as session:
            await service.forget(session, [ids.decode(service.UPLOAD_ID, asked["uploadId"])], world.clock.now())

    assert outcomes == ["Accepted", "PhotoCopied", "PhotoCopied"]
