"""How long a process takes from its start to its first answers."""

import json
import time
from collections.abc import Iterator

from bench import load
from bench.city import document
from bench.figures import Figure
from bench.servers import Running


def first_answers(api: Running) -> Iterator[Figure]:
    """Ask a server that has just been started; yield the seconds since its start."""
    health = load.once(api.port, load.request("/healthz"))
    healthy_at = time.monotonic()
    assert b"ok" in health, health
    body = json.dumps({"documentId": document("Kinds")}).encode()
    answer = load.once(api.port, load.request("/graphql", None, body))
    answered_at = time.monotonic()
    assert b'"kinds":[' in answer, answer
    yield Figure("start-to-health", healthy_at - api.started_at, "seconds", "<= 2")
    yield Figure("start-to-first-answer", answered_at - api.started_at, "seconds", "<= 2")
