"""How soon a check-in is on every screen, and what 1, 50 and 500 screens cost: `python -m bench.screens`.

One API process, its worker, PostgreSQL. Check-ins come at 50 a second through the public API; the act that was
acknowledged as the n-th is on a screen when its document's sum holds n acts (each is told the sums of the whole
campaign). What pushing costs is compared with a bare application of the same framework that pushes as many bytes as
often to as many connections, in the same run.
"""

import bisect
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import Future
from itertools import accumulate

from bench import bare_events, city, freshness, load, servers
from bench.city import ACCEPTED, CARBON_MG, City
from bench.figures import Figure, percentile
from bench.load import Load, Start
from bench.servers import Running
from bench.watching import Crowd, Watched, watch
from tests import postgres

SCREENS = ((1, 1), (50, 1), (500, 1), (500, 20))  # screens, and of how many institutions
RATE, CLIENTS = 50, 32
SECONDS = 15.0
_OPENING_SECONDS = 10.0  # so many connections are opened before the first act
_AFTER_SECONDS = 5.0


def alone(start: Start, api: Running, built: City) -> float:
    """Return what recording costs by itself, while no screen watches: cores."""
    requests, used = built.next(round(RATE * SECONDS)), api.cpu_seconds()
    done: Load = start(load.paced, api.port, requests, ACCEPTED, CLIENTS, RATE).result()
    built.reported += len(done.took)
    return (api.cpu_seconds() - used) / done.seconds


def measure(
    start: Start, listen: Start, api: Running, built: City, *, screens: int, institutions: int, without: float
) -> Iterator[Figure]:
    """Let so many screens of so many institutions watch while acts are reported; yield delays, events, the cost.

    `without` is what the same acts cost while nobody watches.
    """
    paths = [f"/screens/{key}/events" for key in built.screen_keys[:institutions]]
    seconds = _OPENING_SECONDS + SECONDS + _AFTER_SECONDS
    watching: Future[Crowd] = listen(watch, api.port, paths, screens, seconds)
    time.sleep(_OPENING_SECONDS)
    before, requests, used = built.reported, built.next(round(RATE * SECONDS)), api.cpu_seconds()
    done: Load = start(load.paced, api.port, requests, ACCEPTED, CLIENTS, RATE).result()
    used = (api.cpu_seconds() - used) / done.seconds
    built.reported += len(done.took)
    crowd = watching.result()
    assert not done.refused, done.refused[0].decode()
    acknowledged = sorted(done.answered_at)
    delays = [delay for one in crowd.screens for delay in _delays(acknowledged, before, one)]
    name = f"screens-{screens}" + (f"-of-{institutions}" if institutions > 1 else "")
    yield Figure(f"{name}-delay-p99", percentile(delays, 99), "seconds", "<= 1")
    yield Figure(f"{name}-delay-p50", percentile(delays, 50), "seconds")
    yield Figure(f"{name}-events", sum(one.events for one in crowd.screens) / crowd.seconds, "a second")
    yield Figure(f"{name}-megabytes", sum(one.octets for one in crowd.screens) / 1e6 / crowd.seconds, "MB a second")
    yield Figure(f"{name}-check-in-p99", percentile(done.took, 99) * 1000, "milliseconds")
    yield Figure(f"{name}-api-cpu", used, "of a core")
    yield Figure(f"{name}-cpu-of-screens", used - without, "of a core")
    yield Figure(f"{name}-client-cpu", crowd.client_share, "of a core")
    yield Figure(f"{name}-memory-api", api.megabytes(), "MB")
    yield Figure(f"{name}-share-of-bare", _bare(listen, crowd, screens) / max(used - without, 0.001), "of that cost")


def _bare(listen: Start, crowd: Crowd, screens: int) -> float:
    """Return what pushing as many bytes as often to as many connections costs by itself: cores."""
    walls = sum(len(one.holds) for one in crowd.screens) / screens / crowd.seconds
    size = sum(one.octets for one in crowd.screens) / screens / crowd.seconds / max(walls, 0.1)
    with servers.bare_events(round(size), max(walls, 0.1)) as bare:
        watching = listen(watch, bare.port, [bare_events.PATH], screens, _OPENING_SECONDS + 5)
        time.sleep(_OPENING_SECONDS)
        used = bare.cpu_seconds()
        time.sleep(4)
        used = (bare.cpu_seconds() - used) / 4
        watching.result()
    return used


def _delays(acknowledged: list[float], before: int, screen: Watched) -> Iterator[float]:
    """Yield for each act how long after its answer the screen held it."""
    at = [moment for moment, _ in screen.holds]
    holds = list(accumulate((carbon // CARBON_MG - before for _, carbon in screen.holds), max))
    for number, answered_at in enumerate(acknowledged, start=1):
        place = bisect.bisect_left(holds, number)
        assert place < len(holds), f"act {number} of {len(acknowledged)} never came to a screen"
        yield max(0.0, at[place] - answered_at)


def main() -> None:
    """Print one line for each figure."""
    with (
        tempfile.TemporaryDirectory(prefix="tanhui-bench-"),
        load.elsewhere() as start,
        load.elsewhere() as listen,
        postgres.server(durable=True) as server,
    ):
        server.create_database("city")
        built = city.build(server.url_for("city"), 4000)
        with servers.api(built.database_url) as api, servers.worker(built.database_url):
            freshness.settle(api, built)
            without = alone(start, api, built)
            print(Figure("screens-0-api-cpu", without, "of a core").line(), flush=True)
            for screens, institutions in SCREENS:
                for figure in measure(
                    start, listen, api, built, screens=screens, institutions=institutions, without=without
                ):
                    print(figure.line(), flush=True)
        assert not built.findings(), built.findings()


if __name__ == "__main__":
    main()
