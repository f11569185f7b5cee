"""Kill the API with signal 9 between ticket, upload and check-in: no photo is lost or used twice, no act doubled."""

import asyncio
import random
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from backend.core import documents
from backend.core.db import Database
from backend.media.store import FolderStore
from demo.client.plates import plate
from tests.cast import SHIPPED
from tests.crash.processes import Service, environment, running, verify
from tests.crash.test_kill import _stage, durable_url  # noqa: F401 - a fixture, and what it is staged with

PEOPLE, KILLS = 6, 4


class Phone:
    """Asks again, by the same request id, until it is answered."""

    def __init__(self, api: Service, token: str) -> None:
        self._api = api
        self._headers = {"authorization": f"Bearer {token}"}

    async def post(self, path: str, **content: Any) -> Any:
        """Post until something below 500 comes back; return its JSON."""
        while True:
            try:
                async with httpx.AsyncClient(base_url=self._api.address or "http://127.0.0.1:1", timeout=20) as client:
                    answer = await client.post(path, headers=self._headers, **content)
                if answer.status_code < 500:
                    return answer.json()
            except (httpx.HTTPError, ValueError):
                await asyncio.sleep(0.05)

    async def run(self, document: str, **variables: Any) -> Any:
        """Run a shipped document and return its root field."""
        body = {"documentId": documents.document_id(SHIPPED[document]), "variables": variables}
        (found,) = (await self.post("/graphql", json=body))["data"].values()
        return found

    async def prove(self, campaign: str, number: int, now: datetime) -> Any:
        """Take a photo, send it, and report the act that it shows."""
        ticket = await self.run("RequestUpload", input={"requestId": "photo-0001"})
        await self.post(ticket["path"], files={"file": ("a.jpg", plate(f"crash {number}", now), "image/jpeg")})
        act = {
            "campaignId": campaign,
            "kind": "water_act",
            "actedAt": now.isoformat(),
            "details": {"act": "tap_closed"},
        }
        items = [act | {"photoId": ticket["uploadId"]}]
        receipt = await self.run("RecordCheckIns", input={"requestId": "check-in-0001", "items": items})
        return receipt["outcomes"][0]


@pytest.mark.timeout(180)
async def test_photos_and_their_acts_survive_kill_9_at_any_step(durable_url: str, tmp_path: Path) -> None:  # noqa: F811
    now, photos = datetime.now(UTC), tmp_path / "photos"
    campaign, tokens = await _stage(durable_url, now)
    settings = environment(durable_url, busy_seconds=3, photos=photos)
    api = Service("serve", settings, tmp_path, "api")

    async with running(api):
        work = asyncio.gather(*(Phone(api, token).prove(campaign, n, now) for n, token in enumerate(tokens[:PEOPLE])))
        for _ in range(KILLS):
            await asyncio.sleep(random.uniform(0.2, 1.2))
            api.kill()
            api.start()
        outcomes = await work
        await api.ready()
        code, said = await verify(settings)

    assert [one["__typename"] for one in outcomes] == ["Accepted"] * PEOPLE
    assert {one["checkIn"]["proof"] for one in outcomes} == {"photo"}
    assert code == 0, said
    database = Database(durable_url)
    async with database.read() as session:
        connection = await session.connection()
        joined = "check_in JOIN upload ON upload.id = photo_id AND act_id = check_in.id"
        query = f"SELECT upload.key FROM {joined}"
        keys = list((await connection.execute(text(query))).scalars())
    await database.close()
    assert len(keys) == len(set(keys)) == PEOPLE
    kept = {f"{key}/{picture}" for key in keys for picture in ("photo", "thumbnail")}
    assert set(FolderStore(photos).names()) == kept


async def test_no_process_that_works_on_photos_outlives_an_api_that_was_killed(tmp_path: Path) -> None:
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", KILLED, stdout=-1)
    assert parent.stdout
    worker = int(await parent.stdout.readline())
    await parent.wait()

    async with asyncio.timeout(10):
        while Path(f"/proc/{worker}/cmdline").exists():  # noqa: ASYNC110 - it tells us nothing
            await asyncio.sleep(0.1)


KILLED = """
import asyncio, io, os, signal
from datetime import UTC, datetime
from PIL import Image
from backend.media.studio import Studio

async def main():
    file, studio = io.BytesIO(), Studio()
    Image.new("RGB", (99, 99)).save(file, "PNG")
    await studio.develop(file.getvalue(), datetime.now(UTC))
    print(*studio.desks[0].pool._processes, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

if __name__ == "__main__":
    asyncio.run(main())
"""
