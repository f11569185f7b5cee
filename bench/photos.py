"""Measure photos: how fast and in how much memory they are developed, how fast a copy is found, whom they hold up."""

import asyncio
import io
import multiprocessing
import random
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from PIL import Image

from backend.core import migrations
from backend.core.db import Database
from backend.media import pictures
from backend.media.prints import lookup
from bench import city, crowds, servers
from bench.city import City
from bench.figures import Figure, percentile
from tests import postgres

AT = datetime(2026, 6, 15, 4, 0, tzinfo=UTC)
TWELVE_MEGAPIXELS, FORTY_EIGHT = (4000, 3000), (8000, 6000)
UPLOADS = 20


def photo(size: tuple[int, int], form: str = "JPEG", seed: int = 1) -> bytes:
    """Return a file of that size with the detail of a photo."""
    dice = random.Random(seed)
    small = Image.frombytes("RGB", (500, 375), dice.randbytes(500 * 375 * 3))
    picture = Image.blend(small, Image.radial_gradient("L").resize(small.size).convert("RGB"), 0.7)
    written = io.BytesIO()
    picture.resize(size, Image.Resampling.BICUBIC).save(written, form, quality=88)
    return written.getvalue()


def _megabytes_for(form: str) -> float:
    """Run in a process of its own: return by how much the largest photo makes it grow."""
    pictures.develop(photo((640, 480)), AT)
    source = photo(FORTY_EIGHT, form)
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_growth, source).result()


def _growth(source: bytes) -> float:
    pictures.develop(photo((640, 480)), AT)
    before = _peak()
    pictures.develop(source, AT)
    return _peak() - before


def _peak() -> float:
    # Not getrusage: a process begins with its parent's peak there.
    (line,) = (one for one in Path("/proc/self/status").read_text().splitlines() if one.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def developing(rounds: int) -> Iterator[Figure]:
    """Measure the pipeline on one core."""
    source = photo(TWELVE_MEGAPIXELS)
    pictures.develop(source, AT)
    began = time.process_time()
    for _ in range(rounds):
        pictures.develop(source, AT)
    yield Figure("photo-12-megapixels", rounds / (time.process_time() - began), "images/s a core", ">= 4")
    for form in ("JPEG", "PNG"):
        yield Figure(f"photo-48-megapixels-{form.lower()}-growth", _megabytes_for(form), "MB", "<= 300")


def looking_up(folder: Path, photos: int, asked: int) -> Iterator[Figure]:
    """Measure how long it takes to find the copies of a photo among so many, on both databases."""
    made = crowds.rows(photos)
    words = len(made["spot_word"])
    path = folder / "prints.db"
    migrations.upgrade(f"sqlite:///{path}")
    crowds.into_sqlite(path, made)
    yield Figure("copies-stored-bytes", path.stat().st_size / photos, "bytes a photo on sqlite")
    yield from _look_ups("sqlite", f"sqlite+aiosqlite:///{path}", photos, words, asked)
    with postgres.server(durable=True) as server:
        server.create_database("prints")
        migrations.upgrade(server.url_for("prints"))
        crowds.into_postgresql(server.url_for("prints"), made)
        yield from _look_ups("postgresql", server.url_for("prints"), photos, words, asked)
        server.drop_database("prints")


def _look_ups(kind: str, url: str, photos: int, words: int, asked: int) -> Iterator[Figure]:
    dice = random.Random(1)
    took = asyncio.run(_asked(url, [dice.randint(1, photos) for _ in range(asked)]))
    name = f"copies-among-{words}-prints-of-{photos}-photos-{kind}"
    yield Figure(f"{name}-p50", percentile(took, 50) * 1000, "ms")
    yield Figure(f"{name}-p99", percentile(took, 99) * 1000, "ms", "<= 20")


async def _asked(url: str, uploads: list[int]) -> list[float]:
    database, took = Database(url), []
    async with database.read() as session:
        await lookup.similar(session, uploads[:1])
        for number in uploads:
            began = time.perf_counter()
            await lookup.similar(session, [number])
            took.append(time.perf_counter() - began)
    await database.close()
    return took


def holding_up(built: City, api: servers.Running, seconds: float) -> Iterator[Figure]:
    """Measure a cheap query alone, and while photos are uploaded."""
    alone, beside = asyncio.run(_beside(built, api.port, seconds))
    yield Figure("cheap-query-alone-p99", percentile(alone, 99) * 1000, "ms")
    yield Figure("cheap-query-beside-uploads-p99", percentile(beside, 99) * 1000, "ms")
    yield Figure("cheap-query-held-up", percentile(beside, 99) / percentile(alone, 99), "times its p99", "<= 5")


async def _beside(built: City, port: int, seconds: float) -> tuple[list[float], list[float]]:
    del built
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=120, trust_env=False) as client:
        alone = await _queries(client, asyncio.create_task(asyncio.sleep(seconds)))
        sending = asyncio.gather(*(_upload(client, number) for number in range(1, UPLOADS + 1)))
        beside = await _queries(client, sending)
    return alone, beside


async def _queries(client: httpx.AsyncClient, until: "asyncio.Future[Any]") -> list[float]:
    took: list[float] = []
    body = {"documentId": city.document("Kinds")}
    while not until.done():
        began = time.perf_counter()
        (await client.post("/graphql", json=body)).raise_for_status()
        took.append(time.perf_counter() - began)
        await asyncio.sleep(0.01)
    until.result()
    return took


async def _upload(client: httpx.AsyncClient, member: int) -> None:
    headers = {"authorization": f"Bearer {city.token_of(member)}"}
    asked = {"documentId": city.document("RequestUpload"), "variables": {"input": {"requestId": "bench-photo-1"}}}
    ticket = (await client.post("/graphql", json=asked, headers=headers)).json()["data"]["requestUpload"]
    source = await asyncio.to_thread(photo, TWELVE_MEGAPIXELS, "JPEG", member)
    answer = await client.post(ticket["path"], files={"file": ("a.jpg", source, "image/jpeg")})
    assert answer.status_code == 200, answer.text
