"""Check-ins a second through the whole product, as a share of what the database does with the same statements."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bench import load
from bench.city import ACCEPTED, City
from bench.figures import Figure
from bench.load import Load, Start
from bench.servers import Running

CLIENTS = 32
_WARM_SECONDS = 0.5  # statements get prepared, themes parsed
_MOST_A_SECOND = 6000  # more than any machine answers through one process


@dataclass(frozen=True)
class Round:
    """How long one turn lasts, and how many turns the product and its limit take."""

    seconds: float
    turns: int


def record(start: Start, api: Running, city: City, seconds: float) -> Load:
    """Report new acts for so long, and insist that each was accepted; leave half of the acts to who comes next."""
    acts = city.next(min(round(seconds * _MOST_A_SECOND), (len(city.requests) - city.reported) // 2))
    done: Load = start(load.closed_loop, api.port, acts, ACCEPTED, CLIENTS, seconds).result()
    city.reported += len(done.took)
    assert not done.refused, done.refused[0].decode()
    return done


def share(
    database: str, aim: str, rounds: Round, product: Callable[[float], Load], limit: Callable[[float], float]
) -> Iterator[Figure]:
    """Let the product and its limit take turns, each for some seconds; yield their ratio and what it is made of."""
    product(min(_WARM_SECONDS, rounds.seconds))
    loads, limits = [], []
    for _ in range(rounds.turns):
        limits.append(limit(rounds.seconds))
        loads.append(product(rounds.seconds))
    rate = sum(len(one.took) for one in loads) / sum(one.seconds for one in loads)
    most = sum(limits) / len(limits)
    yield Figure(f"check-ins-{database}", rate / most, "of raw statements", aim)
    yield Figure(f"check-ins-{database}-rate", rate, "per second")
    yield Figure(f"check-ins-{database}-raw-rate", most, "per second")
    yield Figure(f"check-ins-{database}-client", max(one.client_share for one in loads), "of one core")
