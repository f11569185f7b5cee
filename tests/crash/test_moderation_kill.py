"""Kill API and worker with signal 9 at every step from ticket to verdict: each photo passes, each act counts once.

Time runs 120 times as fast, so that what is asked again after minutes is asked again within seconds. Of the two plays
each database has one, and both in the long form, when `CRASH_ROUNDS` is set.
"""

import asyncio
import json
import os
import random
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from backend.core.clock import FileClock, set_file_clock
from backend.core.db import Database
from demo.client.plates import plate
from tests.cast import APP_ID, APP_SECRET
from tests.crash.processes import ROOT, Service, environment, running, verify
from tests.crash.test_kill import _stage, durable_url  # noqa: F401 - a fixture, and what it is staged with
from tests.crash.test_photo_kill import Phone
from tests.laws.play import until
from tests.media.moderating import MEDIA_CHECK, PUSH_KEY, PUSH_TOKEN

SPEED, PASSES_WITHIN_SECONDS, KILLS = 120, 90, 4
BOTH = ["sqlite", "postgresql"] if "CRASH_ROUNDS" in os.environ else []


@dataclass
class Scene:
    """The processes, the phones, and the sandbox between them."""

    api: Service
    worker: Service
    wechat: httpx.AsyncClient
    database: Database
    campaign: str
    tokens: list[str]
    clock: FileClock
    began: datetime

    async def rise(self, service: Service) -> None:
        """Kill a process and wait until its next life is of use."""
        service.kill()
        service.start()
        await service.ready()

    async def play(self, what: str, **body: Any) -> Any:
        """Do something on the sandbox's control surface."""
        return (await self.wechat.post(f"/sandbox/{what}", json=body, timeout=60)).raise_for_status().json()

    async def asked(self) -> int:
        """Say how often the platform was asked."""
        return int((await self.wechat.get("/sandbox/counts")).json()["counts"].get(MEDIA_CHECK, 0))

    async def value(self, query: str, **values: object) -> Any:
        """Return one value from the database."""
        async with self.database.read() as session:
            return (await (await session.connection()).execute(text(query), values)).scalar()

    def phone(self, number: int) -> Phone:
        """Return the phone of a member."""
        return Phone(self.api, self.tokens[number])

    async def ticket(self, number: int) -> Any:
        """Ask for leave to send a photo; the same one however often."""
        return await self.phone(number).run("RequestUpload", input={"requestId": "photo-0001"})

    async def upload(self, number: int) -> None:
        """Send a member's photo, once more if need be."""
        content = plate(f"moderated {number}", self.clock.now())
        ticket = await self.ticket(number)
        await self.phone(number).post(ticket["path"], files={"file": ("a.jpg", content, "image/jpeg")})

    async def check_in(self, number: int) -> Any:
        """Report the act that a member's photo shows; the same answer however often."""
        ticket = await self.ticket(number)
        item = {
            "campaignId": self.campaign,
            "kind": "water_act",
            "actedAt": self.began.isoformat(),
            "details": {"act": "tap_closed"},
            "photoId": ticket["uploadId"],
        }
        receipt = await self.phone(number).run("RecordCheckIns", input={"requestId": "act-0001", "items": [item]})
        return receipt["outcomes"][0]

    async def passes(self, number: int) -> None:
        """Wait until a member's photo has passed."""
        member = int(self.tokens[number].rpartition("-")[2])

        async def passed() -> bool:
            return bool(await self.value("SELECT moderation FROM upload WHERE member_id = :m", m=member) == "passed")

        await until(passed, PASSES_WITHIN_SECONDS)


# Where the kill comes, member by member. Each step ends with the photo sent; the act is reported at the end or before.


async def _after_the_ticket(scene: Scene, number: int) -> None:
    await scene.ticket(number)
    await scene.rise(scene.api)
    await scene.upload(number)


async def _after_the_upload(scene: Scene, number: int) -> None:
    await scene.upload(number)
    await scene.rise(scene.api)
    await scene.check_in(number)


async def _between_asking_and_noting(scene: Scene, number: int) -> None:
    before = await scene.asked()
    await scene.play("faults", endpoint=MEDIA_CHECK, mode="slow", seconds=4)
    await scene.upload(number)
    await until(lambda: _more_than(scene, before))
    await scene.rise(scene.worker)


async def _while_the_answer_is_awaited(scene: Scene, number: int) -> None:
    before = await scene.asked()
    await scene.play("verdicts")  # held
    await scene.upload(number)
    await until(lambda: _more_than(scene, before))
    await scene.check_in(number)
    await scene.rise(scene.worker)
    await scene.play("deliver", trace_ids=[await _newest(scene)])


async def _while_the_picture_is_fetched_and_the_answer_pushed(scene: Scene, number: int) -> None:
    before = await scene.asked()
    await scene.play("verdicts", copies=2)
    await scene.upload(number)
    await until(lambda: _more_than(scene, before))
    scene.api.kill()
    pushing = asyncio.create_task(scene.play("deliver", trace_ids=[await _newest(scene)]))
    scene.api.start()
    await scene.api.ready()
    await pushing


async def _after_the_answer(scene: Scene, number: int) -> None:
    await scene.upload(number)
    await scene.passes(number)
    await scene.rise(scene.api)


async def _before_the_act_is_answered(scene: Scene, number: int) -> None:
    await scene.upload(number)
    acting = asyncio.create_task(scene.check_in(number))
    await scene.rise(scene.api)
    await acting


STEPS: list[Callable[[Scene, int], Awaitable[None]]] = [
    _after_the_ticket,
    _after_the_upload,
    _between_asking_and_noting,
    _while_the_answer_is_awaited,
    _while_the_picture_is_fetched_and_the_answer_pushed,
    _after_the_answer,
    _before_the_act_is_answered,
]


async def _more_than(scene: Scene, before: int) -> bool:
    return await scene.asked() > before


async def _newest(scene: Scene) -> str:
    return str((await scene.wechat.get("/sandbox/checks")).json()["checks"][-1]["trace_id"])


@asynccontextmanager
async def _sandbox(folder: Path, tokens: list[str], clock: Path, push_url: str) -> AsyncIterator[httpx.AsyncClient]:
    users = folder / "users.json"
    users.write_text(json.dumps([{"openid": f"openid-{token.rpartition('-')[2]}"} for token in tokens]))
    program = [sys.executable, "-m", "demo.wechat_sandbox", "--app-id", APP_ID, "--app-secret", APP_SECRET]
    program += ["--users", str(users), "--clock", str(clock), "--resend-seconds", "2"]
    program += ["--push-url", push_url, "--push-token", PUSH_TOKEN, "--push-key", PUSH_KEY]
    process = await asyncio.create_subprocess_exec(*program, stdout=asyncio.subprocess.PIPE, cwd=ROOT, env=os.environ)
    try:
        assert process.stdout
        base = f"http://127.0.0.1:{int(await process.stdout.readline())}"
        async with httpx.AsyncClient(base_url=base, trust_env=False) as client:
            yield client
    finally:
        process.terminate()
        await process.wait()


@asynccontextmanager
async def _set(durable_url: str, folder: Path) -> AsyncIterator[Scene]:  # noqa: F811
    """Set the scene: time that runs, a sandbox, one API on a port that stays its own, one worker."""
    now, clock = datetime.now(UTC), folder / "clock.json"
    campaign, tokens = await _stage(durable_url, now)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    set_file_clock(clock, now, SPEED)
    async with _sandbox(folder, tokens, clock, f"{base}/wechat/push") as wechat:
        settings = environment(
            durable_url,
            mode="development",
            clock_file=clock,
            busy_seconds=3,
            photos=folder / "photos",
            port=port,
            public_base_url=base,
            wechat_base_url=str(wechat.base_url),
            wechat_push_token=PUSH_TOKEN,
            wechat_push_key=PUSH_KEY,
        )
        api, worker = Service("serve", settings, folder, "api"), Service("worker", settings, folder, "worker")
        database = Database(durable_url)
        async with running(api, worker):
            yield Scene(api, worker, wechat, database, campaign, tokens, FileClock(clock), now)
            await api.ready()
            code, said = await verify(settings)
        await database.close()
    assert code == 0, said


async def _assert_nothing_lost_or_doubled(scene: Scene, people: int) -> None:
    outcomes = [await scene.check_in(number) for number in range(people)]
    assert [one["__typename"] for one in outcomes] == ["Accepted"] * people, outcomes
    assert {one["checkIn"]["proof"] for one in outcomes} == {"photo"}
    assert await scene.value("SELECT COUNT(*) FROM check_in WHERE counted") == people
    assert await scene.value("SELECT COUNT(*) FROM upload WHERE moderation = 'passed'") == people
    assert (
        await scene.value("SELECT COUNT(DISTINCT act_id) FROM upload JOIN check_in ON act_id = check_in.id") == people
    )
    without = "SELECT COUNT(*) FROM upload WHERE id NOT IN (SELECT upload_id FROM moderation_question WHERE %s)"
    assert await scene.value(without % "upload_id IS NOT NULL AND suggest = 'pass'") == 0


@pytest.mark.timeout(420)
@pytest.mark.parametrize("durable_url", BOTH or ["sqlite"], indirect=True)
async def test_a_photo_passes_and_its_act_counts_once_whichever_step_kill_9_comes_at(
    durable_url: str,  # noqa: F811
    tmp_path: Path,
) -> None:
    async with _set(durable_url, tmp_path) as scene:
        for number, step in enumerate(STEPS):
            await step(scene, number)
            await scene.passes(number)
        await _assert_nothing_lost_or_doubled(scene, len(STEPS))
        asked = await scene.asked()

    assert asked > len(STEPS)  # what was asked in vain was asked again


@pytest.mark.timeout(420)
@pytest.mark.parametrize("durable_url", BOTH or ["postgresql"], indirect=True)
async def test_photos_pass_and_their_acts_count_once_under_kills_at_any_moment(
    durable_url: str,  # noqa: F811
    tmp_path: Path,
) -> None:
    people = 4
    async with _set(durable_url, tmp_path) as scene:
        await scene.play("verdicts", times=2, delay_seconds=0.5, copies=3)
        await scene.play("verdicts", times=2, delay_seconds=0, lost=2)

        async def prove(number: int) -> None:
            await asyncio.sleep(number * 0.5)
            await scene.upload(number)
            await scene.check_in(number)

        work = asyncio.gather(*(prove(number) for number in range(people)))
        for _ in range(KILLS):
            await asyncio.sleep(random.uniform(0.2, 1.2))
            victim = random.choice([scene.api, scene.worker])
            victim.kill()
            victim.start()
        await work
        for number in range(people):
            await scene.passes(number)
        await _assert_nothing_lost_or_doubled(scene, people)
