"""The database locked or gone: 503 with a hint, nothing half written, and the same request works afterwards."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from sqlalchemy import make_url, text
from sqlmodel import col, select

from backend import app as apps
from backend.core.clock import FixedClock
from backend.identity.tables import Member
from tests.api.asking import contents, joined, nothing_written
from tests.cast import Person, World, settings_for, trip


@asynccontextmanager
async def another_process(url: str, clock: FixedClock) -> AsyncIterator[httpx.AsyncClient]:
    """Serve the same database again, with little patience."""
    app = apps.create(settings_for(url, busy_seconds=1, pool_size=2), clock, httpx.AsyncClient())
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://other.test")
    async with client, app.router.lifespan_context(app):
        yield client


def is_busy(response: httpx.Response, words: str) -> bool:
    """Tell whether an answer is the 503 that says to try again."""
    assert response.status_code == 503, response.text
    (error,) = response.json()["errors"]
    assert words in error["message"]
    hint = error["extensions"]["retryAfterSeconds"]
    return bool(error["extensions"]["code"] == "UNAVAILABLE" and response.headers["retry-after"] == str(hint))


def request_of(campaign: str, world: World) -> dict[str, Any]:
    return {"input": {"requestId": "through-trouble", "items": [trip(campaign, world.clock.now())]}}


async def hold_a_lock(world: World, held: asyncio.Event, release: asyncio.Event) -> None:
    """Hold what a recording for Lin needs: on SQLite the whole file, on PostgreSQL Lin's row."""
    async with world.parts.database.write() as session:
        await session.exec(select(Member.id).where(col(Member.id) == world.members["Lin"]).with_for_update())
        held.set()
        await release.wait()


async def end_waiting_connections(world: World) -> None:
    """Do what an operator's restart does to whoever waits for a lock on PostgreSQL."""
    statement = text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid()")
    ended = 0
    while not ended:
        async with world.parts.database.read() as session:
            ended = len((await (await session.connection()).execute(statement)).all())
        await asyncio.sleep(0.02)


async def test_a_database_that_is_locked_or_breaks_off_is_a_503_and_the_retry_counts_once(
    world: World, database_url: str
) -> None:
    campaign = await world.open_campaign()
    lin = await joined(world, "Lin", campaign)
    held, release = asyncio.Event(), asyncio.Event()
    async with another_process(database_url, world.clock) as client:
        there = Person(client, lin.token)
        holding = asyncio.create_task(hold_a_lock(world, held, release))
        await held.wait()

        async with nothing_written(world):
            trying = asyncio.create_task(there.send("RecordCheckIns", request_of(campaign, world)))
            if not world.parts.database.is_sqlite:
                await end_waiting_connections(world)
            assert is_busy(await trying, "服务暂时繁忙")
            reading = await Person(client, lin.token, "en").run("Receipt", requestId="through-trouble")
            assert reading["receipt"] is None
        release.set()
        await holding

        first = await there.run("RecordCheckIns", **request_of(campaign, world))
        again = await lin.run("RecordCheckIns", **request_of(campaign, world))

    assert (first["replayed"], again["replayed"]) == (False, True)
    assert again == first | {"replayed": True}
    assert len((await contents(world))["check_in"]) == 1


async def test_a_database_that_is_gone_is_a_503_everywhere_and_the_process_stays_alive(
    database_url: str, clock: FixedClock
) -> None:
    url = make_url(database_url)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        closed = listener.getsockname()[1]
    gone = url.set(database="/nowhere/gone.db") if "sqlite" in url.drivername else url.set(
        host="127.0.0.1", port=closed, query={}
    )  # fmt: skip

    async with another_process(gone.render_as_string(hide_password=False), clock) as client:
        for language, words in (("zh-CN", "服务暂时繁忙，请稍后重试"), ("en", "Busy just now")):
            person = Person(client, "a-token", language)
            assert is_busy(await person.send("MyLedger", {"after": None}), words)
            assert is_busy(await person.send("SignIn", {"input": {"code": "a-code"}}), words)
            assert is_busy(
                await person.send("RecordCheckIns", {"input": {"requestId": "12345678", "items": []}}), words
            )
            page = await client.get("/screens/a-key", headers={"accept-language": language})
            assert (page.status_code, words in page.text, page.headers["retry-after"]) == (503, True, "2")
        assert (await client.get("/readyz")).status_code == 503
        assert (await client.get("/healthz")).status_code == 200


async def test_connections_that_the_server_closed_are_replaced_without_a_word(world: World) -> None:
    lin = await world.sign_in("Lin")
    if not world.parts.database.is_sqlite:
        async with world.parts.database.read() as session:
            statement = text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            await (await session.connection()).execute(statement)
    await world.parts.database.engine.dispose()

    assert (await lin.run("Home"))["member"]["name"] == "林小满"
