"""The document of a screen: its tag, its signature, its shapes, and the picture that is painted from it."""

import asyncio
import io
import json
from base64 import b64decode
from datetime import datetime
from typing import Any

import pytest
import zxingcpp
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from PIL import Image

from backend.core import clock as clocks
from backend.screens import documents
from backend.screens.shapes import SIZES
from backend.screens.walls import Walls
from tests.api.asking import forget_boards, record_for
from tests.cast import World
from tests.leaderboards.test_places import items
from tests.screens.test_control import site
from tests.screens.test_events import played
from tests.screens.test_screens import register


async def test_the_document_has_a_tag_over_all_and_is_not_sent_again_while_it_stands(world: World) -> None:
    key, campaign, people = await played(world)
    path = f"/screens/{key}/document.json"

    first = await world.client.get(path)
    same = await world.client.get(path, headers={"if-none-match": first.headers["etag"]})
    await record_for(world, campaign, {people[0]: items(world, campaign, 2)[1:]})
    await world.project()
    changed = await world.client.get(path, headers={"if-none-match": first.headers["etag"]})

    assert (first.status_code, same.status_code, changed.status_code) == (200, 304, 200)
    assert same.content == b""
    assert int(same.headers["x-now"]) == first.json()["now"] == int(world.clock.at.timestamp() * 1000)


async def test_a_document_is_signed_and_every_part_of_it_is_under_the_signature(world: World) -> None:
    key, _, _ = await played(world)
    document = (await world.client.get(f"/screens/{key}/document.json")).json()
    public = load_pem_public_key((await world.client.get("/screens/signing-key.pem")).content)
    assert isinstance(public, Ed25519PublicKey)
    signature = b64decode(document["wall"]["signature"])

    public.verify(signature, documents.checked(document).encode())

    for change in ("frame", "scenes"):
        other = json.loads(json.dumps(document))
        boxes = other["wall"]["frame"] if change == "frame" else other["wall"]["scenes"][0]["sheets"][0]
        boxes[0]["b"][0] += 1
        with pytest.raises(ValueError, match="not what its version says"):
            documents.checked(other)
    for name, value in (("institution", "别处"), ("as_of", 0), ("locale", "en"), ("shape", "strip")):
        other = {**document, "wall": {**document["wall"], name: value}}
        with pytest.raises(InvalidSignature):
            public.verify(signature, documents.checked(other).encode())


async def test_anybody_can_check_a_saved_document_with_the_public_key(world: World) -> None:
    key, _, _ = await played(world)
    document = (await world.client.get(f"/screens/{key}/document.json")).content
    public = (await world.client.get("/screens/signing-key.pem")).content

    assert documents.first_wrong(json.loads(document), public) is None
    other = json.loads(document)
    other["wall"]["sums"]["points"] += 1
    assert documents.first_wrong(other, public) == "the wall is not what its version says"
    wrong: list[Any] = [{}, {"wall": None}, {"wall": {**json.loads(document)["wall"], "signature": "x"}}, []]
    assert all(documents.first_wrong(one, public) is not None for one in wrong)
    assert documents.first_wrong(json.loads(document), b"no key") is not None


async def test_a_shape_or_size_that_does_not_exist_is_refused_in_words(world: World) -> None:
    key = await register(world)

    shape = await world.client.get(f"/screens/{key}/document.json?shape=round")
    size = await world.client.get(f"/screens/{key}/current.png?size=9x9", headers={"accept-language": "en"})
    events = await world.client.get(f"/screens/{key}/events?shape=")

    assert (shape.status_code, size.status_code, events.status_code) == (400, 400, 400)
    assert "shape 须为 landscape, portrait, wide, strip 之一" in shape.text
    assert "size is one of 1920x1080" in size.text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what is painted comes from no database
async def test_a_player_is_given_the_picture_of_the_moment_at_every_size(world: World) -> None:
    key, _, _ = await played(world)

    for size in SIZES:
        answer = await world.client.get(f"/screens/{key}/current.png", params={"size": size})
        assert answer.status_code == 200, answer.text
        picture = Image.open(io.BytesIO(answer.content))
        assert f"{picture.width}x{picture.height}" == size
        assert len(set(picture.convert("L").resize((64, 64)).get_flattened_data())) > 10, size
    tag = (await world.client.get(f"/screens/{key}/current.png")).headers["etag"]
    again = await world.client.get(f"/screens/{key}/current.png", headers={"if-none-match": tag})
    assert again.status_code == 304
    assert (await world.client.get("/screens/unknown/current.png")).status_code == 404


async def test_two_languages_and_two_shapes_are_four_documents_of_one_look(world: World) -> None:
    key, _, _ = await played(world)

    told = {
        (lang, shape): (
            await world.client.get(f"/screens/{key}/document.json", params={"lang": lang, "shape": shape})
        ).json()["wall"]
        for lang in ("zh-CN", "en")
        for shape in ("landscape", "portrait")
    }

    assert len({one["version"] for one in told.values()}) == 4
    assert all((one["locale"], one["shape"]) == asked for asked, one in told.items())
    assert len({json.dumps(one["sums"]) for one in told.values()}) == 1


async def test_whoever_asks_under_many_names_of_the_host_crowds_nobody_out(world: World) -> None:
    key, _, _ = await played(world)
    path = f"/screens/{key}/document.json"

    answers = [await world.client.get(path, headers={"host": f"name{number}"}) for number in range(30)]
    together = await asyncio.gather(
        *(world.client.get(path, headers={"host": f"name{number % 12}"}) for number in range(60))
    )

    assert {one.status_code for one in (*answers, *together)} == {200}
    assert len(world.parts.services.use(Walls)._gathered) <= 8


async def test_a_document_says_when_it_changes_though_nobody_does_anything(world: World) -> None:
    key = await register(world)
    between = (await world.client.get(f"/screens/{key}/document.json")).json()["wall"]["next_change"]
    await world.open_campaign("energy-week")
    forget_boards(world)
    during = (await world.client.get(f"/screens/{key}/document.json")).json()["wall"]["next_change"]

    midnight = int(datetime(2026, 6, 16, tzinfo=clocks.zone("Asia/Shanghai")).timestamp() * 1000)
    assert (between, during) == (midnight, midnight)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what is painted comes from no database
async def test_the_picture_of_a_code_is_good_for_no_longer_than_the_code(world: World) -> None:
    key, _, _ = await played(world)
    wu = await world.sign_in("Wu")
    (screen,) = await wu.run("Screens", institutionId=world.institution_id("A"))
    item = {"scene": "code", "seconds": 300, "siteId": (number := await site(world))}
    asked = {"screenId": screen["id"], "place": "一层食堂", "edition": 1, "playlist": [item]}
    assert (await wu.run("SetScreen", input=asked))["__typename"] == "ScreenSet"
    forget_boards(world)

    shown = await world.client.get(f"/screens/{key}/current.png?size=1280x720")
    await wu.run("RevokeSite", input={"siteId": number})
    ended = await world.client.get(f"/screens/{key}/current.png?size=1280x720")

    assert int(shown.headers["cache-control"].rpartition("=")[2]) <= 20
    scanned = zxingcpp.read_barcodes(Image.open(io.BytesIO(shown.content)))
    assert len(scanned) == 1
    assert zxingcpp.read_barcodes(Image.open(io.BytesIO(ended.content))) == []
