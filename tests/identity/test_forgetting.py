"""What nobody can use any more is forgotten, and nothing before its time."""

from datetime import timedelta

from backend.core.vault import Vault
from backend.identity import jobs, service
from tests.api.asking import contents, nothing_written
from tests.cast import World


async def forget(world: World) -> int:
    return await jobs.forget_the_expired(world.parts.database, world.clock)


async def kept(world: World) -> tuple[int, int, int]:
    found = await contents(world)
    return len(found["sign_in"]), len(found["session"]), len(found["binding_code"])


async def issue(world: World, name: str) -> None:
    async with world.parts.database.write() as session:
        vault, now = world.parts.services.use(Vault), world.clock.now()
        await service.issue_binding_code(session, vault, world.members[name], now)


async def test_sign_ins_sessions_and_codes_go_when_their_time_is_over_and_not_before(world: World) -> None:
    await world.sign_in("Lin")
    await issue(world, "Zhou")
    began, moment = world.clock.now(), timedelta(seconds=1)

    outcomes = []
    for age in (timedelta(days=1), timedelta(days=37), timedelta(days=44)):
        for since in (age, age + moment):
            world.clock.at = began + since
            outcomes.append((await forget(world), await kept(world)))

    assert outcomes == [
        (0, (1, 1, 1)),
        (1, (0, 1, 1)),
        (0, (0, 1, 1)),
        (1, (0, 0, 1)),
        (0, (0, 0, 1)),
        (1, (0, 0, 0)),
    ]


async def test_a_revoked_session_goes_after_a_week_and_the_open_one_of_the_same_account_stays(world: World) -> None:
    phone, tablet = await world.sign_in("Lin"), await world.sign_in("Lin")
    await phone.run("SignOut")

    world.clock.advance(timedelta(days=7, seconds=1))
    forgotten = await forget(world)

    assert (forgotten, await kept(world)) == (3, (0, 1, 0))
    assert (await tablet.run("Home"))["member"]["name"] == "林小满"


async def test_forgetting_twice_changes_nothing_the_second_time(world: World) -> None:
    await world.sign_in("Lin")
    await issue(world, "Zhou")
    world.clock.advance(timedelta(days=60))
    assert await forget(world) == 3

    async with nothing_written(world):
        assert await forget(world) == 0
