"""Board reads: the screen's document against the same bytes from a bare route, in turns."""

import json
from collections.abc import Iterator
from pathlib import Path

from bench import bare, load, servers
from bench.city import City, document
from bench.figures import Figure
from bench.load import Load, Start
from bench.recording import CLIENTS, Round
from bench.servers import Running

_MARKER = b'"boards":['
_MOST_A_SECOND = 20_000


def path(city: City) -> str:
    """Return where the screen's document is."""
    return f"/screens/{city.screen_key}/board.json"


def reads(start: Start, api: Running, city: City, rounds: Round, folder: Path) -> Iterator[Figure]:
    """Yield the ratio for the plain document, and for the GraphQL document that asks for the same boards."""
    asked = load.request(path(city))
    shown = load.once(api.port, asked)
    assert all(board["rows"] for board in json.loads(shown)["boards"]), "a board without rows measures nothing"
    body = json.dumps({"documentId": document("CanteenBoard")}).encode()
    graphql = load.request("/graphql", city.screen_key, body)
    (folder / "board.json").write_bytes(shown)
    loads: dict[str, list[Load]] = {"bare": [], "plain": [], "graphql": []}
    with servers.bare(folder / "board.json") as limit:
        for _ in range(rounds.turns):
            loads["bare"].append(_read(start, limit, load.request(bare.PATH), rounds.seconds))
            loads["plain"].append(_read(start, api, asked, rounds.seconds))
            loads["graphql"].append(_read(start, api, graphql, rounds.seconds))
    rates = {name: sum(one.rate for one in found) / len(found) for name, found in loads.items()}
    yield Figure("board-reads", rates["plain"] / rates["bare"], "of a bare route", ">= 0.4")
    yield Figure("board-reads-graphql", rates["graphql"] / rates["bare"], "of a bare route")
    for name, rate in rates.items():
        yield Figure(f"board-reads-{name}-rate", rate, "per second")
    yield Figure("board-reads-client", max(one.client_share for one in loads["bare"]), "of one core")


def _read(start: Start, server: Running, one: bytes, seconds: float) -> Load:
    count = round(seconds * _MOST_A_SECOND)
    done: Load = start(load.closed_loop, server.port, [one] * count, _MARKER, CLIENTS, seconds).result()
    assert not done.refused, done.refused[0].decode()
    return done
