"""Photos in a bucket, from ticket to deletion, and what members and jobs see while the bucket is out of reach."""

import asyncio
import threading
import uuid
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import structlog
from sqlmodel import select

from backend.checkins.jobs import forget_photos
from backend.core.clock import FixedClock
from backend.core.errors import Unavailable
from backend.core.jobs import Job
from backend.core.vault import Vault
from backend.media import clearing, jobs, links
from backend.media.bucket import BucketStore, Patience
from backend.media.store import FolderStore, StoreDown
from backend.media.tables import Upload
from backend.media.uploads import Uploads
from backend.worker import safely
from tests.api.asking import act, joined, nothing_written, record
from tests.cast import World, populate
from tests.media import hostile
from tests.media.bucket_server import BucketServer, bucket_server
from tests.media.test_uploads import photo, send, stored, ticket


@pytest.fixture
def own_bucket(tmp_path: Path) -> Iterator[BucketServer]:
    """Run a server of the test's own, which it may stop."""
    with bucket_server(tmp_path / "server") as server:
        yield server


@pytest.fixture
async def world(database_url: str, clock: FixedClock, own_bucket: BucketServer) -> AsyncIterator[World]:
    """Bring the cast to a service that keeps its photos in the bucket."""
    async with populate(database_url, clock, **own_bucket.settings(f"tests/{uuid.uuid4().hex}")) as world:
        yield world


def store_of(world: World) -> BucketStore:
    """Return the service's store."""
    store = world.parts.services.use(Uploads).store
    assert isinstance(store, BucketStore)
    return store


async def upload_of(world: World) -> Upload:
    """Return the only upload."""
    async with world.parts.database.read() as session:
        return (await session.exec(select(Upload))).one()


async def _link(world: World) -> str:
    """Return where the only photo can be looked at."""
    name = f"{(await upload_of(world)).key}/photo"
    return links.signed(world.parts.services.use(Vault), name, world.clock.now() + links.LIFE)


async def test_a_photo_goes_into_the_bucket_proves_an_act_and_is_gone_a_fortnight_later(
    world: World, own_bucket: BucketServer
) -> None:
    campaign = await world.open_campaign("grain-day", days=1)
    lin = await joined(world, "Lin", campaign)
    asked = await ticket(lin)

    answer = await send(world, asked["path"], photo())
    receipt = await record(lin, act(campaign, "clear_plate", world.clock.now()) | {"photoId": asked["uploadId"]})
    kept = [path for path in own_bucket.folder.rglob("*") if path.is_file()]
    contents = {path.name: path.read_bytes() for path in kept}
    shown = await world.client.get(await _link(world))
    during = await forget_photos(store_of(world), world.parts.database, world.clock)
    world.clock.advance(timedelta(days=21))
    after = await forget_photos(store_of(world), world.parts.database, world.clock)

    assert answer.status_code == 200
    assert receipt["outcomes"][0]["checkIn"]["proof"] == "photo"
    assert (len(kept), sorted(contents)) == (2, ["photo", "thumbnail"])
    assert [hostile.traces(content) for content in contents.values()] == [[], []]  # as it lay on the server's disk
    assert (shown.status_code, shown.content) == (200, contents["photo"])
    assert (during, after, stored(world)) == (0, 1, [])
    assert await clearing.leftovers(store_of(world), world.parts.database) == []
    assert [path for path in own_bucket.folder.rglob("*") if path.is_file()] == []


# While it is out of reach.


async def test_an_upload_is_told_to_come_again_in_both_languages_and_then_taken(
    world: World, own_bucket: BucketServer
) -> None:
    asked = await ticket(await world.sign_in("Lin"))
    own_bucket.stop()

    refused = [await send(world, asked["path"], photo(), language=language) for language in ("zh-CN", "en")]
    row = await upload_of(world)
    own_bucket.start()
    taken = await send(world, asked["path"], photo())

    assert [_told(answer) for answer in refused] == [
        (503, "10", "Unavailable", "服务暂时繁忙，请稍后重试，您的操作没有丢失。"),
        (503, "10", "Unavailable", "Busy just now: please try again, nothing was lost."),
    ]
    assert (row.state, row.stored_at) == ("expected", None)
    assert (taken.status_code, len(stored(world))) == (200, 2)


def _told(answer: httpx.Response) -> tuple[int, str, str, str]:
    return answer.status_code, answer.headers["retry-after"], answer.json()["problem"], answer.json()["message"]


class EndsAt:
    """A bucket whose server ends just before it is asked for the `last` time: a real end, at a chosen moment."""

    def __init__(self, server: BucketServer, store: BucketStore, last: int) -> None:
        self._server = server
        self._store = store
        self._left = last
        self.names = store.names
        self.get = store.get

    def _count(self) -> None:
        self._left -= 1
        if self._left == 0:
            self._server.stop()

    def put(self, name: str, content: bytes) -> None:
        self._count()
        self._store.put(name, content)

    def delete(self, name: str) -> None:
        self._count()
        self._store.delete(name)


async def test_a_server_that_ends_between_photo_and_thumbnail_loses_nothing(
    world: World, own_bucket: BucketServer
) -> None:
    uploads = world.parts.services.use(Uploads)
    asked = await ticket(await world.sign_in("Lin"))
    uploads.store = EndsAt(own_bucket, store_of(world), 2)

    refused = await send(world, asked["path"], photo())
    own_bucket.start()
    half = len(stored(world))
    taken = await send(world, asked["path"], photo())

    assert (refused.status_code, half, taken.status_code, len(stored(world))) == (503, 1, 200, 2)


async def test_half_a_photo_that_nobody_sends_again_is_swept(world: World, own_bucket: BucketServer) -> None:
    uploads = world.parts.services.use(Uploads)
    asked = await ticket(await world.sign_in("Lin"))
    uploads.store = EndsAt(own_bucket, store_of(world), 2)
    await send(world, asked["path"], photo())
    own_bucket.start()
    world.clock.advance(timedelta(days=4))

    swept = await jobs.sweep(uploads.store, world.parts.database, world.clock)

    assert (swept, stored(world)) == (1, [])
    assert (await upload_of(world)).state == "deleted"


async def test_a_photo_cannot_be_shown_meanwhile_and_that_is_said(world: World, own_bucket: BucketServer) -> None:
    campaign = await world.open_campaign("grain-day", days=1)
    lin = await joined(world, "Lin", campaign)
    asked = await ticket(lin)
    await send(world, asked["path"], photo())
    await record(lin, act(campaign, "clear_plate", world.clock.now()) | {"photoId": asked["uploadId"]})
    link = await _link(world)
    own_bucket.stop()

    answer = await world.client.get(link, headers={"accept-language": "en"})

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
    assert "try again" in answer.text


@pytest.mark.parametrize("last", [1, 2])
async def test_no_row_says_deleted_while_its_picture_may_be_there(
    world: World, own_bucket: BucketServer, last: int
) -> None:
    asked = await ticket(await world.sign_in("Lin"))
    await send(world, asked["path"], photo())
    world.clock.advance(timedelta(days=4))
    dying = EndsAt(own_bucket, store_of(world), last)

    with pytest.raises(Unavailable):
        await jobs.sweep(dying, world.parts.database, world.clock)
    during = await upload_of(world)
    refused = await send(world, asked["path"], photo())
    again = await ticket(await world.sign_in("Lin"))
    own_bucket.start()
    swept = await jobs.sweep(store_of(world), world.parts.database, world.clock)

    assert (during.state, during.deleted_at) == ("leaving", None)
    assert (refused.status_code, refused.json()["problem"], again["state"]) == (404, "TicketUnknown", "deleted")
    assert (swept, stored(world)) == (1, [])
    assert (await upload_of(world)).deleted_at == world.clock.now()


@pytest.mark.parametrize("last", [1, 2])
async def test_retention_waits_for_the_bucket(world: World, own_bucket: BucketServer, last: int) -> None:
    campaign = await world.open_campaign("grain-day", days=1)
    lin = await joined(world, "Lin", campaign)
    asked = await ticket(lin)
    await send(world, asked["path"], photo())
    await record(lin, act(campaign, "clear_plate", world.clock.now()) | {"photoId": asked["uploadId"]})
    world.clock.advance(timedelta(days=21))
    dying = EndsAt(own_bucket, store_of(world), last)

    async with nothing_written(world):
        with pytest.raises(Unavailable):
            await forget_photos(dying, world.parts.database, world.clock)
    own_bucket.start()
    after = await forget_photos(store_of(world), world.parts.database, world.clock)

    assert (after, (await upload_of(world)).state, stored(world)) == (1, "deleted", [])


async def test_a_job_that_meets_a_bucket_out_of_reach_is_logged_and_ticks_again(
    world: World, own_bucket: BucketServer
) -> None:
    store = BucketStore(own_bucket.place("p"), Patience(0.2, 0.3, 0.5, 0))
    store.put("a-key-of-nobody/photo", b"x")
    tick = safely(
        Job("media.sweep", 600, lambda database, clock: jobs.sweep(store, database, clock)),
        world.parts.database,
        world.clock,
    )
    own_bucket.stop()

    with structlog.testing.capture_logs() as said:
        await tick()
    own_bucket.start()
    await tick()

    assert [(line["event"], line["job"], line["fault"]) for line in said] == [
        ("unavailable", "media.sweep", "the store of photos: list: no answer in time")
    ]
    assert list(store.names()) == []


# Any store.


class Hangs(FolderStore):
    """A folder on a network disk that does not answer until it is let go."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.reached, self.release = threading.Event(), threading.Event()

    def put(self, name: str, content: bytes) -> None:
        self.reached.set()
        self.release.wait(30)
        super().put(name, content)


async def test_a_store_that_hangs_ends_uploads_in_time_and_takes_no_thread_from_others(
    world: World, tmp_path: Path
) -> None:
    uploads, hanging = world.parts.services.use(Uploads), Hangs(tmp_path / "photos")
    uploads.store, uploads.store_seconds = hanging, 1
    lin = await world.sign_in("Lin")
    paths = [(await ticket(lin, f"photo-{number:04d}"))["path"] for number in range(7)]

    sending = [asyncio.create_task(send(world, path, photo())) for path in paths]
    await asyncio.to_thread(hanging.reached.wait, 60)
    others = await asyncio.wait_for(asyncio.gather(*(asyncio.to_thread(len, "x") for _ in range(9))), 60)
    answers = await asyncio.gather(*sending)
    hanging.release.set()
    uploads.store_seconds = 20
    taken = await send(world, paths[0], photo())

    assert others == [1] * 9
    assert {answer.status_code for answer in answers} == {503}
    assert taken.status_code == 200


async def test_a_disk_that_is_full_or_gone_is_told_as_a_bucket_out_of_reach_is(world: World, tmp_path: Path) -> None:
    (tmp_path / "photos").write_text("no folder")
    world.parts.services.use(Uploads).store = FolderStore(tmp_path / "photos")
    asked = await ticket(await world.sign_in("Lin"))

    answer = await send(world, asked["path"], photo())

    assert (answer.status_code, answer.json()["problem"]) == (503, "Unavailable")
    with pytest.raises(StoreDown, match="put: Not a directory"):
        FolderStore(tmp_path / "photos").put("a-key-of-nobody/photo", b"x")
