"""Development mode: free documents within limits, and GraphiQL; production has neither."""

import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from backend import app as apps
from backend.core.clock import FixedClock
from backend.settings import Settings

JSON = {"content-type": "application/json"}
HTML = {"accept": "text/html"}


def fragments(levels: int, spread: str = "...f{0} ...f{0}") -> str:
    """Return fragments of which each spreads the next one twice."""
    chain = [f"fragment f{n} on Query {{ {spread.format(n + 1)} }}" for n in range(levels)]
    return " ".join(["{ ...f0 }", *chain, f"fragment f{levels} on Query {{ kinds {{ key }} }}"])


# What is sent, and a word of the error.
COSTLY = {
    "doubling fragments": (fragments(24), "limits are"),
    "many doubling fragments": (fragments(300), "limits are"),
    "a chain too long to follow": (fragments(480, "...f{0}"), ""),
    "a circle of fragments": ("{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }", "itself"),
    "a thousand aliases": ("{" + " ".join(f"a{n}: kinds {{ key }}" for n in range(500)) + "}", "limits are"),
    "one field ten thousand times": ("{ kinds {" + " key" * 10_000 + "} }", "Syntax Error"),
    "a thousand directives": ("{ kinds" + " @nothing" * 1000 + " { key } }", "Unknown directive"),
    "unknown fields": ("{" + " ".join(f"no{n}" for n in range(300)) + "}", "Cannot query field"),
    "unused fragments": ("{ kinds { key } }" + " fragment f on Query { kinds { key } }" * 300, "fragment"),
    "inline fragments": ("{" + " ... on Query { kinds { key } }" * 400 + "}", "limits are"),
    "deep introspection": (
        "{ __schema { types {" + " fields { type {" * 5 + " name" + " } }" * 5 + " } } }",
        "limits are",
    ),
    "braces": ("{" * 3000, "Syntax Error"),
    "list brackets": ("{ viewer { receipt(requestId: " + "[" * 3000 + "]" * 3000 + ") { points } } }", "Syntax Error"),
    "brackets within the limit": (
        "{ viewer { receipt(requestId: " + "[" * 1500 + "]" * 1500 + ") { points } } }",
        "nested too deeply",
    ),
    "hundreds of operations": (" ".join(f"query q{n} {{ kinds {{ key }} }}" for n in range(500)), "operationName"),
    "a subscription": ("subscription { kinds { key } }", "subscription"),
    "deferred": ("{ ... @defer { kinds { key } } }", "defer"),
    "nothing": ("", "Syntax Error"),
    "only a comment": ("#" + "x" * 1_000_000, "Syntax Error"),
}


@pytest.fixture
async def client(clock: FixedClock) -> AsyncIterator[httpx.AsyncClient]:
    """Give a client of a development server whose database nothing here asks."""
    settings = Settings(mode="development", database_url="sqlite:////nowhere/none.db")
    app = apps.create(settings, clock)
    async with (
        httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://api.test") as client,
        app.router.lifespan_context(app),
    ):
        yield client


async def ask(client: httpx.AsyncClient, query: str, **more: Any) -> httpx.Response:
    return await client.post("/graphql", json={"query": query} | more)


async def test_a_free_document_runs_and_introspection_answers(client: httpx.AsyncClient) -> None:
    kinds = await ask(client, "query A { kinds { key } } query B { kinds { title } }", operationName="A")
    schema = await ask(client, "{ __schema { queryType { name fields { name } } } }")

    assert {"key": "commute"} in kinds.json()["data"]["kinds"]
    assert schema.json()["data"]["__schema"]["queryType"]["name"] == "Query"


@pytest.mark.parametrize("name", COSTLY)
async def test_a_costly_or_senseless_document_is_refused_at_once(client: httpx.AsyncClient, name: str) -> None:
    query, word = COSTLY[name]
    started = time.perf_counter()

    response = await ask(client, query)

    assert time.perf_counter() - started < 1.0
    assert response.status_code in (200, 400)
    errors = response.json()["errors"]
    assert response.json().get("data") is None
    assert any(word in error["message"] for error in errors), errors[:2]
    assert len(response.content) < 20_000
    assert (await ask(client, "{ kinds { key } }")).status_code == 200


async def test_graphiql_and_free_documents_are_for_development_only(
    client: httpx.AsyncClient, clock: FixedClock
) -> None:
    settings = Settings(
        mode="production",
        database_url="sqlite:////nowhere/none.db",
        secret_key=SecretStr("one secret of 32 characters or more"),
        wechat_app_id="wx",
        wechat_app_secret=SecretStr("two"),
    )
    production = apps.create(settings, clock, httpx.AsyncClient())
    page = await client.get("/graphql", headers=HTML)

    async with (
        httpx.AsyncClient(transport=httpx.ASGITransport(app=production), base_url="http://api.test") as outside,
        production.router.lifespan_context(production),
    ):
        refused = [await outside.get("/graphql", headers=HTML), await ask(outside, "{ kinds { key } }")]

    assert page.status_code == 200
    assert "graphiql" in page.text.lower()
    assert [response.status_code for response in refused] == [405, 400]
    assert (await client.get("/graphql")).status_code == 405
    assert [(await client.get(path)).status_code for path in ("/docs", "/redoc", "/openapi.json")] == [404] * 3
