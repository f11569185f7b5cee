"""Who sees a photo: others once it has passed, owner and reviewers until it is refused, the platform by a link."""

import io
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from PIL import Image

from backend.core import ids
from backend.core.api import Context
from backend.core.clock import FixedClock
from backend.core.text import Locale
from backend.core.vault import Vault
from backend.media import links, service
from backend.media.api import shown, shown_to_others
from backend.media.tables import DELETED, HUMAN, PASSED, PENDING, RISKY, STORED, WAITING
from backend.media.uploads import Uploads
from tests.cast import World
from tests.media.moderating import BASE, Play, moderated

STATES = (WAITING, PENDING, HUMAN, PASSED, RISKY)


@pytest_asyncio.fixture
async def play(database_url: str, clock: FixedClock) -> AsyncIterator[Play]:
    """Bring the cast and a platform that can reach us."""
    async with moderated(database_url, clock) as play:
        yield play


def context(world: World, locale: Locale = "zh-CN") -> Context:
    """Return what a resolver knows."""
    return Context(world.parts.services, world.parts.database, world.clock, locale, None)


async def stands(play: Play, photo: str, moderation: str, **more: Any) -> Any:
    """Let a photo stand so, and return its row."""
    async with play.world.parts.database.write() as session:
        row = await session.get(type(await play.row(photo)), ids.decode("pho", photo))
        assert row is not None
        row.moderation = moderation
        for name, value in more.items():
            setattr(row, name, value)
    return await play.row(photo)


async def looked_at(play: Play, *paths: str | None) -> list[int]:
    """Return how links are answered."""
    return [(await play.world.client.get(path)).status_code for path in paths if path]


async def test_others_see_a_photo_only_once_it_has_passed(play: Play) -> None:
    photo = await play.send(await play.world.sign_in("Lin"))

    seen = {}
    for state in STATES:
        found = shown_to_others(await stands(play, photo, state), context(play.world))
        seen[state] = await looked_at(play, found.url, found.thumbnail_url) if found else None

    assert seen == {WAITING: None, PENDING: None, HUMAN: None, PASSED: [200, 200], RISKY: None}
    assert shown_to_others(await stands(play, photo, PASSED, state=DELETED), context(play.world)) is None


@pytest.mark.parametrize("decides", [False, True])
async def test_its_owner_and_reviewers_see_a_photo_until_it_is_refused(play: Play, decides: bool) -> None:
    photo = await play.send(await play.world.sign_in("Lin"))

    seen = {}
    for state in STATES:
        found = shown(await stands(play, photo, state, label=20002), context(play.world), decides=decides)
        seen[state] = await looked_at(play, found.url, found.thumbnail_url)
        assert found.moderation == state

    assert seen == {WAITING: [200, 200], PENDING: [200, 200], HUMAN: [200, 200], PASSED: [200, 200], RISKY: []}


@pytest.mark.parametrize(
    ("label", "zh", "en"),
    [(20002, "色情", "pornography"), (99999, "其他", "something else"), (100, None, None), (None, None, None)],
)
async def test_what_the_platform_holds_against_a_photo_is_told_to_reviewers_alone(
    play: Play, label: int | None, zh: str | None, en: str | None
) -> None:
    row = await stands(play, await play.stored(), HUMAN, label=label)

    told = [shown(row, context(play.world, locale), decides=True).objection for locale in ("zh-CN", "en")]

    assert told == [zh, en]
    assert shown(row, context(play.world)).objection is None


async def test_a_link_that_was_given_before_opens_nothing_once_the_photo_is_refused(play: Play) -> None:
    photo = await play.send(await play.world.sign_in("Lin"))
    await play.ask()
    row, vault = await play.row(photo), play.world.parts.services.use(Vault)
    owners = shown(row, context(play.world))
    platforms = links.for_the_platform(vault, row.key, play.world.clock.now())
    before = await looked_at(play, owners.url, owners.thumbnail_url, platforms)

    await play.hear_all("risky")
    after = await looked_at(play, owners.url, owners.thumbnail_url, platforms)

    assert (before, after) == ([200] * 3, [404] * 3)
    assert play.world.parts.services.use(Uploads).store.get(f"{row.key}/photo")


async def test_the_platform_gets_a_jpeg_without_anything_beside_its_pixels(play: Play) -> None:
    await play.send(await play.world.sign_in("Lin"))
    await play.ask()
    (check,) = (await play.world.wechat.get("/sandbox/checks")).json()["checks"]

    answer = await play.world.client.get(check["media_url"])

    assert check["media_url"].startswith(f"{BASE}/checks/")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    assert answer.headers["cache-control"] == "private, no-store"
    assert len(answer.content) < 10_485_760
    picture = Image.open(io.BytesIO(answer.content))
    assert (picture.format, picture.mode, dict(picture.getexif())) == ("JPEG", "RGB", {})
    assert not any(mark in answer.content for mark in (b"Exif", b"ICC_PROFILE", b"http://ns.adobe"))


async def test_the_platforms_link_opens_nothing_else_and_no_other_link_opens_its_picture(play: Play) -> None:
    photo, other = [await play.send(await play.world.sign_in(name)) for name in ("Lin", "Zhou")]
    keys = [(await play.row(one)).key for one in (photo, other)]
    vault, now = play.world.parts.services.use(Vault), play.world.clock.now()
    query = links.for_the_platform(vault, keys[0], now).partition("?")[2]
    reviewers = links.signed(vault, f"{keys[0]}/photo", now + links.LIFE).partition("?")[2]

    good = await looked_at(play, f"/checks/{keys[0]}.jpg?{query}")
    forged = await looked_at(
        play,
        f"/photos/{keys[0]}/photo?{query}",
        f"/photos/{keys[0]}/thumbnail?{query}",
        f"/checks/{keys[1]}.jpg?{query}",
        f"/checks/{keys[0]}.jpg?{reviewers}",
        f"/checks/{keys[0]}.jpg",
        f"/checks/{keys[0]}.jpg?until=99999999999&mark=0",
        f"/checks/{keys[0]}.jpg?{query}0",
        "/checks/..%2f..%2fetc%2fpasswd.jpg?until=1&mark=2",
        "/checks/%00.jpg",
    )
    play.world.clock.advance(links.PLATFORM_LIFE)
    late = await looked_at(play, f"/checks/{keys[0]}.jpg?{query}")

    assert (good, late) == ([200], [404])
    assert forged == [404] * len(forged)


async def test_a_picture_that_cannot_be_read_is_none_to_the_platform(play: Play) -> None:
    photo = await play.send(await play.world.sign_in("Lin"))
    row = await play.row(photo)
    play.world.parts.services.use(Uploads).store.put(f"{row.key}/photo", b"RIFF\x00\x00\x00\x00WEBPbroken")
    path = links.for_the_platform(play.world.parts.services.use(Vault), row.key, play.world.clock.now())

    assert await looked_at(play, path) == [404]


async def test_a_photo_that_a_person_refused_is_shown_to_nobody_though_it_had_passed(play: Play) -> None:
    photo = await play.send(await play.world.sign_in("Lin"))
    await play.ask()
    await play.hear_all()
    seen = shown_to_others(await play.row(photo), context(play.world))
    assert seen is not None
    async with play.world.parts.database.write() as session:
        now, wu = play.world.clock.now() + timedelta(minutes=1), play.world.members["Wu"]
        await service.judge(session, ids.decode("pho", photo), RISKY, wu, now)

    answers = await looked_at(play, seen.url, seen.thumbnail_url)

    assert answers == [404, 404]
    assert (await play.row(photo)).state == STORED
