"""Whatever bytes arrive get an answer below 500 that says what is wrong, and the server is well afterwards."""

import gzip
import json
from typing import Any

from backend.core import documents
from tests.api.asking import joined, nothing_written
from tests.cast import SHIPPED, World, trip

JSON = {"content-type": "application/json"}
HOME = documents.document_id(SHIPPED["Home"])
RECORD = documents.document_id(SHIPPED["RecordCheckIns"])
UNKNOWN = "UNKNOWN_DOCUMENT"


def asking(**more: Any) -> bytes:
    return json.dumps({"documentId": HOME} | more).encode()


# What is sent, and the code and status of the answer.
BODIES: list[tuple[bytes, str, int]] = [
    (b"", "BAD_REQUEST", 400),
    (b"null", "BAD_REQUEST", 400),
    (b"42", "BAD_REQUEST", 400),
    (b'"x"', "BAD_REQUEST", 400),
    (b"[]", "BAD_REQUEST", 400),
    (b"[null]", "BAD_REQUEST", 400),
    (b"[" + b",".join([asking()] * 11) + b"]", "BAD_REQUEST", 400),
    (b"{", "BAD_REQUEST", 400),
    (b"\xff\xfe{\x00}\x00", "BAD_REQUEST", 400),
    ("\ufeff{}".encode(), "BAD_REQUEST", 400),
    (asking().decode().encode("utf-16"), "BAD_REQUEST", 400),
    (b'{"documentId": "\xc3\x28"}', "BAD_REQUEST", 400),
    (b'{"documentId": "\\ud800"}', "BAD_REQUEST", 400),
    (b'{"documentId": "a\x00b"}', "BAD_REQUEST", 400),
    (b"[" * 100_000, "BAD_REQUEST", 400),
    (b'{"a":' * 100_000, "BAD_REQUEST", 400),
    (b'{"variables": ' + b"9" * 5000 + b"}", "BAD_REQUEST", 400),
    (b'{"variables": {"a": NaN}}', "BAD_REQUEST", 400),
    (b'{"variables": {"a": -Infinity}}', "BAD_REQUEST", 400),
    (asking(variables="text"), "BAD_REQUEST", 400),
    (asking(variables=[]), "BAD_REQUEST", 400),
    (asking(operationName=42), "BAD_REQUEST", 400),
    (asking(operationName="Other"), "BAD_REQUEST", 400),
    (asking(extensions=[]), "BAD_REQUEST", 400),
    (b"{}", UNKNOWN, 400),
    (b'{"query": "{ viewer { balance { points } } }"}', UNKNOWN, 400),
    (b'{"query": "{ __schema { types { name } } }", "documentId": null}', UNKNOWN, 400),
    (b'{"query": "subscription { viewer { balance { points } } }"}', UNKNOWN, 400),
    (b'{"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "00"}}}', UNKNOWN, 400),
    (asking(documentId=documents.document_id("{ viewer { balance { points } } }")), UNKNOWN, 400),
    (asking(documentId=HOME.upper()), UNKNOWN, 400),
    (asking(documentId=HOME[:-1]), UNKNOWN, 400),
    (asking(documentId=HOME.removeprefix("sha256:")), UNKNOWN, 400),
    (asking(documentId=42), UNKNOWN, 400),
    (asking(documentId=f" {HOME}"), UNKNOWN, 400),
]
HEADERS: list[tuple[dict[str, str], bytes, int]] = [
    ({"content-type": "text/plain"}, asking(), 415),
    ({"content-type": "application/x-www-form-urlencoded"}, b"documentId=x", 415),
    ({"content-type": "multipart/form-data; boundary=x"}, b"--x--", 415),
    ({"content-type": ""}, asking(), 415),
    ({}, asking(), 415),
    (JSON | {"content-encoding": "gzip"}, gzip.compress(asking()), 415),
    (JSON | {"content-encoding": "br"}, b"", 415),
    (JSON, b'{"documentId": "' + b"x" * 1_048_577 + b'"}', 413),
    (JSON, b" " * 20_000_000, 413),
]


async def test_a_body_that_makes_no_sense_is_told_so(world: World) -> None:
    lin = await world.sign_in("Lin")

    async with nothing_written(world):
        for body, code, status in BODIES:
            response = await world.client.post("/graphql", content=body, headers=JSON)
            assert response.status_code == status, body[:80]
            assert [error["extensions"]["code"] for error in response.json()["errors"]] == [code], body[:80]
            assert "data" not in response.json()

    assert (await lin.run("Home"))["member"]["name"] == "林小满"


async def test_a_wrong_content_type_and_an_oversize_body_are_told_so(world: World) -> None:
    async with nothing_written(world):
        for headers, body, status in HEADERS:
            response = await world.client.post("/graphql", content=body, headers=headers)
            assert response.status_code == status, (headers, body[:40])
            assert response.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


async def test_only_post_runs_a_document(world: World) -> None:
    async with nothing_written(world):
        for method in ("GET", "PUT", "DELETE", "PATCH", "FOO", "HEAD"):
            response = await world.client.request(
                method, "/graphql", params={"documentId": HOME}, headers={"accept": "text/html"}
            )
            assert response.status_code == 405, method
        assert (await world.client.get("/graphql")).headers["allow"] == "POST"


async def test_the_newer_media_type_says_400_for_what_cannot_be_run(world: World) -> None:
    accept = JSON | {"accept": "application/graphql-response+json"}

    response = await world.client.post("/graphql", content=asking(documentId=RECORD), headers=accept)

    assert response.status_code == 400
    assert response.headers["content-type"].startswith("application/graphql-response+json")
    assert response.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


async def test_variables_that_do_not_fit_are_named_and_nothing_runs(world: World) -> None:
    campaign = await world.open_campaign()
    lin, item = await joined(world, "Lin", campaign), trip(campaign, world.clock.now())
    good = {"requestId": "variables-1", "items": [item]}
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("RecordCheckIns", {}),
        ("RecordCheckIns", {"input": None}),
        ("RecordCheckIns", {"input": []}),
        ("RecordCheckIns", {"input": {"items": [item]}}),
        ("RecordCheckIns", {"input": good | {"more": 1}}),
        ("RecordCheckIns", {"input": good | {"requestId": 42}}),
        ("RecordCheckIns", {"input": good | {"items": [None]}}),
        ("RecordCheckIns", {"input": good | {"items": [item | {"campaignId": None}]}}),
        ("RecordCheckIns", {"input": good | {"items": [item | {"campaignId": 1.5}]}}),
        ("RecordCheckIns", {"input": good | {"items": [item | {"kind": ["commute"]}]}}),
        ("RecordCheckIns", {"input": good | {"items": [item | {"actedAt": 1781496000}]}}),
        ("RecordCheckIns", {"input": good | {"items": [item | {"points": 10**6}]}}),
        ("BindRoster", {"input": {}}),
        ("BindRoster", {"input": {"bindingCode": "A", "phoneCode": "B"}}),
        ("BindRoster", {"input": {"bindingCode": None}}),
        ("Board", {"campaignId": campaign, "level": "person", "period": "CAMPAIGN", "measure": "POINTS"}),
        ("Board", {"campaignId": campaign, "level": 1, "period": "CAMPAIGN", "measure": "POINTS"}),
        ("Receipt", {"requestId": None}),
    ]

    async with nothing_written(world):
        for document, variables in wrong:
            response = await lin.send(document, variables)
            assert response.status_code == 200, (document, variables)
            codes = {error["extensions"]["code"] for error in response.json()["errors"]}
            assert codes == {"BAD_REQUEST"}, (document, variables, response.text)
            assert response.json().get("data") is None


async def test_repeated_keys_and_numbers_beyond_every_float_are_no_faults(world: World) -> None:
    campaign = await world.open_campaign("waste-sorting-week")
    lin = await joined(world, "Lin", campaign)
    headers = JSON | {"authorization": f"Bearer {lin.token}"}
    item = (
        f'{{"campaignId": "{campaign}", "kind": "recyclables", "actedAt": "2026-06-15T04:00:00Z", "details": DETAILS}}'
    )
    asked = f'{{"input": {{"requestId": "beyond-floats", "items": [{item}]}}}}'
    body = f'{{"documentId": "x", "documentId": "{RECORD}", "variables": {asked}}}'

    async with nothing_written(world):
        for details in (
            '{"material": "pet", "kilograms": 1e400}',
            '{"material": "pet", "kilograms": 1, "kilograms": -1e999}',
        ):
            response = await world.client.post("/graphql", content=body.replace("DETAILS", details), headers=headers)
            (outcome,) = response.json()["data"]["recordCheckIns"]["outcomes"]
            assert outcome["__typename"] == "DetailInvalid", outcome
