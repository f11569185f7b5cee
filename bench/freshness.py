"""How soon an act that was acknowledged is on the board, and how long acknowledging takes at a moderate load.

Every act adds the same carbon to the campaign's board, so the sum there tells how many acts it holds. The act
that was acknowledged as the n-th counts as visible when the board holds n acts.
"""

import json
import time
from collections.abc import Iterator

from bench import boards, load
from bench.city import ACCEPTED, CARBON_MG, City
from bench.figures import Figure, percentile
from bench.load import Load, Start
from bench.servers import Running

RATE, CLIENTS = 50, 32
_POLL_SECONDS = 0.05
_SETTLING_SECONDS = 60.0


def held(document: bytes) -> int:
    """Return how many acts the campaign's board holds."""
    carbon_mg: int = json.loads(document)["boards"][0]["carbon_mg"]
    return carbon_mg // CARBON_MG


def settle(api: Running, city: City) -> None:
    """Wait until the board holds everything that was reported so far."""
    until = time.monotonic() + _SETTLING_SECONDS
    while held(load.once(api.port, load.request(boards.path(city)))) < city.reported:
        assert time.monotonic() < until, "the worker does not catch up"
        time.sleep(0.2)


def measure(start: Start, api: Running, city: City, seconds: float) -> Iterator[Figure]:
    """Report acts at a steady rate while a screen asks again and again; yield delays and latencies."""
    before, requests = city.reported, city.next(round(RATE * seconds))
    sending = start(load.paced, api.port, requests, ACCEPTED, CLIENTS, RATE)
    seen = load.poll(api.port, load.request(boards.path(city)), seconds + 1.5, _POLL_SECONDS)
    done: Load = sending.result()
    city.reported += len(done.took)
    assert not done.refused, done.refused[0].decode()
    waits = list(_delays(sorted(done.answered_at), [(at, held(document) - before) for at, document in seen]))
    yield Figure("board-delay-p99", percentile(waits, 99), "seconds", "<= 1")
    yield Figure("board-delay-p50", percentile(waits, 50), "seconds")
    yield Figure("check-in-latency-p50", percentile(done.took, 50) * 1000, "milliseconds")
    yield Figure("check-in-latency-p99", percentile(done.took, 99) * 1000, "milliseconds")


def _delays(acknowledged: list[float], seen: list[tuple[float, int]]) -> Iterator[float]:
    boards_seen = iter(seen)
    at, holds = next(boards_seen)
    for number, acknowledged_at in enumerate(acknowledged, start=1):
        while holds < number:
            at, holds = next(boards_seen, (0.0, -1))
            assert holds >= 0, f"act {number} of {len(acknowledged)} never came to the board"
        yield max(0.0, at - acknowledged_at)
