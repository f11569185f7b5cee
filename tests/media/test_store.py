"""One contract for every store, and what goes wrong with a bucket: secrets, names, silence, a server that dies."""

import os
import socket
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import obstore
import pytest
from pydantic import SecretStr

from backend.core.errors import Unavailable
from backend.media import store as stores
from backend.media.bucket import BucketStore, Patience, Place
from backend.media.store import FolderStore, Store, StoreDown
from tests.cast import settings_for
from tests.media.bucket_server import SECRET_KEY, BucketServer, bucket_server

PHOTO, THUMBNAIL = "a-key-0000000001/photo", "a-key-0000000001/thumbnail"
SHORT = Patience(connect_seconds=0.2, request_seconds=0.3, all_seconds=0.5, retries=1)


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """Give an empty store of each kind in turn."""
    if request.param == "folder":
        return FolderStore(tmp_path / "photos")
    server: BucketServer = request.getfixturevalue("bucket")
    return BucketStore(server.place(uuid.uuid4().hex))


# The contract.


def test_what_is_put_is_there_byte_by_byte(store: Store) -> None:
    content = bytes(range(256)) * 7

    store.put(PHOTO, content)
    store.put(THUMBNAIL, b"")

    assert (store.get(PHOTO), store.get(THUMBNAIL)) == (content, b"")
    assert sorted(store.names()) == [PHOTO, THUMBNAIL]


def test_a_second_put_replaces(store: Store) -> None:
    store.put(PHOTO, b"first and longer")

    store.put(PHOTO, b"second")

    assert store.get(PHOTO) == b"second"
    assert list(store.names()) == [PHOTO]


def test_what_was_never_there_is_none_and_can_be_deleted(store: Store) -> None:
    store.delete(PHOTO)

    assert store.get(PHOTO) is None
    assert list(store.names()) == []


def test_deleting_removes_one_picture_and_may_be_repeated(store: Store) -> None:
    store.put(PHOTO, b"1")
    store.put(THUMBNAIL, b"2")

    store.delete(PHOTO)
    store.delete(PHOTO)

    assert (store.get(PHOTO), store.get(THUMBNAIL)) == (None, b"2")
    assert list(store.names()) == [THUMBNAIL]


@pytest.mark.parametrize(
    "name",
    [
        "",
        "photo",
        "../photo",
        "a-key-0000000001/../photo",
        "/etc/passwd",
        "a-key-0000000001/other",
        "short/photo",
        "a-key-0000000001/photo\n",
        "a-key-0000000001/photo/",
        "a\x00key0000000/photo",
        "照片照片照片照片/photo",
    ],
)
def test_a_name_that_we_do_not_make_is_never_used(store: Store, name: str) -> None:
    for use in (store.get, store.delete, lambda name: store.put(name, b"x")):
        with pytest.raises(AssertionError, match="not a name of ours"):
            use(name)

    assert list(store.names()) == []


def test_ten_megabytes_are_put_and_read(store: Store) -> None:
    content = os.urandom(10_485_760)

    store.put(PHOTO, content)

    assert store.get(PHOTO) == content


def test_many_at_once_come_out_right_and_one_name_holds_one_of_its_contents(store: Store) -> None:
    names = [f"key-{number:08d}/photo" for number in range(40)]
    contents = [os.urandom(50_000) for _ in range(8)]

    with ThreadPoolExecutor(16) as threads:
        list(threads.map(lambda name: store.put(name, name.encode()), names))
        list(threads.map(lambda content: store.put(PHOTO, content), contents))

    assert [store.get(name) for name in names] == [name.encode() for name in names]
    assert store.get(PHOTO) in contents
    # A bucket may list a name twice that was replaced a moment ago; who sweeps asks for each by name.
    assert set(store.names()) == {*names, PHOTO}


def test_more_than_a_thousand_are_all_named(store: Store) -> None:
    names = [f"key-{number:08d}/photo" for number in range(1_205)]

    with ThreadPoolExecutor(16) as threads:
        list(threads.map(lambda name: store.put(name, b"x"), names))

    assert sorted(store.names()) == names


def test_what_others_keep_there_is_not_named(bucket: BucketServer, tmp_path: Path) -> None:
    in_bucket, in_folder = BucketStore(bucket.place(uuid.uuid4().hex)), FolderStore(tmp_path)
    for name in ("no/notebooks/readme.txt", "a-/a-key-0000000001/.half-written"):
        obstore.put(in_bucket._bucket, name, b"theirs")
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_bytes(b"theirs")

    assert [one["path"] for page in obstore.list(in_bucket._bucket) for one in page] != []
    assert [*in_bucket.names(), *in_folder.names()] == []


# A folder that fails.


def test_a_folder_that_cannot_be_written_is_down_and_keeps_no_half_picture(tmp_path: Path) -> None:
    (tmp_path / "photos").write_text("a file where the folder should be")
    store = FolderStore(tmp_path / "photos")

    with pytest.raises(StoreDown, match="put"):
        store.put(PHOTO, b"x")
    with pytest.raises(StoreDown, match="get"):
        store.get(PHOTO)

    assert [path.name for path in tmp_path.iterdir()] == ["photos"]


# A bucket that fails.


def _calls(store: Store) -> Iterator[tuple[str, str]]:
    """Yield each call with what it raised."""
    calls: dict[str, Callable[[], object]] = {
        "put": lambda: store.put(PHOTO, b"x"),
        "get": lambda: store.get(PHOTO),
        "delete": lambda: store.delete(PHOTO),
        "list": lambda: list(store.names()),
    }
    for name, call in calls.items():
        with pytest.raises(StoreDown) as fault:
            call()
        assert isinstance(fault.value, Unavailable)
        yield name, str(fault.value)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"secret_key": SecretStr("not the secret")}, "403 SignatureDoesNotMatch"),
        ({"access_key": "AKIDNOBODY"}, "403 InvalidAccessKeyId"),
        ({"bucket": "no-such-bucket"}, "404 NoSuchBucket"),
    ],
    ids=["secret", "key", "bucket"],
)
def test_a_wrong_setting_is_told_by_every_call(bucket: BucketServer, wrong: dict[str, object], told: str) -> None:
    store = BucketStore(bucket.place("wrong", **wrong))

    assert dict(_calls(store)) == {
        call: f"the store of photos: {call}: {told}" for call in ("put", "get", "delete", "list")
    }


def test_a_server_that_is_gone_is_told_soon_and_one_that_is_back_has_lost_nothing(tmp_path: Path) -> None:
    with bucket_server(tmp_path) as server:
        store = BucketStore(server.place("p"), SHORT)
        store.put(PHOTO, b"kept")
        server.stop()

        began = time.monotonic()
        told = dict(_calls(store))
        took = time.monotonic() - began
        server.start()

        assert set(told) == {"put", "get", "delete", "list"}
        assert took < 8
        assert store.get(PHOTO) == b"kept"
        store.put(THUMBNAIL, b"new")
        assert sorted(store.names()) == [PHOTO, THUMBNAIL]


@contextmanager
def scripted(*answers: bytes) -> Iterator[tuple[Place, list[bytes]]]:
    """Run a server that says one of these on each new connection, the last one for ever; give what it was asked."""
    asked: list[bytes] = []
    held: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener, ThreadPoolExecutor(1) as threads:

        def answer() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    held.append(connection)
                    asked.append(connection.recv(65_536))
                    connection.sendall(answers[min(len(asked), len(answers)) - 1])

        threads.submit(answer)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        yield Place("photos", "", address, "any", "key", SecretStr("secret")), asked
        listener.shutdown(socket.SHUT_RDWR)
        for connection in held:
            connection.close()


@pytest.mark.parametrize("says", [b"", b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf"], ids=["silent", "stalls"])
def test_a_server_that_never_ends_its_answer_is_waited_for_only_so_long(says: bytes) -> None:
    with scripted(says) as (place, _):
        store = BucketStore(place, SHORT)
        began = time.monotonic()

        with pytest.raises(StoreDown, match="get: no answer in time"):
            store.get(PHOTO)
        with pytest.raises(StoreDown, match="list: no answer in time"):
            list(store.names())

        assert time.monotonic() - began < 8


def test_a_picture_that_cannot_be_put_in_time_is_told() -> None:
    with scripted(b"") as (place, _):
        began = time.monotonic()

        with pytest.raises(StoreDown, match="put: no answer in time"):
            BucketStore(place, SHORT).put(PHOTO, b"x")

        assert time.monotonic() - began < 8


def test_a_server_that_is_busy_for_a_moment_is_asked_again() -> None:
    busy = b"HTTP/1.1 503 Slow Down\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
    done = b'HTTP/1.1 200 OK\r\netag: "1"\r\nconnection: close\r\ncontent-length: 0\r\n\r\n'
    with scripted(busy, done) as (place, asked):
        BucketStore(place, Patience(1, 2, 4, 1)).put(PHOTO, b"x")

    assert [one.split(b"\r\n")[0] for one in asked] == [b"PUT /photos/a-key-0000000001/photo HTTP/1.1"] * 2


def test_a_server_that_stays_busy_is_told_with_its_word() -> None:
    said = b"<Error><Code>SlowDown</Code></Error>"
    busy = b"HTTP/1.1 503 Slow Down\r\nconnection: close\r\ncontent-length: %d\r\n\r\n%s" % (len(said), said)
    with scripted(busy) as (place, _), pytest.raises(StoreDown, match="put: 503 SlowDown"):
        BucketStore(place, SHORT).put(PHOTO, b"x")


def test_nothing_but_the_picture_is_said_to_the_server() -> None:
    done = b'HTTP/1.1 200 OK\r\netag: "1"\r\nconnection: close\r\ncontent-length: 0\r\n\r\n'
    with scripted(done) as (place, asked):
        BucketStore(place, SHORT).put(PHOTO, b"x")

    (request,) = asked
    names = {line.split(b":")[0].lower() for line in request.split(b"\r\n\r\n")[0].split(b"\r\n")[1:]}
    assert {name for name in names if name.startswith(b"x-amz")} == {b"x-amz-date", b"x-amz-content-sha256"}
    assert b"content-md5" not in names
    assert b"transfer-encoding" not in names


# How a bucket is addressed, and what is kept from eyes.


def test_the_buckets_name_may_stand_in_the_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with bucket_server(tmp_path, path_style=False) as server:
        monkeypatch.setenv("http_proxy", server.address)  # no resolver knows the host: the server is told it as a proxy
        place = server.place("p", endpoint="http://objects.example.test", path_style=False)
        store = BucketStore(place, SHORT)

        store.put(PHOTO, b"x")

        assert place.address == "http://photos.objects.example.test"
        assert (server.folder / "photos" / "p" / PHOTO).read_bytes() == b"x"
        assert list(store.names()) == [PHOTO]


def test_settings_name_the_store(bucket: BucketServer, tmp_path: Path) -> None:
    prefix = f"{uuid.uuid4().hex}/photos-of-the-city"
    in_bucket = stores.opened(settings_for("sqlite://", **bucket.settings(prefix)))
    in_folder = stores.opened(settings_for("sqlite://", photos=str(tmp_path)))

    in_bucket.put(PHOTO, b"x")
    in_folder.put(PHOTO, b"y")

    assert (bucket.folder / "photos" / prefix / PHOTO).read_bytes() == b"x"
    assert list(in_folder.names()) == [PHOTO]


def test_what_the_environment_says_of_other_buckets_does_not_matter(
    bucket: BucketServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "AKIDOTHER",
        "AWS_SECRET_ACCESS_KEY": "other",
        "AWS_SESSION_TOKEN": "other",
        "AWS_SKIP_SIGNATURE": "true",
        "AWS_ENDPOINT": "http://127.0.0.1:9",
        "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9",
        "AWS_BUCKET": "other",
        "AWS_REGION": "other",
    }.items():
        monkeypatch.setenv(name, value)

    store = BucketStore(bucket.place(uuid.uuid4().hex))

    store.put(PHOTO, b"x")
    assert store.get(PHOTO) == b"x"


def test_no_secret_is_in_any_text(bucket: BucketServer) -> None:
    place = bucket.place("p")
    store = BucketStore(place)
    settings = settings_for("sqlite://", **bucket.settings("p"))
    wrong = BucketStore(bucket.place("p", bucket="no-such-bucket"))
    with pytest.raises(StoreDown) as fault:
        wrong.put(PHOTO, b"x")

    shown = [repr(place), repr(vars(store)), str(vars(store)), repr(settings), settings.model_dump_json()]
    shown += [repr(fault.value), str(fault.value), repr(fault.value.__dict__)]

    assert [text for text in shown if SECRET_KEY in text] == []
