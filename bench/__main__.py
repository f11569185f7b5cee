"""Run every benchmark: `python -m bench`; BENCH=long takes the time for figures that hold still."""

import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench import boards, city, freshness, load, photos, recording, reports, servers, starting
from bench.figures import Figure
from bench.load import Start
from bench.raw import PostgresLimit, SqliteLimit
from bench.recording import Round
from bench.reports import Crowd
from tests import postgres


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    members: int
    recording: Round
    reading: Round
    freshness_seconds: float
    alone_seconds: float
    photos: int
    crowd: int  # photos among which copies are looked for
    lookups: int
    report: Crowd


SHORT = Size(
    members=4000,
    recording=Round(2, 2),
    reading=Round(0.7, 2),
    freshness_seconds=5,
    alone_seconds=2,
    photos=5,
    crowd=3_125,
    lookups=100,
    report=Crowd(500, is_large=False),
)
LONG = Size(
    members=40_000,
    recording=Round(10, 3),
    reading=Round(5, 3),
    freshness_seconds=60,
    alone_seconds=10,
    photos=40,
    crowd=31_250,  # of 32 prints each
    lookups=500,
    report=Crowd(25_000, is_large=True),
)


def on_postgresql(size: Size, start: Start, folder: Path) -> Iterator[Figure]:
    """Measure everything on a durable PostgreSQL."""
    with postgres.server(durable=True) as server:
        server.create_database("city")
        built = city.build(server.url_for("city"), size.members)
        limit = PostgresLimit(server, "city", size.members, folder)
        with servers.api(built.database_url) as api:
            yield from starting.first_answers(api)
            product = partial(recording.record, start, api, built)
            yield from recording.share(
                "postgresql", ">= 0.3", size.recording, product, partial(limit.rate, recording.CLIENTS)
            )
            with servers.worker(built.database_url) as worker:
                freshness.settle(api, built)
                yield from freshness.measure(start, api, built, size.freshness_seconds)
                yield from boards.reads(start, api, built, size.reading, folder)
                yield Figure("memory-api", api.megabytes(), "MB")
                yield Figure("memory-worker", worker.megabytes(), "MB")
        _insist_on_order(built)
        server.drop_database("raw")
        server.drop_database("city")


def on_sqlite(size: Size, start: Start, folder: Path) -> Iterator[Figure]:
    """Measure recording on a SQLite file that waits for the disk."""
    built = city.build(f"sqlite+aiosqlite:///{folder}/city.db", size.members)
    limit = SqliteLimit(folder / "city.db", size.members)
    with servers.api(built.database_url) as api:
        product = partial(recording.record, start, api, built)
        yield from recording.share("sqlite", ">= 0.2", size.recording, product, limit.rate)
        yield from photos.holding_up(built, api, size.alone_seconds)
    limit.close()
    _insist_on_order(built)


def on_photos(size: Size, start: Start, folder: Path) -> Iterator[Figure]:
    """Measure the work on photos and their fingerprints."""
    del start
    yield from photos.developing(size.photos)
    yield from photos.looking_up(folder, size.crowd, size.lookups)


def on_reports(size: Size, start: Start, folder: Path) -> Iterator[Figure]:
    """Measure the report of a campaign."""
    del start
    yield from reports.measure(size.report, folder)


def _insist_on_order(built: city.City) -> None:
    wrong = built.findings()
    assert not wrong, wrong


def main() -> None:
    """Print one line for each figure."""
    size = LONG if os.environ.get("BENCH") == "long" else SHORT
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="tanhui-bench-") as folder, load.elsewhere() as start:
        for measure in (on_postgresql, on_sqlite, on_photos, on_reports):
            for figure in measure(size, start, Path(folder)):
                print(figure.line(), flush=True)
    print(Figure("whole-run", time.monotonic() - began, "seconds", "<= 60" if size is SHORT else "none").line())


if __name__ == "__main__":
    main()
