"""A fortnight after a campaign has closed its photos are gone; what they proved, and that they were used, is not."""

from datetime import timedelta

from sqlmodel import select

from backend.checkins.jobs import forget_photos
from backend.media import clearing
from backend.media.tables import Upload
from backend.media.uploads import Uploads
from tests.api.asking import act, joined, record
from tests.cast import World
from tests.media.test_uploads import photo, send, stored, ticket


async def test_photos_go_a_fortnight_after_closing_and_are_still_known(world: World) -> None:
    first = await world.open_campaign("grain-day", days=1)
    lin, zhou = await joined(world, "Lin", first), await joined(world, "Zhou", first)
    asked = await ticket(lin)
    await send(world, asked["path"], photo())
    await record(lin, act(first, "clear_plate", world.clock.now()) | {"photoId": asked["uploadId"]})
    store = world.parts.services.use(Uploads).store

    during = await forget_photos(store, world.parts.database, world.clock)
    kept = len(stored(world))
    world.clock.advance(timedelta(days=21))
    after = await forget_photos(store, world.parts.database, world.clock)
    again = await forget_photos(store, world.parts.database, world.clock)

    assert (during, kept, after, again, stored(world)) == (0, 2, 1, 0, [])
    assert await clearing.leftovers(store, world.parts.database) == []
    async with world.parts.database.read() as session:
        (row,) = (await session.exec(select(Upload))).all()
    assert (row.state, row.taken, row.deleted_at) == ("deleted", "today", world.clock.now())
    second = await world.open_campaign("grain-day", days=1)
    await zhou.run("JoinCampaign", input={"campaignId": second})
    copy = await ticket(zhou, "three-weeks-later")
    await send(world, copy["path"], photo())
    receipt = await record(zhou, act(second, "clear_plate", world.clock.now()) | {"photoId": copy["uploadId"]})
    assert receipt["outcomes"][0]["__typename"] == "PhotoCopied"
