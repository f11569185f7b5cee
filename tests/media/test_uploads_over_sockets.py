"""Uploads over a real connection: slow, broken off, of a wrong length, of a wrong form. Nothing stays behind."""

import asyncio
import gzip
import multiprocessing
from collections.abc import AsyncIterator, Callable

import pytest

from backend.media.uploads import Uploads
from tests.cast import World
from tests.media import hostile
from tests.media.sockets import Line, Wire, form, head, nothing_left, part, served, whole
from tests.media.test_uploads import photo, stored, ticket

PHOTO = photo()
GOOD = form(part(PHOTO))
INCOMPLETE = (400, "UploadIncomplete")


@pytest.fixture
async def wire(world: World) -> AsyncIterator[Wire]:
    """Serve the world over sockets."""
    async with served(world) as wire:
        yield wire


@pytest.fixture
async def path(world: World) -> str:
    """Return where Lin may send a photo."""
    return str((await ticket(await world.sign_in("Lin")))["path"])


async def good_photo_is_taken(wire: Wire, path: str) -> None:
    """Assert that the ticket is as good as new."""
    answer = await wire.ask(whole(path, GOOD))
    assert (answer.status, answer.body["state"]) == (200, "stored")
    assert len(stored(wire.world)) == 2


# Forms that are not one photo.

TINY = [part(b"x", b'name="a%d"' % number) for number in range(1000)]
PARTS: dict[str, bytes] = {
    "two files": form(part(PHOTO), part(PHOTO)),
    "two files of different names": form(part(PHOTO), part(PHOTO, b'name="other"; filename="b.jpg"')),
    "no file": form(part(PHOTO, b'name="file"')),
    "no part at all": form(),
    "a thousand tiny parts": form(*TINY),
    "a photo among a thousand tiny parts": form(*TINY[:500], part(PHOTO), *TINY[500:]),
    "five fields of one name": form(*[part(b"x", b'name="a"')] * 5, part(PHOTO)),
    "a part without a name": form(part(PHOTO, b'filename="tmp.jpg"')),
    "a part without any header": b"--the-edge\r\n\r\nbytes\r\n--the-edge--\r\n",
    "a field of two megabytes": form(part(b"x" * 2_000_000, b'name="a"'), part(PHOTO)),
    "no end": part(PHOTO),
    "an end in the middle": form(part(PHOTO[:2000]))[:-9],
    "another edge": GOOD.replace(b"the-edge", b"that-edge"),
    "nothing": b"",
    "a photo without a form": PHOTO,
    "a packed form": gzip.compress(GOOD),
    "a header that never ends": b"--the-edge\r\ncontent-disposition: " + b"x" * 2_000_000,
    "a thousand headers": form(part(PHOTO, b'name="file"; filename="a"', *[b"x-a: b"] * 1000)),
    "a name of ten kilobytes": form(part(PHOTO, b'name="file"; filename="' + b"x" * 10_240 + b'.jpg"')),
    "a broken header": b"--the-edge\r\n\x00\xff: x\r\n\r\nbytes\r\n--the-edge--\r\n",
}


async def test_a_body_that_is_not_one_photo_is_incomplete_and_leaves_nothing(wire: Wire, path: str) -> None:
    async with nothing_left(wire):
        answers = {name: await wire.ask(whole(path, body)) for name, body in PARTS.items()}

    assert {name: (one.status, one.problem) for name, one in answers.items()} == dict.fromkeys(PARTS, INCOMPLETE)
    assert all("应有且只有一个照片文件" in one.body["message"] for one in answers.values())
    await good_photo_is_taken(wire, path)


KINDS = [
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    f"multipart/form-data; boundary={'x' * 5000}",
    "multipart/form-data; boundary=the-edge; charset=undefined",
    "",
    "\xff\xfe",
]


async def test_a_kind_that_is_no_form_with_an_edge_is_incomplete(wire: Wire, path: str) -> None:
    body = form(part(PHOTO, 'name="\xff"; filename="\xff"'.encode("latin-1")))

    async with nothing_left(wire):
        answers = {kind: await wire.ask(whole(path, body, kind=kind)) for kind in KINDS}

    assert {kind: (one.status, one.problem) for kind, one in answers.items()} == dict.fromkeys(KINDS, INCOMPLETE)


async def test_a_form_that_says_it_is_packed_is_not_unpacked(wire: Wire, path: str) -> None:
    async with nothing_left(wire):
        answer = await wire.ask(whole(path, gzip.compress(GOOD), "content-encoding: gzip"))

    assert (answer.status, answer.problem) == (400, "UploadIncomplete")
    await good_photo_is_taken(wire, path)


NAMES = {
    "upwards": b"../../../../etc/passwd",
    "a zero byte": b"a\x00.jpg",
    "a line": b"a\r\n x: y.jpg",
    "right to left": "照片\u202egpj.exe".encode(),
    "quotes": b'a\\".jpg\\"; filename=b',
    "another kind": b"photo.svg",
    "a device": b"C:\\aux",
    "no name": b"",
    "bytes that are no text": b"\xff\xfe\xfd",
    "300 characters": "照".encode() * 300,
}
UNCALLABLE = ["a line"]


async def test_what_the_file_is_called_decides_nothing(wire: Wire, path: str) -> None:
    found = {}

    for name, called in NAMES.items():
        answer = await wire.ask(whole(path, form(part(PHOTO, b'name="file"; filename="' + called + b'"'))))
        found[name] = answer.problem or answer.status

    # The same photo for the same ticket: stored once, whatever it is called. A name that breaks the form is no form.
    assert {name: one for name, one in found.items() if one != 200} == dict.fromkeys(UNCALLABLE, "UploadIncomplete")
    assert len(stored(wire.world)) == 2


async def test_fields_beside_the_photo_may_repeat_and_are_ignored(wire: Wire, path: str) -> None:
    answer = await wire.ask(whole(path, form(*[part(b"x", b'name="file"')] * 2, part(PHOTO))))

    assert answer.status == 200


# Lengths.


async def test_a_length_that_is_too_short_cuts_the_form(wire: Wire, path: str) -> None:
    async with nothing_left(wire):
        answers = [await wire.ask(whole(path, GOOD, length=len(GOOD) - cut)) for cut in (20, 100, len(GOOD) - 400)]
        answers.append(await wire.ask(whole(path, GOOD, length=0)))

    # What is behind the length is no request: the server may say so before we say that the form is cut.
    assert {(one.status, one.problem) for one in answers} <= {INCOMPLETE, (400, None)}
    await good_photo_is_taken(wire, path)


async def test_a_length_that_is_too_long_is_waited_for_and_no_longer(wire: Wire, path: str) -> None:
    wire.world.parts.services.use(Uploads).upload_seconds = 0.3

    async with nothing_left(wire):
        answer = await wire.ask(whole(path, GOOD, length=len(GOOD) + 1000))

    assert (answer.status, answer.problem) == (400, "UploadIncomplete")
    assert "60 秒内传完" in answer.body["message"]


async def test_what_says_that_it_is_too_large_is_refused_before_a_byte_of_it_has_come(wire: Wire, path: str) -> None:
    async with nothing_left(wire), wire.line() as line:
        await line.send(head(path, "content-length: 10500000", language="en"))
        answer = await line.answer()

    assert (answer.status, answer.problem) == (413, "PhotoTooLarge")
    assert "up to 10 MB" in answer.body["message"]


async def test_a_length_that_is_none_never_reaches_us(wire: Wire, path: str) -> None:
    lengths = ["content-length: -1", "content-length: ten", f"content-length: {9**30}"]
    lengths.append("content-length: 5\r\ncontent-length: 6")

    async with nothing_left(wire):
        answers = [await wire.ask(head(path, length) + GOOD) for length in lengths]

    assert {one.status for one in answers} == {400}
    await good_photo_is_taken(wire, path)


def chunked(body: bytes, size: int = 8192) -> bytes:
    """Return a body in chunks, without a length."""
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


async def test_a_body_in_chunks_is_taken_and_counted(wire: Wire, path: str) -> None:
    large = form(part(b"x" * 10_500_000))

    async with nothing_left(wire):
        refused = await wire.ask(head(path, "transfer-encoding: chunked"), chunked(large))
    taken = await wire.ask(head(path, "transfer-encoding: chunked") + chunked(GOOD))

    assert (refused.status, refused.problem) == (413, "PhotoTooLarge")
    assert taken.status == 200


async def test_a_client_that_asks_whether_it_may_send_is_told_to(wire: Wire, path: str) -> None:
    async with wire.line() as line:
        await line.send(head(path, f"content-length: {len(GOOD)}", "expect: 100-continue"))
        assert (await line.answer()).status == 100
        await line.send(GOOD)
        assert (await line.answer()).status == 200


# Slow, and broken off.


async def test_a_slow_upload_ends_in_time_and_holds_up_nobody(wire: Wire, path: str) -> None:
    wire.world.parts.services.use(Uploads).upload_seconds = 0.6
    other = str((await ticket(await wire.world.sign_in("Zhou")))["path"])

    async with nothing_left(wire), wire.line() as line:
        await line.send(head(path, f"content-length: {len(GOOD)}", language="en"))
        dribble = asyncio.create_task(_dribble(line))
        answered = await wire.other_requests_are_answered()
        still_open = not dribble.done() and not line.reader.at_eof()
        answer = await line.answer()
        dribble.cancel()

    assert (answered, still_open) == (True, True)
    assert (answer.status, answer.problem) == (400, "UploadIncomplete")
    assert "within 60 seconds" in answer.body["message"]
    await good_photo_is_taken(wire, other)


async def _dribble(line: Line) -> None:
    """Send the photo byte by byte."""
    for at in range(len(GOOD)):
        await line.send(GOOD[at : at + 1])
        await asyncio.sleep(0.01)


async def test_while_one_is_slow_a_photo_of_another_member_is_taken(wire: Wire, path: str) -> None:
    other = str((await ticket(await wire.world.sign_in("Zhou")))["path"])

    async with wire.line() as line:
        await line.send(head(path, f"content-length: {len(GOOD)}"), GOOD[:100])
        await good_photo_is_taken(wire, other)
        await line.send(GOOD[100:])
        answer = await line.answer()

    assert answer.status == 200
    assert len(stored(wire.world)) == 4


BREAKS: dict[str, Callable[[bytes], bytes]] = {
    "within its headers": lambda request: request[:60],
    "after its headers": lambda request: request[: request.index(b"\r\n\r\n") + 4],
    "within the part's headers": lambda request: request[: request.index(b"filename")],
    "in the middle": lambda request: request[: len(request) // 2],
    "just before the end": lambda request: request[:-1],
}


async def test_an_upload_that_breaks_off_leaves_nothing(wire: Wire, path: str) -> None:
    async with nothing_left(wire):
        for broken in BREAKS.values():
            async with wire.line() as line:
                await line.send(broken(whole(path, GOOD)))
                line.writer.write_eof()
                assert (await line.answer()).status in (0, 400)
            async with wire.line() as line:
                await line.send(broken(whole(path, GOOD)))
                line.hang_up()

    assert await wire.other_requests_are_answered()
    await good_photo_is_taken(wire, path)


async def test_a_phone_that_is_gone_before_the_answer_asks_again_and_finds_its_photo_stored(
    wire: Wire, path: str
) -> None:
    async with wire.line() as line:
        await line.send(whole(path, GOOD))
        line.hang_up()
    await wire.idle()

    await good_photo_is_taken(wire, path)


async def test_a_hundred_phones_that_hang_up_leave_nothing(wire: Wire, path: str) -> None:
    async def call(number: int) -> None:
        async with wire.line() as line:
            await line.send(whole(path, GOOD)[: 60 + number * len(GOOD) // 110])
            line.hang_up()

    async with nothing_left(wire):
        await asyncio.gather(*(call(number) for number in range(100)))

    await good_photo_is_taken(wire, path)


# What the studio says reaches the phone, in its language, and the ticket stays good.


PROBLEMS: dict[str, tuple[Callable[[], bytes], int, str, str]] = {
    "PhotoUnreadable": (lambda: PHOTO[:3000], 400, "重新拍摄或换一张", "cannot be read"),
    "PhotoFormatUnknown": (
        lambda: hostile.written(hostile.BASE, "GIF"),
        415,
        "请使用 JPEG、PNG、WEBP",
        "send JPEG, PNG",
    ),
    "PhotoAnimated": (lambda: hostile.frames("WEBP"), 400, "请使用静态照片", "send a still photo"),
    "PhotoTooManyPixels": (lambda: hostile.png(30_000, 30_000), 400, "30000×30000", "30000 x 30000"),
    "PhotoTooSmall": (lambda: hostile.png(63, 640), 400, "每边至少 64 像素", "at least 64 pixels"),
    "PhotoTooLarge": (lambda: b"x" * 10_485_761, 413, "上限为 10 MB", "up to 10 MB"),
}


async def test_every_problem_of_a_photo_has_its_name_and_its_words(wire: Wire, path: str) -> None:
    async with nothing_left(wire):
        for problem, (make, status, *texts) in PROBLEMS.items():
            body = form(part(make()))
            for language, words in zip(("zh-CN", "en"), texts, strict=True):
                answer = await wire.ask(whole(path, body, language=language))
                assert (answer.status, answer.problem) == (status, problem)
                assert words in answer.body["message"]

    await good_photo_is_taken(wire, path)


async def test_a_photo_that_kills_its_process_gets_an_answer_and_the_next_one_works(wire: Wire, path: str) -> None:
    wire.world.parts.services.use(Uploads).studio.photo_seconds = 2

    async with nothing_left(wire):
        killer = asyncio.create_task(wire.ask(whole(path, form(part(hostile.scans(5000, 20_000))))))
        await asyncio.sleep(0.1)
        answered = await wire.other_requests_are_answered()
        answer = await killer

    assert answered
    assert (answer.status, answer.problem) == (400, "PhotoUnreadable")
    await good_photo_is_taken(wire, path)


async def test_no_process_is_left_when_the_service_ends(wire: Wire, path: str) -> None:
    await good_photo_is_taken(wire, path)
    during = len(multiprocessing.active_children())

    await wire.world.parts.services.use(Uploads).close()

    assert during - len(multiprocessing.active_children()) == 1
